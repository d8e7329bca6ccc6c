import { textWidth } from "../layout/text.ts";
import { isOpen } from "../model/graph.ts";
import type { Overlay } from "../scene/emphasis.ts";
import { METRICS, type Scene } from "../scene/scene.ts";
import { DOUBTFUL, path, rect, words } from "./svg-shapes.ts";
import type { Palette } from "./theme.ts";

/** A mark at a place, and what it means. */
interface Entry {
  readonly words: string;
  readonly mark: (x: number, y: number) => string;
}

const MARK = 40;
const LINE = 24;
const MARGIN = 16;

/** What the marks of a scene mean, those that it has, in lines of this width or what one of them needs; with the room they take. */
export function svgLegend(
  scene: Scene,
  overlay: Overlay,
  palette: Palette,
  top: number,
  width: number,
): { readonly shapes: readonly string[]; readonly width: number; readonly height: number } {
  const shapes: string[] = [];
  let [x, line, widest] = [MARGIN, 0, 0];
  for (const { words: said, mark } of entriesOf(scene, overlay, palette)) {
    const wide = MARK + 8 + textWidth(said, METRICS.detail) + 20;
    if (x > MARGIN && x + wide > width) [x, line] = [MARGIN, line + 1];
    const middle = top + LINE * (line + 0.5);
    shapes.push(mark(x, middle), words(x + MARK + 8, middle, said, METRICS.detail, "normal", palette.muted, "start"));
    x += wide;
    widest = Math.max(widest, x);
  }
  return { shapes, width: widest, height: shapes.length === 0 ? 0 : LINE * (line + 1) + MARGIN / 2 };
}

function entriesOf({ boxes, cards, tags, edges }: Scene, overlay: Overlay, palette: Palette): readonly Entry[] {
  const { allow, allowSoft, context, card, cardBorder, bar, open, outside, outsideSoft } = palette;
  const frame = (x: number, y: number, stroke: string, dash = "") =>
    rect(x, y - 8, MARK, 16, 4, card, stroke, 1.3, dash);
  const wall = (x: number, y: number) => rect(x, y - 5, 3, 10, 1.5, bar, "none", 0);
  const ownStates = cards.filter(({ kind }) => kind !== "address").map((one) => one.open);
  const states = [...boxes.filter(({ kind }) => kind === "namespace").map((one) => one.open), ...ownStates];
  const line = (x: number, y: number) => `M${x} ${y}H${x + MARK - 2}`;
  const all: readonly (Entry & { readonly present: boolean })[] = [
    {
      present: edges.some(({ change }) => change === "gained"),
      words: "the edits let this through",
      mark: (x, y) => path(line(x, y), allow, 3.6, "allow"),
    },
    {
      present: edges.some(({ change }) => change === "lost"),
      words: "the edits stop this",
      mark: (x, y) => path(line(x, y), open, 3.6, "lost", ' stroke-dasharray="9 5"'),
    },
    {
      present: edges.some(({ change }) => change === "none"),
      words: "as before",
      mark: (x, y) => path(line(x, y), palette.unchanged, 1.2, "unchanged"),
    },
    {
      present: overlay.edges.some(({ style }) => style === "hop" || style === "hop-other"),
      words: "a hop of the path; dashed where it is no packet",
      mark: (x, y) => path(line(x, y), palette.hop, 4, "hop"),
    },
    {
      present: overlay.marks.some(({ tone }) => tone === "ring"),
      words: "falls by this many hops from the start",
      mark: (x, y) =>
        rect(x + 10, y - 9, 20, 18, 9, palette.hop, palette.onHop, 1.5) +
        words(x + 20, y, "1", 11, "bold", palette.onHop, "middle"),
    },
    {
      present: edges.some(({ weight, style, change }) => style === "allow" && weight !== "hub" && change === undefined),
      words: "policies let this through",
      mark: (x, y) => path(`M${x} ${y}H${x + MARK - 2}`, allow, 1.8, "allow"),
    },
    {
      present: [...edges, ...overlay.edges].some(({ certainty }) => certainty === "doubtful"),
      words: "not certain: hangs on what the input leaves open",
      mark: (x, y) =>
        path(line(x, y), allow, 1.8, "allow", ` stroke-dasharray="${DOUBTFUL}"`) +
        words(x + MARK / 2 - 4, y, "?", 11, "bold", palette.text, "middle"),
    },
    {
      present: edges.some(({ weight }) => weight === "hub"),
      words: "from something that reaches many namespaces",
      mark: (x, y) => path(`M${x} ${y}H${x + MARK - 2}`, context, 1, "context"),
    },
    {
      present: tags.some(({ tone }) => tone === "ports"),
      words: "ports open to the lines that end here",
      mark: (x, y) =>
        rect(x, y - 8, MARK, 16, 4, allowSoft, allow, 1) +
        words(x + MARK / 2, y, "TCP 80", 9, "normal", allow, "middle"),
    },
    {
      present: tags.some(({ tone }) => tone === "wide"),
      words: "a rule lets in, or out to, everyone it says",
      mark: (x, y) =>
        rect(x, y - 8, MARK, 16, 4, allow, allow, 1) +
        words(x + MARK / 2, y, "any", 9, "normal", palette.onAllow, "middle"),
    },
    {
      present: ownStates.some((state) => !isOpen(state, "in")),
      words: "policies govern ingress",
      mark: (x, y) => frame(x, y, cardBorder) + wall(x + 3, y),
    },
    {
      present: ownStates.some((state) => !isOpen(state, "out")),
      words: "policies govern egress",
      mark: (x, y) => frame(x, y, cardBorder) + wall(x + MARK - 6, y),
    },
    {
      present: states.some((state) => isOpen(state, "in")),
      words: "no policy governs ingress: anyone gets in",
      mark: (x, y) => frame(x, y, open, "5 3") + words(x + MARK / 2, y, "OPEN", 8.5, "bold", open, "middle"),
    },
    {
      present: cards.some(({ kind }) => kind === "address"),
      words: "addresses outside the cluster",
      mark: (x, y) => rect(x, y - 8, MARK, 16, 8, outsideSoft, outside, 1.3),
    },
  ];
  return all.filter(({ present }) => present);
}
