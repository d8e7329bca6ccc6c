import type { Endpoint } from "../engine/endpoints.ts";
import type { Isolated, Reachability } from "../engine/reach.ts";
import type { Opening } from "../engine/side-table.ts";
import type { PortsByProtocol } from "../model/connections.ts";
import type { Diagnostic, Severity } from "../model/diagnostic.ts";
import type { Span } from "../model/source.ts";
import type { Listing } from "./listing.ts";

/** What `schema/connections-v1.json` describes. */
export interface ConnectionsAnswer {
  readonly schema: "watertight/connections/v1";
  readonly endpoints: readonly EndpointAnswer[];
  readonly connections: readonly ConnectionAnswer[];
  readonly diagnostics: readonly DiagnosticAnswer[];
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
export function connectionsAnswer({ reachability, endpoints, connections, diagnostics }: Listing): ConnectionsAnswer {
  return {
    schema: "watertight/connections/v1",
    endpoints: endpoints.map((endpoint) => endpointAnswer(reachability, endpoint)),
    connections: connections.map(({ from, to, connections: ports, egress, ingress }) => ({
      from: from.id,
      to: to.id,
      ports: ports.toJSON(),
      egress,
      ingress,
    })),
    diagnostics: diagnostics.map(diagnosticAnswer),
  };
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

/** An answer as text: one line for each entry of its lists, so that it can be read, searched and compared line by line. */
export function formatAnswer(answer: object): string {
  const fields = Object.entries(answer).map(([name, value]) => {
    const text =
      Array.isArray(value) && value.length > 0
        ? `[\n    ${value.map((entry) => JSON.stringify(entry)).join(",\n    ")}\n  ]`
        : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${fields.join(",\n")}\n}\n`;
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
