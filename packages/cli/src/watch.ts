import { setTimeout as pause } from "node:timers/promises";
import { fingerprint } from "./io.ts";

/** Milliseconds between two looks. */
const INTERVAL = 500;

/** A look at a large folder may not take more than one part in so many of the time. */
const SHARE = 10;

/**
 * Calls `onChange` after each change of the files of an input, one call after the other, until `signal` ends it.
 *
 * It looks instead of listening: this finds what editors that replace files, links, containers and network drives do, which
 * notifications miss. `before` is what the files looked like when they were read.
 */
export async function watch(
  paths: readonly string[],
  before: string,
  onChange: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let known = before;
  let wait = INTERVAL;
  while (await passed(wait, signal)) {
    const started = performance.now();
    const found = await fingerprint(paths);
    wait = Math.max(INTERVAL, SHARE * (performance.now() - started));
    if (found === known) continue;
    known = found;
    await onChange();
  }
}

/** Waits; `false` when it was cut short. */
async function passed(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await pause(milliseconds, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
