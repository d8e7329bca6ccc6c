import fc from "fast-check";
import { expect, test } from "vitest";
import { prepare } from "../../src/compile/compile.ts";
import type { Member } from "../../src/engine/endpoints.ts";
import {
  type Cluster,
  type ClusterEdit,
  ConnectionSet,
  compile,
  type Endpoint,
  type Namespace,
  type NetworkPolicy,
  type Options,
  type PairEffect,
  type Pod,
  type Program,
  parse,
  type Reachability,
  reach,
  WhatIf,
} from "../../src/index.ts";
import type { PolicyRule } from "../../src/model/cluster.ts";
import type { LabelSelector } from "../../src/model/selector.ts";
import { scenario } from "../arbitraries.ts";
import { clusterWith } from "../arbitraries-admin.ts";
import { labels, NAMESPACES } from "../arbitraries-labels.ts";
import { podDraft, podOf } from "../arbitraries-pods.ts";
import { policyDraft } from "../arbitraries-policies.ts";
import { runs } from "../properties/engine.ts";

/** Labels of which some have values, or are of keys, that no policy mentions yet: who has them is mostly like none before. */
const unheard: fc.Arbitrary<Map<string, string>> = fc
  .record(
    {
      app: fc.constantFrom("x", "new-1", "new-2"),
      tier: fc.constantFrom("y", "new-1"),
      role: fc.constantFrom("r1", "r2"),
    },
    { requiredKeys: [] },
  )
  .map((drawn) => new Map(Object.entries(drawn)));

/** Edits yet without the objects they are about. */
const editDraft = fc.record({
  what: fc.constantFrom(
    "relabel",
    "relabel",
    "twin",
    "alike",
    "new",
    "other",
    "gone",
    "namespace",
    "namespace",
    "undeclare",
    "empty",
    "policy",
    "policy",
  ),
  which: fc.nat(9),
  labels: fc.oneof(labels, unheard),
  pod: podDraft,
  policy: policyDraft,
});
type EditDraft = typeof editDraft extends fc.Arbitrary<infer T> ? T : never;

const batches = fc.array(fc.array(editDraft, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 });

test("a delta of pods, labels and namespaces is what two full computations differ in", () => {
  fc.assert(
    fc.property(scenario, batches, ({ cluster, options }, drafts) => checkAll(cluster, options, drafts)),
    runs(60),
  );
}, 900_000);

test("the same where admin policies select by namespaces", () => {
  fc.assert(
    fc.property(clusterWith("every kind of policy"), scenario, batches, (cluster, { options }, drafts) =>
      checkAll(cluster, options, drafts),
    ),
    runs(30),
  );
}, 900_000);

test("the same where policies mention labels that none did, of pods that nothing told apart so far", () => {
  const withLabels = fc
    .record({ drawn: scenario, own: fc.array(unheard, { minLength: 10, maxLength: 10 }), policies: fc.nat(1) })
    .map(({ drawn: { cluster, options }, own, policies }) => ({
      options,
      cluster: {
        ...cluster,
        networkPolicies: cluster.networkPolicies.slice(0, policies),
        pods: cluster.pods.map((pod, i) => ({
          ...pod,
          labels: { ...pod.labels, values: own[i % own.length] ?? new Map() },
        })),
      },
    }));
  const aboutLabels = batches.map((drafts) =>
    drafts.map((batch) => batch.map((draft) => ({ ...draft, policy: onlyLabels(draft.policy) }))),
  );
  fc.assert(
    fc.property(withLabels, aboutLabels, ({ cluster, options }, drafts) => checkAll(cluster, options, drafts)),
    runs(60),
  );
}, 900_000);

test("undoing is going on from the state before, and edits the other way round say the same the other way round", () => {
  fc.assert(
    fc.property(scenario, editDraft, ({ cluster, options }, draft) => {
      const state = WhatIf.open(cluster, options);
      const edit = editOf(cluster, draft, 0);
      const { after, effects } = state.apply([edit]);
      expect(told(state.apply([edit]).effects.changes)).toEqual(told(effects.changes));
      expect(state.cluster).toEqual(cluster);
      if (edit.kind === "namespace" && !edit.after) return;
      const { before, after: now, ...kind } = edit;
      const back = { ...kind, ...(now && { before: now }), ...(before && { after: before }) } as ClusterEdit;
      const undone = after.apply([back]);
      expect(mirrored(undone.effects.changes)).toEqual(told(effects.changes));
      expect(new Set(undone.after.cluster.pods)).toEqual(new Set(cluster.pods));
    }),
    runs(40),
  );
}, 900_000);

const OPEN_TO_PROD = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Namespace
metadata: { name: dev, labels: { env: dev } }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
---
apiVersion: v1
kind: Pod
metadata: { name: job, namespace: dev }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { env: prod } } }], ports: [{ port: 5432 }] }]
`;

test("a namespace that gets a label lets its pods in, and is the cause", () => {
  const { cluster } = parse([{ path: "shop.yaml", text: OPEN_TO_PROD }]);
  const before = cluster.namespaces.find(({ name }) => name === "dev") as Namespace;
  const after = { ...before, labels: { values: new Map([...before.labels.values, ["env", "prod"]]) } };
  const { effects } = WhatIf.open(cluster).apply([{ kind: "namespace", before, after }]);
  expect(told(effects.changes)).toEqual(["dev/job → shop/db: none | TCP 5432"]);
  expect([...effects.changes].flatMap(({ causes }) => causes)).toMatchObject([{ kind: "Namespace", name: "dev" }]);
});

test("a pod that gets another label is open to all, and is the cause", () => {
  const { cluster } = parse([{ path: "shop.yaml", text: OPEN_TO_PROD }]);
  const before = cluster.pods.find(({ name }) => name === "db") as Pod;
  const after = { ...before, labels: { values: new Map([["app", "web"]]) } };
  const { effects } = WhatIf.open(cluster).apply([{ kind: "pod", before, after }]);
  expect(told(effects.changes)).toEqual([
    "0.0.0.0/0 → shop/db: none | all",
    "dev/job → shop/db: none | all",
    "shop/web → shop/db: none | all",
  ]);
  for (const { causes } of effects.changes)
    expect(causes).toMatchObject([{ kind: "Pod", namespace: "shop", name: "db" }, { kind: "Pod" }]);
});

test("who may reach whom once a policy mentions what none did is as compiled", () => {
  const { cluster } = parse([{ path: "shop.yaml", text: OPEN_TO_PROD }]);
  const pods = cluster.pods.map((pod) => ({ ...pod, labels: { values: new Map([["tier", pod.name]]) } }));
  const [policy] = cluster.networkPolicies as [NetworkPolicy];
  const podSelector: LabelSelector = { requirements: [{ key: "tier", operator: "In", values: ["web"] }] };
  const state = WhatIf.open({ ...cluster, pods, networkPolicies: [] });
  const { after, effects } = state.apply([{ after: { ...policy, podSelector } }]);
  expect(told(effects.changes)).toEqual([
    "0.0.0.0/0 → shop/web: all | none",
    "dev/job → shop/web: all | none",
    "shop/db → shop/web: all | none",
  ]);
  const connectionsIn = (of: Reachability) =>
    Array.from(
      of.connections(),
      ({ from, to, connections }) => `${nameOf(from)} → ${nameOf(to)}: ${connections}`,
    ).sort();
  expect(connectionsIn(after.reachability)).toEqual(connectionsIn(reach(compile(after.cluster).program)));
});

test("replicas that come are told apart by what was mentioned in an edit before", () => {
  const numbered = (operator: "Exists" | "In", values: readonly string[]) => ({
    podSelector: { requirements: [{ key: "apps.kubernetes.io/pod-index", operator, values }] },
  });
  const text = `${OPEN_TO_PROD}---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: set, namespace: shop }
spec: { replicas: 2, selector: {}, template: { spec: { containers: [{ name: main }] } } }
`;
  const { cluster } = parse([{ path: "shop.yaml", text }]);
  const [policy] = cluster.networkPolicies as [NetworkPolicy];
  const closed = { ...policy, ingress: [], ...numbered("Exists", []) };
  const pods = cluster.pods.filter(({ ordinals }) => !ordinals);
  const [set] = cluster.pods.filter(({ ordinals }) => ordinals);
  const first = { ...closed, name: "first", policyTypes: ["egress" as const], ...numbered("In", ["0"]) };
  const { after } = WhatIf.open({ ...cluster, pods, networkPolicies: [closed] }).apply([{ after: first }]);
  const { effects } = after.apply([{ kind: "pod", ...(set && { after: set }) }]);
  expect(told(effects.changes).filter((line) => line.endsWith("none | all"))).toEqual([
    "shop/StatefulSet/set/1 → 0.0.0.0/0: none | all",
    "shop/StatefulSet/set/1 → dev/job: none | all",
    "shop/StatefulSet/set/1 → shop/db: none | all",
    "shop/StatefulSet/set/1 → shop/web: none | all",
  ]);
});

test("pods unlike any are told of alike, however many came before, and in whatever state", () => {
  const { cluster } = parse([{ path: "shop.yaml", text: OPEN_TO_PROD }]);
  const before = cluster.pods.find(({ name }) => name === "db") as Pod;
  let state = WhatIf.open(cluster);
  for (let i = 0; i < 70; i++) {
    const after = { ...before, labels: { values: new Map([["app", `new-${i}`]]) } };
    const { effects, after: next } = state.apply([{ kind: "pod", before, after }]);
    expect(effects.size).toBe(3);
    // Every other edit goes on from where the last led to, once it is undone.
    if (i % 2 === 1) state = next.apply([{ kind: "pod", before: after, after: before }]).after;
  }
});

/** A policy without what is about addresses or names of ports, its labels those that are {@link unheard} of. */
function onlyLabels(policy: EditDraft["policy"]): EditDraft["policy"] {
  const renamed = ({ requirements }: LabelSelector): LabelSelector => ({
    requirements: requirements.map(({ key, values, ...rest }) =>
      key === "env"
        ? { key: "role", values: values.map((value) => (value === "x" ? "r1" : "r2")), ...rest }
        : { key, values, ...rest },
    ),
  });
  const rules = (list: readonly PolicyRule[]) =>
    list.map(
      ({ peers, ports, ...rule }): PolicyRule => ({
        ...rule,
        peers:
          peers === "any"
            ? peers
            : peers.flatMap((peer) =>
                peer.kind === "ipBlock" ? [] : [{ ...peer, podSelector: renamed(peer.podSelector) }],
              ),
        ports: ports === "any" ? ports : ports.filter(({ kind }) => kind !== "named"),
      }),
    );
  const { podSelector, ingress, egress } = policy;
  return { ...policy, podSelector: renamed(podSelector), ingress: rules(ingress), egress: rules(egress) };
}

function checkAll(cluster: Cluster, options: Options, drafts: readonly (readonly EditDraft[])[]): void {
  let state = WhatIf.open(cluster, options);
  let [seenPods, seenPolicies] = [cluster.pods, cluster.networkPolicies];
  let now = cluster;
  drafts.forEach((batch, i) => {
    const edits = batch.map((draft, j) => editOf(now, draft, i * 10 + j));
    const next = edits.reduce(edited, now);
    const { after, effects } = state.apply(edits);
    expect(summary(after.cluster)).toEqual(summary(next));
    const workloads = new Set(next.pods.map(({ workload }) => workload));
    expect(after.cluster.workloads.map(({ id }) => id)).toEqual([...workloads].sort());

    // What policies mention tells pods apart, and the addresses of pods tell which families those without are taken to have.
    seenPods = [...seenPods, ...next.pods];
    seenPolicies = [...seenPolicies, ...next.networkPolicies];
    const { vocabulary } = prepare({ ...now, pods: seenPods, networkPolicies: seenPolicies }, options);
    const touched = new Set(touchedPods(now, next, edits));
    const [before, then] = [now, next].map((one) => placedIn(prepare(one, options, { more: vocabulary }).program)) as [
      Placed,
      Placed,
    ];
    const changes = [...effects.changes];
    expect(changes).toHaveLength(effects.size);
    expect(told(changes)).toEqual(differences(before, then, unitsOf(before, then, touched, after.endpoints)));
    for (const { causes } of changes) expect(causes.length).toBeGreaterThan(0);
    [state, now] = [after, next];
  });
}

function editOf(cluster: Cluster, { what, which, labels, pod: draft, policy }: EditDraft, serial: number): ClusterEdit {
  const pod = cluster.pods[which % Math.max(cluster.pods.length, 1)];
  const name = NAMESPACES[which % NAMESPACES.length] as string;
  const namespace = cluster.namespaces.find((one) => one.name === name);
  const known = namespace && { before: namespace };
  const fresh = podOf(draft, 20 + serial);
  const own = new Map([...labels, ["kubernetes.io/metadata.name", name]]);
  const bare = { name, annotations: new Map<string, string>() };
  switch (what) {
    case "relabel":
      if (!pod) return { kind: "pod", after: fresh };
      return { kind: "pod", before: pod, after: { ...pod, labels: { ...pod.labels, values: labels } } };
    case "alike": {
      const other = cluster.pods[(which + 1) % Math.max(cluster.pods.length, 1)];
      if (!pod || !other) return { kind: "pod", after: fresh };
      return { kind: "pod", before: pod, after: { ...pod, labels: other.labels } };
    }
    case "twin":
      if (pod?.replicas !== 1) return { kind: "pod", after: fresh };
      return { kind: "pod", after: { ...pod, id: `${pod.namespace}/t${serial}`, name: `t${serial}` } };
    case "other":
      return { kind: "pod", ...(pod && { before: pod }), after: fresh };
    case "gone":
      return pod ? { kind: "pod", before: pod } : { kind: "pod", after: fresh };
    case "namespace":
      return { kind: "namespace", ...known, after: { ...bare, labels: { values: own } } };
    case "undeclare":
      return { kind: "namespace", ...known, after: { ...bare, labels: { values: own, incomplete: true } } };
    case "empty":
      return { kind: "namespace", ...known };
    case "policy":
      return { after: { ...policy, name: `edit-${serial}` } };
    default:
      return { kind: "pod", after: fresh };
  }
}

/** An edit made in the plainest way. */
function edited(cluster: Cluster, edit: ClusterEdit): Cluster {
  const without = <T>(list: readonly T[], keyOf: (one: T) => string, ...gone: (T | undefined)[]) => {
    const keys = gone.flatMap((one) => (one ? [keyOf(one)] : []));
    return list.filter((one) => !keys.includes(keyOf(one)));
  };
  const { before, after } = edit;
  const come = <T>() => (after ? [after as T] : []);
  if (edit.kind === "pod") {
    const pods = [...without(cluster.pods, ({ id }) => id, edit.before, edit.after), ...come<Pod>()];
    return declared({ ...cluster, pods: pods.sort((a, b) => (a.id < b.id ? -1 : 1)) });
  }
  if (edit.kind === "namespace") {
    const namespaces = [
      ...without(cluster.namespaces, ({ name }) => name, edit.before, edit.after),
      ...come<Namespace>(),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
    const name = before && !after ? (before as Namespace).name : undefined;
    return {
      ...cluster,
      namespaces,
      pods: cluster.pods.filter(({ namespace }) => namespace !== name),
      networkPolicies: cluster.networkPolicies.filter(({ namespace }) => namespace !== name),
    };
  }
  const id = ({ namespace, name }: NetworkPolicy) => `${namespace}/${name}`;
  const policies = [...without(cluster.networkPolicies, id, edit.before, edit.after), ...come<NetworkPolicy>()];
  return { ...cluster, networkPolicies: policies.sort((a, b) => (id(a) < id(b) ? -1 : 1)) };
}

function declared(cluster: Cluster): Cluster {
  const known = new Set(cluster.namespaces.map(({ name }) => name));
  const missing = [...new Set(cluster.pods.map(({ namespace }) => namespace))].filter((name) => !known.has(name));
  const bare = missing.map((name) => ({
    name,
    labels: { values: new Map([["kubernetes.io/metadata.name", name]]), incomplete: true },
    annotations: new Map(),
  }));
  return { ...cluster, namespaces: [...cluster.namespaces, ...bare].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function summary({ pods, namespaces, networkPolicies }: Cluster) {
  return { pods, namespaces: namespaces.map(({ name, labels }) => ({ name, labels })), networkPolicies };
}

function touchedPods(now: Cluster, next: Cluster, edits: readonly ClusterEdit[]): string[] {
  const [was, is] = [now, next].map(({ pods }) => new Set(pods.map(({ id }) => id))) as [Set<string>, Set<string>];
  const named = edits.flatMap((edit) =>
    edit.kind === "pod" ? [edit.before, edit.after].flatMap((pod) => (pod ? [pod.id] : [])) : [],
  );
  return [...named, ...[...was].filter((id) => !is.has(id)), ...[...is].filter((id) => !was.has(id))];
}

/** Where pods and addresses stand in a program that was compiled for itself. */
interface Placed {
  readonly workloads: readonly Endpoint[];
  readonly partyOf: ReadonlyMap<string, { readonly party: number; readonly pod: Pod }>;
  readonly blocks: ReadonlyMap<string, Endpoint>;
  readonly between: (from: Endpoint, to: Endpoint) => ConnectionSet;
}

function placedIn(program: Program): Placed {
  const reachability = reach(program);
  const pieces = program.parties.flatMap((party) =>
    party.kind === "pods" ? party.pods.map((pod) => [pod.id, { party: party.index, pod }] as const) : [],
  );
  return {
    workloads: reachability.endpoints.filter(({ type }) => type !== "address"),
    partyOf: new Map(pieces),
    blocks: new Map(reachability.endpoints.filter(({ type }) => type === "address").map((one) => [one.id, one])),
    between: (from, to) => reachability.connection(from, to).connections,
  };
}

/** What one change is told of: pods by the ids of their pieces, or a block. */
type Unit = { readonly pods: readonly string[] } | { readonly block: string };

/** `told` may tell of parts of a workload of which nothing but labels that nobody mentions differ. */
function unitsOf(before: Placed, after: Placed, touched: ReadonlySet<string>, told: readonly Endpoint[]): Unit[] {
  const partOf = new Map(told.flatMap((endpoint) => idsOf(endpoint).map((id) => [id, endpoint.id] as const)));
  const isTouched = (piece: string) => [...touched].some((id) => piece === id || piece.startsWith(`${id}/`));
  const singles = new Set([...before.partyOf.keys(), ...after.partyOf.keys()].filter(isTouched));
  return [
    ...[...singles].map((id) => ({ pods: [id] })),
    ...[...new Set([...before.blocks.keys(), ...after.blocks.keys()])].map((block) => ({ block })),
    ...before.workloads.flatMap((endpoint): Unit[] => {
      const parts = new Map<string | undefined, string[]>();
      for (const id of idsOf(endpoint))
        if (!isTouched(id)) parts.set(partOf.get(id), [...(parts.get(partOf.get(id)) ?? []), id]);
      return [...parts.values()].map((pods) => ({ pods }));
    }),
  ];
}

function idsOf({ members }: Endpoint): string[] {
  return members.flatMap(({ pods }) => pods.map(({ id }) => id)).sort();
}

function endpointOf(unit: Unit, { partyOf, blocks }: Placed): Endpoint | undefined {
  if ("block" in unit) return blocks.get(unit.block);
  const members = new Map<number, Pod[]>();
  let count = 0;
  for (const id of unit.pods) {
    const found = partyOf.get(id);
    if (!found) continue;
    members.set(found.party, [...(members.get(found.party) ?? []), found.pod]);
    count += found.pod.replicas;
  }
  const list: Member[] = [...members].map(([party, pods]) => ({ party, pods }));
  return count === 0 ? undefined : { id: unit.pods.join(), type: "workload", pods: count, members: list };
}

function differences(before: Placed, after: Placed, units: readonly Unit[]): string[] {
  const ends = units.map((unit) => ({ unit, was: endpointOf(unit, before), is: endpointOf(unit, after) }));
  const lines: string[] = [];
  for (const from of ends) {
    for (const to of ends) {
      if ("block" in from.unit && "block" in to.unit) continue;
      const value = ({ between }: Placed, a: Endpoint | undefined, b: Endpoint | undefined) =>
        a && b && (from !== to || a.pods > 1) ? between(a, b) : ConnectionSet.NONE;
      const [was, is] = [value(before, from.was, to.was), value(after, from.is, to.is)];
      if (!was.equals(is)) lines.push(`${spelled(from.unit)} → ${spelled(to.unit)}: ${was} | ${is}`);
    }
  }
  return lines.sort();
}

function spelled(unit: Unit): string {
  return "block" in unit ? unit.block : unit.pods.join();
}

const nameOf = (endpoint: Endpoint) => (endpoint.type === "address" ? endpoint.id : idsOf(endpoint).join());

function told(changes: Iterable<PairEffect>): readonly string[] {
  return Array.from(
    changes,
    ({ from, to, before, after }) => `${nameOf(from)} → ${nameOf(to)}: ${before} | ${after}`,
  ).sort();
}

function mirrored(changes: Iterable<PairEffect>): readonly string[] {
  return Array.from(
    changes,
    ({ from, to, before, after }) => `${nameOf(from)} → ${nameOf(to)}: ${after} | ${before}`,
  ).sort();
}
