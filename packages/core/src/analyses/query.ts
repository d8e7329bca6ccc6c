import { type Decision, decide as decideQuestion } from "../engine/decide.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { findEndpoint } from "../engine/names.ts";
import { ConnectionSet } from "../model/connections.ts";
import { type Family, PROTOCOLS, type Protocol } from "../model/flow.ts";
import { parseAddress } from "../model/ip.ts";
import type { Program } from "../model/program.ts";

/** A flow by name. Without a port every port of the protocol is meant; without a protocol every port of all three. */
export interface Flow {
  /** Anything {@link findEndpoint} understands: `shop/web`, an id, an IP address, a CIDR, `internet`. */
  readonly source: string;
  readonly destination: string;
  /** TCP, UDP, SCTP, or `other` for protocols without ports, such as ICMP. */
  readonly protocol?: Protocol | "other";
  readonly port?: number;
  readonly family?: Family;
}

/**
 * The verdict on one flow, with its trail.
 *
 * Errors: a name that means no endpoint, or several, is the caller's bug and throws; ask {@link findEndpoint} first where a person
 * typed it.
 */
export function decide(program: Program, { source, destination, protocol, port, ...flow }: Flow): Decision {
  // A pod called by one of its addresses is meant in that family.
  const family = flow.family ?? parseAddress(source)?.family ?? parseAddress(destination)?.family;
  return decideQuestion(program, {
    source: known(program, source),
    destination: known(program, destination),
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

function known(program: Program, text: string): Endpoint {
  const found = findEndpoint(program, text);
  if (found.kind === "endpoint") return found.endpoint;
  if (found.kind === "none") throw new Error(`no endpoint is called \`${text}\``);
  throw new Error(`\`${text}\` may mean ${found.candidates.join(" or ")}`);
}
