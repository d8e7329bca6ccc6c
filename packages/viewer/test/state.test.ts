import { FINDING_SEVERITIES } from "@watertight/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeState, encodeState, START, update, VIEWS, type ViewState } from "../src/state.ts";

const id = fc.stringMatching(/^[a-z0-9./:#-]{1,12}$/);
const selection = fc.oneof(
  fc.record({ kind: fc.constant("endpoint" as const), id }),
  fc.record({ kind: fc.constant("namespace" as const), id }),
  fc.record({ kind: fc.constant("edge" as const), from: id, to: id }),
  fc.record({ kind: fc.constantFrom("policy" as const, "finding" as const), id }),
  fc.record({ kind: fc.constant("path" as const), index: fc.nat({ max: 99 }) }),
);
const question = fc.record({ from: id, to: id, port: fc.constantFrom("", "TCP/5432", "UDP") });
const route = fc.record({ from: id, to: id, edges: fc.constantFrom("network" as const, "all" as const) });
const gaps = fc.record({
  least: fc.constantFrom(...FINDING_SEVERITIES),
  namespace: fc.constantFrom("", "shop"),
  text: fc.constantFrom("", "NPG103", "a & b=c#"),
});
const open = fc.oneof(
  fc.constant("default" as const),
  fc.array(fc.stringMatching(/^[a-z0-9-]{1,8}$/), { maxLength: 3 }),
);

const state: fc.Arbitrary<ViewState> = fc
  .record(
    { selection, question, route, gaps, open, view: fc.constantFrom(...VIEWS) },
    { requiredKeys: ["open", "view"] },
  )
  .map((drawn) => ({ ...START, ...drawn }));

describe("state", () => {
  test("a link gives back what it was made of", () => {
    fc.assert(
      fc.property(state, (look) => {
        expect(decodeState(`#${encodeState(look)}`)).toEqual(look);
      }),
    );
  });

  test("a link of another viewer, or of something else, is none of ours", () => {
    expect(decodeState(encodeState(START, "left"), "right")).toBeUndefined();
    expect(decodeState("#section-2")).toBeUndefined();
    expect(decodeState("")).toBeUndefined();
  });

  test("any fragment can be decoded", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        decodeState(`#watertight=1&${text}`);
      }),
    );
  });

  test("selecting what is selected changes nothing", () => {
    const selected = update(START, { do: "select", selection: { kind: "endpoint", id: "a/Deployment/web" } });
    expect(update(selected, { do: "select", selection: { kind: "endpoint", id: "a/Deployment/web" } })).toBe(selected);
  });

  test.each([
    { do: "route", route: { from: "shop/web", to: "", edges: "all" } },
    { do: "edit", edits: [{ path: "shop.yaml" }] },
  ] as const)("a path is not selected any more once the paths are other ones: %o", (action) => {
    const selected = update(START, { do: "select", selection: { kind: "path", index: 2 } });
    expect(update(selected, action).selection).toBeUndefined();
    const finding = update(START, { do: "select", selection: { kind: "finding", id: "f" } });
    expect(update(finding, action).selection).toEqual({ kind: "finding", id: "f" });
  });

  test("opening a namespace twice closes it", () => {
    const once = update(START, { do: "toggle", group: "a", open: ["b"] });
    expect(once.open).toEqual(["a", "b"]);
    expect(update(once, { do: "toggle", group: "a", open: ["a", "b"] }).open).toEqual(["b"]);
  });
});
