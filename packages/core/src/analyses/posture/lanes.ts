import type { Endpoint } from "../../engine/endpoints.ts";
import type { ConnectionSet } from "../../model/connections.ts";
import type { Station } from "./stations.ts";

/** What one workload may open to another, as the engine reads it. */
export type Reading = (from: Endpoint, to: Endpoint) => ConnectionSet;

/**
 * Who may open what to whom, for every ordered pair of workloads, by their positions.
 *
 * Cost: one verdict for each pair of kinds of workloads that policies and ports do not tell apart.
 */
export class Lanes {
  private constructor(
    readonly stations: readonly Station[],
    private readonly reading: Reading,
    /** The kind of each station, and the stations of each kind. */
    private readonly kindOf: readonly number[],
    private readonly kinds: readonly (readonly number[])[],
    /** By pair of kinds: whether a port known to be listened on is open, and the weight of all ports that are. */
    private readonly openings: Uint8Array,
    private readonly weights: Float64Array,
  ) {}

  static of(stations: readonly Station[], reading: Reading): Lanes {
    const numbers = new Map<string, number>();
    const kinds: number[][] = [];
    const kindOf = stations.map(({ likeness }, at) => {
      const number = numbers.get(likeness) ?? kinds.length;
      if (number === kinds.length) kinds.push([]);
      numbers.set(likeness, number);
      kinds[number]?.push(at);
      return number;
    });
    const pairs = kinds.length ** 2;
    const lanes = new Lanes(stations, reading, kindOf, kinds, new Uint8Array(pairs), new Float64Array(pairs));
    kinds.forEach((from, i) => {
      kinds.forEach((to, j) => {
        lanes.ask(from, to, i * kinds.length + j);
      });
    });
    return lanes;
  }

  /** The same if some pairs were closed. */
  without(isClosed: (from: number, to: number) => boolean): Lanes {
    const { stations } = this;
    const count = stations.length;
    const openings = new Uint8Array(count ** 2);
    const weights = new Float64Array(count ** 2);
    for (let from = 0; from < count; from++) {
      for (let to = 0; to < count; to++) {
        if (from === to || isClosed(from, to)) continue;
        openings[from * count + to] = Number(this.isOpen(from, to));
        weights[from * count + to] = this.weight(from, to);
      }
    }
    const each = stations.map((_, at) => at);
    const kinds = each.map((at) => [at]);
    return new Lanes(stations, this.reading, each, kinds, openings, weights);
  }

  /** Whether some port that `to` is known to listen on is open. */
  isOpen(from: number, to: number): boolean {
    return this.openings[this.pair(from, to)] === 1;
  }

  /** The weight of all ports of `to` that are open. */
  weight(from: number, to: number): number {
    return this.weights[this.pair(from, to)] ?? 0;
  }

  allowed(from: number, to: number): ConnectionSet {
    return this.reading((this.stations[from] as Station).endpoint, (this.stations[to] as Station).endpoint);
  }

  /**
   * The sum of the values of all that falls with each station, in any number of steps over open lanes.
   *
   * Kinds of stations are searched instead of stations; what a search meets that was searched before is not searched again.
   */
  fallen(worthOf: (station: Station) => number): readonly number[] {
    const { kinds } = this;
    const words = Math.ceil(kinds.length / 32);
    const worth = kinds.map((members) => members.reduce((sum, at) => sum + worthOf(this.stations[at] as Station), 0));
    const closures: Uint32Array[] = [];
    kinds.forEach((_, start) => {
      const seen = new Uint32Array(words);
      const queue = [start];
      const expanded = new Uint32Array(words);
      for (let kind = queue.pop(); kind !== undefined; kind = queue.pop()) {
        if (has(expanded, kind)) continue;
        set(expanded, kind);
        const known = closures[kind];
        if (known) {
          for (let i = 0; i < words; i++) {
            seen[i] = (seen[i] ?? 0) | (known[i] ?? 0);
            expanded[i] = (expanded[i] ?? 0) | (known[i] ?? 0);
          }
          continue;
        }
        for (let next = 0; next < kinds.length; next++) {
          if (this.openings[kind * kinds.length + next] !== 1) continue;
          set(seen, next);
          if (!has(expanded, next)) queue.push(next);
        }
      }
      closures.push(seen);
    });
    const totals = closures.map((closure) => worth.reduce((sum, one, i) => sum + (has(closure, i) ? one : 0), 0));
    return this.stations.map((station, at) => {
      const kind = this.kindOf[at] as number;
      // One does not fall with itself, though others of its kind may.
      return (totals[kind] as number) - (has(closures[kind] as Uint32Array, kind) ? worthOf(station) : 0);
    });
  }

  private pair(from: number, to: number): number {
    return (this.kindOf[from] as number) * this.kinds.length + (this.kindOf[to] as number);
  }

  private ask(from: readonly number[], to: readonly number[], at: number): void {
    const target = to[0] as number;
    const source = from[0] === target ? from[1] : from[0];
    if (source === undefined) return;
    const allowed = this.allowed(source, target);
    if (allowed.isEmpty) return;
    const { atoms, listens } = this.stations[target] as Station;
    const isOpen = (ports: ConnectionSet) => !ports.intersect(allowed).isEmpty;
    this.openings[at] = isOpen(listens) ? 1 : 0;
    this.weights[at] = atoms.reduce((sum, { ports, weight }) => sum + (isOpen(ports) ? weight : 0), 0);
  }
}

function has(bits: Uint32Array, at: number): boolean {
  return (((bits[at >> 5] ?? 0) >>> (at & 31)) & 1) === 1;
}

function set(bits: Uint32Array, at: number): void {
  bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
}
