import type { Progress, Steps } from "@watertight/core";

/** Milliseconds a page may be kept from painting and answering; a longer task is felt. */
const SLICE = 40;

/** How whoever waits stays in charge of long work. */
export interface Conduct {
  /** Gives it up: nothing of it is of use any more. */
  readonly signal: AbortSignal;
  /** Told between slices how far it has come. */
  readonly onProgress: (progress: Progress) => void;
}

/**
 * What work in steps comes to, in slices between which the page lives on, or a worker hears what it is told; `undefined` once it is
 * given up. From one pause of the work to the next goes in one go, however long that takes.
 */
export async function inSlices<T>(
  steps: Steps<T>,
  { signal, onProgress }: Pick<Conduct, "onProgress"> & { readonly signal: Pick<AbortSignal, "aborted"> },
  slice = SLICE,
): Promise<T | undefined> {
  let end = performance.now() + slice;
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() < end) continue;
    onProgress(value);
    await nextTurn();
    if (signal.aborted) return undefined;
    end = performance.now() + slice;
  }
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
