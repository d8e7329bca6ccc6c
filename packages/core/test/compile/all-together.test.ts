import { expect, test } from "vitest";
import { allTogether, NO_WORDS } from "../../src/compile/vocabulary.ts";

test("words of as many policies as there are may be united", () => {
  const each = Array.from({ length: 30_000 }, (_, i) => ({
    ...NO_WORDS,
    labels: new Map([["app", new Set([`${i % 7}`])]]),
    families: new Set(["IPv4" as const]),
  }));
  const all = allTogether(each);
  expect([...all.families]).toEqual(["IPv4"]);
  expect(all.labels.get("app")?.size).toBe(7);
});
