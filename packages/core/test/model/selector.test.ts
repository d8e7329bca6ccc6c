import { describe, expect, test } from "vitest";
import { type LabelSelector, matches, type Requirement } from "../../src/model/selector.ts";

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
    expect(matches(asked, labels({ k: "a" })).holds).toBe(expected.present);
    expect(matches(asked, labels({ k: "b" })).holds).toBe(expected.other);
    expect(matches(asked, labels({})).holds).toBe(expected.missing);
  });
});

describe("what the input leaves open", () => {
  const hashed = { values: new Map([["app", "web"]]), valueUnknown: new Set(["k"]) };

  test("a value that a controller will choose is certainly there, whatever it is", () => {
    expect(matches(selector(requirement("Exists")), hashed)).toEqual({ holds: true });
    expect(matches(selector(requirement("DoesNotExist")), hashed)).toEqual({ holds: false });
    expect(matches(selector(requirement("In", "a")), hashed)).toEqual({
      holds: false,
      doubt: { key: "k", missing: "value" },
    });
    expect(matches(selector(requirement("NotIn", "a")), hashed)).toEqual({
      holds: true,
      doubt: { key: "k", missing: "value" },
    });
  });

  test("labels nobody can see leave every requirement on an absent key open", () => {
    const undeclared = { values: new Map([["k", "a"]]), incomplete: true };
    expect(matches(selector(requirement("In", "a")), undeclared)).toEqual({ holds: true });
    expect(matches(selector({ key: "team", operator: "DoesNotExist", values: [] }), undeclared)).toEqual({
      holds: true,
      doubt: { key: "team", missing: "labels" },
    });
  });

  test("a requirement that certainly fails settles the selector, whatever else is open", () => {
    const failing: Requirement = { key: "app", operator: "In", values: ["db"] };
    expect(matches(selector(requirement("In", "a"), failing), hashed)).toEqual({ holds: false });
  });

  test("the empty string is a value like any other", () => {
    expect(matches(selector(requirement("In", "")), labels({ k: "" })).holds).toBe(true);
    expect(matches(selector(requirement("In", "")), labels({})).holds).toBe(false);
  });

  test("an empty selector matches everything", () => {
    expect(matches(selector(), labels({})).holds).toBe(true);
  });
});
