import { check, compile, FINDING_SEVERITIES, findingsAnswer, parse, screen } from "@watertight/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EVERY_FINDING, firstSentence, grouped, namespacesOf, tallyOf } from "../../src/model/gaps.ts";
import { manifests, policy, workload } from "../graphs.ts";

const text = manifests(
  workload("a", "web"),
  workload("a", "db"),
  workload("b", "job"),
  policy("a", "db", { podSelector: { matchLabels: { app: "db" } }, ingress: [{ from: [{ namespaceSelector: {} }] }] }),
  policy("a", "dead", { podSelector: { matchLabels: { app: "dbb" } } }),
);
const { program } = compile(parse([{ path: "gaps.yaml", text }]).cluster);
const { findings, withoutTrial } = check(program);
const screened = screen(findings, { severity: "info", suppressions: [], today: "2026-01-01" });
const answer = findingsAnswer({ screened, withoutTrial }).findings;

const filter = fc.record({
  least: fc.constantFrom(...FINDING_SEVERITIES),
  namespace: fc.constantFrom("", "a", "b", "c"),
  text: fc.constantFrom("", "npg", "web", "no such thing"),
});

describe("findings in groups", () => {
  test("there are some to group", () => {
    expect(answer.length).toBeGreaterThan(3);
  });

  test("without a filter each is there once", () => {
    const listed = grouped(answer, EVERY_FINDING).flatMap(({ rules }) => rules.flatMap((rule) => rule.findings));
    expect(listed.map(({ key }) => key).sort()).toEqual(answer.map(({ key }) => key).sort());
  });

  test("a filter keeps exactly what it says", () => {
    fc.assert(
      fc.property(filter, (wanted) => {
        const listed = grouped(answer, wanted).flatMap(({ rules }) => rules.flatMap((rule) => rule.findings));
        const grave = FINDING_SEVERITIES.slice(0, FINDING_SEVERITIES.indexOf(wanted.least) + 1);
        expect(listed.every(({ severity }) => grave.includes(severity))).toBe(true);
        if (wanted.namespace !== "")
          expect(listed.every((one) => namespacesOf(one).includes(wanted.namespace))).toBe(true);
        if (wanted.text === "no such thing") expect(listed).toEqual([]);
      }),
    );
  });

  test("groups are never empty, and count what they hold", () => {
    for (const { size, rules } of grouped(answer, EVERY_FINDING)) {
      expect(rules.every((rule) => rule.findings.length > 0)).toBe(true);
      expect(size).toBe(rules.reduce((sum, rule) => sum + rule.findings.length, 0));
    }
  });
});

test("a sentence ends where the next one starts, not inside an address", () => {
  expect(firstSentence("10.0.0.0/8 is open. Close it.")).toBe("10.0.0.0/8 is open.");
  expect(firstSentence("no end")).toBe("no end");
});

test("the tally counts each finding once for an endpoint, and once for a namespace however many of its endpoints it is about", () => {
  const one = {
    ...(answer[0] as (typeof answer)[number]),
    namespace: null,
    endpoints: ["a/Pod/x", "a/Pod/y", "10.0.0.0/8"],
  };
  expect(tallyOf([one, { ...one, endpoints: ["a/Pod/y"] }, { ...one, namespace: "b", endpoints: [] }])).toEqual({
    endpoints: { "a/Pod/x": 1, "a/Pod/y": 2, "10.0.0.0/8": 1 },
    namespaces: { a: 2, b: 1 },
  });
});
