// A worker that runs this together with the viewer's script has no use for it.
if (typeof document !== "undefined") globalThis.watertightEditor = import("./editor.ts");
