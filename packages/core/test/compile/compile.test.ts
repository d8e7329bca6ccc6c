import { describe, expect, test } from "vitest";
import { compile, type Options, parse, UPSTREAM } from "../../src/index.ts";
import type { Direction, Family } from "../../src/model/flow.ts";
import type { Program, Selection } from "../../src/model/program.ts";
import type { Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

const policy = (spec: string, name = "p", namespace = "a") => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
const cnp = (name: string, spec: string, tier = "Admin") => `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: ${tier}, priority: 5, ${spec} }
`;
const deployment = (name: string, fields = "") => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: a }
spec: { replicas: 2, selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: main }], ${fields} } } }
`;

function compiled(step: Step, options: Partial<Options> = {}) {
  const all = { ...UPSTREAM, ...options };
  return compile(parse(sourcesOf(step), all).cluster, all);
}

const programOf = (step: Step, options: Partial<Options> = {}) => compiled(step, options).program;

/** The classes of pods, each as the names in it, and the blocks as their first CIDR. */
const partiesOf = ({ parties }: Program) =>
  parties.map((party) =>
    party.kind === "pods" ? party.pods.map(({ name }) => name).join("+") : party.addresses.toCidrs()[0],
  );

/** Parties by the name {@link partiesOf} gives them. */
function namesIn(program: Program, { members, doubts }: Selection) {
  const names = partiesOf(program);
  const within = (set: { has(index: number): boolean }) => names.filter((_, index) => set.has(index));
  const open = doubts.map(({ assumption, parties }) => [assumption.code, within(parties)] as const);
  return { members: within(members), doubts: open.filter(([, parties]) => parties.length > 0) };
}

function tierIn({ layers }: Program, direction: Direction, name = "network-policy") {
  const tier = layers[0]?.tiers[direction].find((one) => one.name === name);
  if (!tier) throw new Error(`there is no tier ${name}`);
  return tier;
}

const subjectsIn = (program: Program, direction: Direction = "ingress") =>
  tierIn(program, direction).isolation.map(({ subject }) => namesIn(program, subject));

function peerIn(program: Program, direction: Direction = "ingress", family: Family = "IPv4", tier?: string) {
  const [rule] = tierIn(program, direction, tier).rules;
  const peers = rule === undefined || rule.peers === "any" ? [] : rule.peers;
  return peers.map(({ selection }) => namesIn(program, selection[family]))[0];
}

describe("pods share a class", () => {
  const classes = (step: Step, options: Partial<Options> = {}) =>
    partiesOf(programOf(step, options)).filter((name) => !name?.includes("/"));
  const two = (first: object, second: object): NonNullable<Step["pods"]> => ({
    "a/x": { labels: {}, ...first },
    "a/y": { labels: {}, ...second },
  });
  const byLabel = policy("{ podSelector: { matchLabels: { app: web } } }");
  const byName = policy("{ podSelector: {}, ingress: [{ ports: [{ port: http }] }] }");
  const byBlock = policy("{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/24 } }] }] }");

  test.each([
    ["labels that no selector mentions", two({ labels: { tier: "a" } }, { labels: { tier: "b" } }), byLabel],
    ["port names that no rule mentions", two({ ports: ["sql TCP 1"] }, { ports: ["sql TCP 2"] }), byName],
    ["addresses in one block", two({ ip: "10.0.0.1" }, { ip: "10.0.0.2" }), byBlock],
    [
      "addresses of one block, whatever their order",
      two({ ip: ["10.0.0.1", "10.1.0.1"] }, { ip: ["10.1.0.2", "10.0.0.2"] }),
      byBlock,
    ],
    [
      "the same ports in another order",
      two({ ports: ["http TCP 1", "http UDP 2"] }, { ports: ["http UDP 2", "http TCP 1"] }),
      byName,
    ],
  ])("in spite of %s", (_, pods, policies) => {
    expect(classes({ pods, policies })).toEqual(["x+y"]);
  });

  test.each([
    ["labels that a selector mentions", two({ labels: { app: "a" } }, { labels: { app: "b" } }), byLabel],
    ["having such a label", two({ labels: { app: "a" } }, {}), byLabel],
    ["the empty value of such a label", two({ labels: { app: "" } }, {}), byLabel],
    ["the number of a port that a rule names", two({ ports: ["http TCP 1"] }, { ports: ["http TCP 2"] }), byName],
    ["the protocol of such a port", two({ ports: ["http TCP 1"] }, { ports: ["http UDP 1"] }), byName],
    ["the container of such a port", two({ ports: ["http TCP 1"] }, { ports: ["http TCP 1 init"] }), byName],
    ["addresses in different blocks", two({ ip: "10.0.0.1" }, { ip: "10.0.1.1" }), byBlock],
    ["a second address in another block", two({ ip: "10.0.0.1" }, { ip: ["10.0.0.2", "10.0.1.1"] }), byBlock],
    ["address families", two({ ip: "10.0.0.1" }, { ip: "fd00::1" }), ""],
    ["the host network", two({ ip: "10.0.0.1" }, { ip: "10.0.0.1", hostNetwork: true }), ""],
  ])("not if they differ in %s", (_, pods, policies) => {
    expect(classes({ pods, policies })).toEqual(["x", "y"]);
  });

  test("not across namespaces", () => {
    expect(classes({ pods: { "a/x": { labels: {} }, "b/x": { labels: {} } } })).toEqual(["x", "x"]);
  });

  test("not if a controller may set the label on one of them", () => {
    const hashed = policy("{ podSelector: { matchLabels: { pod-template-hash: x } } }");
    expect(classes({ pods: { "a/x": { labels: {} } }, manifests: deployment("web"), policies: hashed })).toEqual([
      "web",
      "x",
    ]);
  });
});

test("clusters to be compared are cut alike, whichever of them says what tells parties apart", () => {
  const step: Step = { pods: { "a/x": { labels: { app: "x" } }, "a/y": { labels: { app: "y" } } } };
  const spec =
    "{ podSelector: { matchLabels: { app: x } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/24 } }] }] }";
  const clusters = [step, { ...step, policies: policy(spec) }].map((one) => parse(sourcesOf(one)).cluster);
  const alone = clusters.map((one) => partiesOf(compile(one).program));
  expect(alone).toEqual([
    ["x+y", "0.0.0.0/0", "::/0"],
    ["x", "y", "0.0.0.0/5", "10.0.0.0/24", "::/0"],
  ]);
  for (const one of clusters) expect(partiesOf(compile(one, UPSTREAM, clusters).program)).toEqual(alone[1]);
});

test("all that decides is one layer, the network's", () => {
  expect(programOf({}).layers).toMatchObject([{ name: "network", final: "allow" }]);
});

describe("the families of a pod", () => {
  const familiesOf = (step: Step, options: Partial<Options> = {}) =>
    programOf(step, options).parties.flatMap((party) => (party.kind === "pods" ? [party.families.join("+")] : []));
  const nobody: Step = { pods: { "a/x": { labels: {} } } };
  const speaksV6 = policy("{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 'fd00::/8' } }] }] }");

  test("are those of its addresses, IPv4 first", () => {
    expect(familiesOf({ pods: { "a/x": { labels: {}, ip: ["fd00::1", "10.0.0.1"] } } })).toEqual(["IPv4+IPv6"]);
    expect(familiesOf({ pods: { "a/x": { labels: {}, ip: "fd00::1" } } }, { podCIDRs: ["10.0.0.0/8"] })).toEqual([
      "IPv6",
    ]);
  });

  test("without an address are those of the pod CIDRs, then of other pods, then IPv4, and IPv6 if a rule speaks of it", () => {
    expect(familiesOf(nobody)).toEqual(["IPv4"]);
    expect(familiesOf({ ...nobody, policies: speaksV6 })).toEqual(["IPv4+IPv6"]);
    expect(familiesOf({ pods: { "a/x": { labels: {} }, "a/y": { labels: {}, ip: "fd00::1" } } })).toEqual([
      "IPv6",
      "IPv6",
    ]);
    expect(familiesOf({ ...nobody, policies: speaksV6 }, { podCIDRs: ["10.0.0.0/8"] })).toEqual(["IPv4"]);
    expect(familiesOf(nobody, { podCIDRs: ["fd00::/8", "10.0.0.0/8"] })).toEqual(["IPv4+IPv6"]);
  });

  test("on the host network are those of its node", () => {
    const pods = { "a/x": { labels: {}, hostNetwork: true, node: "n1" } };
    expect(familiesOf({ pods, nodes: { n0: "10.0.0.9", n1: "fd00::9" } })).toEqual(["IPv6"]);
    expect(
      familiesOf({ pods: { "a/x": { labels: {}, hostNetwork: true, node: "n7" } }, nodes: { n0: "fd00::9" } }),
    ).toEqual(["IPv4"]);
    const node = `---
apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { addresses: [{ type: InternalIP, address: "fd00::9" }] }
`;
    const own = { "a/x": { labels: {}, hostNetwork: true, node: "n1", ip: "10.0.0.9" } };
    expect(familiesOf({ pods: own, manifests: node })).toEqual(["IPv4"]);
  });
});

describe("a selector", () => {
  const pods: NonNullable<Step["pods"]> = {
    "a/web": { app: "web" },
    "a/db": { app: "db" },
    "b/web": { app: "web", tier: "b" },
    "a/agent": { labels: { app: "web" }, hostNetwork: true },
  };

  test("picks pods of the policy's own namespace", () => {
    const program = programOf({ pods, policies: policy("{ podSelector: { matchLabels: { app: db } } }") });
    expect(subjectsIn(program)).toEqual([{ members: ["db"], doubts: [] }]);
  });

  test("leaves host-network pods in doubt, as nodes or as pods by option", () => {
    const step = { pods, policies: policy("{ podSelector: { matchLabels: { app: web } } }") };
    expect(subjectsIn(programOf(step))).toEqual([{ members: ["web"], doubts: [["host-network", ["agent"]]] }]);
    const asPods = subjectsIn(programOf(step, { hostNetworkPods: "pod" }));
    expect(asPods).toEqual([{ members: ["agent", "web"], doubts: [["host-network", ["agent"]]] }]);
  });

  test("of an admin policy never means host-network pods", () => {
    const spec =
      "subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: web } } } }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }]";
    const program = programOf({ pods, policies: cnp("c", spec) }, { hostNetworkPods: "pod" });
    const [rule] = tierIn(program, "ingress", "admin").rules;
    expect(rule && namesIn(program, rule.subject)).toEqual({ members: ["web", "web"], doubts: [] });
  });

  test("of namespaces picks by their labels, in doubt where there is no Namespace object", () => {
    const from = (selector: string) =>
      policy(`{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: ${selector} }] }] }`);
    const step = (selector: string): Step => ({
      pods: { "a/x": {}, "b/y": {} },
      namespaces: { a: { team: "t" } },
      undeclared: ["b"],
      policies: from(selector),
    });
    expect(peerIn(programOf(step("{ matchLabels: { team: t } }")))).toEqual({
      members: ["x"],
      doubts: [["namespace-labels-unknown", ["y"]]],
    });
    expect(peerIn(programOf(step("{ matchExpressions: [{ key: team, operator: DoesNotExist }] }")))).toEqual({
      members: ["y"],
      doubts: [["namespace-labels-unknown", ["y"]]],
    });
    expect(peerIn(programOf(step("{ matchLabels: { kubernetes.io/metadata.name: b } }")))).toEqual({
      members: ["y"],
      doubts: [],
    });
  });

  test("leaves nothing open about pods of namespaces that it does not pick", () => {
    const manifests = deployment("web") + deployment("api").replace("namespace: a", "namespace: b");
    const policies = policy("{ podSelector: { matchLabels: { pod-template-hash: x } } }");
    const program = programOf({ namespaces: { b: { team: "t" } }, manifests, policies });
    expect(subjectsIn(program)).toEqual([{ members: [], doubts: [["label-value-unknown", ["web"]]] }]);
    const from = policy(
      "{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: t } }, podSelector: { matchLabels: { pod-template-hash: x } } }] }] }",
    );
    expect(peerIn(programOf({ namespaces: { a: {}, b: { team: "t" } }, manifests, policies: from }))).toEqual({
      members: [],
      doubts: [["label-value-unknown", ["api"]]],
    });
  });

  test("of every pod of every namespace has host-network pods in it by option, and that is in doubt", () => {
    const step = { pods, policies: policy("{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }") };
    const doubts = [
      ["host-network", ["agent"]],
      ["empty-namespace-selector", ["agent"]],
    ];
    expect(peerIn(programOf(step))).toEqual({ members: ["db+web", "web"], doubts });
    const admitted = { emptyNamespaceSelectorAdmitsHostNetwork: true };
    expect(peerIn(programOf(step, admitted))).toEqual({ members: ["agent", "db+web", "web"], doubts });
    const peers = (options: Partial<Options>) => tierIn(programOf(step, options), "ingress").rules[0]?.peers;
    expect(peers({})).toMatchObject([{ kind: "pods", serviceAddress: "ignored", nodes: { admitted: false } }]);
    expect(peers(admitted)).toMatchObject([{ nodes: { admitted: true, doubt: { code: "empty-namespace-selector" } } }]);
  });

  test("of a label whose value nobody knows is in doubt", () => {
    const program = programOf({
      manifests: deployment("web"),
      policies: policy(
        "{ podSelector: { matchExpressions: [{ key: pod-template-hash, operator: NotIn, values: [x] }] } }",
      ),
    });
    expect(subjectsIn(program)).toEqual([{ members: ["web"], doubts: [["label-value-unknown", ["web"]]] }]);
    const message = tierIn(program, "ingress").isolation[0]?.subject.doubts[0]?.assumption.message;
    expect(message).toContain("`pod-template-hash`");
    expect(message).toContain("`a/Deployment/web`");
  });
});

describe("an address peer", () => {
  const block = (cidr: string, except = "") =>
    policy(`{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '${cidr}'${except} } }] }] }`);
  const pods: NonNullable<Step["pods"]> = {
    "a/in": { labels: {}, ip: "10.0.0.1" },
    "a/out": { labels: {}, ip: "10.9.0.1" },
    "a/bare": { labels: {} },
    "a/host": { labels: {}, ip: "10.0.0.9", hostNetwork: true },
  };

  test("holds blocks outside, pods by their address, and host-network pods by that of their node", () => {
    const program = programOf({ pods, policies: block("10.0.0.0/24") });
    expect(peerIn(program)).toEqual({
      members: ["host", "in", "10.0.0.0/24"],
      doubts: expect.arrayContaining([
        ["ip-block-matches-pods", ["bare", "in"]],
        ["pod-address-unknown", ["bare"]],
        ["host-network", ["host"]],
      ]),
    });
    const never = peerIn(programOf({ pods, policies: block("10.0.0.0/24") }, { ipBlockMatchesPods: false }));
    expect(never?.members).toEqual(["host", "10.0.0.0/24"]);
  });

  test("holds nothing of the other family", () => {
    const step: Step = {
      pods: { "a/in": { labels: {}, ip: ["10.0.0.1", "fd00::1"] } },
      policies: block("10.0.0.0/24"),
    };
    expect(peerIn(programOf(step), "ingress", "IPv6")).toEqual({ members: [], doubts: [] });
    expect(peerIn(programOf(step), "ingress", "IPv4")?.members).toEqual(["in", "10.0.0.0/24"]);
  });

  test("of IPv6 holds what is IPv6", () => {
    const step: Step = { pods: { "a/in": { labels: {}, ip: ["10.0.0.1", "fd00::1"] } }, policies: block("fd00::/8") };
    expect(peerIn(programOf(step), "ingress", "IPv6")?.members).toEqual(["in", "fd00::/8"]);
    expect(peerIn(programOf(step), "ingress", "IPv4")).toEqual({ members: [], doubts: [] });
  });

  test("is one of its own beside others", () => {
    const policies = policy(
      "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/24 } }, { ipBlock: { cidr: 10.9.0.0/24 } }] }] }",
    );
    const program = programOf({ pods, policies });
    const [rule] = tierIn(program, "ingress").rules;
    const peers = rule === undefined || rule.peers === "any" ? [] : rule.peers;
    expect(peers).toMatchObject([{ kind: "addresses", serviceAddress: "by-option" }, { kind: "addresses" }]);
    const members = peers.map(({ selection }) => namesIn(program, selection.IPv4).members);
    expect(members).toEqual([
      ["host", "in", "10.0.0.0/24"],
      ["out", "10.9.0.0/24"],
    ]);
  });

  test("does not hold a pod by the address of its node", () => {
    const step: Step = {
      pods: { "a/in": { labels: {}, ip: "10.0.0.1", node: "n1" } },
      nodes: { n1: "192.168.0.1" },
      policies: block("192.168.0.0/24"),
    };
    expect(peerIn(programOf(step))).toEqual({ members: ["192.168.0.0/24"], doubts: [] });
  });

  const bare = (policies: string, options: Partial<Options> = {}) => {
    const found = peerIn(programOf({ pods: { "a/bare": { labels: {} } }, policies }, options));
    return { in: found?.members.includes("bare"), doubts: found?.doubts.map(([code]) => code).sort() };
  };

  test("holds a pod of unknown address when it is a whole family, or has all the pod CIDRs", () => {
    expect(bare(block("0.0.0.0/0"))).toEqual({ in: true, doubts: ["ip-block-matches-pods"] });
    expect(bare(block("10.0.0.0/8"), { podCIDRs: ["10.1.0.0/16", "10.2.0.0/16"] })).toEqual({
      in: true,
      doubts: ["ip-block-matches-pods"],
    });
    expect(bare(block("10.1.0.0/16"), { podCIDRs: ["10.1.0.0/16"] })).toEqual({
      in: true,
      doubts: ["ip-block-matches-pods"],
    });
  });

  test("holds it not when it has none of the pod CIDRs", () => {
    expect(bare(block("10.0.0.0/8"), { podCIDRs: ["172.16.0.0/16", "fd00::/8"] })).toEqual({ in: false, doubts: [] });
    expect(bare(block("fd00::/8"), { podCIDRs: ["10.0.0.0/8"] })).toEqual({ in: false, doubts: [] });
    expect(bare(block("fd00::/8"))).toEqual({ in: false, doubts: [] });
    const dual = { podCIDRs: ["10.1.0.0/16", "fd00::/8"] };
    expect(bare(block("10.0.0.0/8"), dual)).toEqual({ in: true, doubts: ["ip-block-matches-pods"] });
  });

  test("leaves it open otherwise", () => {
    const unknown = { in: false, doubts: ["ip-block-matches-pods", "pod-address-unknown"] };
    expect(bare(block("10.0.0.0/8"))).toEqual(unknown);
    expect(bare(block("10.1.0.0/16"), { podCIDRs: ["10.0.0.0/8"] })).toEqual(unknown);
    expect(bare(block("0.0.0.0/0", ", except: [10.0.0.0/8]"))).toEqual(unknown);
    expect(bare(block("10.0.0.0/8"), { podCIDRs: ["fd00::/8"] }).in).toBe(false);
  });

  test("of host-network pods nobody knows the node of is open, whatever the pod CIDRs", () => {
    const step: Step = { pods: { "a/host": { labels: {}, hostNetwork: true } }, policies: block("10.0.0.0/8") };
    const found = peerIn(programOf(step, { podCIDRs: ["10.0.0.0/8"] }));
    expect(found?.members).not.toContain("host");
    expect(found?.doubts).toEqual(expect.arrayContaining([["pod-address-unknown", ["host"]]]));
  });

  test("of an admin policy has pods in it for sure, that of nodes none but host-network pods", () => {
    const step = (to: string): Step => ({
      pods: {
        "a/in": { labels: {}, ip: "10.0.0.1" },
        "a/host": { labels: {}, node: "n1", ip: "10.0.0.9", hostNetwork: true },
      },
      nodes: { n1: "10.0.0.9" },
      policies: cnp("c", `subject: { namespaces: {} }, egress: [{ action: Deny, to: [{ ${to} }] }]`),
    });
    const networks = peerIn(
      programOf(step("networks: [10.0.0.0/24]"), { ipBlockMatchesPods: false }),
      "egress",
      "IPv4",
      "admin",
    );
    expect(networks).toEqual({ members: ["host", "in", "10.0.0.0/24"], doubts: [] });
    const nodes = peerIn(programOf(step("nodes: {}")), "egress", "IPv4", "admin");
    expect(nodes).toEqual({ members: ["host", "10.0.0.9/32"], doubts: [] });
  });

  test("of nodes that are not shown may be anything outside, and host-network pods", () => {
    const policies = cnp("c", "subject: { namespaces: {} }, egress: [{ action: Deny, to: [{ nodes: {} }] }]");
    const program = programOf({
      pods: { "a/in": { labels: {}, ip: "10.0.0.1" }, "a/host": { labels: {}, ip: "10.0.0.9", hostNetwork: true } },
      policies,
    });
    expect(peerIn(program, "egress", "IPv4", "admin")).toEqual({
      members: [],
      doubts: [["node-addresses-unknown", ["host", "0.0.0.0/0", "::/0"]]],
    });
  });

  test("that is a DNS name may be anything outside, and pods where the name is the cluster's own", () => {
    const named = (name: string) => {
      const policies = cnp(
        "c",
        `subject: { namespaces: {} }, egress: [{ action: Accept, to: [{ domainNames: [${name}] }] }]`,
      );
      const program = programOf({
        pods: { "a/in": { labels: {}, ip: "10.0.0.1" }, "a/host": { labels: {}, ip: "10.0.0.9", hostNetwork: true } },
        policies,
      });
      return peerIn(program, "egress", "IPv4", "admin");
    };
    const peers = tierIn(
      programOf({
        pods: {},
        policies: cnp(
          "c",
          "subject: { namespaces: {} }, egress: [{ action: Accept, to: [{ domainNames: [example.com] }] }]",
        ),
      }),
      "egress",
      "admin",
    ).rules[0]?.peers;
    expect(peers).toMatchObject([{ kind: "addresses", serviceAddress: "ignored" }]);
    expect(named("example.com")).toEqual({ members: [], doubts: [["domain-name", ["host", "0.0.0.0/0", "::/0"]]] });
    expect(named("db.a.svc.cluster.local")).toEqual({
      members: [],
      doubts: [["domain-name", ["host", "in", "0.0.0.0/0", "::/0"]]],
    });
  });
});

describe("a program", () => {
  const deny = "subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }]";

  test("asks the tiers in their order, as far as some rule is in them", () => {
    const tiers = (policies: string) => {
      const { layers } = programOf({ pods: { "a/x": {} }, policies });
      return layers.map(({ tiers: { ingress, egress }, final }) => [
        ingress.map(({ name }) => name),
        egress.map(({ name }) => name),
        final,
      ]);
    };
    expect(tiers("")).toEqual([[["network-policy"], ["network-policy"], "allow"]]);
    expect(tiers(cnp("b", deny, "Baseline") + cnp("a", deny))).toEqual([
      [["admin", "network-policy", "baseline"], ["network-policy"], "allow"],
    ]);
  });

  test("lists every policy in the order of tiers, with its subject, rules or not", () => {
    const policies =
      cnp("base", "subject: { namespaces: {} }", "Baseline") + policy("{ podSelector: {} }") + cnp("top", deny);
    const program = programOf({ pods: { "a/x": {} }, policies });
    expect(
      program.policies.map(({ policy: { kind, name }, tier, priority, isolates }) => [
        kind,
        name,
        tier,
        priority,
        isolates,
      ]),
    ).toEqual([
      ["ClusterNetworkPolicy", "top", "admin", 5, []],
      ["NetworkPolicy", "p", "network-policy", undefined, ["ingress"]],
      ["ClusterNetworkPolicy", "base", "baseline", 5, []],
    ]);
    expect(program.policies.map(({ subject }) => namesIn(program, subject).members)).toEqual([["x"], ["x"], ["x"]]);
  });

  test("remembers policies that could not be used, for the pods they might have governed", () => {
    const unused =
      policy("{ podSelector: 5 }", "broken", "a") +
      `---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: c, namespace: b }
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: { name: w }
`;
    const program = programOf({ pods: { "a/x": {}, "b/y": {} }, policies: unused });
    const caveats = program.caveats.map(({ assumption: { code, certainty, message }, effect, subjects, policy }) => [
      code,
      certainty,
      effect,
      /`[^`]*`/.exec(message)?.[0],
      namesIn(program, { members: subjects, doubts: [] }).members,
      policy.span.line,
    ]);
    expect(caveats.sort()).toEqual([
      ["policy-rejected", "specified", "none", "`a/broken`", ["x"], 2],
      ["policy-unsupported", "unknown", "either", "`b/c`", ["y"], 7],
      ["policy-unsupported", "unknown", "either", "`w`", ["x", "y"], 11],
    ]);
  });

  test("remembers policies that mean nothing in part, for all they may govern", () => {
    const nothing = "ingress: [{ action: Deny, from: [{ pods: { podSelector: { matchLabels: { app: 'a b' } } } }] }]";
    const policies =
      cnp("known", `subject: { namespaces: { matchLabels: { kubernetes.io/metadata.name: a } } }, ${nothing}`) +
      cnp("open", `subject: { namespaces: { matchLabels: { team: x } } }, ${nothing}`) +
      cnp("sound", "subject: { namespaces: {} }, ingress: []");
    const program = programOf({ pods: { "a/x": {}, "b/y": {} }, undeclared: ["b"], policies });
    const caveats = program.caveats.map(({ assumption: { code, certainty, message }, effect, subjects }) => [
      code,
      certainty,
      effect,
      /`[^`]*`/.exec(message)?.[0],
      namesIn(program, { members: subjects, doubts: [] }).members,
    ]);
    expect(caveats).toEqual([
      ["policy-malformed", "implementation-defined", "either", "`known`", ["x"]],
      ["policy-malformed", "implementation-defined", "either", "`open`", ["y"]],
    ]);
  });

  test.each([
    ["security.istio.io/v1", "AuthorizationPolicy"],
    ["security.istio.io/v1", "PeerAuthentication"],
    ["policy.linkerd.io/v1beta2", "ServerAuthorization"],
    ["policy.linkerd.io/v1beta3", "Server"],
    ["k8s.ovn.org/v1", "EgressFirewall"],
    ["network.openshift.io/v1", "EgressNetworkPolicy"],
  ])("knows that what is not evaluated can only close: %s %s", (apiVersion, kind) => {
    const policies = `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x, namespace: a }\nspec: {}\n`;
    expect(programOf({ pods: { "a/x": {} }, policies }).caveats).toMatchObject([{ effect: "closes" }]);
  });

  test.each([
    ["security.istio.io/v1", "AuthorizationPolicy", "istio-system", ["x", "y"]],
    ["security.istio.io/v1", "PeerAuthentication", "istio-system", ["x", "y"]],
    ["security.istio.io/v1", "AuthorizationPolicy", "a", ["x"]],
    ["policy.linkerd.io/v1beta3", "Server", "istio-system", []],
  ])("knows whom what is not evaluated may be about: %s %s in %s", (apiVersion, kind, namespace, about) => {
    const policies = `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: p, namespace: ${namespace} }\nspec: {}\n`;
    const program = programOf({ pods: { "a/x": {}, "b/y": {} }, policies });
    expect(program.caveats.map(({ subjects }) => namesIn(program, { members: subjects, doubts: [] }).members)).toEqual([
      about,
    ]);
  });

  test("says of every doubt how certain it leaves a verdict, and which option settles it", () => {
    const policies = policy(
      "{ podSelector: { matchLabels: { pod-template-hash: x } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: t } } }, { ipBlock: { cidr: 10.0.0.0/8 } }] }] }",
    );
    const program = programOf({ pods: { "b/y": {} }, undeclared: ["b"], manifests: deployment("web"), policies });
    const [rule] = tierIn(program, "ingress").rules;
    const peers = rule === undefined || rule.peers === "any" ? [] : rule.peers;
    const selections = [rule?.subject, ...peers.map(({ selection }) => selection.IPv4)];
    const said = selections.flatMap((one) => one?.doubts ?? []).map(({ assumption }) => assumption);
    const told = new Map(said.map((one) => [one.code, one]));
    const words: unknown = expect.stringMatching(/\w/);
    expect(Object.fromEntries(told)).toEqual({
      "label-value-unknown": { code: "label-value-unknown", certainty: "unknown", message: words },
      "namespace-labels-unknown": { code: "namespace-labels-unknown", certainty: "unknown", message: words },
      "ip-block-matches-pods": {
        code: "ip-block-matches-pods",
        certainty: "implementation-defined",
        message: words,
        option: "ipBlockMatchesPods",
      },
      "pod-address-unknown": { code: "pod-address-unknown", certainty: "unknown", message: words, option: "podCIDRs" },
    });
    expect(told.get("namespace-labels-unknown")?.message).toMatch(/`b`.*`team`/);
  });

  test("names policies that select no pod, once each, and no other", () => {
    const idle = (policies: string) =>
      compiled({ pods: { "a/x": { app: "web" } }, manifests: deployment("d"), policies }).diagnostics.map(
        ({ code, severity, message, span }) => [code, severity, /`[^`]*`/.exec(message)?.[0], span?.line],
      );
    const nobody = "{ podSelector: { matchLabels: { app: nobody } }, policyTypes: [Ingress, Egress] }";
    expect(idle(policy(nobody))).toEqual([["selector-matches-nothing", "warning", "`a/p`", 2]]);
    expect(idle(policy("{ podSelector: { matchLabels: { app: web } } }"))).toEqual([]);
    expect(idle(policy("{ podSelector: { matchLabels: { pod-template-hash: x } } }"))).toEqual([]);
    expect(idle(policy(nobody, "q", "a") + policy("{ podSelector: { matchLabels: { app: none } } }"))).toHaveLength(2);
  });

  test("of a cluster without options takes those of upstream", () => {
    const { cluster } = parse(sourcesOf({ pods: { "a/x": {} } }));
    expect(compile(cluster).program.options).toEqual(UPSTREAM);
  });
});
