import { Bitset } from "../model/bitset.ts";
import { type LabelSelector, type Labels, type Match, matches, type Requirement } from "../model/selector.ts";

/** Which of a list of objects a selector matches. */
export interface Selected {
  /** Positions it matches, labels taken as they stand. */
  readonly holds: Bitset;
  /** Positions of which the labels at hand do not settle it, in ascending order, and why not. */
  readonly doubts: readonly { readonly position: number; readonly doubt: NonNullable<Match["doubt"]> }[];
}

/** What is known of one label key. */
interface KeyIndex {
  readonly positions: Map<string, number[]>;
  readonly sets: Map<string, Bitset>;
  readonly present: Bitset;
  /** Objects that have the key with a value nobody wrote down. */
  readonly unknown: Bitset;
}

/** Where a label key occurs, as it is gathered. */
interface Occurrences {
  readonly positions: Map<string, number[]>;
  readonly present: number[];
  readonly unknown: number[];
}

/**
 * Objects by their labels: a selector is answered from the lists of those that have a value, without asking each object.
 *
 * It agrees with {@link matches} on every object. Cost: one visit for each label of the keys given, and once for each other key that
 * a selector mentions; a selector then costs the words of its sets.
 */
export class LabelIndex {
  private readonly byKey = new Map<string, KeyIndex>();
  private readonly all: Bitset;
  /** Objects that may carry labels nobody can see: each of them is asked. */
  private readonly incomplete: readonly number[];

  constructor(
    private readonly objects: readonly Labels[],
    keys: Iterable<string> = [],
  ) {
    this.all = Bitset.range(0, objects.length);
    this.incomplete = objects.flatMap(({ incomplete }, i) => (incomplete ? [i] : []));
    this.index(new Set(keys));
  }

  select(selector: LabelSelector): Selected {
    const { requirements } = selector;
    if (requirements.length === 0) return { holds: this.all, doubts: [] };
    // What a requirement picks out is narrow, what it leaves out is wide: the former go first.
    const narrow = requirements.filter(({ operator }) => operator === "In" || operator === "Exists");
    const wide = requirements.filter(({ operator }) => operator === "NotIn" || operator === "DoesNotExist");
    let holds = narrow.reduce((set, one) => set.intersect(this.having(one)), this.all);
    holds = wide.reduce((set, one) => set.subtract(this.having(one)), holds);
    const asked = new Set(this.incomplete);
    for (const { key } of requirements) for (const position of this.keyIndex(key).unknown) asked.add(position);
    if (asked.size === 0) return { holds, doubts: [] };
    const answers = [...asked]
      .sort((a, b) => a - b)
      .map((position) => ({ position, ...matches(selector, this.objects[position] as Labels) }));
    return {
      holds: holds
        .subtract(Bitset.of(answers.map(({ position }) => position)))
        .union(Bitset.of(answers.filter((answer) => answer.holds).map(({ position }) => position))),
      doubts: answers.flatMap(({ position, doubt }) => (doubt ? [{ position, doubt }] : [])),
    };
  }

  /** Objects that have one of the values, or the key at all where no values are named. */
  private having({ key, operator, values }: Requirement): Bitset {
    const index = this.keyIndex(key);
    if (operator === "Exists" || operator === "DoesNotExist") return index.present;
    return values.length === 1
      ? valueSet(index, values[0] as string)
      : Bitset.union(values.map((value) => valueSet(index, value)));
  }

  private keyIndex(key: string): KeyIndex {
    const known = this.byKey.get(key);
    if (known) return known;
    this.index(new Set([key]));
    return this.byKey.get(key) as KeyIndex;
  }

  private index(keys: ReadonlySet<string>): void {
    const found = new Map<string, Occurrences>();
    for (const key of keys) found.set(key, { positions: new Map(), present: [], unknown: [] });
    const { objects } = this;
    for (let i = 0; i < objects.length; i++) {
      const { values, valueUnknown } = objects[i] as Labels;
      for (const [key, value] of values) {
        const ofKey = found.get(key);
        if (!ofKey) continue;
        ofKey.present.push(i);
        const same = ofKey.positions.get(value);
        if (same) same.push(i);
        else ofKey.positions.set(value, [i]);
      }
      if (valueUnknown) for (const key of valueUnknown) if (!values.has(key)) found.get(key)?.unknown.push(i);
    }
    for (const [key, { positions, present, unknown }] of found) {
      this.byKey.set(key, { positions, sets: new Map(), present: Bitset.of(present), unknown: Bitset.of(unknown) });
    }
  }
}

function valueSet({ positions, sets }: KeyIndex, value: string): Bitset {
  let set = sets.get(value);
  if (!set) {
    set = Bitset.of(positions.get(value) ?? []);
    sets.set(value, set);
  }
  return set;
}
