import { type Decision, type Question, settle } from "../engine/decide.ts";
import { worstOf } from "../engine/doubts.ts";
import type { Encounter } from "../engine/encounter.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { meetingOf } from "../engine/meeting.ts";
import type { Assumption, Family, Protocol } from "../model/flow.ts";
import { parseAddress } from "../model/ip.ts";
import type { Program } from "../model/program.ts";
import { type Service, type ServicePort, serviceId } from "../model/service.ts";
import { serviceCalled } from "./find-destination.ts";
import { distinct, type EndpointDecision, type ServiceDecision, together } from "./service-decision.ts";
import { waysInside, waysOfClient, waysOfNode } from "./service-paths.ts";
import { arriving, type ServiceTarget, targetsOf } from "./service-targets.ts";

/** May `source` open connections to a Service? Without a port all that the Service has are meant. */
export interface ServiceQuestion {
  readonly source: Endpoint;
  readonly service: Service;
  readonly protocol?: Protocol | "other";
  readonly port?: number;
  readonly family?: Family;
  /** The address it was called by, where it was. */
  readonly address?: string;
}

/**
 * Decides about a Service by deciding about each endpoint it sends traffic to, on the port at which that arrives.
 *
 * `allow` when some endpoint can be reached; `certain` holds what can be reached at every one, since traffic is spread over them.
 * A question that has no answer (a port the Service does not have, an alias of a name outside) comes back as the sentence that says why.
 * Source: docs/semantics.md SVC-1 to SVC-7.
 */
export function decideService(
  program: Program,
  asked: ServiceQuestion,
): ServiceDecision | { readonly problem: string } {
  const service = behindAlias(program, asked.service);
  const isOutside = asked.source.type === "address" && asked.source.members.every(({ node }) => node === undefined);
  const problem = unanswerable(service, asked, isOutside);
  if (problem !== undefined) return { problem };
  const ports = portsAsked(service, asked, isOutside);
  const targets = targetsOf(program, { ...service, ports }).filter((target) => target.ports.length > 0);
  const endpoints = targets.map((target): EndpointDecision => {
    const question = questionOf(asked, target);
    if (isOutside) return { ...target, ...fromOutside(program, service, question, target) };
    return { ...target, decision: fromInside(program, service, asked, question, target) };
  });
  return together({ source: asked.source, service, ports, isOutside }, endpoints);
}

/** An alias of a Service of this cluster leads where that leads. */
function behindAlias(program: Program, service: Service): Service {
  const seen = new Set<Service>();
  let last = service;
  while (last.externalName !== undefined && last.type === "ExternalName" && !seen.has(last)) {
    seen.add(last);
    last = serviceCalled(program, last.externalName) ?? last;
  }
  return last;
}

function unanswerable(service: Service, asked: ServiceQuestion, isOutside: boolean): string | undefined {
  const id = serviceId(service);
  if (service.type === "ExternalName")
    return `\`${id}\` is an alias of \`${service.externalName ?? ""}\` in DNS, and policies see the address that resolves to; ask for that address`;
  if (asked.protocol === "other") return `\`${id}\` carries TCP, UDP and SCTP only; ask for the pods behind it`;
  if (isOutside && service.type === "ClusterIP" && service.externalIPs.length === 0)
    return `\`${id}\` is of type ClusterIP, which has no address outside the cluster; ask for the pods behind it`;
  if (portsAsked(service, asked, isOutside).length > 0) return undefined;
  const has = service.ports.map(({ protocol, port }) => `${protocol}/${port}`).join(", ");
  const wanted = [asked.protocol, asked.port].filter((part) => part !== undefined).join("/");
  if (has === "") return `\`${id}\` lists no ports; say which port of its pods is meant`;
  return `\`${id}\` has no port ${wanted}; it has ${has}`;
}

/** The Service's ports that are meant; a headless one translates none, so any port of its pods can be. */
function portsAsked(service: Service, { protocol, port }: ServiceQuestion, isOutside: boolean): readonly ServicePort[] {
  const isMeant = (one: ServicePort) => protocol === undefined || one.protocol === protocol;
  const listed = service.ports.filter(
    (one) => isMeant(one) && (port === undefined || port === one.port || (isOutside && port === one.nodePort)),
  );
  if (service.addressing === "virtual") return listed;
  if (port === undefined) return listed;
  return [{ protocol: protocol === undefined || protocol === "other" ? "TCP" : protocol, port, targetPort: port }];
}

function questionOf({ source, address = "", ...asked }: ServiceQuestion, target: ServiceTarget): Question {
  const family = asked.family ?? parseAddress(address)?.family;
  return { source, destination: target.endpoint, connections: arriving(target), ...(family && { family }) };
}

function fromInside(
  program: Program,
  service: Service,
  { address }: ServiceQuestion,
  question: Question,
  target: ServiceTarget,
): Decision {
  const ways = waysInside(program, service, address, question.source, target.endpoint);
  return decided(program, question, atItsAddress(ways, target));
}

/** What was written down by its address is met in the family of that only. */
function atItsAddress(ways: readonly Encounter[], target: ServiceTarget): readonly Encounter[] {
  return ways.filter(({ family }) => family === (target.family ?? family));
}

function decided(program: Program, question: Question, ways: readonly Encounter[]): Decision {
  const wanted = ways.filter(({ family }) => question.family === undefined || question.family === family);
  return settle(
    program,
    question,
    wanted.map((way) => meetingOf(program, way, question.connections)),
  );
}

export const SOURCE_TRANSLATED: Assumption = {
  code: "source-translated",
  certainty: "implementation-defined",
  message:
    "traffic from outside may arrive under the client's address or under a node's, and the two come out differently",
  option: "snatView",
};

/** Both views of where traffic comes from; where they differ, the option or the Service's traffic policy says which counts. */
function fromOutside(
  program: Program,
  service: Service,
  question: Question,
  target: ServiceTarget,
): Pick<EndpointDecision, "decision" | "view"> {
  const ways = atItsAddress(waysOfClient(program, service, question.source, target.endpoint), target);
  const client = decided(program, question, ways);
  const node = decided(program, question, waysOfNode(program, ways, target.endpoint));
  const { snatView } = program.options;
  const byPolicy = service.externalTrafficPolicy === "Local" ? "client" : "node";
  const view = snatView === "by-externalTrafficPolicy" ? byPolicy : snatView;
  const chosen = view === "client" ? client : node;
  const differ = client.allowed.equals(node.allowed) ? [] : [SOURCE_TRANSLATED];
  const assumptions = distinct([...differ, ...chosen.assumptions, ...client.assumptions, ...node.assumptions]);
  const decision: Decision = {
    ...chosen,
    possible: client.possible.union(node.possible),
    certain: client.certain.intersect(node.certain),
    assumptions,
    certainty: worstOf(assumptions),
  };
  return { decision, view };
}
