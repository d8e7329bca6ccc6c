import type { StartWorker } from "./analyst/places.ts";
import { trusted } from "./analyst/trusted.ts";
import { OWN_SCRIPT } from "./own-script.ts";

// The self-contained script: in a page it defines the element, in a worker it works for one. Only one of the two is evaluated.
if (typeof document === "undefined") {
  void import("./worker.ts");
} else {
  const startWorker = OWN_SCRIPT && workerOf(OWN_SCRIPT);
  void import("./index.ts").then(({ WatertightViewer, mount, version }) => {
    WatertightViewer.startWorker ??= startWorker;
    // For scripts that cannot import.
    Object.assign(window, { Watertight: { mount, version } });
  });
}

/**
 * How to run a script a second time, in a worker: by its URL where that is of the page's own origin; one inside the page by its
 * text, if its `data-worker` says that the page's policy allows a `blob:`.
 */
function workerOf(script: HTMLScriptElement): StartWorker | undefined {
  if (script.src === "") {
    if (script.dataset.worker !== "blob") return undefined;
    const { text } = script;
    return () => new Worker(trusted(URL.createObjectURL(new Blob([text], { type: "text/javascript" }))));
  }
  const { src } = script;
  const { origin, protocol } = new URL(src);
  return origin === location.origin && protocol.startsWith("http") ? () => new Worker(trusted(src)) : undefined;
}
