import { OWN_SCRIPT } from "../own-script.ts";

declare global {
  /** What the editor's script hands over to the viewer's. */
  var watertightEditor: Promise<typeof import("./editor.ts")> | undefined;
}

/** The editor of the self-contained script: a script beside it, or another one in a page that is one file. */
export async function loadEditor(): Promise<typeof import("./editor.ts")> {
  if (!globalThis.watertightEditor && OWN_SCRIPT?.src) await import(beside(OWN_SCRIPT.src));
  if (!globalThis.watertightEditor)
    throw new Error("the editor's script is neither in this page nor beside the viewer's");
  return globalThis.watertightEditor;
}

function beside(script: string): string {
  return script.replace(/\.js(?=[?#]|$)/, "-editor.js");
}
