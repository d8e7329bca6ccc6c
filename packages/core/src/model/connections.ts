import { PROTOCOLS, type Protocol } from "./flow.ts";
import { canonical, contains, equal, type Intervals, intersect, subtract, union } from "./intervals.ts";

/** Inclusive port ranges by protocol, sorted and merged; `"all"` when every port of TCP, UDP and SCTP is open. */
export type PortsByProtocol =
  | "all"
  | { readonly [P in Protocol]?: readonly (readonly [first: number, last: number])[] };

/**
 * A set of connections: ports of TCP, UDP and SCTP, and one member for every other protocol taken together (ICMP and its like).
 *
 * Immutable and canonical: two sets with the same members are structurally equal. All of it lies on one line, a stretch of 65,536
 * points a protocol, so the algebra is that of intervals. Cost of each operation: linear in the ranges.
 */
export class ConnectionSet {
  private constructor(private readonly ranges: Intervals<number>) {}

  static readonly NONE = new ConnectionSet([]);
  static readonly OTHER = new ConnectionSet([[PROTOCOLS.length << 16, (PROTOCOLS.length << 16) + 1]]);

  /** Ports `first` to `last` of one protocol, both included, 1–65535. An empty range gives the empty set. */
  static ports(protocol: Protocol, first = 1, last = 65535): ConnectionSet {
    const from = Math.max(first, 1);
    const to = Math.min(last, 65535);
    return from <= to ? new ConnectionSet([[pointOf(protocol, from), pointOf(protocol, to) + 1]]) : ConnectionSet.NONE;
  }

  /** Every port of TCP, UDP and SCTP: what `"all"` means in a listing. */
  static readonly ALL_PORTS = PROTOCOLS.reduce(
    (set, protocol) => set.union(ConnectionSet.ports(protocol)),
    ConnectionSet.NONE,
  );

  /** Every connection there is, other protocols included. */
  static readonly ALL = ConnectionSet.ALL_PORTS.union(ConnectionSet.OTHER);

  union(other: ConnectionSet): ConnectionSet {
    if (this === other || this === ConnectionSet.ALL || other.isEmpty) return this;
    if (other === ConnectionSet.ALL || this.isEmpty) return other;
    return ConnectionSet.from(union(this.ranges, other.ranges));
  }

  /** What at least one of the sets holds. */
  static union(sets: readonly ConnectionSet[]): ConnectionSet {
    const [only = ConnectionSet.NONE, ...more] = new Set(sets);
    return more.length === 0 ? only : ConnectionSet.from(canonical([only, ...more].flatMap(({ ranges }) => ranges)));
  }

  intersect(other: ConnectionSet): ConnectionSet {
    if (this === other || other === ConnectionSet.ALL) return this;
    if (this === ConnectionSet.ALL) return other;
    return ConnectionSet.from(intersect(this.ranges, other.ranges));
  }

  subtract(other: ConnectionSet): ConnectionSet {
    return other.isEmpty ? this : ConnectionSet.from(subtract(this.ranges, other.ranges));
  }

  /** Equal sets, equal keys. */
  get key(): string {
    return this.ranges.join(";");
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  equals(other: ConnectionSet): boolean {
    return equal(this.ranges, other.ranges);
  }

  includes(other: ConnectionSet): boolean {
    return other.subtract(this).isEmpty;
  }

  contains(protocol: Protocol, port: number): boolean {
    return contains(this.ranges, pointOf(protocol, port));
  }

  /** True when every port of TCP, UDP and SCTP is in the set. */
  get isAllPorts(): boolean {
    return this.includes(ConnectionSet.ALL_PORTS);
  }

  /** The set as the JSON answers give it. Protocols other than TCP, UDP and SCTP are not part of that form. */
  toJSON(): PortsByProtocol {
    if (this.isAllPorts) return "all";
    const ports: { [P in Protocol]?: [number, number][] } = {};
    for (const protocol of PROTOCOLS) {
      const ranges = this.portRanges(protocol);
      if (ranges.length > 0) ports[protocol] = ranges;
    }
    return ports;
  }

  /** Inclusive ranges of one protocol, sorted. */
  portRanges(protocol: Protocol): [first: number, last: number][] {
    const base = pointOf(protocol, 0);
    const line: Intervals<number> = [[base, base + 65536]];
    return intersect(this.ranges, line).map(([start, end]) => [start - base, end - 1 - base]);
  }

  /** `all`, `none`, or such as `TCP 80,8000-8080; UDP 53`. */
  toString(): string {
    if (this.isEmpty) return "none";
    if (this.isAllPorts) return "all";
    const parts = PROTOCOLS.flatMap((protocol) => {
      const ranges = this.portRanges(protocol);
      if (ranges.length === 0) return [];
      if (this.includes(ConnectionSet.ports(protocol))) return [`${protocol} all`];
      return [
        `${protocol} ${ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",")}`,
      ];
    });
    return parts.length > 0 ? parts.join("; ") : "other protocols";
  }

  private static from(ranges: Intervals<number>): ConnectionSet {
    return ranges.length === 0 ? ConnectionSet.NONE : new ConnectionSet(ranges);
  }
}

/** A set in a sentence: `every port` rather than `all`. */
export function formatConnections(connections: ConnectionSet): string {
  return connections.isAllPorts ? "every port" : connections.toString();
}

function pointOf(protocol: Protocol, port: number): number {
  return (PROTOCOLS.indexOf(protocol) << 16) + port;
}
