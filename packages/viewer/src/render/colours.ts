import { FORCED, PALETTES, type Palette, propertyOf, type ThemeName } from "./theme.ts";

/** The theme in force: the one asked for, or the system's. */
export function themeOf(wanted: string, view: Window): ThemeName {
  if (wanted === "light" || wanted === "dark") return wanted;
  return view.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/**
 * The colours in force on an element, the page's own `--watertight-…` values among them, in a form a canvas understands.
 *
 * Where the reader forces colours, theirs are used.
 */
export function paletteOf(element: Element, theme: ThemeName): Palette {
  const view = element.ownerDocument.defaultView;
  const forced = view?.matchMedia("(forced-colors: active)").matches ?? false;
  const styles = getComputedStyle(element);
  const plain = normaliser(element.ownerDocument);
  const entries = Object.entries(PALETTES[theme]).map(([name, fallback]) => {
    const key = name as keyof Palette;
    const own = styles.getPropertyValue(propertyOf(key)).trim();
    return [key, plain(forced ? FORCED[key] : own || fallback, fallback)];
  });
  return Object.fromEntries(entries);
}

/** Media queries whose change changes the colours. */
export const COLOUR_QUERIES = [
  "(prefers-color-scheme: dark)",
  "(forced-colors: active)",
  "(prefers-contrast: more)",
] as const;

/** Turns any CSS colour into hexadecimal, which every renderer reads; the fallback for what is no colour. */
function normaliser(page: Document): (colour: string, fallback: string) => string {
  const context = page.createElement("canvas").getContext("2d");
  return (colour, fallback) => {
    if (!context) return fallback;
    context.fillStyle = fallback;
    context.fillStyle = colour;
    return context.fillStyle;
  };
}
