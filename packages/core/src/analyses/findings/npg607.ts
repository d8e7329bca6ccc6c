import { ConnectionSet, formatConnections } from "../../model/connections.ts";
import { INTERNET } from "../attack/entry-points.ts";
import { nameOf } from "../edit.ts";
import type { FindingContext } from "./context.ts";
import type { NeededFlow } from "./needed.ts";
import type { FindingRule } from "./rule.ts";
import { spanOf } from "./subjects.ts";
import { capitalised, listed, shortId } from "./words.ts";

export const neededFlowDenied: FindingRule = {
  id: "NPG607",
  name: "needed-flow-denied",
  severity: "medium",
  title: "A connection that the manifests say is needed is denied",
  description:
    "A workload is given the name of a Service by a variable, an argument or a ConfigMap, or is declared to need another, and policies keep it from the pods. What it is configured to do will fail.",
  mappings: ["availability"],
  *find(context) {
    for (const flow of [...context.needed, ...declaredWithInternet(context)]) {
      const { from, to, provenance, because } = flow;
      const denied = deniedOf(context, flow);
      if (denied.isEmpty) continue;
      const refusing = (["egress", "ingress"] as const).flatMap((direction) => {
        const [subject, peer] = direction === "egress" ? [from, to] : [to, from];
        if (subject.type === "address") return [];
        const isOpen = context.reachability.side(subject, peer, direction).connections.includes(denied);
        return isOpen ? [] : context.isolatedBy(subject, direction);
      });
      yield {
        about: `${from.id} ${to.id}`,
        endpoints: [from, to],
        namespace: from.namespace ?? to.namespace ?? "",
        span: spanOf(context, from.type === "address" ? to : from),
        fact: `${shortId(from)} needs ${formatConnections(denied)} of ${shortId(to)}, and may not open it.`,
        consequence: `${capitalised(because)}; ${listed([...new Set(refusing.map(({ written }) => nameOf(written)))])} ${refusing.length === 1 ? "stands" : "stand"} in the way.`,
        advice: `\`watertight query --from ${shortId(from)} --to ${shortId(to)}\` gives the edit that allows it.`,
        related: refusing.slice(0, 3).map(({ written }) => ({ message: "does not allow it", span: written.span })),
        witness: context.witness(from, to, "deny", denied),
        ...(provenance === "declared" && { severity: { is: "high", because: "it is declared to be needed" } as const }),
      };
    }
  },
};

/**
 * What of a needed flow is denied. One that is inferred names a Service and not which of its ports are used, and one without a port
 * was not thought through to the last of them: both are denied once nothing gets through.
 */
function deniedOf(context: FindingContext, { from, to, connections, provenance }: NeededFlow): ConnectionSet {
  const allowed = context.allowed(from, to);
  const isExact = provenance === "declared" && !connections.includes(ConnectionSet.ALL_PORTS);
  return isExact || allowed.intersect(connections).isEmpty ? connections.subtract(allowed) : ConnectionSet.NONE;
}

/** What is declared to be needed by clients on the internet, or of servers there. */
function declaredWithInternet(context: FindingContext): readonly NeededFlow[] {
  const endOf = (id: string) => (id === INTERNET ? context.internet : context.reachability.endpoint(id));
  return context.declared.needs.flatMap(({ from: source, to: target, ports, provenance, because }) => {
    if (source !== INTERNET && target !== INTERNET) return [];
    const [from, to] = [endOf(source), endOf(target)];
    return from && to ? [{ from, to, connections: ports, provenance, because }] : [];
  });
}
