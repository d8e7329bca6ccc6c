import { trusted } from "./analyst/trusted.ts";
import { WatertightViewer } from "./index.ts";

// The same element for pages that host files side by side: what few readers need is in parts of its own.
WatertightViewer.startWorker ??= () =>
  new Worker(trusted(new URL("./worker.js", import.meta.url).href), { type: "module" });
