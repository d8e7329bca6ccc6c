import { type Prepared, withNamespaces } from "../compile/compile.ts";
import type { Guests } from "../compile/guests.ts";
import { classesOf, withNewcomers } from "../compile/newcomers.ts";
import { withWords } from "../compile/parts.ts";
import { knows, knowsAllElse, type Vocabulary } from "../compile/vocabulary.ts";
import type { Sides } from "../engine/bond-between.ts";
import type { Namespace, Pod } from "../model/cluster.ts";
import type { PodClass } from "../model/program.ts";

/** How many classes may join before everything is compiled again. */
const MOST_GUESTS = 64;

/**
 * The parties that clusters under edit have in common. Classes of pods unlike any, and parts of classes that words nobody used before tell
 * apart, join them as guests, for good: whoever goes on from a state before has not heard of them, and if the like of them are asked for
 * again they are there.
 */
export class SharedParties {
  private readonly settled: number;
  private readonly newcomers: Set<Pod>;
  private readonly loose: Set<string>;

  constructor(
    /** Under the namespaces of the cluster that was compiled. */
    private latest: Prepared,
    private readonly sides: Sides,
    /** Label keys of which classes do not know every value. */
    loose: Iterable<string>,
    /** Those that tell replicas of one template apart. */
    private readonly ordinals: ReadonlySet<string>,
    /** Pods of the program, as compiled, that are none of the cluster: there are classes for them. */
    mayCome: readonly Pod[],
  ) {
    this.settled = latest.program.parties.length;
    this.newcomers = new Set(mayCome);
    this.loose = new Set(loose);
  }

  /** What can be told apart by now. */
  get vocabulary(): Vocabulary {
    return this.latest.vocabulary;
  }

  get hasNewcomers(): boolean {
    return this.newcomers.size > 0;
  }

  isNewcomer(pod: Pod): boolean {
    return this.newcomers.has(pod);
  }

  /** Whether parties told apart by a vocabulary are told apart by some words too. */
  knows(vocabulary: Vocabulary, words: Vocabulary): boolean {
    return knows(vocabulary, this.loose, words);
  }

  /** Whether mentioning a replica of a pod would be noticed. */
  canSplit({ ordinals }: Pod): boolean {
    return ordinals?.labels.every(({ key }) => this.ordinals.has(key)) ?? true;
  }

  /** Has parties told apart by words that are about labels; not where they are about more, or there is no room. */
  heed(words: Vocabulary): "heeded" | "too much" {
    if (this.knows(this.latest.vocabulary, words)) return "heeded";
    const keys = [...words.labels.keys()];
    if (!knowsAllElse(this.latest.vocabulary, words) || keys.some((key) => this.ordinals.has(key))) return "too much";
    const { labels } = this.latest.vocabulary;
    const joined = withWords(this.latest, words, this.room);
    if (!joined) return "too much";
    this.admit(joined);
    for (const key of keys) if (!labels.has(key)) this.loose.add(key);
    return "heeded";
  }

  /** Has a class for each of some compiled pods; not where there is no room. */
  welcome(pods: readonly Pod[]): "welcome" | "too many" {
    const known = classesOf(this.latest, pods);
    const unlike = pods.filter((_, i) => known[i] === undefined);
    if (unlike.length > this.room) return "too many";
    if (unlike.length === 0) return "welcome";
    // Not the very objects, which may be in the cluster, of another class, whoever they were like.
    const come = unlike.map((pod) => ({ ...pod }));
    for (const pod of come) this.newcomers.add(pod);
    this.admit(withNewcomers(this.latest, come));
    return "welcome";
  }

  /** The program with all guests there are, under other namespaces. */
  under(namespaces: readonly Namespace[]): Prepared {
    const isSame = namespaces === this.latest.program.cluster.namespaces;
    return isSame ? this.latest : withNamespaces(this.latest, namespaces);
  }

  /** Guests that have pods of the cluster that was compiled. */
  get parts(): readonly PodClass[] {
    return this.latest.program.parties
      .slice(this.settled)
      .filter((party) => party.kind === "pods")
      .filter(({ pods }) => pods.some((pod) => !this.newcomers.has(pod)));
  }

  private get room(): number {
    return this.settled + MOST_GUESTS - this.latest.program.parties.length;
  }

  private admit({ prepared, guests }: { readonly prepared: Prepared; readonly guests: Guests }): void {
    this.latest = prepared;
    this.sides.egress.admit(prepared.program, guests);
    this.sides.ingress.admit(prepared.program, guests);
  }
}
