import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cause, PairChange } from "../../src/analyses/delta/change.ts";
import { withVersionsOf } from "../../src/analyses/delta/policy-versions.ts";
import { type Delta, delta } from "../../src/analyses/delta.ts";
import { compile } from "../../src/compile/compile.ts";
import { decide } from "../../src/engine/decide.ts";
import { type Endpoint, endpointsOf } from "../../src/engine/endpoints.ts";
import { reach } from "../../src/engine/reach.ts";
import type { Cluster, NetworkPolicy } from "../../src/model/cluster.ts";
import { ConnectionSet } from "../../src/model/connections.ts";
import type { Options } from "../../src/model/options.ts";
import { type Program, policyId } from "../../src/model/program.ts";
import * as arbitraries from "../arbitraries.ts";
import { clusterWith, MIX_NAMES } from "../arbitraries-admin.ts";
import { policyDraft } from "../arbitraries-policies.ts";

interface Drawn {
  readonly before: Cluster;
  readonly after: Cluster;
  readonly options: Options;
}

const anyCluster = fc.constantFrom(...MIX_NAMES).chain(clusterWith);

/** A cluster, and the same with some policies taken away, rewritten and added. */
const edited: fc.Arbitrary<Drawn> = fc
  .record({
    before: anyCluster,
    other: anyCluster,
    options: arbitraries.options,
    fates: fc.array(fc.constantFrom("kept", "kept", "gone", "rewritten"), { minLength: 12, maxLength: 12 }),
    drafts: fc.array(policyDraft, { minLength: 12, maxLength: 12 }),
    more: fc.nat({ max: 2 }),
    swapAdmin: fc.boolean(),
  })
  .map(({ before, other, options, fates, drafts, more, swapAdmin }) => {
    const kept = before.networkPolicies.flatMap((policy, i): readonly NetworkPolicy[] => {
      const draft = drafts[i];
      if (fates[i] === "gone" || !draft) return [];
      return fates[i] === "kept" ? [policy] : [{ ...draft, namespace: policy.namespace, name: policy.name }];
    });
    const added = drafts.slice(-more || drafts.length).map((draft, i) => ({ ...draft, name: `new${i}` }));
    const networkPolicies = [...kept, ...added].sort((a, b) =>
      `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1,
    );
    const adminPolicies = swapAdmin ? other.adminPolicies : before.adminPolicies;
    return { before, after: { ...before, networkPolicies, adminPolicies }, options };
  });

/** Two clusters of one universe: nearly everything differs. */
const unrelated: fc.Arbitrary<Drawn> = fc.record({
  before: anyCluster,
  after: anyCluster,
  options: arbitraries.options,
});

const { ALL_PORTS, OTHER } = ConnectionSet;

/** Each run compiles a cluster many times over; the long run asks for more. */
const RUNS = process.env.FC_NUM_RUNS ? {} : { numRuns: 25 };

describe("a delta", () => {
  test("is the difference of two full recomputations, in all three readings", () => {
    fc.assert(
      fc.property(edited, ({ before, after, options }) => {
        const found = delta(before, after, options);
        const [old, now] = [before, after].map((one) => compile(one, options, [before, after]).program);
        const pairs = [...found.added, ...found.removed, ...found.changed, ...found.unsettled, ...found.others];
        expect(pairs.map(shown).sort()).toEqual(differences(old as Program, now as Program).sort());
        expect(found.endpoints).toEqual({ added: [], removed: [], opened: [], closed: [] });
      }),
      RUNS,
    );
  }, 600_000);

  test("speaks of every pair of pods that two programs of their own judge differently", () => {
    fc.assert(
      fc.property(edited, ({ before, after, options }) => {
        const programs = [before, after].map((one) => compile(one, options).program);
        const [families, familiesNow] = programs.map(familiesOfPods);
        fc.pre(families === familiesNow);
        const found = delta(before, after, options);
        const [old, now] = programs.map((program) => reach(program, { by: "pod" }));
        const pairs = [...found.added, ...found.removed, ...found.changed];
        for (const from of old?.endpoints ?? []) {
          for (const to of old?.endpoints ?? []) {
            if (from.type === "address" || to.type === "address" || from === to) continue;
            if (!now?.endpoint(from.id) || !now.endpoint(to.id)) continue;
            const was = old?.between(from.id, to.id).intersect(ALL_PORTS);
            const is = now.between(from.id, to.id).intersect(ALL_PORTS);
            const known = pairs.some((pair) => holds(pair.from, from) && holds(pair.to, to));
            if (was && !was.equals(is)) expect(known, `${from.id} → ${to.id}`).toBe(true);
          }
        }
      }),
      RUNS,
    );
  }, 600_000);

  test("between equal clusters is empty", () => {
    fc.assert(
      fc.property(anyCluster, arbitraries.options, (cluster, options) => {
        const { before: _b, after: _a, all: _e, ...found } = delta(cluster, structuredCopy(cluster), options);
        const nothing = { added: [], removed: [], opened: [], closed: [] };
        expect(found).toEqual({
          added: [],
          removed: [],
          changed: [],
          unsettled: [],
          others: [],
          isolation: [],
          endpoints: nothing,
        });
      }),
      RUNS,
    );
  }, 600_000);

  test("the other way round is its reverse, causes included where only policies differ", () => {
    fc.assert(
      fc.property(edited, ({ before, after, options }) => {
        expect(summary(delta(after, before, options))).toEqual(reversed(summary(delta(before, after, options))));
      }),
      RUNS,
    );
  }, 600_000);

  test("the other way round is its reverse, whatever differs", () => {
    fc.assert(
      fc.property(unrelated, ({ before, after, options }) => {
        const [there, back] = [delta(before, after, options), delta(after, before, options)].map(summary);
        expect(withoutCauses(back as Summary)).toEqual(withoutCauses(reversed(there as Summary)));
      }),
      RUNS,
    );
  }, 600_000);

  test("undoing the policies a change is blamed on undoes the change", () => {
    fc.assert(
      fc.property(edited, ({ before, after, options }) => {
        const found = delta(before, after, options);
        const changes = [...found.added, ...found.removed, ...found.changed, ...found.unsettled];
        const programs = new Map<string, Program>();
        for (const change of changes) {
          expect(change.because.length).toBeGreaterThan(0);
          const keys = change.because.map(keyOfCause);
          const undone = withVersionsOf(before, after, new Set(keys));
          const program = programs.get(keys.join()) ?? compile(undone, options, [before, after]).program;
          programs.set(keys.join(), program);
          const { allowed, possible, certain } = decide(program, { ...question(program, change) });
          expect(allowed.toString()).toBe(change.before.expected.toString());
          if (!found.unsettled.includes(change)) continue;
          expect(possible.toString()).toBe(change.before.possible.toString());
          expect(certain.toString()).toBe(change.before.certain.toString());
        }
        for (const change of found.others) {
          expect(change.because.length).toBeGreaterThan(0);
          const undone = withVersionsOf(before, after, new Set(change.because.map(keyOfCause)));
          const { program } = compile(undone, options, [before, after]);
          const { allowed } = decide(program, { ...question(program, change), connections: OTHER });
          expect(allowed.equals(change.others?.before.expected ?? ALL_PORTS)).toBe(true);
        }
      }),
      RUNS,
    );
  }, 600_000);
});

/** Every pair that two programs of the same parties judge differently, by deciding all of them. */
function differences(old: Program, now: Program): string[] {
  const endpoints = endpointsOf(old, "workload");
  expect(endpointsOf(now, "workload").map(({ id }) => id)).toEqual(endpoints.map(({ id }) => id));
  return endpoints.flatMap((from) =>
    endpoints.flatMap((to) => {
      if ((from.type === "address" && to.type === "address") || (from === to && from.pods < 2)) return [];
      const read = (connections: ConnectionSet) =>
        [old, now].map((program) => {
          const { allowed, possible, certain } = decide(program, { source: from, destination: to, connections });
          // Ends without a family in common have nothing to decide; what is guessed of them is the same on both sides.
          const apart =
            allowed.isEmpty && certain.isEmpty && possible.equals(connections) && isApart(program, from, to);
          return { expected: allowed, possible: apart ? ConnectionSet.NONE : possible, certain };
        }) as [PairChange["before"], PairChange["before"]];
      const [before, after] = read(ALL_PORTS);
      const [was, is] = read(OTHER);
      const others = readings(was) === readings(is) ? {} : { others: { before: was, after: is } };
      const sides = { egress: "default", ingress: "default" } as const;
      const change = { from, to, before, after, ...others, ...sides, because: [] };
      return readings(before) === readings(after) && !change.others ? [] : [shown(change)];
    }),
  );
}

function isApart(program: Program, from: Endpoint, to: Endpoint): boolean {
  const families = ({ members }: Endpoint) =>
    new Set(
      members.flatMap(({ party }) => {
        const one = program.parties[party];
        return one?.kind === "pods" ? one.families : one ? [one.family] : [];
      }),
    );
  const other = families(to);
  return [...families(from)].every((family) => !other.has(family));
}

function question(program: Program, { from, to }: PairChange) {
  const endpoints = endpointsOf(program, "workload");
  const known = (id: string) => endpoints.find((endpoint) => endpoint.id === id) as Endpoint;
  return { source: known(from.id), destination: known(to.id), connections: ALL_PORTS };
}

function familiesOfPods({ parties }: Program): string {
  const each = parties.flatMap((party) =>
    party.kind === "pods" ? party.pods.map(({ id }) => `${id} ${party.families.join("+")}`) : [],
  );
  return [...new Set(each)].sort().join();
}

function holds(whole: Endpoint, part: Endpoint): boolean {
  const ids = new Set(whole.members.flatMap(({ pods }) => pods.map(({ id }) => id)));
  return part.members.every(({ pods }) => pods.every(({ id }) => ids.has(id)));
}

function readings({ expected, certain, possible }: PairChange["before"]): string {
  return `${expected} (${certain} to ${possible})`;
}

function shown({ from, to, before, after, others }: PairChange): string {
  const more = others ? `, ${readings(others.before)} → ${readings(others.after)}` : "";
  return `${from.id} → ${to.id}: ${readings(before)} → ${readings(after)}${more}`;
}

function keyOfCause(cause: Cause): string {
  if (cause.kind !== "policy") throw new Error(`nothing but policies differs, and yet ${cause.kind}`);
  const { kind } = cause.policy;
  return `${kind}/${policyId(cause.policy)}`;
}

/** Another object with the same content: nothing may hang on identity. */
function structuredCopy(cluster: Cluster): Cluster {
  return {
    ...cluster,
    networkPolicies: cluster.networkPolicies.map((policy) => ({ ...policy })),
    pods: cluster.pods.map((pod) => ({ ...pod })),
  };
}

interface Told {
  readonly pair: string;
  readonly before: string;
  readonly after: string;
  readonly because: readonly string[];
}

type Summary = Readonly<
  Record<"added" | "removed" | "changed" | "unsettled" | "others" | "opened" | "closed", readonly Told[]>
> & {
  readonly gone: readonly string[];
  readonly come: readonly string[];
  readonly isolation: readonly Told[];
};

function summary({ added, removed, changed, unsettled, others, endpoints, isolation }: Delta): Summary {
  const told = (changes: readonly PairChange[]): readonly Told[] =>
    changes.map(({ from, to, before, after, others, because }) => ({
      pair: `${from.id} → ${to.id}`,
      before: `${readings(before)} ${others ? readings(others.before) : ""}`,
      after: `${readings(after)} ${others ? readings(others.after) : ""}`,
      because: because.map((cause) =>
        cause.kind === "policy" ? `${cause.change} ${policyId(cause.policy)}` : cause.kind,
      ),
    }));
  return {
    added: told(added),
    removed: told(removed),
    changed: told(changed),
    unsettled: told(unsettled),
    others: told(others),
    opened: told(endpoints.opened),
    closed: told(endpoints.closed),
    gone: endpoints.removed.map(({ id }) => id),
    come: endpoints.added.map(({ id }) => id),
    isolation: isolation.map(({ endpoint, direction, before, after, because }) => ({
      pair: `${endpoint.id} ${direction}`,
      before,
      after,
      because: because.map((cause) =>
        cause.kind === "policy" ? `${cause.change} ${policyId(cause.policy)}` : cause.kind,
      ),
    })),
  };
}

function reversed(one: Summary): Summary {
  const turn = (list: readonly Told[]) =>
    list.map(({ pair, before, after, because }) => ({
      pair,
      before: after,
      after: before,
      because: because.map((word) =>
        word.replace(/^(added|removed)/, (change) => (change === "added" ? "removed" : "added")),
      ),
    }));
  return {
    added: turn(one.removed),
    removed: turn(one.added),
    changed: turn(one.changed),
    unsettled: turn(one.unsettled),
    others: turn(one.others),
    opened: turn(one.closed),
    closed: turn(one.opened),
    gone: one.come,
    come: one.gone,
    isolation: turn(one.isolation),
  };
}

function withoutCauses(one: Summary): Summary {
  const bare = (list: readonly Told[]) => list.map((told) => ({ ...told, because: [] }));
  const { gone, come, ...lists } = one;
  const entries = Object.entries(lists).map(([name, list]) => [name, bare(list)] as const);
  return { ...one, ...Object.fromEntries(entries), gone, come };
}
