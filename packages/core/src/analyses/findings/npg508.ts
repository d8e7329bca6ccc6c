import type { Endpoint } from "../../engine/endpoints.ts";
import type { Pod } from "../../model/cluster.ts";
import type { AuthorizationPolicy } from "../../model/control.ts";
import { MESH_ROOT } from "../../model/control.ts";
import { enrolment, isEnrolled, isStrict } from "../mesh.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import { onlyNeeded } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { spanOf } from "./subjects.ts";
import { listed, shortId } from "./words.ts";

export const meshOrProxyBypass: FindingRule = {
  id: "NPG508",
  name: "mesh-or-proxy-bypass",
  severity: "medium",
  title: "A workload is protected by an AuthorizationPolicy only, and traffic can get past it",
  description:
    "A mesh enforces its policies in its proxy. A pod without one, on the network of its node, or with ports that are kept from it is not reached by them there; and where plain text is taken, a policy that goes by who calls can be evaded, since plain text shows no identity. If no NetworkPolicy isolates the pod either, it is open.",
  mappings: ["ingress", "enforcement"],
  *find(context) {
    for (const subject of context.subjects) {
      const pod = subject.members[0]?.pods[0];
      if (!pod || context.isolatedBy(subject, "ingress").length > 0) continue;
      const inForce = policiesFor(context, pod);
      const own = inForce.filter(({ namespace }) => namespace === pod.namespace);
      const bypass = own.length > 0 ? bypassOf(context, subject, pod, inForce) : undefined;
      if (bypass === undefined) continue;
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: pod.namespace,
        direction: "ingress",
        span: spanOf(context, subject),
        fact: `${shortId(subject)} is meant by ${listed(own.map(({ namespace, name }) => `AuthorizationPolicy ${namespace}/${name}`))}, and ${bypass}.`,
        consequence: "What the mesh does not see it does not keep out, and no NetworkPolicy isolates the workload.",
        advice:
          "Let the proxy see all of its traffic and take nothing but mutual TLS, or isolate it with a NetworkPolicy.",
        certainty: "conditional",
        fixes: () =>
          isOnHost(subject)
            ? []
            : [
                {
                  title: `Add a policy that admits to ${shortId(subject)} only what is known to need it`,
                  edits: [onlyNeeded(context, subject, "ingress")],
                },
              ],
        related: own.slice(0, 3).map(({ span }) => ({ message: "can be got past", span })),
      };
    }
  },
};

/** The policies that keep something from a pod: its namespace's and the mesh's. */
function policiesFor({ cluster }: FindingContext, { namespace, labels }: Pod): readonly AuthorizationPolicy[] {
  return cluster.controls.authorizationPolicies.filter(
    (policy) =>
      (policy.namespace === namespace || policy.namespace === MESH_ROOT) &&
      policy.about === "workloads" &&
      restricts(policy) &&
      [...(policy.selector ?? [])].every(([key, value]) => labels.values.get(key) === value),
  );
}

function restricts({ action, rules }: AuthorizationPolicy): boolean {
  if (action === "ALLOW") return rules !== "everything";
  return action !== "AUDIT" && rules !== "none";
}

/** How traffic gets to a pod without the mesh's policies having their say; `undefined` where it does not or nobody can tell. */
function bypassOf(
  context: FindingContext,
  subject: Endpoint,
  pod: Pod,
  policies: readonly AuthorizationPolicy[],
): string | undefined {
  if (isOnHost(subject)) return "runs on the network of its node";
  const enrolled = enrolment(context, pod);
  if (enrolled === "not") return "has no proxy";
  const uncaught = enrolled === "sidecar" ? uncaughtPorts(pod) : undefined;
  if (uncaught !== undefined) return uncaught;
  if (isEnrolled(enrolled) && isEvadable(policies) && !isStrict(context, subject))
    return "no PeerAuthentication shown keeps it to mutual TLS, so that callers in plain text, which show no identity, get past what goes by it";
  return undefined;
}

/** Ports that a pod's annotations keep from its sidecar. Source: istio.io, Resource Annotations. */
function uncaughtPorts({ annotations }: Pod): string | undefined {
  const only = annotations.get("traffic.sidecar.istio.io/includeInboundPorts") ?? "*";
  if (only !== "*") return only === "" ? "hands its proxy no port" : `hands its proxy no port but ${only}`;
  const excluded = annotations.get("traffic.sidecar.istio.io/excludeInboundPorts");
  return excluded ? `keeps port ${excluded} from its proxy` : undefined;
}

/**
 * Whether a caller in plain text may get what one with an identity would not: a DENY misses it that names whom it denies, and an
 * ALLOW takes it that names whom it does not allow. Where every ALLOW names whom it allows, plain text is refused all the same.
 */
function isEvadable(policies: readonly AuthorizationPolicy[]): boolean {
  const callersOf = (action: string) =>
    policies.flatMap((policy) => (policy.action === action ? [policy.callers] : []));
  const allow = callersOf("ALLOW");
  const admitsPlainText = allow.length === 0 || allow.flat().some((caller) => caller !== "named");
  return admitsPlainText && (callersOf("DENY").flat().includes("named") || allow.flat().includes("excepted"));
}
