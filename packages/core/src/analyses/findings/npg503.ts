import { type ObservedSource, titleOfLink } from "../exposure/entry.ts";
import type { FindingRule } from "./rule.ts";
import { waysIn } from "./standing.ts";
import { listed, shortId } from "./words.ts";

export const translatedSource: FindingRule = {
  id: "NPG503",
  name: "translated-source",
  severity: "medium",
  title: "Policies filter by client address where the client's address may not arrive",
  description:
    "With externalTrafficPolicy Cluster a node that forwards a connection usually puts its own address in the place of the client's. A rule that admits some addresses and not others then decides by the node, and either locks clients out or lets everybody in.",
  mappings: ["exposure"],
  *find(context) {
    for (const { endpoint, chain, sources } of waysIn(context)) {
      const [first] = chain;
      const client = sources.find((source) => source.as === "client");
      const node = sources.find((source) => source.as === "node");
      if (!first || !client || !node || !differ(client, node)) continue;
      const admits =
        client.admits === "all" || client.admits === undefined ? "all client addresses" : listed(client.admits);
      yield {
        about: `${titleOfLink(first)} ${endpoint.id}`,
        endpoints: [endpoint],
        namespace: endpoint.namespace ?? "",
        direction: "ingress",
        span: first.span,
        fact: `${titleOfLink(first)} leads to ${shortId(endpoint)}, whose policies ${client.passes.expected ? `admit ${admits}` : "admit no client address"} and ${node.passes.expected ? "the addresses of nodes" : "no address of a node"}.`,
        consequence: "What forwards the connection may put a node's address in the place of the client's.",
        fixes: () =>
          first.kind === "Service"
            ? [
                {
                  title: `Set externalTrafficPolicy: Local in ${titleOfLink(first)}, so that only nodes with a pod of it answer`,
                  edits: [],
                  settings: [{ kind: "local-traffic", service: `${first.namespace}/${first.name}` }],
                },
              ]
            : [],
        advice: "Set externalTrafficPolicy: Local, or filter by loadBalancerSourceRanges.",
        certainty: "conditional",
        related: context
          .isolatedBy(endpoint, "ingress")
          .slice(0, 3)
          .map(({ written }) => ({ message: "filters by address", span: written.span })),
      };
    }
  },
};

/** Whether it matters which of the two addresses policies see. */
function differ(client: ObservedSource, node: ObservedSource): boolean {
  return client.passes.expected !== node.passes.expected || (client.passes.expected && client.admits !== "all");
}
