import { titleOfLink } from "../exposure/entry.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { waysIn } from "./standing.ts";
import { shortId } from "./words.ts";

export const probeOrLbSourceBlocked: FindingRule = {
  id: "NPG609",
  name: "probe-or-lb-source-blocked",
  severity: "info",
  title: "A load balancer or a probe may be kept from checking the health of pods",
  description:
    "Some load balancers send their health checks straight to the pods, from address ranges of the provider. If policies admit certain client addresses only, those checks fail and all backends count as down. Probes of the kubelet on the pod's own node always get through, but those that name another host go there.",
  mappings: ["availability"],
  *find(context) {
    yield* balancerChecks(context);
    yield* probesElsewhere(context);
  },
};

function* balancerChecks(context: FindingContext): Iterable<Observation> {
  for (const { endpoint, chain, kind, sources } of waysIn(context)) {
    const [first] = chain;
    const [client, ...others] = sources;
    const isFiltered = client?.as === "client" && client.passes.expected && client.admits !== "all";
    if (!first || kind !== "load-balancer" || !isFiltered || others.length > 0) continue;
    yield {
      about: `${titleOfLink(first)} ${endpoint.id}`,
      endpoints: [endpoint],
      namespace: endpoint.namespace ?? "",
      direction: "ingress",
      span: first.span,
      fact: `${titleOfLink(first)} leads to ${shortId(endpoint)}, whose policies admit certain outside addresses only.`,
      consequence: "If the load balancer checks the health of pods itself, its own addresses have to be among them.",
      advice: "Admit the address ranges the provider names for health checks.",
      certainty: "conditional",
    };
  }
}

/** Probes and hooks with a host of their own. Pods of the host network are their node, so that they rightly name its loopback. */
function* probesElsewhere(context: FindingContext): Iterable<Observation> {
  for (const subject of context.subjects) {
    if (isOnHost(subject)) continue;
    for (const { name, probedHosts = [], span } of subject.members[0]?.pods[0]?.spec.containers ?? []) {
      for (const host of probedHosts) {
        yield {
          about: `${subject.id} ${name} ${host}`,
          endpoints: [subject],
          namespace: subject.namespace ?? "",
          span,
          fact: `A probe or hook of container ${name} in ${shortId(subject)} calls ${host}, and not the pod.`,
          consequence: LOOPBACK.test(host)
            ? "The kubelet calls that host from the node, so that the node itself answers, or nobody."
            : "It comes from the address of the node, and the policies of whatever has that address decide.",
          advice: "Leave out `host`, so that the pod itself is called.",
          certainty: "conditional",
        };
      }
    }
  }
}

const LOOPBACK = /^(?:localhost|127\..*|::1)$/;
