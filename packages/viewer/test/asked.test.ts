import { describe, expect, test } from "vitest";
import { budgetOf, openedBy } from "../src/asked.ts";
import { CHROME_AT_START, controlsNow } from "../src/chrome.ts";
import { START } from "../src/state.ts";
import { graphOfText, manifests, workload } from "./graphs.ts";

const graph = graphOfText(manifests(workload("a", "web"), workload("b", "db")));
const analysis = {
  graph,
  sources: [],
  endpoints: 2,
  unknown: new Set<string>(),
  diagnostics: [],
  number: 0,
  ask: () => ({ at: "waiting", stop: () => undefined }) as const,
  answer: () => Promise.reject(new Error("nobody asks")),
};

describe("attributes", () => {
  test("open lists namespaces; a star is all of them, empty is none, absent is what was open", () => {
    const opened = (open: string | undefined) => openedBy(open, START, analysis).open;
    expect(opened("b  a\n")).toEqual(["a", "b"]);
    expect(opened("*")).toEqual(graph.groups.map(({ id }) => id));
    expect(opened("")).toEqual([]);
    expect(opened(undefined)).toBe("default");
  });

  test("limits are whole numbers from 1 on; anything else limits nothing", () => {
    expect(budgetOf(12, 30)).toEqual({ nodes: 12, lines: 30 });
    for (const none of [0, -3, 1.5, Number.NaN, Number.POSITIVE_INFINITY, undefined])
      expect(budgetOf(none, none)).toEqual({});
  });

  test("controls that there are not are all of them, and the full view has all whatever a page asks for", () => {
    expect(controlsNow(CHROME_AT_START, "basic")).toBe("basic");
    expect(controlsNow(CHROME_AT_START, "some")).toBe("full");
    expect(controlsNow({ ...CHROME_AT_START, full: "yes" }, "none")).toBe("full");
  });
});
