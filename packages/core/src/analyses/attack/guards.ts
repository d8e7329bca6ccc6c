import type { Cluster, Pod } from "../../model/cluster.ts";
import { type AuthorizationPolicy, MESH_ROOT, type NamedCallers } from "../../model/control.ts";
import type { Span } from "../../model/source.ts";
import { enrolment, isEnrolled, mtlsMode } from "../mesh.ts";
import type { Account } from "./accounts.ts";
import type { Foothold } from "./foothold.ts";

/** What a workload's mesh asks of whoever calls it: an identity that mutual TLS vouches for, and labels do not give. */
export interface Guard {
  /** `AuthorizationPolicy shop/db`. */
  readonly words: string;
  readonly evidence: readonly Span[];
  /** Whether an account's identity may be let in, on some port and in some way. */
  admits(account: Pick<Account, "namespace" | "name">): boolean;
}

type Who = Pick<Account, "namespace" | "name">;

/**
 * The guard of a workload, where Istio lets in by ALLOW policies alone that name whom they let in, for all of its pods. What leaves
 * it open counts for it: ports kept from the proxy, an unknown enrolment, a rule without an identity; DENY and CUSTOM are not looked at.
 * Source: istio.io AuthorizationPolicy: without an ALLOW policy for a workload everything is let in, with one what some of them matches.
 */
export function guardOf(cluster: Cluster, { endpoint }: Foothold): Guard | undefined {
  if (cluster.controls.authorizationPolicies.length === 0) return undefined;
  const pods = endpoint.members.flatMap((member) => member.pods);
  const policies = pods.map((pod) => guarding(cluster, pod));
  if (pods.length === 0 || policies.some((own) => own.length === 0)) return undefined;
  const all = [...new Set(policies.flat())];
  return {
    words: all.map(({ namespace, name }) => `AuthorizationPolicy ${namespace}/${name}`).join(", "),
    evidence: all.map(({ span }) => span),
    admits: (who) => all.some(({ named, namespace }) => named.some((one) => isNamed(one, who, namespace))),
  };
}

/** The ALLOW policies for a pod, if all it takes comes with an identity they name; else none. */
function guarding(cluster: Cluster, pod: Pod): readonly AuthorizationPolicy[] {
  if (!isEnrolled(enrolment({ cluster }, pod)) || PORTS_LEFT_OUT.some((key) => pod.annotations.has(key))) return [];
  const ports = [undefined, ...pod.ports.map(({ port }) => port)];
  if (ports.some((port) => mtlsMode({ cluster }, pod, port) === "DISABLE")) return [];
  const own = cluster.controls.authorizationPolicies.filter(
    ({ action, about, namespace, selector }) =>
      action === "ALLOW" &&
      about === "workloads" &&
      (namespace === pod.namespace || namespace === MESH_ROOT) &&
      [...(selector ?? [])].every(([key, value]) => pod.labels.values.get(key) === value),
  );
  const isByName = ({ rules, callers }: AuthorizationPolicy) =>
    rules !== "everything" && callers.every((one) => one === "named");
  return own.every(isByName) ? own : [];
}

const PORTS_LEFT_OUT = [
  "traffic.sidecar.istio.io/excludeInboundPorts",
  "traffic.sidecar.istio.io/includeInboundPorts",
] as const;

function isNamed({ principals, namespaces, serviceAccounts }: NamedCallers, who: Who, home: string): boolean {
  const identity = `ns/${who.namespace}/sa/${who.name}`;
  const meets = (patterns: readonly string[], is: (pattern: string) => boolean) =>
    patterns.length === 0 || patterns.some(is);
  return (
    meets(principals, (pattern) => fits(withoutDomain(pattern), identity)) &&
    meets(namespaces, (pattern) => fits(pattern, who.namespace)) &&
    meets(
      serviceAccounts,
      (name) => `${name.includes("/") ? "" : `${home}/`}${name}` === `${who.namespace}/${who.name}`,
    )
  );
}

/** The trust domain of a mesh is not in the input, so any is taken for it. */
function withoutDomain(principal: string): string {
  const [domain = "", ...rest] = principal.split("/");
  return rest.length > 0 && domain !== "*" && !domain.startsWith("*") ? rest.join("/") : principal;
}

function fits(pattern: string, value: string): boolean {
  if (pattern.startsWith("*")) return `/${value}`.endsWith(pattern.slice(1));
  return pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : pattern === value;
}
