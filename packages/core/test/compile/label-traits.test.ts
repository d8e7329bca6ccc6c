import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inOrder, LabelTraits } from "../../src/compile/label-traits.ts";
import { variedLabels } from "../../src/compile/variants.ts";
import { NO_WORDS } from "../../src/compile/vocabulary.ts";
import type { Pod } from "../../src/model/cluster.ts";
import { type LabelSelector, matches } from "../../src/model/selector.ts";
import { Sequences } from "../../src/model/sequences.ts";

const KEYS = ["app", "tier", "env"];
const VALUES = ["", "x", "y", "z"];

const key = fc.constantFrom(...KEYS);
const value = fc.constantFrom(...VALUES);

/** What of a pod these parts look at: its workload and its labels, in any order. */
const pod: fc.Arbitrary<Pick<Pod, "labels" | "workload">> = fc
  .record({
    workload: fc.constantFrom("w", "w", "w", "v", "u", "t"),
    values: fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name }),
    unknown: fc.uniqueArray(key, { maxLength: 2 }),
    incomplete: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  })
  .map(({ workload, values, unknown, incomplete }) => {
    const labels = {
      values: new Map(values),
      ...(unknown.length > 0 && { valueUnknown: new Set(unknown) }),
      ...(incomplete && { incomplete }),
    };
    return { workload, labels };
  });
const pods = fc.array(pod, { minLength: 2, maxLength: 8 });

/** Keys with the values that selectors mention, one at least, and those of the keys that they ask for whatever the value is. */
const words = fc
  .tuple(
    fc.uniqueArray(fc.tuple(key, fc.uniqueArray(value, { minLength: 1, maxLength: 2 })), {
      selector: ([name]) => name,
    }),
    fc.uniqueArray(key),
  )
  .map(([mentioned, asked]) => {
    const labels = new Map(mentioned.map(([name, values]) => [name, new Set(values)]));
    return { ...NO_WORDS, labels, presence: new Set(asked.filter((name) => labels.has(name))) };
  });

describe("traits of labels", () => {
  test("tell apart whom selectors do, and nobody else of one workload whose labels are all known", () => {
    fc.assert(
      fc.property(pods, words, (pods, vocabulary) => {
        const traits = new LabelTraits(vocabulary, variedLabels(pods, vocabulary.labels));
        const sequences = new Sequences();
        const numbers = pods.map((one) => traits.append(sequences, Sequences.EMPTY, one));
        const selectors: LabelSelector[] = [
          ...[...vocabulary.labels].flatMap(([key, values]) =>
            [...values].map((value) => ({ requirements: [{ key, operator: "In" as const, values: [value] }] })),
          ),
          ...[...vocabulary.presence].map((key) => ({
            requirements: [{ key, operator: "Exists" as const, values: [] }],
          })),
        ];
        const answers = pods.map(({ labels }) => JSON.stringify(selectors.map((one) => matches(one, labels))));
        pods.forEach((a, i) => {
          pods.forEach((b, j) => {
            if (numbers[i] === numbers[j]) expect(answers[i]).toBe(answers[j]);
            else if (a.workload === b.workload && !a.labels.incomplete && !b.labels.incomplete)
              expect(answers[i]).not.toBe(answers[j]);
          });
        });
      }),
      { numRuns: 300 },
    );
  });

  test("come after what is known of a pod already", () => {
    const traits = new LabelTraits({ ...NO_WORDS, labels: new Map([["app", new Set(["x"])]]) }, new Map());
    const sequences = new Sequences();
    const one = { workload: "w", labels: { values: new Map([["app", "x"]]) } };
    const [first, second] = [1, 2].map((known) => sequences.append(Sequences.EMPTY, known)) as [number, number];
    const appended = [first, second, first].map((known) => traits.append(sequences, known, one));
    expect(appended[0]).toBe(appended[2]);
    expect(appended[0]).not.toBe(appended[1]);
    expect(sequences.elements(appended[0] as number)[0]).toBe(1);
  });

  test("are others for each value, whoever has it, and for one that nobody knows", () => {
    const traits = new LabelTraits({ ...NO_WORDS, labels: new Map([["app", new Set(["x"])]]) }, new Map());
    const sequences = new Sequences();
    const labels = [
      ...VALUES.map((value) => ({ values: new Map([["app", value]]) })),
      { values: new Map<string, string>(), valueUnknown: new Set(["app"]) },
      { values: new Map<string, string>() },
    ];
    const numbers = labels.map((own, i) =>
      traits.append(sequences, Sequences.EMPTY, { workload: `${i}`, labels: own }),
    );
    expect(new Set(numbers).size).toBe(labels.length);
  });

  test("are in order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (numbers) => {
        expect(inOrder([...numbers])).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });
});

test("the labels in which pods of a workload vary are those that selectors mention and of which not all have the same", () => {
  fc.assert(
    fc.property(pods, fc.uniqueArray(key), (pods, mentioned) => {
      const varied = variedLabels(pods, new Map(mentioned.map((key) => [key, true])));
      for (const workload of ["t", "u", "v", "w"]) {
        const own = pods.filter((one) => one.workload === workload);
        const differing = mentioned.filter((key) => new Set(own.map(({ labels }) => labels.values.get(key))).size > 1);
        expect([...(varied.get(workload) ?? [])].sort()).toEqual(differing.sort());
        expect(varied.has(workload)).toBe(differing.length > 0);
      }
    }),
    { numRuns: 300 },
  );
});
