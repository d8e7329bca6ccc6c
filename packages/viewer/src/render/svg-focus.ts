import { pieces } from "../layout/route.ts";
import { textWidth } from "../layout/text.ts";
import type { Emphasis } from "../scene/emphasis.ts";
import { METRICS, type SceneBox, type SceneCard, type SceneEdge, type SceneMark } from "../scene/scene.ts";
import { markInk } from "./mark-ink.ts";
import { rect, words } from "./svg-shapes.ts";
import type { Palette } from "./theme.ts";

/** How much is left of a line or another part that a focus does not bring out. */
const FADED = { line: 0.12, part: 0.3 } as const;

/** A shape as strong as a focus leaves it: `of` is the part it belongs to. Without a focus, as it is. */
export function faded(shape: string, of: string, kind: keyof typeof FADED, emphasis: Emphasis | undefined): string {
  if (shape === "" || !emphasis || emphasis.lit.has(of) || emphasis.selected.has(of)) return shape;
  return `<g opacity="${FADED[kind]}">${shape}</g>`;
}

/** The ring around what is selected. */
export function selectionRing({ x, y, width, height }: SceneBox | SceneCard, { text }: Palette): string {
  const gap = 4.5;
  return rect(x - gap, y - gap, width + 2 * gap, height + 2 * gap, 11, "none", text, 3);
}

/** A word on a card, and for a ring the frame that the card has from it. */
export function markShape(mark: SceneMark, card: SceneCard | undefined, palette: Palette): string {
  const { x, y, width, height, text, tone, step } = mark;
  const { ground, words: ink, border } = markInk(mark, palette);
  const frame =
    tone === "ring" && card ? rect(card.x, card.y, card.width, card.height, 7, "none", palette.hop, 5 - step) : "";
  const pill = rect(x, y, width, height, 10, ground, border, 1.5);
  return frame + pill + words(x + width / 2, y + height / 2, text, METRICS.mark, "bold", ink, "middle");
}

/** What is written on a line, at its middle. */
export function lineLabel({ points, label, certainty }: SceneEdge, palette: Palette): string {
  if (!label) return "";
  const way = pieces(points);
  const half = way[Math.floor(way.length / 2)];
  if (!half) return "";
  const { from, by, to } = half;
  const middle =
    way.length % 2 === 1
      ? { x: (from.x + 2 * by.x + to.x) / 4, y: (from.y + 2 * by.y + to.y) / 4 }
      : { x: from.x, y: from.y };
  const size = { width: textWidth(label, 16, "bold") + 10, height: 24 };
  const [ground, ink] = certainty === "doubtful" ? [palette.canvas, palette.text] : [palette.hop, palette.onHop];
  const plate = rect(middle.x - size.width / 2, middle.y - 12, size.width, size.height, 5, ground, ink, 1.5);
  return plate + words(middle.x, middle.y, label, 16, "bold", ink, "middle");
}
