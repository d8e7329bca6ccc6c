import { html, type TemplateResult } from "lit";

const glyph = (path: string): TemplateResult =>
  html`<svg class="glyph" viewBox="0 0 16 16" aria-hidden="true"><path d=${path} /></svg>`;

/** The pictures on buttons. */
export const GLYPHS = {
  search: glyph("M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.6 10.6L14 14"),
  plus: glyph("M8 3v10M3 8h10"),
  minus: glyph("M3 8h10"),
  fit: glyph("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"),
  close: glyph("M4 4l8 8M12 4l-8 8"),
  outline: glyph("M2 3h3M5 8h3M5 13h3M8 3h6M11 8h3M11 13h3"),
  question: glyph("M2 8h9M8 4.5L11.5 8L8 11.5M14 3v10"),
  swap: glyph("M5 2v11M2.5 10.5L5 13l2.5-2.5M11 14V3M8.5 5.5L11 3l2.5 2.5"),
  save: glyph("M8 2v8M4.5 7L8 10.5L11.5 7M2.5 13.5h11"),
};
