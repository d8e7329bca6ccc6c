import { describe, expect, test } from "vitest";
import { headed, networkPolicyDrafts, networkPolicyTier } from "../../src/compile/network-policy.ts";
import type { Direction } from "../../src/model/flow.ts";
import { type Options, UPSTREAM } from "../../src/model/options.ts";
import { policyText, read } from "../parse/read.ts";

const tier = (spec: string, direction: Direction, options: Partial<Options> = {}) =>
  networkPolicyTier(headed(read(policyText(spec)).cluster.networkPolicies), { ...UPSTREAM, ...options }, direction);

/** What each peer of the only rule of a tier is, places aside. */
function peersOf(peers: string, direction: Direction = "ingress", options: Partial<Options> = {}) {
  const field = direction === "ingress" ? "from" : "to";
  const types = direction === "ingress" ? "Ingress" : "Egress";
  const { rules } = tier(
    `podSelector: {}\npolicyTypes: [${types}]\n${direction}: [{ ${field}: ${peers} }]`,
    direction,
    options,
  );
  const [rule] = rules;
  return rule === undefined || rule.peers === "any" ? rule?.peers : rule.peers.map(({ span: _, ...peer }) => peer);
}

/** Any sentence. */
const WORDS: unknown = expect.stringMatching(/\w/);

const WEB = { requirements: [{ key: "app", operator: "In", values: ["web"] }] };

describe("a NetworkPolicy", () => {
  test("has a say only in the directions it is for", () => {
    const both = "podSelector: {}\npolicyTypes: [Egress]\ningress: [{}]\negress: [{}]";
    expect(tier(both, "ingress")).toMatchObject({
      name: "network-policy",
      direction: "ingress",
      rules: [],
      isolation: [],
    });
    const egress = tier(both, "egress");
    expect(egress.direction).toBe("egress");
    expect(egress.rules).toHaveLength(1);
    expect(egress.isolation).toMatchObject([{ policy: { kind: "NetworkPolicy", namespace: "shop", name: "p" } }]);
  });

  test("allows what its rules say, for its own pods, each rule known by its place", () => {
    const { rules } = tier(
      "podSelector: { matchLabels: { app: web } }\ningress: [{}, { ports: [{ protocol: UDP, port: 53 }] }]",
      "ingress",
    );
    const subject = { namespaces: "shop", pods: WEB, hostNetwork: "by-option" };
    expect(rules).toMatchObject([
      { index: 0, subject, peers: "any", ports: "any", action: "allow", ranges: "by-option" },
      { index: 1, subject, peers: "any", ports: [{ kind: "range", protocol: "UDP", first: 53, last: 53 }] },
    ]);
    expect(rules[0]?.policy).toMatchObject({ kind: "NetworkPolicy", namespace: "shop", name: "p" });
  });

  test("is listed with what it isolates, whatever rules it has", () => {
    const { cluster } = read(policyText("podSelector: { matchLabels: { app: web } }\npolicyTypes: [Ingress, Egress]"));
    expect(networkPolicyDrafts(headed(cluster.networkPolicies))).toMatchObject([
      {
        policy: { kind: "NetworkPolicy", namespace: "shop", name: "p" },
        tier: "network-policy",
        isolates: ["ingress", "egress"],
        subject: { namespaces: "shop", pods: WEB, hostNetwork: "by-option" },
      },
    ]);
  });
});

describe("a peer", () => {
  test("is pods of the own namespace, or of those a selector picks", () => {
    expect(peersOf("[{ podSelector: { matchLabels: { app: web } } }]")).toEqual([
      { kind: "pods", selector: { namespaces: "shop", pods: WEB, hostNetwork: "by-option" } },
    ]);
    expect(peersOf("[{ namespaceSelector: { matchLabels: { app: web } } }]")).toEqual([
      { kind: "pods", selector: { namespaces: WEB, pods: { requirements: [] }, hostNetwork: "by-option" } },
    ]);
  });

  test("is addresses without the exceptions, which are remembered", () => {
    const [peer] = (peersOf("[{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/16] } }]") ??
      []) as object[];
    expect(peer).toMatchObject({ kind: "addresses", pods: "by-option", serviceAddress: "by-option" });
    expect(peer).toMatchObject({ exceptions: ["10.1.0.0/16", "10.2.0.0/16"] });
  });

  test("of every pod of every namespace may mean nodes too, on ingress", () => {
    const admits = (peers: string, direction: Direction = "ingress", options: Partial<Options> = {}) =>
      peersOf(peers, direction, options) as readonly { readonly hostNetwork?: unknown }[];
    const every = "[{ namespaceSelector: {} }]";
    const doubt = {
      code: "empty-namespace-selector",
      message: WORDS,
      certainty: "implementation-defined",
      option: "emptyNamespaceSelectorAdmitsHostNetwork",
    };
    expect(admits(every)).toMatchObject([{ hostNetwork: { admitted: false, doubt } }]);
    expect(admits(every, "ingress", { emptyNamespaceSelectorAdmitsHostNetwork: true })).toMatchObject([
      { hostNetwork: { admitted: true, doubt } },
    ]);
    for (const other of [
      admits(every, "egress"),
      admits("[{ namespaceSelector: { matchLabels: { app: web } } }]"),
      admits("[{ namespaceSelector: {}, podSelector: { matchLabels: { app: web } } }]"),
      admits("[{ podSelector: {} }]"),
    ])
      expect(other[0]).not.toHaveProperty("hostNetwork");
  });
});

describe("what the API leaves open", () => {
  const of = (direction: Direction, options: Partial<Options> = {}) => tier("podSelector: {}", direction, options);

  test("ingress from the own node is exempt, egress to it by option", () => {
    const doubt = {
      code: "own-node-egress",
      message: WORDS,
      certainty: "implementation-defined",
      option: "egressToOwnNode",
    };
    expect(of("ingress", { egressToOwnNode: "evaluate" }).ownNode).toEqual({ exempt: true });
    expect(of("egress", { egressToOwnNode: "allow" }).ownNode).toMatchObject({ exempt: true, doubt });
    expect(of("egress", { egressToOwnNode: "evaluate" }).ownNode).toMatchObject({ exempt: false, doubt });
  });

  test("a pod that reaches itself through a Service is exempt by option", () => {
    const doubt = { code: "hairpin", message: WORDS, certainty: "implementation-defined", option: "npHairpin" };
    expect(of("ingress", { npHairpin: "allow" }).hairpin).toMatchObject({ exempt: true, doubt });
    expect(of("egress", { npHairpin: "evaluate" }).hairpin).toMatchObject({ exempt: false, doubt });
  });

  test.each([
    ["rules-without-ports", "by-rules"],
    ["allow", "allow"],
    ["deny", "deny"],
  ] as const)("other protocols go by the option icmp: %s", (icmp, otherProtocols) => {
    expect(of("ingress", { icmp }).otherProtocols).toBe(otherProtocols);
  });
});
