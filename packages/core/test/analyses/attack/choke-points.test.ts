import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attackGraph } from "../../../src/analyses/attack/attack-graph.ts";
import { type Choice, lightestHitting } from "../../../src/analyses/attack/hitting-set.ts";
import { inferNeeds } from "../../../src/analyses/attack/needs.ts";
import { type Bundle, Statements, statementKey, weightOf } from "../../../src/analyses/attack/statements.ts";
import { chokePoints } from "../../../src/analyses/choke-points.ts";
import { findFact } from "../../../src/analyses/paths.ts";
import { compile } from "../../../src/compile/compile.ts";
import { reach } from "../../../src/engine/reach.ts";
import { ConnectionSet } from "../../../src/model/connections.ts";
import { cluster } from "../../arbitraries.ts";
import { attackOn, documents, granted, object, pod } from "./edges.ts";

/** Every set of things that meets the choices, and the least any of them weighs. */
function naiveWeight(choices: readonly Choice[], weigh: (thing: string) => number): number {
  const things = [...new Set(choices.flat(2))];
  let best = Number.POSITIVE_INFINITY;
  for (let mask = 0; mask < 1 << things.length; mask++) {
    const chosen = new Set(things.filter((_, i) => (mask >> i) & 1));
    const meets = choices.every((choice) => choice.some((bundle) => bundle.every((thing) => chosen.has(thing))));
    if (meets)
      best = Math.min(
        best,
        [...chosen].reduce((sum, thing) => sum + weigh(thing), 0),
      );
  }
  return best;
}

const bundle = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f", "g"), { minLength: 1, maxLength: 3 });
const choices = fc.array(fc.array(bundle, { minLength: 1, maxLength: 3 }), { maxLength: 6 });

test("the lightest hitting set weighs what trying every set finds", () => {
  const weigh = (thing: string) => 3 + (thing.charCodeAt(0) % 4);
  fc.assert(
    fc.property(choices, (drawn) => {
      const found = lightestHitting(drawn, weigh);
      expect(found?.weight).toBe(naiveWeight(drawn, weigh));
      expect(found?.proof).toBe("smallest");
      for (const choice of drawn)
        expect(choice.some((one) => one.every((thing) => found?.chosen.has(thing)))).toBe(true);
    }),
    { numRuns: 500 },
  );
  expect(lightestHitting([[]], weigh)).toBeUndefined();
});

test("on random clusters a cut closes what it says once the engine is asked again, and no lighter one does", () => {
  let cut = 0;
  fc.assert(
    fc.property(cluster, (drawn) => {
      const reachability = reach(compile(drawn).program);
      const attack = attackGraph(reachability, { edges: "network" });
      const [first, ...others] = attack.footholds;
      const last = others[others.length - 1];
      const [from, to] = [first, last].map((one) => one && findFact(attack, one.id, "start"));
      if (!from || !to) return;
      const found = chokePoints(attack, [from], [to], []);
      expect(found.verified.open).toBe(0);
      if (found.proof === "none") return;
      cut++;
      expect(found.proof).toBe("smallest");
      const weight = found.points.reduce((sum, { statement }) => sum + weightOf(statement), 0);
      expect(naiveCut(attack, from.name, to.name, weight)).toBe(false);
    }),
    { numRuns: 60 },
  );
  expect(cut).toBeGreaterThan(0);
}, 300_000);

/** Whether some set of statements lighter than this keeps packets from leading from one endpoint to another. */
function naiveCut(
  { reachability, footholds }: ReturnType<typeof attackGraph>,
  from: string,
  to: string,
  below: number,
): boolean {
  const statements = new Statements(reachability);
  const edges = footholds.flatMap(({ endpoint: source }) =>
    footholds
      .filter(({ endpoint }) => endpoint !== source)
      .filter(({ endpoint }) => !reachability.connection(source, endpoint, ConnectionSet.ALL_PORTS).connections.isEmpty)
      .map(({ endpoint }) => ({
        source: source.id,
        destination: endpoint.id,
        stops: statements.bundles(source, endpoint, ConnectionSet.ALL_PORTS),
      })),
  );
  const known = new Map(edges.flatMap(({ stops }) => stops.flat()).map((one) => [statementKey(one), one]));
  const connects = (changed: ReadonlySet<string>) => {
    const isStopped = (stops: readonly Bundle[]) =>
      stops.some((one) => one.every((part) => changed.has(statementKey(part))));
    const held = new Set([from]);
    for (const one of held)
      for (const { source, destination, stops } of edges)
        if (source === one && !isStopped(stops)) held.add(destination);
    return held.has(to);
  };
  const search = (rest: readonly string[], changed: ReadonlySet<string>, weight: number): boolean => {
    if (weight < below && !connects(changed)) return true;
    return rest.some((key, i) => {
      const more = weight + weightOf(known.get(key) as Bundle[number]);
      return more < below && search(rest.slice(i + 1), new Set([...changed, key]), more);
    });
  };
  return search([...known.keys()], new Set(), 0);
}

describe("a shop whose front door lets everyone in", () => {
  const listening = (name: string, env = "") =>
    documents(
      pod(name, { container: `ports: [{ containerPort: 80 }]${env}` }),
      object("v1", "Service", name, `spec: { selector: { app: ${name} }, ports: [{ port: 8080, targetPort: 80 }] }`),
    );
  const policy = (name: string, from: string) =>
    object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      name,
      `spec: { podSelector: { matchLabels: { app: ${name} } }, policyTypes: [Ingress], ingress: [${from}] }`,
    );
  const from = (name: string) => `{ from: [{ podSelector: { matchLabels: { app: ${name} } } }] }`;
  const text = documents(
    listening("web", ", env: [{ name: DB_ADDR, value: 'db:8080' }]"),
    listening("db"),
    pod("batch", { container: "env: [{ name: MODE, value: db }]" }),
    pod("user", { container: "env: [{ name: URL, value: 'http://web.shop.svc:8080/x' }]" }),
    policy("web", "{}"),
    policy("user", ""),
    policy("db", from("web")),
  );
  const attack = attackOn(text, { edges: "network" });
  const fact = (name: string) => {
    const found = findFact(attack, `shop/Pod/${name}`, "start");
    if (!found) throw new Error(name);
    return found;
  };

  test("needs what its configuration names, and no more", () => {
    const needs = inferNeeds(attack.reachability.program.cluster, attack.footholds, attack.entries);
    expect(needs.map(({ from, to, ports, because }) => `${from} ${to} ${ports}: ${because}`)).toEqual([
      "shop/Pod/user shop/Pod/web TCP 80: variable URL names Service shop/web",
      "shop/Pod/web shop/Pod/db TCP 80: variable DB_ADDR names Service shop/db",
    ]);
  });

  test("sees what is dialled where a headless Service translates nothing, and looks names up on each pod elsewhere", () => {
    const services = (clusterIP: string) =>
      documents(
        pod("web", { container: "env: [{ name: DB_ADDR, value: 'db:80' }]" }),
        pod("db", { container: "ports: [{ name: sql, containerPort: 5432 }]" }),
        object(
          "v1",
          "Service",
          "db",
          `spec: { ${clusterIP}selector: { app: db }, ports: [{ port: 80, targetPort: sql }] }`,
        ),
      );
    const portsOf = (text: string) => {
      const { reachability, footholds } = attackOn(text);
      return inferNeeds(reachability.program.cluster, footholds, []).map(({ to, ports }) => `${to} ${ports}`);
    };
    expect(portsOf(services(""))).toEqual(["shop/Pod/db TCP 5432"]);
    expect(portsOf(services("clusterIP: None, "))).toEqual(["shop/Pod/db TCP 80"]);
  });

  test("has one choke point, whose patch closes what is not needed and breaks nothing", () => {
    const found = chokePoints(attack, [fact("batch"), fact("user"), fact("web")], [fact("db")]);
    expect(found).toMatchObject({ proof: "smallest", connected: 3, closes: 1 });
    expect(found.points).toMatchObject([
      { statement: { kind: "rule", policy: "shop/web", direction: "ingress", index: 0 }, closes: 1 },
    ]);
    expect(found.inherent.map((one) => one.from)).toEqual(["shop/Pod/user", "shop/Pod/web"]);
    expect(found.verified).toMatchObject({ open: 0, breaks: [] });
    expect(found.verified.meanAfter).toBeLessThan(found.verified.meanBefore);
    expect(found.patch).toContain("app: user");
  });

  test("has none where only needed flows lead", () => {
    expect(chokePoints(attack, [fact("web")], [fact("db")])).toMatchObject({ proof: "none", points: [], patch: "" });
  });
});

describe("a setting is a choke point where no policy can help, and its patch is tried", () => {
  const choke = (text: string, target: string) => {
    const attack = attackOn(text);
    const [from, to] = [findFact(attack, "shop/Pod/a", "start"), findFact(attack, target, "target")];
    if (!from || !to) throw new Error("no such fact");
    return chokePoints(attack, [from], [to]);
  };
  const heading = (kind: string, name: string, apiVersion = "v1") =>
    `${kind === "Pod" ? "# a Pod that is there keeps its spec: make it anew\n" : ""}apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: shop\nspec:\n`;

  test("a privileged container", () => {
    const text = documents(
      pod("a", { container: "securityContext: { privileged: true }", spec: "nodeName: n1" }),
      pod("b"),
    );
    const merge = `${heading("Pod", "a")}  containers:\n    - name: c\n      securityContext:\n        privileged: false\n`;
    expect(choke(text, "node:n1")).toMatchObject({
      points: [{ edit: "drop privileged from container c in shop/Pod/a", closes: 1, patch: "", merge }],
      patch: "",
      merge,
      verified: { open: 0 },
    });
  });

  test("a directory of the node, with its mounts", () => {
    const text = pod("a", {
      container: "volumeMounts: [{ name: root, mountPath: /host }]",
      spec: "nodeName: n1, volumes: [{ name: root, hostPath: { path: / } }]",
    });
    expect(choke(text, "node:n1")).toMatchObject({
      merge: `${heading("Pod", "a")}  containers:\n    - name: c\n      volumeMounts:\n        - $patch: delete\n          mountPath: /host\n  volumes:\n    - $patch: delete\n      name: root\n`,
      verified: { open: 0 },
    });
  });

  test("a directory that has to be written to, by taking that away alone", () => {
    const text = pod("a", {
      container: "volumeMounts: [{ name: etc, mountPath: /host }, { name: etc, mountPath: /ro, readOnly: true }]",
      spec: "nodeName: n1, volumes: [{ name: etc, hostPath: { path: /etc } }]",
    });
    expect(choke(text, "node:n1")).toMatchObject({
      points: [{ edit: "mount hostPath volume etc read-only in shop/Pod/a" }],
      merge: `${heading("Pod", "a")}  containers:\n    - name: c\n      volumeMounts:\n        - mountPath: /host\n          name: etc\n          readOnly: true\n`,
      verified: { open: 0 },
    });
  });

  test("of two containers that are privileged both", () => {
    const one = pod("a", { container: "securityContext: { privileged: true }", spec: "nodeName: n1" });
    const second = "{ name: d, image: d, securityContext: { privileged: true } }";
    const text = one.replace("}]", `}, ${second}]`);
    expect(choke(text, "node:n1")).toMatchObject({
      points: [
        { edit: "drop privileged from container c in shop/Pod/a", closes: 0 },
        { edit: "drop privileged from container d in shop/Pod/a", closes: 0 },
      ],
      closes: 1,
      verified: { open: 0 },
    });
  });

  test("but not of a workload that the input does not hold, which is told in words and tried without it", () => {
    const owner = "ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: u, controller: true }]";
    const text = pod("a", {
      container: "securityContext: { privileged: true }",
      spec: "nodeName: n1",
      meta: "",
    }).replace("labels:", `${owner}, labels:`);
    const attack = attackOn(text);
    const [from, to] = [findFact(attack, "shop/ReplicaSet/a", "start"), findFact(attack, "node:n1", "target")];
    if (!from || !to) throw new Error("no such fact");
    expect(chokePoints(attack, [from], [to])).toMatchObject({
      points: [{ edit: "drop privileged from container c in shop/ReplicaSet/a", merge: "" }],
      merge: "",
      verified: { open: 0 },
    });
  });

  test.each([
    ["mounted by default", "", "  automountServiceAccountToken: false\n"],
    [
      "projected by the pod itself",
      "volumes: [{ name: t, projected: { sources: [{ serviceAccountToken: { path: token } }] } }]",
      "  automountServiceAccountToken: false\n  volumes:\n    - $patch: delete\n      name: t\n",
    ],
  ])("a token %s", (_, spec, patched) => {
    const text = pod("a", { spec });
    expect(choke(text, "token:serviceaccount:shop/default")).toMatchObject({
      points: [{ closes: 1 }],
      merge: `${heading("Pod", "a")}${patched}`,
      verified: { open: 0 },
    });
  });
});

test("a token is said to be of use where roles are bound to its account", () => {
  const text = (more: string) => documents(pod("a"), ...(more === "" ? [] : [more]));
  const edits = (manifests: string) => {
    const attack = attackOn(manifests);
    const [from, to] = [
      findFact(attack, "shop/Pod/a", "start"),
      findFact(attack, "token:serviceaccount:shop/default", "target"),
    ];
    return from && to ? chokePoints(attack, [from], [to]).points.map(({ edit }) => edit) : [];
  };
  const off = "set automountServiceAccountToken: false in shop/Pod/a";
  expect(edits(text(""))).toEqual([off]);
  expect(edits(text(granted('{ apiGroups: [""], resources: [pods], verbs: [get] }')))).toEqual([
    `${off}, which can then not use the roles bound to its account`,
  ]);
});

test("data that leaves is kept in by isolating for egress, which is not written as a patch", () => {
  const attack = attackOn(pod("a"));
  const [from, to] = [findFact(attack, "shop/Pod/a", "start"), findFact(attack, "internet", "target")];
  if (!from || !to) throw new Error("no such fact");
  expect(chokePoints(attack, [from], [to])).toMatchObject({
    inherent: [],
    points: [{ edit: "isolate shop/Pod/a for egress, but for what it needs outside", closes: 1 }],
    verified: { open: 0 },
  });
});
