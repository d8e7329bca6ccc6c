import { type Account, accountId, accountName, tokenMount } from "../accounts.ts";
import type { AttackRule, FactIndex } from "../fact.ts";
import type { Foothold } from "../foothold.ts";
import { nodeName, SOME_NODE } from "../nodes.ts";
import type { Site } from "../site.ts";
import { objectsGiven } from "./secrets.ts";

/** NODE-PODS, NODE-SA, NODE-ID: what whoever controls a node has. */
export function nodeEdges(site: Site, accounts: readonly Account[]): void {
  const { builder, nodes } = site;
  const objects = new Map(accounts.map((account) => [accountId(account), account]));
  for (const node of nodes.all) {
    const hubs = {
      pods: builder.fact("hub", `pods on ${nodeName(node)}`),
      tokens: builder.fact("hub", `tokens on ${nodeName(node)}`),
      variables: builder.fact("hub", `variables on ${nodeName(node)}`),
    };
    const root = nodes.root(node);
    const rule = (edge: AttackRule["edge"], gives: FactIndex, because: string, cost = 0): AttackRule => ({
      edge,
      needs: [root],
      gives,
      cost,
      certainty: "proved",
      because,
      evidence: [],
    });
    builder.add(rule("NODE-PODS", hubs.pods, `whoever controls a node controls its pods`));
    builder.add(rule("NODE-SA", hubs.tokens, "a node holds the tokens of its pods"));
    builder.add({
      ...rule(
        "NODE-ID",
        builder.fact("hub", `secrets on ${nodeName(node)}`),
        "a node may read the Secrets of its pods",
        1,
      ),
      certainty: "assumed",
      assumption: "the node authoriser is on, as it is by default",
    });
    builder.add(rule("API", builder.fact("api-route", "api-route"), "a node reaches the API server"));
    for (const foothold of nodes.on(node)) onNode(site, node, hubs, foothold, objects);
  }
}

/** Everywhere-pods are on this node for certain; others of unknown place may be. */
function onNode(
  site: Site,
  node: string,
  hubs: { readonly pods: FactIndex; readonly tokens: FactIndex; readonly variables: FactIndex },
  foothold: Foothold,
  objects: ReadonlyMap<string, Account>,
): void {
  const { builder, nodes, knowledge } = site;
  const placed = node !== SOME_NODE || nodes.isEverywhere(foothold);
  const [pod] = foothold.pods;
  const base = {
    cost: 0,
    certainty: placed ? "proved" : "assumed",
    because: placed ? `${foothold.id} runs on ${nodeName(node)}` : `${foothold.id} may run on the node`,
    ...(!placed && { assumption: `a pod of ${foothold.id} runs on the node` }),
    evidence: pod ? [pod.span] : [],
  } as const;
  builder.add({ ...base, edge: "NODE-PODS", needs: [hubs.pods], gives: foothold.own });
  for (const one of foothold.pods) {
    const account = { namespace: foothold.namespace, name: one.spec.serviceAccountName };
    const known = objects.get(accountId(account));
    if (tokenMount(one, known?.object))
      builder.add({
        ...base,
        edge: "NODE-SA",
        needs: [hubs.tokens],
        gives: builder.fact("hold", `token:${accountName(account)}`),
      });
    for (const { kind, name, keys, how } of objectsGiven(one)) {
      if (how === "variable")
        for (const gives of knowledge.learnt(kind, foothold.namespace, name, keys))
          builder.add({ ...base, edge: "ESC-PIDREAD", needs: [hubs.variables], gives });
      for (const gives of knowledge.learnt(kind, foothold.namespace, name))
        builder.add({
          ...base,
          edge: "NODE-ID",
          needs: [builder.fact("hub", `secrets on ${nodeName(node)}`)],
          gives,
        });
    }
  }
}

/** A node known by name may also run what the input does not place. */
export function unplacedEdges({ builder, nodes }: Site): void {
  for (const node of nodes.names) {
    for (const what of ["pods", "tokens", "variables", "secrets"]) {
      builder.add({
        edge: what === "pods" ? "NODE-PODS" : "NODE-SA",
        needs: [builder.fact("hub", `${what} on ${nodeName(node)}`)],
        gives: builder.fact("hub", `${what} on ${nodeName(SOME_NODE)}`),
        cost: 0,
        certainty: "assumed",
        because: "",
        assumption: `pods that the input does not place run on ${nodeName(node)}`,
        evidence: [],
      });
    }
  }
}
