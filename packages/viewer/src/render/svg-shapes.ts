/** The elements an SVG document is written in: plain text, every number short, every name escaped. */

export function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
  fill: string,
  stroke: string,
  line: number,
  dash = "",
  title = "",
): string {
  const attributes = `x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${n(radius)}" fill="${fill}"`;
  const border =
    line > 0 ? ` stroke="${stroke}" stroke-width="${line}"${dash ? ` stroke-dasharray="${dash}"` : ""}` : "";
  return title ? `<rect ${attributes}${border}><title>${xml(title)}</title></rect>` : `<rect ${attributes}${border}/>`;
}

/** A line of text; `y` is its middle. */
export function words(
  x: number,
  y: number,
  text: string,
  size: number,
  weight: string,
  colour: string,
  anchor: "start" | "middle",
): string {
  return `<text x="${n(x)}" y="${n(y + size * 0.35)}" font-size="${size}"${weight === "bold" ? ' font-weight="600"' : ""} fill="${colour}"${anchor === "middle" ? ' text-anchor="middle"' : ""}>${xml(text)}</text>`;
}

/** A number with at most one digit after the point, so that the text does not depend on rounding. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text that XML takes as text; characters it does not allow become a mark one can see. */
export function xml(text: string): string {
  return text
    .replace(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, "\uFFFD")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}

/** What is at the end of a line: an arrow in the colour of its kind, or for one that is lost, a bar. */
export type LineEnd = "allow" | "context" | "unchanged" | "lost" | "hop" | "selected";

/** The dashes of what is not certain. */
export const DOUBTFUL = "8 3 2 3";

/** A line with an arrow at its end, see the markers of {@link ./svg.ts}. */
export function path(d: string, stroke: string, width: number, arrow: LineEnd, more = ""): string {
  return `<path d="${d}" fill="none" stroke="${stroke}"${more} stroke-width="${n(width)}" marker-end="url(#${arrow})"/>`;
}
