import type { Steps } from "@watertight/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Io } from "../src/io.ts";
import { Progress } from "../src/terminal.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function onTerminal(
  isTTY: boolean,
  env: Io["env"] = {},
): { readonly io: Pick<Io, "stderr" | "env">; readonly drawn: () => readonly string[] } {
  let written = "";
  const stderr = {
    write: (text: string) => {
      written += text;
      return true;
    },
    once: () => undefined,
    isTTY,
  };
  return { io: { stderr, env }, drawn: () => written.split("\r\u001b[K").slice(1) };
}

test("a run shorter than half a second shows no progress", () => {
  const { io, drawn } = onTerminal(true);
  const progress = new Progress(io);
  vi.advanceTimersByTime(499);
  progress.step("reading", 0.5);
  progress.show("compiling policies");
  progress.end();
  expect(drawn()).toEqual([]);
});

test("a longer one has a bar, drawn ten times a second at most and wiped at the end", () => {
  const { io, drawn } = onTerminal(true);
  const progress = new Progress(io);
  vi.advanceTimersByTime(500);
  progress.step("reading", 0.25);
  vi.advanceTimersByTime(99);
  progress.step("reading", 0.3);
  vi.advanceTimersByTime(1);
  progress.step("reading", 1);
  progress.show("compiling policies");
  progress.end();
  expect(drawn()).toEqual([
    `reading ${"█".repeat(6)}${"░".repeat(18)} 25 %`,
    `reading ${"█".repeat(24)} 100 %`,
    "compiling policies …",
    "",
  ]);
});

test("long work is run to its value, and each of its stages is shown as it begins", () => {
  const { io, drawn } = onTerminal(true);
  function* work(): Steps<string> {
    yield { stage: "resolving policies", done: 0.5 };
    vi.advanceTimersByTime(500);
    yield { stage: "resolving policies", done: 1 };
    yield { stage: "looking for gaps", done: 0 };
    yield { stage: "looking for gaps", done: 0.5 };
    return "found";
  }
  expect(new Progress(io).run(work())).toBe("found");
  expect(drawn()).toEqual([`resolving policies ${"█".repeat(24)} 100 %`, `looking for gaps ${"░".repeat(24)} 0 %`, ""]);
});

test("work that fails leaves no bar behind", () => {
  const { io, drawn } = onTerminal(true);
  function* work(): Steps<string> {
    vi.advanceTimersByTime(500);
    yield { stage: "trying fixes", done: 0 };
    throw new Error("lost");
  }
  expect(() => new Progress(io).run(work())).toThrow("lost");
  expect(drawn().at(-1)).toBe("");
});

test.each([
  ["what is not a terminal", false, {}],
  ["continuous integration", true, { CI: "true" }],
  ["a terminal that cannot wipe a line", true, { TERM: "dumb" }],
])("%s gets none", (_, isTTY, env) => {
  const { io, drawn } = onTerminal(isTTY, env);
  const progress = new Progress(io);
  vi.advanceTimersByTime(10_000);
  progress.step("reading", 0.5);
  progress.end();
  expect(drawn()).toEqual([]);
});
