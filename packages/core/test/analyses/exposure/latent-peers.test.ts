import { describe, expect, test } from "vitest";
import { labelsFor } from "../../../src/analyses/exposure/newcomer.ts";
import { answerOf, findEndpoint, latentPeers, latentPeerWords } from "../../../src/index.ts";
import { matches } from "../../../src/model/selector.ts";
import { admit, namespace, object, pod, programOf } from "./manifests.ts";

const web = pod("shop/web", "10.0.0.1");

/** Direction, who, on which ports, how likely; of one pod. */
function told(documents: readonly string[], id = "shop/web"): readonly string[] {
  const program = programOf(documents);
  const named = findEndpoint(program, id);
  if (named.kind !== "endpoint") throw new Error(`no ${id}`);
  return latentPeers(program, named.endpoint).map(
    (peer) => `${peer.direction} ${latentPeerWords(peer)}: ${peer.connections} ${answerOf(peer.likelihood)}`,
  );
}

const EGRESS = "egress any pod: all yes";

describe("latent peers", () => {
  test("without a policy any pod is let in and may be called", () => {
    expect(told([web])).toEqual(["ingress any pod: all yes", EGRESS]);
  });

  test("a policy without rules leaves nobody", () => {
    expect(told([web, admit("shop/web")])).toEqual([EGRESS]);
  });

  test("a rule names the labels that would let a newcomer in, and on which ports", () => {
    const policy = admit(
      "shop/web",
      "{ podSelector: { matchLabels: { role: client } } }, { namespaceSelector: { matchLabels: { team: edge } }, podSelector: { matchExpressions: [{ key: tier, operator: Exists }] } }",
      "{ port: 8080 }",
    );
    expect(told([web, policy])).toEqual([
      "ingress pods with role=client in shop: TCP 8080 yes",
      "ingress pods with tier in namespaces with team=edge: TCP 8080 yes",
      EGRESS,
    ]);
  });

  test("a rule that adds nothing to what any pod may do is left out", () => {
    expect(
      told([web, admit("shop/web", "{ namespaceSelector: {} }, { podSelector: { matchLabels: { role: x } } }")]),
    ).toEqual(["ingress any pod: all yes", EGRESS]);
  });

  test("who is such a pod today is told", () => {
    const program = programOf([
      web,
      pod("shop/client", "10.0.0.2"),
      admit("shop/web", "{ podSelector: { matchLabels: { app: client } } }"),
    ]);
    const named = findEndpoint(program, "shop/web");
    const [peer] = named.kind === "endpoint" ? latentPeers(program, named.endpoint) : [];
    expect(peer?.today.map(({ id }) => id)).toEqual(["shop/Pod/client"]);
    expect([...(peer?.labels.pod ?? [])]).toEqual([["app", "client"]]);
  });

  test("a namespace that is there has to have the labels already; one that is not would come with them", () => {
    const named = (name: string, more = "") =>
      admit("shop/web", `{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${name}${more} } } }`);
    expect(told([web, namespace("shop"), namespace("edge"), named("edge")])).toEqual([
      "ingress any pod in namespaces with kubernetes.io/metadata.name=edge: all yes",
      EGRESS,
    ]);
    expect(told([web, namespace("shop"), namespace("edge"), named("edge", ", team: x")])).toEqual([EGRESS]);
    expect(told([web, namespace("shop"), named("edge", ", team: x")])).toEqual([
      "ingress any pod in namespaces with kubernetes.io/metadata.name=edge,team=x: all yes",
      EGRESS,
    ]);
  });

  test("a selector that nothing matches has no newcomer", () => {
    const impossible =
      "{ podSelector: { matchExpressions: [{ key: a, operator: In, values: [x] }, { key: a, operator: NotIn, values: [x] }] } }";
    expect(told([web, admit("shop/web", impossible)])).toEqual([EGRESS]);
  });

  test("the tiers above have their say", () => {
    const denial = object(
      "policy.networking.k8s.io/v1alpha1",
      "AdminNetworkPolicy",
      "no-edge",
      "spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: { matchLabels: { team: edge } } }] }] }",
    );
    const policy = admit("shop/web", "{ namespaceSelector: { matchLabels: { team: edge } } }, { podSelector: {} }");
    expect(told([web, namespace("shop"), denial, policy])).toEqual(["ingress any pod in shop: all yes", EGRESS]);
  });

  test("a block of addresses may hold a newcomer, which is not known", () => {
    expect(told([web, admit("shop/web", "{ ipBlock: { cidr: 10.0.0.0/8 } }")])[0]).toBe(
      "ingress any pod: none unknown",
    );
  });
});

describe("the labels for a selector", () => {
  const requirement = (operator: "In" | "NotIn" | "Exists" | "DoesNotExist", ...values: readonly string[]) => ({
    key: "a",
    operator,
    values,
  });

  test.each([
    [[], []],
    [[requirement("In", "y", "x")], [["a", "x"]]],
    [[requirement("In", "x", "y"), requirement("NotIn", "x")], [["a", "y"]]],
    [[requirement("Exists"), requirement("NotIn", "any")], [["a", "any-1"]]],
    [[requirement("NotIn", "x")], []],
    [[requirement("DoesNotExist")], []],
    [[requirement("Exists"), requirement("DoesNotExist")], undefined],
    [[requirement("In", "x"), requirement("In", "y")], undefined],
  ])("are the fewest that match %j", (requirements, wanted) => {
    const labels = labelsFor({ requirements });
    expect(labels && [...labels]).toEqual(wanted);
    if (labels) expect(matches({ requirements }, { values: labels }).holds).toBe(true);
  });
});
