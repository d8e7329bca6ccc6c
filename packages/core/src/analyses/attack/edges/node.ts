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
    const hubs = hubsOf(site, node);
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
      ...rule("NODE-ID", hubs.secrets, "a node may read the Secrets of its pods", 1),
      certainty: "assumed",
      assumption: "the node authoriser is on, as it is by default",
    });
    builder.add(rule("API", builder.fact("api-route", "api-route"), "a node reaches the API server"));
    for (const foothold of nodes.on(node))
      onNode(site, node, foothold, objects, node !== SOME_NODE || nodes.isEverywhere(foothold));
    if (node !== SOME_NODE) unplacedOn(site, node, objects);
  }
}

/** What follows from controlling a node leads to what is on it by these. */
interface NodeHubs {
  readonly pods: FactIndex;
  readonly tokens: FactIndex;
  readonly variables: FactIndex;
  readonly secrets: FactIndex;
}

function hubsOf({ builder }: Site, node: string): NodeHubs {
  const hub = (what: keyof NodeHubs) => builder.fact("hub", `${what} on ${nodeName(node)}`);
  return { pods: hub("pods"), tokens: hub("tokens"), variables: hub("variables"), secrets: hub("secrets") };
}

/** Pods that are on a node for certain, or of which the input does not say where they are. */
function onNode(
  site: Site,
  node: string,
  foothold: Foothold,
  objects: ReadonlyMap<string, Account>,
  placed: boolean,
): void {
  const { builder, knowledge } = site;
  const hubs = hubsOf(site, node);
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
          needs: [hubs.secrets],
          gives,
        });
    }
  }
}

/**
 * What the input does not place: pods of DaemonSets are on every node that lets them, others may be, one by one where the node keeps some
 * away.
 */
function unplacedOn(site: Site, node: string, objects: ReadonlyMap<string, Account>): void {
  const { builder, nodes } = site;
  const unplaced = nodes.on(SOME_NODE);
  const possible = unplaced.filter((foothold) => nodes.mayHave(node, foothold));
  for (const foothold of possible) {
    const isThere = nodes.isEverywhere(foothold);
    if (isThere || possible.length < unplaced.length) onNode(site, node, foothold, objects, isThere);
  }
  if (possible.length < unplaced.length) return;
  const [own, others] = [hubsOf(site, node), hubsOf(site, SOME_NODE)];
  for (const what of ["pods", "tokens", "variables", "secrets"] as const)
    builder.add({
      edge: what === "pods" ? "NODE-PODS" : "NODE-SA",
      needs: [own[what]],
      gives: others[what],
      cost: 0,
      certainty: "assumed",
      because: "",
      assumption: `pods that the input does not place run on ${nodeName(node)}`,
      evidence: [],
    });
}
