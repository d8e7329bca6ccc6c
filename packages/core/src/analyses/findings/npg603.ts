import { ConnectionSet } from "../../model/connections.ts";
import { type Controller, type Entry, isBlocked, type ObservedSource, titleOfLink } from "../exposure/entry.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import type { Witness } from "./finding.ts";
import type { FindingRule } from "./rule.ts";
import { waysIn } from "./standing.ts";
import { listed, shortId } from "./words.ts";

export const ingressBackendBlocked: FindingRule = {
  id: "NPG603",
  name: "ingress-backend-blocked",
  severity: "high",
  title: "A route from outside leads to pods whose policies refuse it",
  description:
    "What comes through an Ingress or a Gateway comes from the pods of its controller, not from the client; what comes through a load balancer, from outside addresses. If the policies of the backend admit neither, users get errors and nobody is told why.",
  mappings: ["availability"],
  *find(context) {
    for (const entry of waysIn(context)) {
      const { endpoint, chain, sources, ports, published, controller } = entry;
      const [first] = chain;
      const isNodeLocal = !isBlocked(entry) && passesOnItsNodeOnly(context, entry);
      if (!first || !(isNodeLocal || isBlocked(entry)) || admitsOthers(context, entry)) continue;
      const from = [...new Set(sources.map((source) => wordsFor(source, controller)))];
      const targets = ports.map(({ protocol, target }) => `${protocol} ${target}`);
      yield {
        about: `${titleOfLink(first)} ${endpoint.id}`,
        endpoints: [endpoint],
        namespace: endpoint.namespace ?? "",
        direction: "ingress",
        span: first.span,
        fact: `${titleOfLink(first)} leads to ${shortId(endpoint)}, which refuses ${listed(targets)} from ${listed(from)}.`,
        consequence: isNodeLocal
          ? "Requests from outside fail, but for those to pods on the controller's own node, which always get in."
          : "Requests from outside fail.",
        advice: isNodeLocal
          ? `Admit the addresses of the nodes by an ipBlock, on ${listed(targets)}.`
          : `Admit ${listed(from)} on ${listed(targets)}.`,
        certainty: published.certain && !isNodeLocal ? "proved" : "conditional",
        related: context
          .isolatedBy(endpoint, "ingress")
          .slice(0, 3)
          .map(({ written }) => ({ message: "isolates the backend", span: written.span })),
        witness: witnessOf(context, entry),
      };
    }
  },
};

/**
 * Whether a controller on the network of its node gets in nowhere but on that node. A block might be meant for nodes, whose addresses
 * the input need not show: then nothing can be said.
 */
function passesOnItsNodeOnly(context: FindingContext, { endpoint, sources }: Entry): boolean {
  const rules = context.isolatedBy(endpoint, "ingress").flatMap(({ written }) => written.ingress);
  const hasBlocks = rules.some(({ peers }) => peers !== "any" && peers.some(({ kind }) => kind === "ipBlock"));
  return (
    !hasBlocks &&
    sources.length > 0 &&
    sources.every(({ as, endpoint: source, passes }) => as === "proxy" && isOnHost(source) && !passes.expected)
  );
}

/** Whether policies admit clients outside the cluster that are not on the internet: then it is meant for those. */
function admitsOthers(context: FindingContext, { endpoint, sources, ports }: Entry): boolean {
  const to = context.reachability.endpoint(endpoint.id);
  const isDirect = sources.some(({ as }) => as === "client" || as === "balancer");
  return (
    isDirect &&
    to !== undefined &&
    context.outside.some((from) => !context.allowed(from, to).intersect(portsIn(ports)).isEmpty)
  );
}

function portsIn(ports: Entry["ports"]): ConnectionSet {
  return ports.reduce(
    (set, { protocol, target }) => set.union(ConnectionSet.ports(protocol, target, target)),
    ConnectionSet.NONE,
  );
}

function wordsFor({ as, endpoint }: ObservedSource, controller: Controller | undefined): string {
  switch (as) {
    case "client":
      return "public addresses";
    case "node":
      return "the addresses of nodes";
    case "balancer":
      return "whatever addresses the balancer has";
    case "proxy":
      return controller?.endpoint
        ? shortId(endpoint)
        : `the ingress controller (${controller?.because ?? "not in the input"})`;
  }
}

/** A flow of the input itself; what a stand-in for a controller may do is none. */
function witnessOf(context: FindingContext, { endpoint, sources, ports }: Entry): Witness | undefined {
  const [source] = sources;
  const to = context.reachability.endpoint(endpoint.id);
  if (!source || !to || source.program !== context.program) return undefined;
  const from = source.as === "client" ? context.internet : context.reachability.endpoint(source.endpoint.id);
  return from && context.witness(from, to, "deny", portsIn(ports));
}
