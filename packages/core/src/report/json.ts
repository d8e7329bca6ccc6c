import type { Arrival, ServiceConnection } from "../analyses/service-clients.ts";
import type { ServedPort } from "../analyses/service-targets.ts";
import type { UncertainPair } from "../analyses/uncertain.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { Connection, Isolated, Reachability } from "../engine/reach.ts";
import type { Opening } from "../engine/verdicts.ts";
import type { PortsByProtocol } from "../model/connections.ts";
import type { Diagnostic, Severity } from "../model/diagnostic.ts";
import type { Assumption, Protocol } from "../model/flow.ts";
import type { Span } from "../model/source.ts";
import type { Listing } from "./listing.ts";

/** What `schema/connections-v1.json` describes. */
export interface ConnectionsAnswer {
  readonly schema: "watertight/connections/v1";
  readonly endpoints: readonly EndpointAnswer[];
  readonly connections: readonly ConnectionAnswer[];
  /** Pairs, listed above or not, that hang on what the input or the API leave open; null where there are too many to ask about each. */
  readonly uncertain: readonly UncertainAnswer[] | null;
  /** What they hang on. */
  readonly assumptions: readonly Assumption[];
  readonly diagnostics: readonly DiagnosticAnswer[];
}

export interface UncertainAnswer {
  readonly from: string;
  readonly to: string;
  /** By default, as in `connections`. */
  readonly ports: PortsByProtocol;
  /** What may get through if open questions are settled otherwise; where that is no more than `ports`, it may be less. */
  readonly may: PortsByProtocol;
  readonly certainty: UncertainPair["certainty"];
}

export type EndpointAnswer =
  | { readonly id: string; readonly type: "address"; readonly cidrs: readonly string[] }
  | {
      readonly id: string;
      readonly type: "workload" | "pod" | "namespace";
      readonly namespace: string;
      readonly kind?: string;
      readonly name?: string;
      readonly pods: number;
      /** True when policy restricts every pod of it. */
      readonly ingressIsolated: boolean;
      readonly egressIsolated: boolean;
      /** Present when policy restricts some of its pods only. */
      readonly ingressIsolation?: "partly";
      readonly egressIsolation?: "partly";
      readonly distinguishedBy?: readonly string[];
    };

export interface ConnectionAnswer {
  readonly from: string;
  readonly to: string;
  readonly ports: PortsByProtocol;
  readonly egress: Opening;
  readonly ingress: Opening;
  /** Of a connection to a Service: the endpoints behind it that it gets to, and where each port arrives. */
  readonly arrivals?: readonly { readonly id: string; readonly ports: readonly ServedPortAnswer[] }[];
}

export interface ServedPortAnswer {
  readonly protocol: Protocol;
  /** As the Service has it. */
  readonly port: number;
  /** At which traffic arrives. */
  readonly target: number;
}

export interface DiagnosticAnswer {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly source?: Span;
  readonly field?: string;
  readonly related?: readonly { readonly message: string; readonly source: Span }[];
  readonly fix?: string;
}

/** A listing as `watertight/connections/v1`. */
export function connectionsAnswer(listing: Listing): ConnectionsAnswer {
  return { ...outline(listing), connections: Array.from(listing.connections, connectionAnswer) };
}

/** The same as text, in pieces: all of a large cluster's connections may be more than one string can hold. */
export function connectionsJson(listing: Listing): Iterable<string> {
  return answerText({ ...outline(listing), connections: mapped(listing.connections, connectionAnswer) });
}

/** An answer as text, in pieces: one line for each entry of its lists, so that it can be read, searched and compared by line. */
export function* answerText(answer: object): Generator<string> {
  let before = "{";
  for (const [name, value] of Object.entries(answer)) {
    yield `${before}\n  ${JSON.stringify(name)}: `;
    before = ",";
    if (typeof value === "object" && value !== null && Symbol.iterator in value) yield* listText(value);
    else yield JSON.stringify(value);
  }
  yield "\n}\n";
}

function* listText(entries: Iterable<unknown>): Generator<string> {
  let before = "[";
  for (const entry of entries) {
    yield `${before}\n    ${JSON.stringify(entry)}`;
    before = ",";
  }
  yield before === "[" ? "[]" : "\n  ]";
}

/** Everything but the connections, which take their place in the order of fields. */
function outline(listing: Listing): ConnectionsAnswer {
  const { reachability, endpoints, diagnostics } = listing;
  const { pairs, assumptions } = listing.uncertainty();
  return {
    schema: "watertight/connections/v1",
    endpoints: endpoints.map((endpoint) => endpointAnswer(reachability, endpoint)),
    connections: [],
    uncertain: pairs?.map(uncertainAnswer) ?? null,
    assumptions: assumptions.map(assumptionAnswer),
    diagnostics: diagnostics.map(diagnosticAnswer),
  };
}

function uncertainAnswer({ from, to, allowed, possible, certainty }: UncertainPair): UncertainAnswer {
  return { from: from.id, to: to.id, ports: allowed.toJSON(), may: possible.toJSON(), certainty };
}

export function assumptionAnswer({ code, certainty, message, option }: Assumption): Assumption {
  return { code, certainty, message, ...(option !== undefined && { option }) };
}

function connectionAnswer(connection: Connection | ServiceConnection): ConnectionAnswer {
  const { from, to, connections, egress, ingress } = connection;
  const arrivals = "arrivals" in connection ? connection.arrivals : undefined;
  return {
    from: from.id,
    to: to.id,
    ports: connections.toJSON(),
    egress,
    ingress,
    ...(arrivals && { arrivals: arrivals.map(arrivalAnswer) }),
  };
}

function arrivalAnswer({ endpoint, ports }: Arrival) {
  return { id: endpoint.id, ports: ports.map(servedPortAnswer) };
}

export function servedPortAnswer({ port: { protocol, port }, target }: ServedPort): ServedPortAnswer {
  return { protocol, port, target };
}

function* mapped<T, R>(items: Iterable<T>, convert: (item: T) => R): Generator<R> {
  for (const item of items) yield convert(item);
}

export function diagnosticAnswer({ code, severity, message, span, field, related, fix }: Diagnostic): DiagnosticAnswer {
  return {
    code,
    severity,
    message,
    ...(span && { source: spanAnswer(span) }),
    ...(field !== undefined && { field }),
    ...(related && { related: related.map((one) => ({ message: one.message, source: spanAnswer(one.span) })) }),
    ...(fix !== undefined && { fix }),
  };
}

/** A span with its fields in one order, and nothing else that an object may carry along. */
export function spanAnswer({ path, line, column, endLine, endColumn }: Span): Span {
  return { path, line, column, endLine, endColumn };
}

function endpointAnswer(reachability: Reachability, endpoint: Endpoint): EndpointAnswer {
  const { id, type, namespace = "", kind, name, pods, cidrs = [], distinguishedBy } = endpoint;
  if (type === "address") return { id, type, cidrs };
  const ingress = reachability.isolated(endpoint, "ingress");
  const egress = reachability.isolated(endpoint, "egress");
  return {
    id,
    type,
    namespace,
    ...(kind !== undefined && { kind }),
    ...(name !== undefined && { name }),
    pods,
    ingressIsolated: ingress === "yes",
    egressIsolated: egress === "yes",
    ...partly("ingressIsolation", ingress),
    ...partly("egressIsolation", egress),
    ...(distinguishedBy && { distinguishedBy }),
  };
}

function partly(field: "ingressIsolation" | "egressIsolation", isolated: Isolated) {
  return isolated === "partly" ? { [field]: isolated } : {};
}
