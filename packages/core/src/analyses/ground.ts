import { type Prepared, withNamespaces } from "../compile/compile.ts";
import { classesOf, withNewcomers } from "../compile/newcomers.ts";
import type { Sides } from "../engine/bond-between.ts";
import type { Namespace, Pod } from "../model/cluster.ts";
import type { PartyIndex } from "../model/program.ts";

/** How many kinds of pods unlike any may come before everything is compiled again. */
const MOST_GUESTS = 64;

/**
 * The parties that clusters under edit have in common. Pods unlike any join them as guests, for good: whoever goes on from a state before
 * has not heard of them, and if the like of them come again their class is there.
 */
export class Ground {
  private readonly settled: number;
  private readonly newcomers: Set<Pod>;

  constructor(
    /** Under the namespaces of the cluster that was compiled. */
    private latest: Prepared,
    private readonly sides: Sides,
    /** Label keys of which classes do not know every value. */
    private readonly loose: ReadonlySet<string>,
    /** Pods of the program, as compiled, that are none of the cluster: there are classes for them. */
    mayCome: readonly Pod[],
  ) {
    this.settled = latest.program.parties.length;
    this.newcomers = new Set(mayCome);
  }

  get hasNewcomers(): boolean {
    return this.newcomers.size > 0;
  }

  isNewcomer(pod: Pod): boolean {
    return this.newcomers.has(pod);
  }

  hasRoomFor(pods: number): boolean {
    return this.latest.program.parties.length - this.settled + pods <= MOST_GUESTS;
  }

  /** Whether mentioning a replica of a pod would be noticed. */
  canSplit({ ordinals }: Pod): boolean {
    return ordinals?.labels.every(({ key }) => this.loose.has(key)) ?? true;
  }

  /** The program that has a class for each of some compiled pods, and for all others that ever came, under other namespaces. */
  with(
    pods: readonly Pod[],
    namespaces: readonly Namespace[],
  ): { readonly prepared: Prepared; readonly classes: ReadonlySet<PartyIndex> } {
    const known = classesOf(this.latest, pods);
    const unlike = pods.filter((_, i) => known[i] === undefined);
    if (unlike.length > 0) this.admit(unlike);
    const classes = new Set(classesOf(this.latest, pods).filter((party) => party !== undefined));
    const isSame = namespaces === this.latest.program.cluster.namespaces;
    return { prepared: isSame ? this.latest : withNamespaces(this.latest, namespaces), classes };
  }

  private admit(unlike: readonly Pod[]): void {
    // Not the very objects, which may be in the cluster, of another class, whoever they were like.
    const pods = unlike.map((pod) => ({ ...pod }));
    const { prepared, guests } = withNewcomers(this.latest, pods);
    this.latest = prepared;
    for (const pod of pods) this.newcomers.add(pod);
    this.sides.egress.admit(prepared.program, guests);
    this.sides.ingress.admit(prepared.program, guests);
  }
}
