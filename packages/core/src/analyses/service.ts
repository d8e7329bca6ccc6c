import { type Decision, type Question, settle } from "../engine/decide.ts";
import { worstOf } from "../engine/doubts.ts";
import type { Encounter } from "../engine/encounter.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { meetingOf } from "../engine/meeting.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Assumption, Family, Protocol } from "../model/flow.ts";
import { parseAddress } from "../model/ip.ts";
import type { Program } from "../model/program.ts";
import { type Service, type ServicePort, serviceId } from "../model/service.ts";
import { serviceCalled } from "./find-destination.ts";
import { distinct, type EndpointDecision, type ServiceDecision, together } from "./service-decision.ts";
import { ENDPOINT_NODE_UNKNOWN, neighbours, servedBy, staysOnNode } from "./service-nearness.ts";
import { nodesMissing, waysInside, waysOfClient, waysOfNode } from "./service-paths.ts";
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

/** A question that has no answer, and the sentence that says why. */
export interface Unanswerable {
  readonly problem: string;
}

/**
 * Decides about a Service by deciding about each endpoint it sends traffic to, on the port at which that arrives.
 *
 * `allow` when some endpoint can be reached; `certain` holds what can be reached at every one, since traffic is spread over them.
 * A question that has no answer (a port the Service does not have, an alias of a name outside) comes back as the sentence that says why.
 * Source: docs/semantics.md SVC-1 to SVC-7, SVC-10.
 */
export function decideService(program: Program, asked: ServiceQuestion): ServiceDecision | Unanswerable {
  return serviceDecider(program, asked)(asked.source);
}

/** The same for one source after the other: what the Service leads to is looked up once, for those inside and those outside. */
export function serviceDecider(
  program: Program,
  question: Omit<ServiceQuestion, "source">,
): (source: Endpoint) => ServiceDecision | Unanswerable {
  const service = behindAlias(program, question.service);
  const inside = lazily(() => leading(program, service, question, false));
  const outside = lazily(() => leading(program, service, question, true));
  return (source) => {
    const isOutside = source.type === "address" && source.members.every(({ node }) => node === undefined);
    const led = (isOutside ? outside : inside)();
    if ("problem" in led) return led;
    return decideFrom(program, service, { ...question, source }, led, isOutside);
  };
}

/** The ports of a Service that are meant, and where they lead. */
interface Leading {
  readonly ports: readonly ServicePort[];
  readonly targets: readonly ServiceTarget[];
}

function leading(
  program: Program,
  service: Service,
  question: Omit<ServiceQuestion, "source">,
  isOutside: boolean,
): Leading | Unanswerable {
  const problem = unanswerable(service, question, isOutside);
  if (problem !== undefined) return { problem };
  const ports = portsAsked(service, question, isOutside);
  return { ports, targets: targetsOf(program, { ...service, ports }).filter((target) => target.ports.length > 0) };
}

function decideFrom(
  program: Program,
  service: Service,
  asked: ServiceQuestion,
  { ports, targets }: Leading,
  isOutside: boolean,
): ServiceDecision {
  const about = { source: asked.source, service, ports, isOutside };
  if (!isOutside && staysOnNode(service, asked.address)) {
    const near = targets.filter(({ endpoint }) => neighbours(asked.source, endpoint, "near").length > 0);
    const endpoints = near.map((target) => ({ ...target, decision: onOwnNode(program, service, asked, target) }));
    const all = targets.map(({ endpoint }) => endpoint);
    return together({ ...about, served: targets.length === 0 ? "all" : servedBy(asked.source, all) }, endpoints);
  }
  const endpoints = targets.map((target): EndpointDecision => {
    const question = questionOf(asked, target);
    if (isOutside) return { ...target, ...fromOutside(program, service, question, target) };
    return { ...target, decision: fromInside(program, service, asked, question, target) };
  });
  return together({ ...about, served: "all" }, endpoints);
}

function lazily<T>(work: () => T): () => T {
  let done: { readonly result: T } | undefined;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}

/** With endpoints on nodes that are not known taken to be on the source's, and said so where it matters. */
function onOwnNode(program: Program, service: Service, asked: ServiceQuestion, target: ServiceTarget): Decision {
  const question = questionOf(asked, target);
  const among = (ifUnknown: "near" | "far") =>
    neighbours(asked.source, target.endpoint, ifUnknown).flatMap(({ from, to }) =>
      waysInside(
        program,
        service,
        asked.address,
        { ...asked.source, members: [from] },
        { ...target.endpoint, members: [to] },
      ),
    );
  const decision = decided(program, question, atItsAddress(among("near"), target));
  const surely = decided(program, question, atItsAddress(among("far"), target));
  if (surely.allowed.equals(decision.allowed)) return decision;
  const assumptions = [ENDPOINT_NODE_UNKNOWN, ...decision.assumptions];
  return { ...decision, certain: ConnectionSet.NONE, assumptions, certainty: worstOf(assumptions) };
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

function unanswerable(
  service: Service,
  asked: Omit<ServiceQuestion, "source">,
  isOutside: boolean,
): string | undefined {
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
function portsAsked(
  service: Service,
  { protocol, port }: Pick<ServiceQuestion, "protocol" | "port">,
  isOutside: boolean,
): readonly ServicePort[] {
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

export const OTHER_NODES_UNKNOWN: Assumption = {
  code: "node-unknown",
  certainty: "unknown",
  message:
    "the input does not say on which node the pods run, so through which others traffic from outside may come is not known",
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
  // On whichever node a pod may run, traffic comes through another.
  const elsewhere = nodesMissing(program, target.endpoint).map((name) =>
    decided(program, question, waysOfNode(program, ways, target.endpoint, name)),
  );
  const moved = elsewhere.some(({ allowed }) => !allowed.equals(node.allowed)) ? [OTHER_NODES_UNKNOWN] : [];
  const { snatView } = program.options;
  const byPolicy = service.externalTrafficPolicy === "Local" ? "client" : "node";
  const view = snatView === "by-externalTrafficPolicy" ? byPolicy : snatView;
  const chosen = view === "client" ? client : node;
  const differ = client.allowed.equals(node.allowed) ? [] : [SOURCE_TRANSLATED];
  const all = [client, node, ...elsewhere];
  const assumptions = distinct([...differ, ...moved, ...[chosen, ...all].flatMap((one) => one.assumptions)]);
  const decision: Decision = {
    ...chosen,
    possible: all.reduce((set, { possible }) => set.union(possible), ConnectionSet.NONE),
    certain: all.reduce((set, { certain }) => set.intersect(certain), chosen.certain),
    assumptions,
    certainty: worstOf(assumptions),
  };
  return { decision, view };
}
