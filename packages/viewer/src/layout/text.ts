/** Widths of characters in thousandths of the font size, for the common sans-serif fonts; what is not listed is `OTHER` wide. */
const WIDTHS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    "fijlt.,:;'|!I()[]/ ": 330,
    "rst-": 430,
    "abcdeghknopquvxyz0123456789_?·": 575,
    "ABCDEFGHKLNOPQRSTUVXYZ&+<>=→←": 690,
    "mwMW%@…–": 890,
  }).flatMap(([characters, width]) => [...characters].map((character): [string, number] => [character, width])),
);
const OTHER = 700;

/** The width of a line of text in pixels: an estimate on the safe side, the same on every machine. */
export function textWidth(text: string, size: number, weight: "normal" | "bold" = "normal"): number {
  let sum = 0;
  for (const character of text) sum += WIDTHS.get(character) ?? OTHER;
  return Math.ceil((sum * size * (weight === "bold" ? 1.12 : 1)) / 1000);
}

/** `text`, its middle left out so that it fits `width`: the ends of a name are what tells it from others. */
export function fitText(text: string, width: number, size: number, weight: "normal" | "bold" = "normal"): string {
  if (textWidth(text, size, weight) <= width) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 2; kept--) {
    const tail = Math.floor(kept / 2);
    const short = `${characters.slice(0, kept - tail).join("")}…${characters.slice(-tail).join("")}`;
    if (textWidth(short, size, weight) <= width) return short;
  }
  return `${characters[0] ?? ""}…`;
}
