import { type Options, type Parsed, Reading, type Source } from "@watertight/core";

/** Milliseconds a page may be kept from painting and answering; a longer task is felt. */
const SLICE = 40;

/** How a page stays in charge of a long reading. */
export interface Conduct {
  /** Gives it up: nothing of it is of use any more. */
  readonly signal: AbortSignal;
  /** Told between slices how much is read, from 0 to 1. */
  readonly onProgress: (done: number) => void;
  readonly slice?: number;
}

/**
 * What `parse` makes of the sources, in slices between which the page lives on; `undefined` once it is given up.
 *
 * It runs in the page itself: a page opened from disk, or under `default-src 'self'`, may have no worker made of its script. One
 * object is read in one go, whatever its size.
 */
export async function readInSlices(
  sources: readonly Source[],
  options: Options,
  { signal, onProgress, slice = SLICE }: Conduct,
): Promise<Parsed | undefined> {
  const reading = new Reading(options);
  const whole = sources.reduce((sum, { text }) => sum + text.length, 0);
  let before = 0;
  let end = performance.now() + slice;
  for (const source of sources) {
    for (const at of reading.steps(source)) {
      if (performance.now() < end) continue;
      onProgress((before + at) / whole);
      await nextTurn();
      if (signal.aborted) return undefined;
      end = performance.now() + slice;
    }
    before += source.text.length;
  }
  return reading.finish();
}

/** Lets everything go on that waits. Unlike a timer, a message is not held back, and not in the background either. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
