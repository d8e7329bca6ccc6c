import type { Endpoint } from "../engine/endpoints.ts";
import type { SideDecision } from "../engine/meeting.ts";
import type { Connection } from "../engine/reach.ts";
import { mix, type Opening } from "../engine/verdicts.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import type { Program } from "../model/program.ts";
import { type ServiceQuestion, serviceDecider, type Unanswerable } from "./service.ts";
import { isOpenAt, type ServiceDecision } from "./service-decision.ts";
import type { ServedPort } from "./service-targets.ts";

/** What one source may open to a Service: the Service's own ports, and where each arrives. */
export interface ServiceConnection extends Connection {
  readonly arrivals: readonly Arrival[];
}

/** An endpoint of a Service, and the ports of the Service at which it can be reached. */
export interface Arrival {
  readonly endpoint: Endpoint;
  readonly ports: readonly ServedPort[];
}

/** A Service as some sources find it. */
export interface ServiceClients {
  /** Stands for the Service at the end of connections. */
  readonly service: Endpoint;
  /** Everything that it leads to, whoever may get there. */
  readonly leadsTo: readonly Arrival[];
  readonly connections: readonly ServiceConnection[];
}

/**
 * Who may connect to a Service, source by source: what each may open is the union over all endpoints behind it, decided one by one.
 * Sources from which the question has no answer, as addresses outside and a Service of type ClusterIP, may open nothing. Only where
 * there is an answer from none does the sentence that says why come back.
 *
 * Cost: a decision for each member of a source and each endpoint. Source: docs/semantics.md SVC-1 to SVC-7, SVC-10.
 */
export function serviceClients(
  program: Program,
  question: Omit<ServiceQuestion, "source">,
  sources: readonly Endpoint[],
): ServiceClients | Unanswerable {
  const decide = serviceDecider(program, question);
  const found: { readonly source: Endpoint; readonly decisions: readonly ServiceDecision[] }[] = [];
  let unanswered: Unanswerable | undefined;
  for (const source of sources) {
    // A trail is of one way of meeting; that of each member by itself says what opened the way for it.
    const answers = source.members.map((member) => decide({ ...source, members: [member] }));
    const decisions = answers.filter((answer): answer is ServiceDecision => !("problem" in answer));
    unanswered ??= answers.find((answer) => "problem" in answer);
    if (decisions.length > 0) found.push({ source, decisions });
  }
  const all = found.flatMap(({ decisions }) => decisions);
  const [widest] = [...all].sort((a, b) => b.endpoints.length - a.endpoints.length);
  if (!widest) return unanswered ?? { problem: "there is nothing in the input that could connect" };
  const service = widest.question.destination;
  return {
    service,
    leadsTo: distinct(all.flatMap(({ endpoints }) => endpoints)),
    connections: found.flatMap(({ source, decisions }) => connectionOf(source, service, decisions) ?? []),
  };
}

function connectionOf(
  from: Endpoint,
  to: Endpoint,
  decisions: readonly ServiceDecision[],
): ServiceConnection | undefined {
  const connections = decisions.reduce((set, { allowed }) => set.union(allowed), ConnectionSet.NONE);
  if (connections.isEmpty) return undefined;
  const reached = decisions
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ decision }) => decision.verdict === "allow");
  const openingOf = (direction: Direction) =>
    reached.map(({ decision }) => openingAt(decision[direction], decision.allowed)).reduce(mix);
  const arrivals = reached.map(({ endpoint, ports, decision }) => ({
    endpoint,
    ports: ports.filter((port) => isOpenAt(decision.allowed, port)),
  }));
  return {
    from,
    to,
    connections,
    egress: openingOf("egress"),
    ingress: openingOf("ingress"),
    arrivals: distinct(arrivals),
  };
}

function distinct(arrivals: readonly Arrival[]): readonly Arrival[] {
  return [
    ...new Map(
      arrivals.map(({ endpoint, ports }) => [
        JSON.stringify([endpoint.id, ports.map(({ port, target }) => [port.protocol, port.port, target])]),
        { endpoint, ports },
      ]),
    ).values(),
  ];
}

/** What let the allowed connections through on one side, by its trail. */
function openingAt({ steps }: SideDecision, allowed: ConnectionSet): Opening {
  const opened = steps
    .filter(({ outcome, connections }) => outcome === "allow" && !connections.intersect(allowed).isEmpty)
    .map(({ reason }): Opening => (reason === "default" ? "default" : "policy"));
  return opened.length === 0 ? "default" : opened.reduce(mix);
}
