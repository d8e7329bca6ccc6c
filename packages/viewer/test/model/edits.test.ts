import { parse } from "@watertight/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeEdits, encodeEdits } from "../../src/model/edit-code.ts";
import { edited, freePath, withEdit } from "../../src/model/edits.ts";
import { NO_HISTORY, recorded, stepped } from "../../src/model/history.ts";
import { withNewFile, withoutPolicy, withPolicy } from "../../src/model/pretend.ts";
import type { SourceEdit } from "../../src/state.ts";
import { manifests, policy, workload } from "../graphs.ts";

const path = fc.stringMatching(/^[a-z./-]{1,12}$/);
const edit: fc.Arbitrary<SourceEdit> = fc.oneof(
  fc.record({ path }),
  fc.record({ path, text: fc.string({ unit: "grapheme" }) }),
);
const edits = fc.uniqueArray(edit, { selector: (one) => one.path, maxLength: 4 });

describe("edits in a link", () => {
  test("come back as they were", async () => {
    await fc.assert(
      fc.asyncProperty(edits, async (some) => {
        const code = await encodeEdits(some);
        expect(code).toMatch(/^[\w-]*$/);
        expect(await decodeEdits(code)).toEqual(some);
      }),
    );
  });

  test("any letters can be decoded, to edits or to nothing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.base64String()), async (code) => {
        const found = await decodeEdits(code);
        expect(found === undefined || Array.isArray(found)).toBe(true);
      }),
    );
  });

  test("what unfolds to too much is nothing, and so is what is no list of edits", async () => {
    const bomb = await deflated(JSON.stringify([["a.yaml", "x".repeat(5_000_000)]]));
    expect(bomb.length).toBeLessThan(8 * 1024);
    expect(await decodeEdits(bomb)).toBeUndefined();
    for (const value of [1, null, {}, ["a"], [[]], [[1]], [["a", 2]], [["a", "b", "c"]], [["a"], ["a"]], [["", "x"]]])
      expect(await decodeEdits(await deflated(JSON.stringify(value)))).toBeUndefined();
    const whole = await encodeEdits([{ path: "a.yaml", text: "kind: Pod" }]);
    expect(await decodeEdits(whole.slice(0, -6))).toBeUndefined();
  });
});

describe("edits", () => {
  const given = [
    { path: "a.yaml", text: "a" },
    { path: "b.yaml", text: "b" },
  ];

  test("what comes out as it was given is no edit", () => {
    const changed = withEdit(given, [], { path: "a.yaml", text: "A" });
    expect(edited(given, changed)).toEqual([{ path: "a.yaml", text: "A" }, given[1]]);
    expect(withEdit(given, changed, { path: "a.yaml", text: "a" })).toEqual([]);
    expect(withEdit(given, [], { path: "new.yaml" })).toEqual([]);
  });

  test("a new file takes no name that another has", () => {
    expect(freePath(given, "c.yaml")).toBe("c.yaml");
    expect(freePath(given, "a.yaml")).toBe("a-2.yaml");
    const first = withNewFile({ given, edits: [] }, "deny", "x");
    expect(withNewFile({ given, edits: first.edits }, "deny", "y").path).toBe("what-if/deny-2.yaml");
  });

  test("a policy that is pretended absent is gone, and comes back where it was, whichever goes first", () => {
    const text = manifests(
      workload("shop", "web"),
      ...["p", "q", "r"].map((name) => policy("shop", name, { podSelector: {} })),
    );
    const sources = [{ path: "shop.yaml", text }];
    const namesIn = (some: readonly SourceEdit[]) =>
      parse(edited(sources, some)).cluster.networkPolicies.map(({ name }) => name);
    const spans = new Map(parse(sources).cluster.networkPolicies.map(({ name, span }) => [name, span]));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(["p", "q", "r"], { minLength: 3 }),
        fc.shuffledSubarray(["p", "q", "r"], { minLength: 3 }),
        (away, back) => {
          let now: readonly SourceEdit[] = [];
          for (const name of away) {
            const there = parse(edited(sources, now)).cluster.networkPolicies.find((one) => one.name === name);
            if (!there) throw new Error(`${name} is gone already`);
            now = withoutPolicy({ given: sources, edits: now }, there.span);
            expect(namesIn(now)).not.toContain(name);
          }
          expect(namesIn(now)).toEqual([]);
          const gone = new Set(away);
          for (const name of back) {
            const span = spans.get(name);
            if (!span) throw new Error(`${name} was never there`);
            const places = [...gone].flatMap((one) => spans.get(one) ?? []);
            now = withPolicy({ given: sources, edits: now }, span, places);
            gone.delete(name);
            expect(namesIn(now)).toEqual(["p", "q", "r"].filter((one) => !gone.has(one)));
          }
          expect(now).toEqual([]);
        },
      ),
    );
  });
});

describe("history", () => {
  const one = [{ path: "a.yaml", text: "1" }];
  const two = [{ path: "a.yaml", text: "2" }];
  const other = [...two, { path: "b.yaml" }];

  test("what is typed into one file without a pause is one step", () => {
    const typed = recorded(recorded(NO_HISTORY, [], one, 0), one, two, 500);
    expect(typed.past).toEqual([[]]);
    expect(recorded(typed, two, one, 5000).past).toEqual([[], two]);
    expect(recorded(typed, two, other, 600).past).toEqual([[], two]);
  });

  test("back and forward again is where one was", () => {
    const history = recorded(recorded(NO_HISTORY, [], one, 0), one, other, 5000);
    const back = stepped(history, other, "back");
    expect(back?.edits).toEqual(one);
    const forward = back && stepped(back.history, back.edits, "forward");
    expect(forward?.edits).toEqual(other);
    expect(forward?.history.past).toEqual(history.past);
    expect(stepped(history, other, "forward")).toBeUndefined();
  });
});

async function deflated(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"));
  return Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url");
}
