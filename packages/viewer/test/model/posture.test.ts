import { AUDIT_VERDICTS, compile, FindingContext, parse, postureAnswer, postureOf } from "@watertight/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { auditByTopic, headlineOf, meaningOf, partsOf, shareText, verdictTally } from "../../src/model/posture.ts";
import { manifests, policy, workload } from "../graphs.ts";

const { program } = compile(
  parse([
    {
      path: "a.yaml",
      text: manifests(workload("a", "web"), workload("b", "db"), policy("a", "p", { podSelector: {} })),
    },
  ]).cluster,
);
const answer = postureAnswer(postureOf(new FindingContext(program)));

describe("a posture in words", () => {
  test("a number is never rounded to an end it does not reach", () => {
    expect([0, 0.01, 50.04, 50.06, 99.99, 100].map(shareText)).toEqual(["0", "0.1", "50", "50.1", "99.9", "100"]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true, minExcluded: true, maxExcluded: true }), (value) => {
        expect(["0", "100"]).not.toContain(shareText(value));
      }),
    );
  });

  test("each row of the audit stands under its topic once, the worst first", () => {
    const topics = auditByTopic(answer.audit);
    expect(topics.flatMap(({ rows }) => rows.map(({ id }) => id)).sort()).toEqual(
      answer.audit.map(({ id }) => id).sort(),
    );
    for (const { topic, rows } of topics) {
      expect(rows.every((row) => row.topic === topic)).toBe(true);
      const ranks = rows.map(({ verdict }) => AUDIT_VERDICTS.indexOf(verdict));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    }
  });

  test("what an audit came to is counted whole, unknown rows too", () => {
    const numbers = verdictTally(answer.verdicts).match(/\d+/g)?.map(Number) ?? [];
    expect(numbers.reduce((sum, number) => sum + number, 0)).toBe(answer.audit.length);
    expect(verdictTally(answer.verdicts)).toMatch(/\d+ unknown/);
  });

  test("a dimension says its parts and, where questions are open, its range; the weakest is named with its number", () => {
    const [first] = answer.profile.dimensions;
    if (!first) throw new Error("no dimension");
    const dimension = { ...first, range: [10, 99.99] as const, parts: [{ name: "pairs", value: 1 / 3 }] };
    expect(meaningOf(dimension)).toContain("; 10 to 99.9, as questions");
    expect(partsOf(dimension)).toBe("pairs 0.33");
    expect(headlineOf({ ...answer.profile, weakest: null })).toContain("No weakest link");
    expect(headlineOf({ ...answer.profile, weakest: { dimension: "egress", value: 12.5 } })).toBe(
      "Weakest link: egress, 12.5 of 100.",
    );
  });
});
