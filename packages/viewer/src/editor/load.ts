/** The editor, whose code is not part of what every page pays for. The self-contained script has `load-beside.ts` in place of this. */
export function loadEditor(): Promise<typeof import("./editor.ts")> {
  return import("./editor.ts");
}
