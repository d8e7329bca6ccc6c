import type { Source } from "@watertight/core";
import { nextFrame } from "../chrome.ts";
import { Elsewhere, type Hand } from "./elsewhere.ts";
import type { Workplace } from "./workplace.ts";

/** Starts a worker that runs {@link import("./serve.ts").serve}; what it throws means that the page may not have one. */
export type StartWorker = () => Worker;

/** The length of text, in UTF-16 units, from which a worker saves more than its start costs. */
const WORTH_A_WORKER = 400_000;

/** How long a worker may take to say that it is there, in milliseconds. */
const PATIENCE = 10_000;

/** Where these manifests are best worked through: in the page, or if they are many and a worker can be had, there. */
export async function placeFor(sources: readonly Source[], start: StartWorker | undefined): Promise<Workplace> {
  const length = sources.reduce((sum, { text }) => sum + text.length, 0);
  const hand = start && length >= WORTH_A_WORKER ? await started(start) : undefined;
  if (hand) return new Elsewhere(hand);
  // With a worker at hand the page itself needs nothing of the engine.
  const { Here } = await import("./workplace.ts");
  return new Here(nextFrame);
}

/** A worker that has said so; nothing where the page's policy or origin allows none. */
function started(start: StartWorker): Promise<Hand | undefined> {
  return new Promise((resolve) => {
    const give = (hand: Hand | undefined) => {
      clearTimeout(timer);
      resolve(hand);
    };
    const timer = setTimeout(() => give(undefined), PATIENCE);
    try {
      const worker = start();
      worker.onmessage = () => give(worker);
      worker.onerror = (event) => {
        event.preventDefault();
        worker.terminate();
        give(undefined);
      };
    } catch {
      give(undefined);
    }
  });
}
