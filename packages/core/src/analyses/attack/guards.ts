import type { Cluster, Pod } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import {
  type AuthorizationPolicy,
  type AuthorizationRule,
  type CallerSource,
  MESH_ROOT,
  type NamedCallers,
} from "../../model/control.ts";
import type { Span } from "../../model/source.ts";
import { enrolment, isEnrolled, mtlsMode } from "../mesh.ts";
import type { Account } from "./accounts.ts";
import type { Foothold } from "./foothold.ts";

/** What a workload's mesh asks of whoever calls it on some ports: an identity that mutual TLS vouches for, and labels do not give. */
export interface Guard {
  /** `AuthorizationPolicy shop/db`; equal for guards that let in the same. */
  readonly words: string;
  readonly evidence: readonly Span[];
  /** Whether an account's identity may be let in, on some of the ports and in some way. */
  admits(account: Who): boolean;
}

/** What proxies of the mesh see. */
export const TCP = ConnectionSet.ports("TCP");

type Who = Pick<Account, "namespace" | "name">;

/** Who calls, if anything vouches for it: plain text shows no identity. */
type Caller = Who | "nobody";

/**
 * The guard of a workload on some ports, where Istio certainly refuses whoever shows no identity, at all of its pods: since mutual TLS
 * is asked for, some DENY policy meets whoever is nobody, or no ALLOW policy lets him in.
 *
 * In doubt nothing is refused: an unknown enrolment, ports kept from the proxy, requests that only some methods or paths of are denied,
 * callers told by address; and what is not TCP passes proxies by. CUSTOM policies, and those for gateways and waypoints, are not looked at.
 * Source: istio.io AuthorizationPolicy: DENY before ALLOW; without an ALLOW policy for a workload everything is let in.
 */
export function guardOf(
  cluster: Cluster,
  { endpoint }: Pick<Foothold, "endpoint">,
  ports: ConnectionSet,
): Guard | undefined {
  const { authorizationPolicies, peerAuthentications } = cluster.controls;
  if (authorizationPolicies.length + peerAuthentications.length === 0 || !TCP.includes(ports)) return undefined;
  const pods = endpoint.members.flatMap((member) => member.pods);
  const proxies = pods.map((pod) => proxyOf(cluster, pod));
  const refuses = (caller: Caller) => proxies.every((proxy) => proxy !== undefined && isRefused(proxy, caller, ports));
  if (pods.length === 0 || !refuses("nobody")) return undefined;
  const all = [...new Set(proxies.flatMap((proxy) => proxy?.policies ?? []))];
  const isStrict = proxies.every((proxy) => proxy?.isStrict);
  const named = all.map(({ namespace, name }) => `AuthorizationPolicy ${namespace}/${name}`);
  const byPort = all.some(({ clauses }) => clauses.some((rule) => rule.ports.length > 0)) ? ` on ${ports}` : "";
  return {
    words: [...(isStrict ? ["mutual TLS of the mesh"] : []), ...named].join(", ") + byPort,
    evidence: [
      ...all.map(({ span }) => span),
      ...(isStrict ? peerAuthentications.slice(0, 1).map(({ span }) => span) : []),
    ],
    admits: (who) => !refuses(who),
  };
}

/** What stands before a pod. */
interface Proxy {
  /** Nothing but mutual TLS is taken, on any port. */
  readonly isStrict: boolean;
  readonly policies: readonly AuthorizationPolicy[];
}

const PORTS_LEFT_OUT = [
  "traffic.sidecar.istio.io/excludeInboundPorts",
  "traffic.sidecar.istio.io/includeInboundPorts",
] as const;

function proxyOf(cluster: Cluster, pod: Pod): Proxy | undefined {
  if (!isEnrolled(enrolment({ cluster }, pod)) || PORTS_LEFT_OUT.some((key) => pod.annotations.has(key)))
    return undefined;
  const modes = [undefined, ...pod.ports.map(({ port }) => port)].map((port) => mtlsMode({ cluster }, pod, port));
  if (modes.includes("DISABLE")) return undefined;
  const policies = cluster.controls.authorizationPolicies.filter(
    ({ about, dryRun, namespace, selector }) =>
      about === "workloads" &&
      !dryRun &&
      (namespace === pod.namespace || namespace === MESH_ROOT) &&
      [...(selector ?? [])].every(([key, value]) => pod.labels.values.get(key) === value),
  );
  return { isStrict: modes.every((mode) => mode === "STRICT"), policies };
}

function isRefused({ isStrict, policies }: Proxy, caller: Caller, ports: ConnectionSet): boolean {
  if (isStrict && caller === "nobody") return true;
  const of = (action: string) =>
    policies
      .filter((policy) => policy.action === action)
      .map(({ namespace, clauses }) => ({ home: namespace, clauses }));
  if (of("DENY").some(({ home, clauses }) => clauses.some((rule) => isCertainlyMet(rule, caller, home, ports))))
    return true;
  const allowing = of("ALLOW");
  return (
    allowing.length > 0 &&
    !allowing.some(({ home, clauses }) => clauses.some((rule) => mayBeMet(rule, caller, home, ports)))
  );
}

/** Whether all that a caller sends to any of the ports meets a rule. */
function isCertainlyMet(rule: AuthorizationRule, caller: Caller, home: string, ports: ConnectionSet): boolean {
  const { sources, requests } = rule;
  if (requests === "some" || !portsOf(rule).includes(ports)) return false;
  return sources.length === 0 || sources.some((source) => !source.more && fitsSource(source, caller, home));
}

/** Whether something a caller sends to some of the ports may meet a rule. */
function mayBeMet(rule: AuthorizationRule, caller: Caller, home: string, ports: ConnectionSet): boolean {
  const { sources, identities } = rule;
  if (portsOf(rule).intersect(ports).isEmpty) return false;
  return (
    identities.every((one) => fitsNamed(one, caller, home)) &&
    (sources.length === 0 || sources.some((source) => fitsSource(source, caller, home)))
  );
}

function portsOf({ ports }: AuthorizationRule): ConnectionSet {
  return ports.length === 0
    ? ConnectionSet.ALL
    : ConnectionSet.union(ports.map((port) => ConnectionSet.ports("TCP", port, port)));
}

/** Whoever shows no identity is none that is named, and none that is excepted either. */
function fitsSource({ named, excepted }: CallerSource, caller: Caller, home: string): boolean {
  return fitsNamed(named, caller, home) && !isExcepted(excepted, caller, home);
}

function fitsNamed({ principals, namespaces, serviceAccounts }: NamedCallers, caller: Caller, home: string): boolean {
  return [
    meets(principals, (pattern) => fitsPrincipal(pattern, caller)),
    meets(namespaces, (pattern) => caller !== "nobody" && fits(pattern, caller.namespace)),
    meets(serviceAccounts, (name) => isAccount(name, caller, home)),
  ].every((met) => met ?? true);
}

function isExcepted({ principals, namespaces, serviceAccounts }: NamedCallers, caller: Caller, home: string): boolean {
  return [
    meets(principals, (pattern) => fitsPrincipal(pattern, caller)),
    meets(namespaces, (pattern) => caller !== "nobody" && fits(pattern, caller.namespace)),
    meets(serviceAccounts, (name) => isAccount(name, caller, home)),
  ].some((met) => met ?? false);
}

/** Nothing where nothing is asked. */
function meets(patterns: readonly string[], is: (pattern: string) => boolean): boolean | undefined {
  return patterns.length === 0 ? undefined : patterns.some(is);
}

function fitsPrincipal(pattern: string, caller: Caller): boolean {
  return caller !== "nobody" && fits(withoutDomain(pattern), `ns/${caller.namespace}/sa/${caller.name}`);
}

function isAccount(name: string, caller: Caller, home: string): boolean {
  if (caller === "nobody") return false;
  return `${name.includes("/") ? "" : `${home}/`}${name}` === `${caller.namespace}/${caller.name}`;
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
