/** The colours a picture is drawn in. */
export interface Palette {
  readonly canvas: string;
  readonly box: string;
  readonly boxBorder: string;
  readonly card: string;
  readonly cardBorder: string;
  readonly text: string;
  readonly muted: string;
  readonly allow: string;
  readonly allowSoft: string;
  readonly onAllow: string;
  readonly context: string;
  readonly open: string;
  readonly openSoft: string;
  readonly outside: string;
  readonly outsideSoft: string;
  readonly bar: string;
  /** Hops of a path and what falls, and what is written on them. */
  readonly hop: string;
  readonly onHop: string;
  /** Lines that edits leave as they were. */
  readonly unchanged: string;
}

export type ThemeName = "light" | "dark";

export const PALETTES: { readonly [T in ThemeName]: Palette } = {
  light: {
    canvas: "#ffffff",
    box: "#f4f6f9",
    boxBorder: "#b4bdc8",
    card: "#ffffff",
    cardBorder: "#6b7682",
    text: "#1f2328",
    muted: "#57606a",
    allow: "#0b63b0",
    allowSoft: "#e3eefa",
    onAllow: "#ffffff",
    context: "#6e7680",
    open: "#a63a00",
    openSoft: "#fff1e8",
    outside: "#8a5a00",
    outsideSoft: "#fff8e6",
    bar: "#3d4752",
    hop: "#b45309",
    onHop: "#ffffff",
    unchanged: "#8c959f",
  },
  dark: {
    canvas: "#0f141b",
    box: "#171e27",
    boxBorder: "#465160",
    card: "#0f141b",
    cardBorder: "#8792a0",
    text: "#e6edf3",
    muted: "#9aa4b2",
    allow: "#58a6ff",
    allowSoft: "#13263d",
    onAllow: "#0f141b",
    context: "#8792a0",
    open: "#ff9d66",
    openSoft: "#33200f",
    outside: "#ffd24a",
    outsideSoft: "#2b2410",
    bar: "#c9d1d9",
    hop: "#ffd24a",
    onHop: "#0f141b",
    unchanged: "#6e7681",
  },
};

/** What the reader's system offers instead of colours of our own. */
export const FORCED: Palette = {
  canvas: "Canvas",
  box: "Canvas",
  boxBorder: "CanvasText",
  card: "Canvas",
  cardBorder: "CanvasText",
  text: "CanvasText",
  muted: "CanvasText",
  allow: "CanvasText",
  allowSoft: "Canvas",
  onAllow: "Canvas",
  context: "GrayText",
  open: "Highlight",
  openSoft: "Canvas",
  outside: "CanvasText",
  outsideSoft: "Canvas",
  bar: "CanvasText",
  hop: "Highlight",
  onHop: "HighlightText",
  unchanged: "GrayText",
};

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** The custom property that overrides a colour: `--watertight-allow`. */
export function propertyOf(name: keyof Palette): string {
  return `--watertight-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
