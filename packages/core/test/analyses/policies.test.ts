import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPolicy } from "../../src/analyses/find-policy.ts";
import { familiesOf, type Matched, unite } from "../../src/analyses/membership.ts";
import { type PolicyMatch, policiesFor, policyAnswer, policyList } from "../../src/analyses/policies.ts";
import { decide } from "../../src/analyses/query.ts";
import type { RuleMatch } from "../../src/analyses/rule-match.ts";
import { compile } from "../../src/compile/compile.ts";
import { encounters, sideOf } from "../../src/engine/encounter.ts";
import type { Endpoint, Member } from "../../src/engine/endpoints.ts";
import { peersHold } from "../../src/engine/extent.ts";
import { findEndpoint } from "../../src/engine/names.ts";
import { reach } from "../../src/engine/reach.ts";
import type { AdminPolicy, AdminRule, Cluster, NetworkPolicy, PolicyRule } from "../../src/model/cluster.ts";
import type { Direction } from "../../src/model/flow.ts";
import type { Party, Program, Rule } from "../../src/model/program.ts";
import { EVERYTHING, matches } from "../../src/model/selector.ts";
import { scenario } from "../arbitraries.ts";
import { NOWHERE } from "../arbitraries-labels.ts";
import { policyRule } from "../arbitraries-policies.ts";
import { runs } from "../properties/engine.ts";
import { deployment, policy, programOf } from "../report/listed.ts";

const DIRECTIONS = ["ingress", "egress"] as const;

function matchOf(program: Program, name: string): PolicyMatch {
  const found = findPolicy(program, name);
  if (found.kind !== "policy") throw new Error(`${name} is ${found.kind}`);
  const { match } = policyAnswer(program, found.policy);
  if (!match) throw new Error(`${name} was left out`);
  return match;
}

function endpointOf(program: Program, name: string): Endpoint {
  const found = findEndpoint(program, name);
  if (found.kind !== "endpoint") throw new Error(`${name} is ${found.kind}`);
  return found.endpoint;
}

const idsOf = (matched: readonly Matched[]) => matched.map(({ endpoint }) => endpoint.id);
const peersOf = ({ peers }: RuleMatch) => (peers === "any" ? peers : peers.map(({ matches: all }) => idsOf(all)));

/** An admin policy; `spec` in flow style, on one line. */
function admin(name: string, priority: number, spec: string): string {
  return `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: Admin, priority: ${priority}, ${spec} }
`;
}

const SHOP = "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { env: prod } }\n";
const DEV = "apiVersion: v1\nkind: Namespace\nmetadata: { name: dev }\n";
const PROD = "subject: { namespaces: { matchLabels: { env: prod } } }";

/** Two workloads that give the name `http` to different ports, and one elsewhere. */
const named = (name: string, port: number) =>
  deployment("shop", name).replace("image: main", `image: main, ports: [{ name: http, containerPort: ${port} }]`);
const workloads = [SHOP, DEV, named("web", 8080), named("db", 9090), deployment("dev", "job")];

describe("one policy", () => {
  test("says whom it selects, what it isolates and whom each peer matches", () => {
    const spec =
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }, { namespaceSelector: {} }, { ipBlock: { cidr: 203.0.113.0/24 } }] }] }";
    const program = programOf(...workloads, policy("shop", "db", spec));
    const match = matchOf(program, "shop/db");
    expect(match).toMatchObject({ tier: "network-policy", isolates: ["ingress"], ignored: [] });
    expect(idsOf(match.selects)).toEqual(["shop/Deployment/db"]);
    const [rule] = match.rules as [RuleMatch];
    expect(rule).toMatchObject({ direction: "ingress", index: 0, action: "allow", ports: "any" });
    const [web, all, block] = peersOf(rule) as string[][];
    expect(web).toEqual(["shop/Deployment/web"]);
    expect(all).toEqual(["dev/Deployment/job", "shop/Deployment/db", "shop/Deployment/web"]);
    expect(block).toContain("203.0.113.0/24");
    expect(rule.peers !== "any" && rule.peers.every(({ span }) => span.path === "shop.yaml")).toBe(true);
  });

  test("resolves a port's name on each pod it selects for ingress, on each destination for egress", () => {
    const rules = "podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ ports: [{ port: http }] }]";
    const egress = "egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: http }] }]";
    const match = matchOf(programOf(...workloads, policy("shop", "p", `{ ${rules}, ${egress} }`)), "shop/p");
    const resolved = match.rules.map(({ ports }) =>
      ports === "any"
        ? []
        : ports.flatMap((port) =>
            port.kind === "everywhere"
              ? []
              : port.destinations.map(({ endpoint, connections }) => [endpoint.name, `${connections}`]),
          ),
    );
    expect(resolved).toEqual([
      [
        ["db", "TCP 9090"],
        ["web", "TCP 8080"],
      ],
      [["db", "TCP 9090"]],
    ]);
  });

  test("says which rules match nothing, and why", () => {
    const from = (peer: string, port: string) => `{ from: [${peer}], ports: [{ port: ${port} }] }`;
    const rules = [
      from("{ podSelector: { matchLabels: { app: nobody } } }", "80"),
      from("{ podSelector: {} }", "nothing"),
      from("{ podSelector: {} }", "80"),
    ];
    const match = matchOf(
      programOf(...workloads, policy("shop", "p", `{ podSelector: {}, ingress: [${rules}] }`)),
      "shop/p",
    );
    expect(match.rules.map(({ remark }) => remark)).toEqual(["peers-match-nothing", "ports-match-nothing", undefined]);
  });

  test("names the rules that its policy types leave without effect", () => {
    const spec = "{ podSelector: {}, policyTypes: [Ingress], egress: [{}, {}] }";
    const match = matchOf(programOf(...workloads, policy("shop", "p", spec)), "shop/p");
    expect(match.rules).toEqual([]);
    expect(match.ignored).toMatchObject([
      { direction: "egress", index: 0, reason: "direction-not-governed" },
      { direction: "egress", index: 1, reason: "direction-not-governed" },
    ]);
  });

  test("selects nothing where nobody has its labels, and its rules are told all the same", () => {
    const spec = "{ podSelector: { matchLabels: { app: nobody } }, ingress: [{ ports: [{ port: http }] }] }";
    const match = matchOf(programOf(...workloads, policy("shop", "p", spec)), "shop/p");
    expect(match.selects).toEqual([]);
    expect(match.rules).toMatchObject([{ peers: "any", ports: [{ destinations: [] }] }]);
    expect(match.rules[0]).not.toHaveProperty("remark");
  });

  test("of an admin tier has its order and its actions, and selects pods without a single rule", () => {
    const rule =
      "ingress: [{ action: Deny, from: [{ namespaces: { matchLabels: { kubernetes.io/metadata.name: dev } } }] }]";
    const program = programOf(...workloads, admin("first", 5, `${PROD}, ${rule}`), admin("empty", 1, PROD));
    expect(policyList(program).policies.map(({ policy: { name } }) => name)).toEqual(["empty", "first"]);
    const match = matchOf(program, "first");
    expect(match).toMatchObject({ tier: "admin", priority: 5, isolates: [], rules: [{ action: "deny" }] });
    expect(peersOf(match.rules[0] as RuleMatch)).toEqual([["dev/Deployment/job"]]);
    expect(idsOf(matchOf(program, "empty").selects)).toEqual(["shop/Deployment/db", "shop/Deployment/web"]);
  });

  test("with a peer of a newer API allows nothing, and denies everyone", () => {
    const rules = "ingress: [{ action: Accept, from: [{ future: {} }] }, { action: Pass, from: [{ future: {} }] }]";
    const match = matchOf(programOf(...workloads, admin("p", 5, `${PROD}, ${rules}`)), "p");
    expect(match.ignored).toMatchObject([{ direction: "ingress", index: 0, reason: "unrecognised-peer" }]);
    expect(match.rules).toMatchObject([{ index: 1, action: "deny", peers: "any", remark: "fails-closed" }]);
  });
});

describe("doubt", () => {
  test("is said of members that hang on an option or on a fact nobody wrote down", () => {
    const peers = "{ ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: 10.0.0.0/8 } }";
    const program = programOf(
      ...workloads,
      policy("shop", "p", `{ podSelector: {}, ingress: [{ from: [${peers}] }] }`),
    );
    const [rule] = matchOf(program, "shop/p").rules as [RuleMatch];
    const of = (peer: number) =>
      rule.peers === "any"
        ? []
        : (rule.peers[peer]?.matches ?? [])
            .filter(({ endpoint }) => endpoint.name === "web")
            .map(({ likelihood, assumptions }) => [likelihood, ...assumptions.map(({ code }) => code)]);
    expect(of(0)).toEqual([["expected", "ip-block-matches-pods"]]);
    expect(of(1)).toEqual([["possible", "pod-address-unknown", "ip-block-matches-pods"]]);
    const outside = rule.peers === "any" ? [] : unite(rule.peers.map(({ matches: all }) => all));
    expect(outside.filter(({ endpoint }) => endpoint.type === "address").map(({ likelihood }) => likelihood)).toEqual([
      "certain",
      "certain",
    ]);
  });

  test("is said of whom a policy selects and of the isolation that follows", () => {
    const agent = deployment("shop", "agent").replace("spec: { containers", "spec: { hostNetwork: true, containers");
    const program = programOf(agent, policy("shop", "p", "{ podSelector: {} }"));
    expect(matchOf(program, "shop/p").selects).toMatchObject([{ likelihood: "possible" }]);
    const answer = policiesFor(program, endpointOf(program, "shop/agent"));
    expect(answer).toMatchObject({ governed: "host-network", ingress: { isolation: "no" } });
    expect(answer.ingress.assumptions.map(({ code }) => code)).toEqual(["host-network"]);
  });
});

describe("one endpoint", () => {
  const quiet = policy("shop", "quiet", "{ podSelector: {} }");
  const web = policy(
    "shop",
    "web",
    "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{}] }",
  );

  test("has by direction the policies that isolate it or have a rule for it", () => {
    const deny = admin("deny", 1, `${PROD}, egress: [{ action: Deny, to: [{ namespaces: {} }] }]`);
    const program = programOf(...workloads, quiet, web, deny);
    const answer = policiesFor(program, endpointOf(program, "shop/web"));
    const namesIn = (direction: Direction) => answer[direction].policies.map(({ policy: { name } }) => name);
    expect([namesIn("ingress"), namesIn("egress")]).toEqual([["quiet"], ["deny", "web"]]);
    expect([answer.ingress.isolation, answer.egress.isolation]).toEqual(["yes", "yes"]);
    expect(policiesFor(program, endpointOf(program, "dev/job")).policies).toEqual([]);
  });

  test("that policies tell parts of is isolated in part", () => {
    const db = deployment("shop", "db", 3).replace("kind: Deployment", "kind: StatefulSet");
    const first = "{ podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: db-0 } } }";
    const program = programOf(db, policy("shop", "first", first));
    const answer = policiesFor(program, endpointOf(program, "shop/db"));
    expect(answer.ingress.isolation).toBe("partly");
    expect(idsOf(answer.ingress.policies[0]?.selects ?? [])).toEqual(["shop/StatefulSet/db#0"]);
  });

  test("has the policies that were left out and might have selected it", () => {
    const cilium =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: shop }\nspec: {}\n";
    const program = programOf(...workloads, cilium);
    const leftOut = (name: string) => policiesFor(program, endpointOf(program, name)).leftOut.map(({ kind }) => kind);
    expect([leftOut("shop/web"), leftOut("dev/job")]).toEqual([["CiliumNetworkPolicy"], []]);
    expect(policyList(program).leftOut).toHaveLength(1);
  });

  test("outside the cluster is nobody's subject", () => {
    const program = programOf(...workloads, quiet);
    expect(policiesFor(program, endpointOf(program, "internet"))).toMatchObject({ governed: "outside", policies: [] });
  });
});

describe("a policy's name", () => {
  const program = programOf(
    ...workloads,
    policy("shop", "same", "{ podSelector: {} }"),
    policy("default", "same", "{ podSelector: {} }"),
    "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: same, namespace: shop }\nspec: {}\n",
    admin("guard", 1, PROD),
  );

  test("may leave out the default namespace, and has none where the policy has none", () => {
    expect(findPolicy(program, "same")).toMatchObject({ policy: { policy: { namespace: "default" } } });
    expect(findPolicy(program, "guard")).toMatchObject({ kind: "policy", policy: { tier: "admin" } });
    expect(findPolicy(program, "ClusterNetworkPolicy/guard").kind).toBe("policy");
  });

  test("that several bear is ambiguous until the kind is named; those left out count too", () => {
    expect(findPolicy(program, "shop/same")).toEqual({
      kind: "ambiguous",
      candidates: ["NetworkPolicy/shop/same", "CiliumNetworkPolicy/shop/same"],
    });
    expect(findPolicy(program, "CiliumNetworkPolicy/shop/same")).toMatchObject({ policy: { reason: "unsupported" } });
  });

  test("that nobody bears is answered with what it may have meant", () => {
    expect(findPolicy(program, "gaurd")).toEqual({ kind: "none", similar: ["guard"] });
    expect(findPolicy(program, "quite/different")).toEqual({ kind: "none", similar: [] });
  });
});

// ------------------------------------------------------------------------------------------------------------------- laws

test("an endpoint is isolated exactly when some policy that selects it says so", () => {
  fc.assert(
    fc.property(scenario, ({ cluster, options }) => {
      const { program } = compile(cluster, options);
      const reachability = reach(program);
      for (const endpoint of reachability.endpoints) {
        const answer = policiesFor(program, endpoint);
        for (const direction of DIRECTIONS) {
          const { isolation, policies } = answer[direction];
          const saying = policies.filter(
            ({ isolates, selects }) =>
              isolates.includes(direction) && selects.some(({ likelihood }) => likelihood !== "possible"),
          );
          const named = saying.map(({ policy: { namespace, name } }) => `${namespace}/${name}`);
          expect(named).toEqual(selectingByLabel(program, endpoint, direction));
          expect(isolation).toBe(named.length > 0 ? "yes" : "no");
          expect(isolation).toBe(reachability.isolated(endpoint, direction));
        }
      }
    }),
    runs(40),
  );
}, 900_000);

/** The policies that isolate an endpoint, read off the labels of its first pod. */
function selectingByLabel({ cluster, parties }: Program, { members }: Endpoint, direction: Direction): string[] {
  const [{ party, pods: [pod] = [] }] = members as [Member];
  const own = parties[party];
  if (!pod || own?.kind !== "pods" || own.network === "host") return [];
  return cluster.networkPolicies
    .filter(({ namespace, policyTypes }) => namespace === pod.namespace && policyTypes.includes(direction))
    .filter(({ podSelector }) => matches(podSelector, pod.labels).holds)
    .map(({ namespace, name }) => `${namespace}/${name}`);
}

test("the endpoints a peer is said to match are those whose flow the rule's peer list admits", () => {
  fc.assert(
    fc.property(scenario, ({ cluster, options }) => {
      const { program } = compile({ ...cluster, adminPolicies: cluster.networkPolicies.map(asAdmin) }, options);
      const { endpoints } = reach(program);
      for (const { policy: name } of program.policies) {
        const match = matchOf(
          program,
          `${name.kind}/${name.namespace === undefined ? "" : `${name.namespace}/`}${name.name}`,
        );
        for (const rule of match.rules) {
          if (rule.peers === "any") continue;
          const compiled = ruleOf(program, match, rule);
          const matched = unite(rule.peers.map(({ matches: all }) => all));
          for (const subject of match.selects.map(({ endpoint }) => endpoint))
            for (const peer of endpoints) expectAgreement(program, { rule, compiled, matched, subject, peer });
        }
      }
    }),
    runs(40),
  );
}, 900_000);

interface Encountered {
  readonly rule: RuleMatch;
  readonly compiled: Rule;
  readonly matched: readonly Matched[];
  readonly subject: Endpoint;
  readonly peer: Endpoint;
}

function expectAgreement(program: Program, { rule, compiled, matched, subject, peer }: Encountered): void {
  const { direction } = rule;
  const [source, destination] = (direction === "egress" ? [subject, peer] : [peer, subject]).map(
    ({ members }) => members[0],
  ) as [Member, Member];
  const said = matched.find(({ endpoint }) => endpoint.id === peer.id);
  for (const encounter of encounters(program, source, destination)) {
    const { expected, possible } = peersHold(program, compiled, sideOf(encounter, direction));
    const covers = said !== undefined && (said.families?.includes(encounter.family) ?? true);
    expect(covers && said.likelihood !== "possible").toBe(expected);
    if (!said) expect(possible).toBe(false);
  }
}

function ruleOf({ layers }: Program, { policy: { kind, namespace, name } }: PolicyMatch, rule: RuleMatch): Rule {
  const rules = layers.flatMap(({ tiers }) => tiers[rule.direction]).flatMap((tier) => tier.rules);
  return rules.find(
    (one) =>
      one.index === rule.index &&
      one.policy.kind === kind &&
      one.policy.name === name &&
      one.policy.namespace === namespace,
  ) as Rule;
}

/** What comes nearest to a NetworkPolicy among admin policies. */
function asAdmin({ name, podSelector, ingress, egress }: NetworkPolicy): AdminPolicy {
  return {
    kind: "AdminNetworkPolicy",
    name,
    tier: "admin",
    priority: 10,
    subject: { namespaceSelector: EVERYTHING, podSelector },
    ingress: ingress.flatMap((rule) => adminRule(rule, "ingress")),
    egress: egress.flatMap((rule) => adminRule(rule, "egress")),
    span: NOWHERE,
  };
}

function adminRule({ peers, ports, span }: PolicyRule, direction: Direction): AdminRule[] {
  if (peers === "any") return [];
  const kept = peers.flatMap((peer): AdminRule["peers"] => {
    if (peer.kind !== "ipBlock") return [{ ...peer, kind: "pods", namespaceSelector: namespacesOf(peer) }];
    if (direction === "ingress") return [];
    return [{ kind: "networks", addresses: peer.addresses, cidrs: [peer.cidr], span: peer.span }];
  });
  return kept.length > 0 ? [{ action: "deny", peers: kept, ports, span }] : [];
}

function namespacesOf(peer: Exclude<Exclude<PolicyRule["peers"], "any">[number], { kind: "ipBlock" }>) {
  return peer.kind === "namespaces" ? peer.namespaceSelector : EVERYTHING;
}

test("where one rule is all there is, whom it is said to match may connect, and nobody else", () => {
  fc.assert(
    fc.property(scenario, policyRule, fc.constantFrom(...DIRECTIONS), ({ cluster, options }, rule, direction) => {
      const { program } = compile(alone(cluster, { ...rule, ports: "any" }, direction), options);
      const { endpoints } = reach(program, { by: "workload" });
      const match = matchOf(program, "a/only");
      const [only] = match.rules as [RuleMatch];
      const matched = only.peers === "any" ? "any" : unite(only.peers.map(({ matches: all }) => all));
      const governed = match.selects.filter(({ likelihood }) => likelihood !== "possible");
      for (const { endpoint: subject } of governed) {
        for (const peer of endpoints) {
          if (subject.id === peer.id || isOnHost(peer)) continue;
          const [source, destination] = direction === "egress" ? [subject, peer] : [peer, subject];
          const decision = decide(program, { source: source.id, destination: destination.id });
          if (decision[direction].applies !== "policy") continue;
          const admits = matched === "any" || matched.some((one) => meets(program, subject, peer, one));
          expect(`${peer.id} ${decision[direction].verdict}`).toBe(`${peer.id} ${admits ? "allow" : "deny"}`);
        }
      }
    }),
    runs(60),
  );
}, 900_000);

/** Whether a match is counted in for this peer, in a family that the subject has as well. */
function meets({ parties }: Program, subject: Endpoint, peer: Endpoint, { endpoint, likelihood, families }: Matched) {
  const [own, other] = [subject, peer].map(({ members }) => familiesOf(parties[members[0]?.party ?? 0] as Party));
  const shared = own?.filter((family) => (families ?? other)?.includes(family)) ?? [];
  return endpoint.id === peer.id && likelihood !== "possible" && shared.length > 0;
}

/** Traffic with the own node is exempt, whatever rules say. */
function isOnHost({ members }: Endpoint): boolean {
  return members.some(({ pods }) => pods.some(({ network }) => network === "host"));
}

function alone(cluster: Cluster, rule: PolicyRule, direction: Direction): Cluster {
  const only: NetworkPolicy = {
    namespace: "a",
    name: "only",
    podSelector: EVERYTHING,
    policyTypes: [direction],
    policyTypesWritten: true,
    ingress: direction === "ingress" ? [rule] : [],
    egress: direction === "egress" ? [rule] : [],
    span: NOWHERE,
  };
  return { ...cluster, networkPolicies: [only] };
}
