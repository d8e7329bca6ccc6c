import type { Pod } from "../model/cluster.ts";
import type { Labels } from "../model/selector.ts";
import { Numbering, Pairs, type Sequences } from "../model/sequences.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** In place of the number of a value: one that the input does not show, and any that no selector mentions. */
const UNKNOWN = 0;
const UNMENTIONED = 1;

/** What selectors can tell of a pod's labels: the values of the keys they mention, or which kind of nothing stands in their place. */
export class LabelTraits {
  private readonly keys: ReadonlyMap<string, { readonly number: number; readonly values: Numbering<string> }>;
  private readonly traits = new Pairs();

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly varied: ReadonlyMap<string, ReadonlySet<string>>,
  ) {
    this.keys = new Map([...vocabulary.labels.keys()].map((key, number) => [key, { number, values: new Numbering() }]));
  }

  append(sequences: Sequences, sequence: number, { labels, workload }: Pick<Pod, "labels" | "workload">): number {
    const varied = this.varied.get(workload);
    const found: number[] = [];
    for (const [key, value] of labels.values) {
      const known = this.keys.get(key);
      if (known && !varied?.has(key)) found.push(this.trait(known.number, known.values.of(value) + 2));
    }
    for (const key of labels.valueUnknown ?? []) {
      const known = this.keys.get(key);
      if (known && !labels.values.has(key)) found.push(this.trait(known.number, UNKNOWN));
    }
    for (const key of varied ?? []) found.push(...this.asMentioned(key, labels));
    let result = sequence;
    for (const trait of inOrder(found)) result = sequences.append(result, trait);
    // Who may carry labels nobody can see is asked each time, and so is like nobody whose labels are known.
    return sequences.append(result, this.trait(-1, labels.incomplete ? 1 : 0));
  }

  /** A label as far as selectors mention it. One that is missing counts only where some selector asks whether it is there. */
  private asMentioned(key: string, { values, incomplete }: Labels): readonly number[] {
    const known = this.keys.get(key);
    const value = values.get(key);
    if (!known) return [];
    if (value === undefined && (this.vocabulary.presence.has(key) || incomplete)) return [];
    const isMentioned = value !== undefined && this.vocabulary.labels.get(key)?.has(value);
    return [this.trait(known.number, isMentioned ? known.values.of(value) + 2 : UNMENTIONED)];
  }

  private trait(key: number, value: number): number {
    return this.traits.of(key, value);
  }
}

/** Labels mostly come in order, and then sorting is one look at each. */
export function inOrder(numbers: number[]): readonly number[] {
  for (let i = 1; i < numbers.length; i++)
    if ((numbers[i - 1] as number) > (numbers[i] as number)) return numbers.sort((a, b) => a - b);
  return numbers;
}
