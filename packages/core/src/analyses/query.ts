import { type Decision, decide as decideQuestion } from "../engine/decide.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { findEndpoint, type Named } from "../engine/names.ts";
import { ConnectionSet } from "../model/connections.ts";
import { type Family, PROTOCOLS, type Protocol } from "../model/flow.ts";
import { parseAddress } from "../model/ip.ts";
import type { Program } from "../model/program.ts";
import { findDestination } from "./find-destination.ts";
import { decideService } from "./service.ts";
import type { ServiceDecision } from "./service-decision.ts";

/** A flow by name. Without a port every port of the protocol is meant; without a protocol every port of all three. */
export interface Flow {
  /** Anything {@link findEndpoint} understands: `shop/web`, an id, an IP address, a CIDR, `internet`. */
  readonly source: string;
  /** The same, or a Service: see {@link findDestination}. */
  readonly destination: string;
  /** TCP, UDP, SCTP, or `other` for protocols without ports, such as ICMP. */
  readonly protocol?: Protocol | "other";
  readonly port?: number;
  readonly family?: Family;
}

/**
 * The verdict on one flow, with its trail; of a flow to a Service, with the verdict on each of its endpoints.
 *
 * Errors: a name that means no endpoint, or several, is the caller's bug and throws, and so is a port that a Service does not have;
 * ask {@link findDestination} and {@link decideService} where a person typed it.
 */
export function decide(
  program: Program,
  { source, destination, protocol, port, ...flow }: Flow,
): Decision | ServiceDecision {
  // A pod called by one of its addresses is meant in that family.
  const family = flow.family ?? parseAddress(source)?.family ?? parseAddress(destination)?.family;
  const found = findDestination(program, destination);
  if (found.kind === "service") {
    const { service, address } = found;
    const wanted = { ...(protocol && { protocol }), ...(port !== undefined && { port }), ...(family && { family }) };
    const from = known(source, findEndpoint(program, source));
    const decision = decideService(program, { source: from, service, ...wanted, ...(address && { address }) });
    if ("problem" in decision) throw new Error(decision.problem);
    return decision;
  }
  return decideQuestion(program, {
    source: known(source, findEndpoint(program, source)),
    destination: known(destination, found),
    connections: connectionsAsked(protocol, port),
    ...(family && { family }),
  });
}

/** The connections a protocol and a port stand for. */
export function connectionsAsked(protocol?: Protocol | "other", port?: number): ConnectionSet {
  if (protocol === "other") return ConnectionSet.OTHER;
  const protocols = protocol === undefined ? PROTOCOLS : [protocol];
  return protocols.map((name) => ConnectionSet.ports(name, port, port)).reduce((all, set) => all.union(set));
}

/** Reads `TCP/5432`, `5432` (TCP), `UDP`, `ICMP`; `undefined` when the text is none of these. */
export function readPort(text: string): { readonly protocol: Protocol | "other"; readonly port?: number } | undefined {
  const [first = "", second] = text.split("/");
  const protocol = PROTOCOLS.find((name) => name === first.toUpperCase());
  if (second === undefined && first.toUpperCase() === "ICMP") return { protocol: "other" };
  if (second === undefined && protocol) return { protocol };
  const port = Number(second ?? first);
  const written = second ?? first;
  if (!/^\d{1,5}$/.test(written) || port < 1 || port > 65535 || (second !== undefined && !protocol)) return undefined;
  return { protocol: protocol ?? "TCP", port };
}

function known(text: string, found: Named): Endpoint {
  if (found.kind === "endpoint") return found.endpoint;
  if (found.kind === "none") throw new Error(`no endpoint is called \`${text}\``);
  throw new Error(`\`${text}\` may mean ${found.candidates.join(" or ")}`);
}
