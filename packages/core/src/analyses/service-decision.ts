import type { Decision } from "../engine/decide.ts";
import { worstOf } from "../engine/doubts.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { SideDecision } from "../engine/meeting.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Assumption, Family } from "../model/flow.ts";
import { type Service, type ServicePort, serviceId } from "../model/service.ts";
import type { Served } from "./service-nearness.ts";
import type { ServedPort } from "./service-targets.ts";

/** The verdict on a Service: that of its endpoints together, in terms of its own ports. */
export interface ServiceDecision extends Decision {
  readonly service: Service;
  readonly endpoints: readonly EndpointDecision[];
}

/** The verdict on one endpoint of a Service, about the ports at which traffic arrives there. */
export interface EndpointDecision {
  readonly endpoint: Endpoint;
  readonly ports: readonly ServedPort[];
  /** Where it was written down by its address: the family of that, in which alone it is met. */
  readonly family?: Family;
  /** From outside: whose address traffic is taken to arrive under; the trail is about that. */
  readonly view?: "client" | "node";
  readonly decision: Decision;
}

export function isServiceDecision(decision: Decision): decision is ServiceDecision {
  return "endpoints" in decision;
}

/** The decision whose trail stands for this one's: of a Service, that on the endpoint which settles the verdict. */
export function witnessOf(decision: Decision): Decision {
  if (!isServiceDecision(decision)) return decision;
  const { endpoints, verdict } = decision;
  return (endpoints.find((one) => one.decision.verdict === verdict) ?? endpoints[0])?.decision ?? decision;
}

/** What was asked about a Service, in its own terms. */
export interface AskedOfService {
  readonly source: Endpoint;
  readonly service: Service;
  readonly ports: readonly ServicePort[];
  readonly isOutside: boolean;
  /** How many pods of the source have an endpoint to which their traffic may go. */
  readonly served: Served;
}

/**
 * What the endpoints of a Service come to, said of the ports that were dialled: allowed what gets through at some endpoint that serves
 * it, certain what does at every one.
 */
export function together(asked: AskedOfService, endpoints: readonly EndpointDecision[]): ServiceDecision {
  const { source, service, ports } = asked;
  const connections = connectionsOf(ports);
  const each = endpoints.map(atService);
  const served = unionOf(each.map((one) => one.served));
  const allowed = unionOf(each.map((one) => one.allowed));
  const unsure = unionOf(each.map((one) => one.served.subtract(one.certain)));
  const isSplit = each.some((one) => !one.allowed.equals(allowed.intersect(one.served)));
  const isPartial = asked.served === "some" || endpoints.some(({ decision }) => decision.scope === "some");
  const isWhole = allowed.isEmpty || allowed.equals(connections);
  const assumptions = distinct([
    ...endpoints.flatMap(({ decision }) => decision.assumptions),
    ...notes(asked, endpoints, isSplit),
  ]);
  const nowhere: SideDecision = { verdict: "deny", applies: "none", steps: [] };
  const decision: ServiceDecision = {
    question: { source, destination: asEndpoint(service, endpoints), connections },
    verdict: allowed.isEmpty ? "deny" : "allow",
    scope: isSplit || isPartial || !isWhole ? "some" : "all",
    allowed,
    possible:
      endpoints.length === 0 && asked.served !== "none" ? connections : unionOf(each.map((one) => one.possible)),
    certain: asked.served === "all" ? served.subtract(unsure) : ConnectionSet.NONE,
    certainty: worstOf(assumptions),
    egress: nowhere,
    ingress: nowhere,
    assumptions,
    service,
    endpoints,
  };
  const { egress, ingress } = witnessOf(decision);
  return { ...decision, egress, ingress };
}

/** What was decided about an endpoint, by the ports of the Service. */
function atService({ ports, decision: { allowed, possible, certain } }: EndpointDecision) {
  const within = (arrived: ConnectionSet) =>
    connectionsOf(ports.filter((served) => isOpenAt(arrived, served)).map(({ port }) => port));
  const served = connectionsOf(ports.map(({ port }) => port));
  return { served, allowed: within(allowed), possible: within(possible), certain: within(certain) };
}

/** Whether connections that arrive at an endpoint include those of a port of the Service. */
export function isOpenAt(arrived: ConnectionSet, { port, target }: ServedPort): boolean {
  return arrived.includes(ConnectionSet.ports(port.protocol, target, target));
}

function connectionsOf(ports: readonly ServicePort[]): ConnectionSet {
  return unionOf(ports.map(({ protocol, port }) => ConnectionSet.ports(protocol, port, port)));
}

function unionOf(sets: readonly ConnectionSet[]): ConnectionSet {
  return sets.reduce((all, set) => all.union(set), ConnectionSet.NONE);
}

/** What is worth saying about a Service beside what its endpoints rest on. Source: docs/semantics.md SVC-1, SVC-6, WL-9. */
function notes(
  { service, isOutside, served }: AskedOfService,
  endpoints: readonly EndpointDecision[],
  isSplit: boolean,
): readonly Assumption[] {
  const id = serviceId(service);
  const found: Assumption[] = [];
  const note = (code: Assumption["code"], message: string, certainty: Assumption["certainty"] = "specified") =>
    found.push({ code, certainty, message });
  if (endpoints.length === 0 && served !== "none")
    note("service-without-endpoints", `no pod or address of the input is a ready endpoint of \`${id}\``, "unknown");
  if (isSplit)
    note(
      "service-load-balanced",
      `\`${id}\` spreads connections over its endpoints, and only some of them can be reached`,
    );
  if (isOutside && service.type === "LoadBalancer" && service.sourceRanges.length > 0)
    note(
      "service-source-ranges",
      `the load balancer of \`${id}\` accepts only clients in ${service.sourceRanges.join(", ")}`,
    );
  if (served === "some" || served === "none")
    note(
      "service-traffic-local",
      `\`${id}\` sends traffic of pods only to endpoints on their own node, where ${served === "none" ? "there is none" : "not all of them have one"}`,
    );
  return found;
}

function asEndpoint(service: Service, endpoints: readonly EndpointDecision[]): Endpoint {
  const { namespace, name } = service;
  return {
    id: serviceId(service),
    type: "workload",
    namespace,
    kind: "Service",
    name,
    pods: endpoints.reduce((sum, { endpoint }) => sum + endpoint.pods, 0),
    members: endpoints.flatMap(({ endpoint }) => endpoint.members),
  };
}

export function distinct(assumptions: readonly Assumption[]): readonly Assumption[] {
  return [
    ...new Map(assumptions.map((assumption) => [`${assumption.code} ${assumption.message}`, assumption])).values(),
  ];
}
