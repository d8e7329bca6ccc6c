import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, Reading } from "../../src/parse/parse.ts";

const pod = (name: string) => `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"${name}"},"spec":{"containers":[]}}`;
const texts = [
  pod("a"),
  `${pod("b")}\n${pod("c")}`,
  `{"kind":"List","apiVersion":"v1","items":[${pod("d")},\n${pod("e")}, {"kind": nope}]}`,
  "apiVersion: v1\nkind: Pod\nmetadata: { name: f }\nspec: { containers: [] }\n---\nkind: [\n",
  "",
];

test("sources read one by one make the cluster and the diagnostics that they make together", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(texts), (some) => {
      const sources = some.map((text, i) => ({ path: `${i}`, text }));
      const reading = new Reading();
      for (const source of sources) for (const _ of reading.steps(source));
      expect(reading.finish()).toEqual(parse(sources));
    }),
  );
});

test("each step is an object, and says how far into the text it is", () => {
  const text = texts[1] as string;
  expect([...new Reading().steps({ path: "a", text })]).toEqual([pod("b").length, text.length]);
});

test("a reading that is given up halfway can be finished with what it has", () => {
  const reading = new Reading();
  for (const _ of reading.steps({ path: "a", text: texts[1] as string })) break;
  expect(reading.finish().cluster.pods.map(({ id }) => id)).toEqual(["default/b"]);
});
