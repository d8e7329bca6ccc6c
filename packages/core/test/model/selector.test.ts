import { describe, expect, test } from "vitest";
import { EVERYTHING, formatSelector, type LabelSelector, matches, type Requirement } from "../../src/model/selector.ts";

const labels = (entries: Record<string, string>) => ({ values: new Map(Object.entries(entries)) });
const selector = (...requirements: Requirement[]): LabelSelector => ({ requirements });
const requirement = (operator: Requirement["operator"], ...values: string[]): Requirement => ({
  key: "k",
  operator,
  values,
});

describe("a requirement on a key that is", () => {
  test.each([
    ["In", ["a"], { present: true, other: false, missing: false }],
    ["NotIn", ["a"], { present: false, other: true, missing: true }],
    ["Exists", [], { present: true, other: true, missing: false }],
    ["DoesNotExist", [], { present: false, other: false, missing: true }],
  ] as const)("present, has another value, or is missing: %s", (operator, values, expected) => {
    const asked = selector(requirement(operator, ...values));
    expect(matches(asked, labels({ k: "a" }))).toStrictEqual({ holds: expected.present });
    expect(matches(asked, labels({ k: "b" }))).toStrictEqual({ holds: expected.other });
    expect(matches(asked, labels({}))).toStrictEqual({ holds: expected.missing });
  });
});

describe("what the input leaves open", () => {
  const hashed = { values: new Map([["app", "web"]]), valueUnknown: new Set(["k"]) };

  test("a value that a controller will choose is certainly there, whatever it is", () => {
    expect(matches(selector(requirement("Exists")), hashed)).toStrictEqual({ holds: true });
    expect(matches(selector(requirement("DoesNotExist")), hashed)).toStrictEqual({ holds: false });
    expect(matches(selector(requirement("In", "a")), hashed)).toStrictEqual({
      holds: false,
      doubt: { key: "k", missing: "value" },
    });
    expect(matches(selector(requirement("NotIn", "a")), hashed)).toStrictEqual({
      holds: true,
      doubt: { key: "k", missing: "value" },
    });
  });

  test("a value that the input shows is known, whoever sets the key", () => {
    const shown = { values: new Map([["k", "a"]]), valueUnknown: new Set(["k"]) };
    expect(matches(selector(requirement("In", "a")), shown)).toStrictEqual({ holds: true });
    expect(matches(selector(requirement("NotIn", "a")), shown)).toStrictEqual({ holds: false });
  });

  test("labels nobody can see leave every requirement on an absent key open", () => {
    const undeclared = { values: new Map([["k", "a"]]), incomplete: true };
    expect(matches(selector(requirement("In", "a")), undeclared)).toStrictEqual({ holds: true });
    expect(matches(selector({ key: "team", operator: "DoesNotExist", values: [] }), undeclared)).toStrictEqual({
      holds: true,
      doubt: { key: "team", missing: "labels" },
    });
  });

  test("a requirement that certainly fails settles the selector, whatever else is open", () => {
    const failing: Requirement = { key: "app", operator: "In", values: ["db"] };
    expect(matches(selector(requirement("In", "a"), failing), hashed)).toStrictEqual({ holds: false });
  });

  test("the empty string is a value like any other", () => {
    expect(matches(selector(requirement("In", "")), labels({ k: "" })).holds).toBe(true);
    expect(matches(selector(requirement("In", "")), labels({})).holds).toBe(false);
  });

  test("an empty selector matches everything", () => {
    expect(matches(selector(), labels({}))).toStrictEqual({ holds: true });
    expect(matches(EVERYTHING, labels({ app: "web" }))).toStrictEqual({ holds: true });
  });

  test("every requirement has to hold, and the first that is open is the doubt", () => {
    const second: Requirement = { key: "team", operator: "NotIn", values: ["a"] };
    const both = { values: new Map<string, string>(), valueUnknown: new Set(["k", "team"]) };
    expect(matches(selector(requirement("In", "a"), second), both)).toStrictEqual({
      holds: false,
      doubt: { key: "k", missing: "value" },
    });
    expect(matches(selector(second, requirement("NotIn", "a")), both)).toStrictEqual({
      holds: true,
      doubt: { key: "team", missing: "value" },
    });
  });
});

test.each([
  [[], "everything"],
  [[requirement("In", "a")], "k=a"],
  [[requirement("In", "a", "b")], "k in (a,b)"],
  [[requirement("NotIn", "a")], "k!=a"],
  [[requirement("NotIn", "a", "b")], "k notin (a,b)"],
  [[requirement("Exists")], "k"],
  [[requirement("DoesNotExist")], "!k"],
  [[requirement("In", "a"), requirement("DoesNotExist")], "k=a,!k"],
])("%j is written as kubectl prints it: %s", (requirements, text) => {
  expect(formatSelector(selector(...requirements))).toBe(text);
});
