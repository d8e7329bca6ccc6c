import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Io } from "../src/io.ts";
import { Progress } from "../src/terminal.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function onTerminal(isTTY: boolean): { readonly io: Pick<Io, "stderr">; readonly drawn: () => readonly string[] } {
  let written = "";
  const stderr = {
    write: (text: string) => {
      written += text;
      return true;
    },
    once: () => undefined,
    isTTY,
  };
  return { io: { stderr }, drawn: () => written.split("\r\u001b[K").slice(1) };
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

test("what is not a terminal gets none", () => {
  const { io, drawn } = onTerminal(false);
  const progress = new Progress(io);
  vi.advanceTimersByTime(10_000);
  progress.step("reading", 0.5);
  progress.end();
  expect(drawn()).toEqual([]);
});
