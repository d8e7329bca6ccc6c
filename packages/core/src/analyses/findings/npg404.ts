import type { Endpoint } from "../../engine/endpoints.ts";
import type { NetworkPolicy } from "../../model/cluster.ts";
import { formatConnections } from "../../model/connections.ts";
import { UNWRITTEN } from "../edit.ts";
import { tellingSelector } from "../flip/labels.ts";
import { entriesFor } from "../flip/ports.ts";
import { freeName } from "../flip/rules.ts";
import { DIRECTIONS, type FindingContext } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { servicesOf } from "./services.ts";
import { spanOf } from "./subjects.ts";
import { shortId } from "./words.ts";

export const selfPeerBlocked: FindingRule = {
  id: "NPG404",
  name: "self-peer-blocked",
  severity: "medium",
  title: "The replicas of a clustered workload may not talk to each other",
  description:
    "Databases, brokers and the like keep their replicas in step over the network. A pod always reaches itself, but not the other pods of its own workload: those need a rule like anybody else.",
  mappings: ["availability"],
  *find(context) {
    for (const subject of context.examined) {
      const ports = context.declaredPorts(subject);
      if (subject.pods < 2 || ports.isEmpty || !isClustered(context, subject)) continue;
      if (!context.allowed(subject, subject).intersect(ports).isEmpty) continue;
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: subject.namespace ?? "",
        span: spanOf(context, subject),
        fact: `The ${subject.pods} replicas of ${shortId(subject)} may not reach each other on ${formatConnections(ports)}.`,
        consequence: "If it runs as a cluster, it will not form.",
        advice: "Allow its pods as peers of their own.",
        fixes: () => [
          {
            title: `Add a policy that lets the pods of ${shortId(subject)} reach each other`,
            edits: [{ kind: "add-policy", policy: amongThemselves(context, subject) }],
          },
        ],
      };
    }
  },
};

/** Replicas with names of their own, as those that form a cluster have. */
function isClustered(context: FindingContext, subject: Endpoint): boolean {
  const headless = servicesOf(context, subject).some(({ addressing }) => addressing === "headless");
  return subject.kind === "StatefulSet" && headless;
}

function amongThemselves(context: FindingContext, subject: Endpoint): NetworkPolicy {
  const { namespace = "", name = "" } = subject;
  const podSelector = tellingSelector(context.cluster, subject);
  const rule = {
    peers: [{ kind: "pods" as const, podSelector, span: UNWRITTEN }],
    ports: entriesFor(context.declaredPorts(subject), UNWRITTEN),
    span: UNWRITTEN,
  };
  const policyTypes = DIRECTIONS.filter((direction) => context.isolatedBy(subject, direction).length > 0);
  return {
    namespace,
    name: freeName(context.cluster, namespace, `${name} among themselves`),
    podSelector,
    policyTypes,
    policyTypesWritten: true,
    ingress: policyTypes.includes("ingress") ? [rule] : [],
    egress: policyTypes.includes("egress") ? [rule] : [],
    span: UNWRITTEN,
  };
}
