import type { Endpoint } from "../../engine/endpoints.ts";
import type { ConnectionSet } from "../../model/connections.ts";
import { hasBit, setBit, unite } from "../attack/closures.ts";
import { components } from "../attack/components.ts";
import type { Station } from "./stations.ts";

/** What one workload may open to another, as the engine reads it. */
export interface Reading {
  between(from: Endpoint, to: Endpoint): ConnectionSet;
  /** The same for many destinations of one source. */
  of(from: Endpoint): (to: Endpoint) => ConnectionSet;
}

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

  private closures: readonly Uint32Array[] | undefined;
  private apart: Lanes | undefined;

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
    lanes.ask();
    return lanes;
  }

  /** What tells an ordered pair of stations from all others. */
  pairOf(from: number, to: number): number {
    return from * this.stations.length + to;
  }

  /** The same if some pairs were closed, each given as {@link pairOf}. Cost: a copy of every pair. */
  without(closed: Iterable<number>): Lanes {
    this.apart ??= this.eachApart();
    const { stations, reading, kindOf, kinds } = this.apart;
    const [openings, weights] = [this.apart.openings.slice(), this.apart.weights.slice()];
    for (const pair of closed) {
      openings[pair] = 0;
      weights[pair] = 0;
    }
    return new Lanes(stations, reading, kindOf, kinds, openings, weights);
  }

  /** The same with every station a kind of its own. */
  private eachApart(): Lanes {
    const { stations } = this;
    const openings = new Uint8Array(stations.length ** 2);
    const weights = new Float64Array(stations.length ** 2);
    for (const from of stations.keys()) {
      for (const to of stations.keys()) {
        if (from === to) continue;
        openings[this.pairOf(from, to)] = Number(this.isOpen(from, to));
        weights[this.pairOf(from, to)] = this.weight(from, to);
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
    return this.reading.between((this.stations[from] as Station).endpoint, (this.stations[to] as Station).endpoint);
  }

  /** The sum of the values of all that falls with each station, in any number of steps over open lanes. */
  fallen(worthOf: (station: Station) => number): readonly number[] {
    this.closures ??= this.closuresOfKinds();
    const { kinds, stations, kindOf } = this;
    const worth = kinds.map((members) => members.reduce((sum, at) => sum + worthOf(stations[at] as Station), 0));
    const totals = new Map<Uint32Array, number>();
    const totalOf = (closure: Uint32Array) => {
      const total = totals.get(closure) ?? worth.reduce((sum, one, kind) => sum + (hasBit(closure, kind) ? one : 0), 0);
      totals.set(closure, total);
      return total;
    };
    return stations.map((station, at) => {
      const kind = kindOf[at] as number;
      const closure = this.closures?.[kind] as Uint32Array;
      // One does not fall with itself, though others of its kind may.
      return totalOf(closure) - (hasBit(closure, kind) ? worthOf(station) : 0);
    });
  }

  /** The kinds that each leads to; itself among them where its stations, or others, lead back. Those that do share one set. */
  private closuresOfKinds(): readonly Uint32Array[] {
    const { kinds, openings } = this;
    const { length } = kinds;
    function* next(kind: number): Generator<number> {
      for (let to = 0; to < length; to++) if (openings[kind * length + to] === 1) yield to;
    }
    const { of, members } = components(kinds.keys(), next);
    const done: Uint32Array[] = [];
    members.forEach((own, number) => {
      const bits = new Uint32Array(Math.ceil(length / 32));
      const united = new Set([number]);
      for (const kind of own) {
        for (const to of next(kind)) {
          setBit(bits, to);
          const other = of[to] as number;
          if (united.has(other)) continue;
          united.add(other);
          unite(bits, done[other] as Uint32Array);
        }
      }
      done.push(bits);
    });
    return kinds.map((_, kind) => done[of[kind] as number] as Uint32Array);
  }

  private pair(from: number, to: number): number {
    return (this.kindOf[from] as number) * this.kinds.length + (this.kindOf[to] as number);
  }

  private ask(): void {
    const { kinds } = this;
    // What a set of connections opens of a kind is worked out once: there are few such sets.
    const known = kinds.map(() => new Map<ConnectionSet, Opened>());
    const write = (from: number, to: number, allowed: ConnectionSet) => {
      if (allowed.isEmpty) return;
      const { openings, weights } = this;
      const opened = known[to]?.get(allowed) ?? openedOf(this.stations[kinds[to]?.[0] as number] as Station, allowed);
      known[to]?.set(allowed, opened);
      openings[from * kinds.length + to] = opened.isListening ? 1 : 0;
      weights[from * kinds.length + to] = opened.weight;
    };
    kinds.forEach(([first, second], from) => {
      const allowed = this.reading.of((this.stations[first as number] as Station).endpoint);
      kinds.forEach(([other], to) => {
        if (from !== to) write(from, to, allowed((this.stations[other as number] as Station).endpoint));
      });
      if (second !== undefined) write(from, from, this.allowed(second, first as number));
    });
  }
}

/** What some connections open of a station. */
interface Opened {
  readonly isListening: boolean;
  readonly weight: number;
}

function openedOf({ atoms, listens }: Station, allowed: ConnectionSet): Opened {
  const isOpen = (ports: ConnectionSet) => !ports.intersect(allowed).isEmpty;
  return {
    isListening: isOpen(listens),
    weight: atoms.reduce((sum, { ports, weight }) => sum + (isOpen(ports) ? weight : 0), 0),
  };
}
