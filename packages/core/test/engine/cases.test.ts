import { describe, expect, test } from "vitest";
import { compile, decide, type Options, parse, reach, UPSTREAM } from "../../src/index.ts";
import type { Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

/** More kinds of pods than a word or two hold, told apart by their label `n`. */
const MANY = [...Array(70).keys()].map((n) => n + 100);
const many = Object.fromEntries(MANY.map((n) => [`many/p${n}`, { n: `${n}`, ...(n < 134 && { low: "yes" }) }]));
const apart = networkPolicy(
  "apart",
  "nobody",
  `{ podSelector: {}, ingress: [${MANY.map((n) => `{ from: [{ podSelector: { matchLabels: { n: "${n}" } } }] }`)}] }`,
);

/** What pods may open to the few of other namespaces who are not of the many, by `decide`, and where the listing says otherwise. */
function disagreements(step: Step, options: Partial<Options> = {}) {
  const { program } = compile(parse(sourcesOf(step)).cluster, { ...UPSTREAM, ...options });
  const reachability = reach(program, { by: "pod" });
  const pods = reachability.endpoints.filter(({ type }) => type === "pod");
  const places = new Map(reachability.endpoints.map((endpoint, position) => [endpoint, position]));
  const verdicts = new Map<string, string>();
  const wrong: string[] = [];
  for (const from of pods) {
    const { row, bonds } = reachability.fan(from);
    for (const to of pods) {
      if (from.namespace === to.namespace || to.namespace === "many") continue;
      const decided = decide(program, { source: from.id, destination: to.id }).allowed.toString();
      const listed = reachability.between(from.id, to.id).toString();
      const fanned = bonds.bond(row.at(places.get(to) ?? 0)).connections.toString();
      verdicts.set(`${from.name} > ${to.name}`, decided);
      if (decided !== listed || decided !== fanned)
        wrong.push(`${from.id} → ${to.id}: ${listed} or ${fanned}, not ${decided}`);
    }
  }
  return { verdicts, wrong };
}

describe("a row says what decide says", () => {
  test("of those that more rules name than a word has bits, each on a port of its own", () => {
    const rules = MANY.slice(0, 40).map(
      (n) =>
        `{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { n: "${n}" } } }], ports: [{ port: ${900 + n} }] }`,
    );
    const policies = networkPolicy("p", "one", `{ podSelector: {}, ingress: [${rules}] }`);
    const { verdicts, wrong } = disagreements({ pods: { ...many, "one/a": { app: "a" } }, policies });
    expect(wrong).toEqual([]);
    expect(["p100", "p132", "p133", "p169"].map((name) => verdicts.get(`${name} > a`))).toEqual([
      "TCP 1000",
      "TCP 1032",
      "TCP 1033",
      "none",
    ]);
  }, 60_000);

  test("of those that more rules let out to than a word has bits, each on a port of its own", () => {
    const rules = MANY.slice(0, 40).map(
      (n) =>
        `{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { n: "${n}" } } }], ports: [{ port: ${900 + n} }] }`,
    );
    const policies = networkPolicy("p", "one", `{ podSelector: {}, policyTypes: [Egress], egress: [${rules}] }`);
    const pods = Object.fromEntries(MANY.map((n) => [`wide/p${n}`, { n: `${n}` }]));
    const { verdicts, wrong } = disagreements({ pods: { ...pods, "one/a": { app: "a" } }, policies });
    expect(wrong).toEqual([]);
    expect(["p100", "p131", "p132", "p139", "p140"].map((name) => verdicts.get(`a > ${name}`))).toEqual([
      "TCP 1000",
      "TCP 1031",
      "TCP 1032",
      "TCP 1039",
      "none",
    ]);
  }, 60_000);

  test("of those that rules name far apart, side by side, and in the whole of the first word", () => {
    const named = (n: number, port: number) =>
      `{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { n: "${n}" } } }], ports: [{ port: ${port} }] }`;
    const low = `{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { low: "yes" } } }], ports: [{ port: 1 }] }`;
    const policies =
      apart +
      networkPolicy(
        "p",
        "one",
        `{ podSelector: { matchLabels: { app: a } }, ingress: [${named(100, 2)}, ${named(168, 3)}, ${named(169, 4)}] }`,
      ) +
      networkPolicy("q", "one", `{ podSelector: { matchLabels: { app: b } }, ingress: [${low}] }`);
    const pods = { ...many, "one/a": { app: "a" }, "one/b": { app: "b" }, "zone/c": { app: "c" } };
    const { verdicts, wrong } = disagreements({ pods, policies });
    expect(wrong).toEqual([]);
    const told = (from: string) => [verdicts.get(`${from} > a`), verdicts.get(`${from} > b`)];
    expect(["p100", "p101", "p168", "p169", "c"].map(told)).toEqual([
      ["TCP 2", "TCP 1"],
      ["none", "TCP 1"],
      ["TCP 3", "none"],
      ["TCP 4", "none"],
      ["none", "none"],
    ]);
  }, 60_000);

  test("of a host-network pod on the own node that is seen as a pod, beside very many that rules name", () => {
    const nodes = { n1: "192.168.1.1" };
    const onNode = Object.fromEntries(MANY.map((n) => [`many/p${n}`, { labels: { n: `${n}` }, node: "n1" }]));
    const pods = {
      ...onNode,
      "one/a": { labels: { app: "a" }, node: "n1" },
      "zone/host": { labels: { app: "host" }, node: "n1", hostNetwork: true },
    };
    const whole = "{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: many } } }] }";
    const policies = apart + networkPolicy("p", "one", `{ podSelector: {}, ingress: [${whole}] }`);
    const { verdicts, wrong } = disagreements({ nodes, pods, policies }, { hostNetworkPods: "pod" });
    expect(wrong).toEqual([]);
    expect([verdicts.get("host > a"), verdicts.get("p169 > a")]).toEqual(["none", "all"]);
  }, 60_000);

  test("of rules of every action and many ports, whichever tier they are of", () => {
    const actions = ["Accept", "Deny", "Pass"];
    const ports = [...Array(9).keys()];
    const pods = Object.fromEntries([
      ["x/from", { app: "from" }] as const,
      ...actions.flatMap((action) =>
        ports.flatMap((port) =>
          ["Admin", "Baseline"].map(
            (tier) => [`y/${action}-${port}-${tier}`.toLowerCase(), { app: `${action}-${port}-${tier}` }] as const,
          ),
        ),
      ),
      ["y/isolated-admin", { app: "isolated-admin" }] as const,
      ["y/isolated-baseline", { app: "isolated-baseline" }] as const,
    ]);
    const from = "from: [{ namespaces: {} }]";
    const policies = [
      ...actions.flatMap((action) =>
        ports.flatMap((port) =>
          ["Admin", "Baseline"].map((tier) =>
            adminPolicy(
              tier,
              `${action}-${port}-${tier}`,
              `[{ action: ${action}, ${from}, protocols: [{ tcp: { destinationPort: { number: ${port + 1} } } }] }, { action: Deny, ${from}, protocols: [{ udp: { destinationPort: { number: 53 } } }] }]`,
            ),
          ),
        ),
      ),
      adminPolicy("Admin", "isolated-admin", `[{ action: Deny, ${from} }]`),
      adminPolicy("Baseline", "isolated-baseline", `[{ action: Deny, ${from} }]`),
      networkPolicy(
        "open",
        "y",
        "{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [isolated-admin, isolated-baseline] }] }, ingress: [{}] }",
      ),
    ];
    const { verdicts, wrong } = disagreements({ pods, policies: policies.join("") });
    expect(wrong).toEqual([]);
    const told = ["isolated-admin", "isolated-baseline", "deny-2-admin", "deny-2-baseline", "accept-5-admin"];
    expect(told.map((name) => verdicts.get(`from > ${name}`))).toEqual([
      "none",
      "all",
      "TCP 1-2,4-65535; UDP 1-52,54-65535; SCTP all",
      "TCP 1-2,4-65535; UDP 1-52,54-65535; SCTP all",
      "TCP all; UDP 1-52,54-65535; SCTP all",
    ]);
  }, 60_000);

  test("of one rule alone, of every action and many ports", () => {
    const actions = ["Accept", "Deny", "Pass"];
    const ports = [...Array(12).keys()].map((port) => port + 1);
    const apps = actions.flatMap((action) => ports.map((port) => ({ action, port, app: `${action}-${port}` })));
    const pods = Object.fromEntries([
      ["x/from", { app: "from" }] as const,
      ...apps.map(({ app }) => [`y/${app.toLowerCase()}`, { app }] as const),
    ]);
    const policies = apps.map(({ action, port, app }) =>
      adminPolicy(
        "Admin",
        app,
        `[{ action: ${action}, from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: ${port} } } }] }]`,
      ),
    );
    const { verdicts, wrong } = disagreements({ pods, policies: policies.join("") });
    expect(wrong).toEqual([]);
    expect(apps.map(({ app }) => verdicts.get(`from > ${app.toLowerCase()}`))).toEqual(
      apps.map(({ action, port }) =>
        action !== "Deny"
          ? "all"
          : `TCP ${port > 1 ? `1${port > 2 ? `-${port - 1}` : ""},` : ""}${port + 1}-65535; UDP all; SCTP all`,
      ),
    );
  }, 60_000);

  test("of a rule that passes and one that denies, in one tier and in two", () => {
    const pods = { "x/from": { app: "from" }, "y/one": { app: "one" }, "y/two": { app: "two" } };
    const rule = (action: string) => `{ action: ${action}, from: [{ namespaces: {} }] }`;
    const policies =
      adminPolicy("Admin", "one", `[${rule("Pass")}, ${rule("Deny")}]`) +
      adminPolicy("Admin", "two", `[${rule("Pass")}]`) +
      adminPolicy("Baseline", "two", `[${rule("Deny")}]`, "base");
    const { verdicts, wrong } = disagreements({ pods, policies });
    expect(wrong).toEqual([]);
    expect([verdicts.get("from > one"), verdicts.get("from > two")]).toEqual(["all", "none"]);
  });
});

function networkPolicy(name: string, namespace: string, spec: string): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
}

function adminPolicy(tier: string, app: string, ingress: string, name = app): string {
  return `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name.toLowerCase()} }
spec: { tier: ${tier}, priority: 1, subject: { pods: { podSelector: { matchLabels: { app: ${app} } } } }, ingress: ${ingress} }
`;
}
