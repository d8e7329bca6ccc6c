import type { Pod } from "../model/cluster.ts";
import type { Labels } from "../model/selector.ts";
import type { Sequences } from "../model/sequences.ts";
import type { Varied } from "./variants.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** One thing that can be told of a label, by number: that it has some value, or which kind of nothing stands in place of one. */
type Trait = number;

/** Whether pods may carry labels nobody can see: who does is asked each time, and so is like nobody whose labels are known. */
const ALL_SHOWN: Trait = 0;
const NOT_ALL_SHOWN: Trait = 1;

/** What can be told of one label key. */
interface KeyTraits {
  /** It has a value that the input does not show. */
  readonly unknown: Trait;
  /** It has one that no selector mentions. */
  readonly unmentioned: Trait;
  readonly values: Map<string, Trait>;
}

/** What selectors can tell of a pod's labels: the values of the keys they mention, or which kind of nothing stands in their place. */
export class LabelTraits {
  private readonly keys = new Map<string, KeyTraits>();
  private count = 2;

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly varied: Pick<Varied, "get">,
  ) {
    for (const key of vocabulary.labels.keys())
      this.keys.set(key, { unknown: this.count++, unmentioned: this.count++, values: new Map() });
  }

  append(sequences: Sequences, sequence: number, { labels, workload }: Pick<Pod, "labels" | "workload">): number {
    const { values, valueUnknown, incomplete } = labels;
    const varied = this.varied.get(workload);
    const found: Trait[] = [];
    for (const [key, value] of values) {
      const known = this.keys.get(key);
      if (known && !varied?.has(key)) found.push(this.valueTrait(known, value));
    }
    if (valueUnknown)
      for (const key of valueUnknown) {
        const known = this.keys.get(key);
        if (known && !values.has(key)) found.push(known.unknown);
      }
    if (varied) for (const key of varied) found.push(...this.asMentioned(key, labels));
    let result = sequence;
    for (const trait of inOrder(found)) result = sequences.append(result, trait);
    return sequences.append(result, incomplete ? NOT_ALL_SHOWN : ALL_SHOWN);
  }

  /** A label as far as selectors mention it. One that is missing counts only where some selector asks whether it is there. */
  private asMentioned(key: string, { values, incomplete }: Labels): readonly Trait[] {
    const known = this.keys.get(key);
    const value = values.get(key);
    if (!known) return [];
    if (value === undefined && (this.vocabulary.presence.has(key) || incomplete)) return [];
    const isMentioned = value !== undefined && this.vocabulary.labels.get(key)?.has(value);
    return [isMentioned ? this.valueTrait(known, value) : known.unmentioned];
  }

  private valueTrait({ values }: KeyTraits, value: string): Trait {
    const known = values.get(value);
    if (known !== undefined) return known;
    const made = this.count++;
    values.set(value, made);
    return made;
  }
}

/** Labels mostly come in order, and then sorting is one look at each. */
export function inOrder(numbers: number[]): readonly number[] {
  for (let i = 1; i < numbers.length; i++)
    if ((numbers[i - 1] as number) > (numbers[i] as number)) return numbers.sort((a, b) => a - b);
  return numbers;
}
