import { pieces } from "../layout/route.ts";
import { isOpen, workloadCount } from "../model/graph.ts";
import { type Emphasis, type Highlight, highlightOf, NO_OVERLAY } from "../scene/emphasis.ts";
import type { Focus } from "../scene/focus.ts";
import type { Picture } from "../scene/picture.ts";
import { METRICS, type Scene, type SceneBox, type SceneCard, type SceneEdge, type SceneTag } from "../scene/scene.ts";
import { type Badge, badgesOf, labelsOf } from "./labels.ts";
import { bars } from "./shapes.ts";
import { faded, lineLabel, markShape, selectionRing } from "./svg-focus.ts";
import { svgLegend } from "./svg-legend.ts";
import { path as arrow, DOUBTFUL, type LineEnd, n, rect, words, xml } from "./svg-shapes.ts";
import { FONT, PALETTES, type Palette } from "./theme.ts";

/** What a picture is called, for those who cannot see it. */
export interface Caption {
  readonly title: string;
  readonly description: string;
}

/** How a scene is drawn; all of it may be left out. */
export interface SvgLook {
  readonly palette?: Palette;
  readonly legend?: "shown" | "hidden";
  readonly highlight?: Highlight;
}

const NO_HIGHLIGHT: Highlight = { overlay: NO_OVERLAY, emphasis: undefined };

/** A picture as an SVG document that says what it shows, with what a focus brings out. */
export function svgOf(picture: Picture, palette: Palette, focus: Focus | undefined): string {
  return toSvg(picture.scene, captionOf(picture), { palette, highlight: highlightOf(picture, focus) });
}

/** What is to be said of a picture, counted. */
export function captionOf({ graph }: Picture): Caption {
  const { pairs, maybe = [], detail } = graph;
  const ruled = pairs.filter(({ because }) => because === "rule").length;
  const lines =
    detail === "whole"
      ? `${ruled} pairs let through by policies, ${pairs.length - ruled} that none governs`
      : "lines join whole namespaces";
  const doubtful = pairs.filter(({ possible }) => possible !== undefined).length + maybe.length;
  const doubt = doubtful === 0 ? "" : `; ${doubtful} not certain`;
  const description = `${workloadCount(graph)} workloads; ${lines}${doubt}`;
  return { title: "Who can reach whom", description };
}

/** The scene as an SVG document: the same text for the same scene; no script, no style sheet, nothing from elsewhere. */
export function toSvg(
  scene: Scene,
  caption: Caption,
  { palette = PALETTES.light, legend = "hidden", highlight = NO_HIGHLIGHT }: SvgLook = {},
): string {
  const { overlay, emphasis } = highlight;
  const isSelected = ({ id }: { readonly id: string }) => emphasis?.selected.has(id) ?? false;
  const boxes = new Set(scene.boxes.map(({ id }) => id));
  // What is said of a box stays, as the box does.
  const part = (shape: string, of: string) => (boxes.has(of) ? shape : faded(shape, of, "part", emphasis));
  const edges = [...scene.edges, ...overlay.edges];
  const cards = new Map(scene.cards.map((card) => [card.id, card]));
  const below =
    legend === "shown"
      ? svgLegend(scene, overlay, palette, scene.height, scene.width)
      : { shapes: [], width: 0, height: 0 };
  const width = Math.max(scene.width, below.width);
  const height = scene.height + below.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${n(width)} ${n(height)}" width="${n(width)}" height="${n(height)}" role="img" font-family="${xml(FONT)}">`,
    `<title>${xml(caption.title)}</title>`,
    `<desc>${xml(caption.description)}</desc>`,
    markers(edges, emphasis, palette),
    `<rect width="100%" height="100%" fill="${palette.canvas}"/>`,
    ...scene.boxes.map((box) => boxShape(box, palette)),
    ...[...edges]
      .sort((a, b) => layerOf(a, emphasis) - layerOf(b, emphasis))
      .map((edge) => faded(edgeShape(edge, palette, emphasis), edge.id, "line", emphasis)),
    ...scene.cards.map((card) => part(cardShape(card, palette), card.id)),
    ...[...scene.boxes, ...scene.cards].filter(isSelected).map((one) => selectionRing(one, palette)),
    ...scene.tags.map((tag) => part(tagShape(tag, palette), tag.of)),
    ...badgesOf(scene).map((badge) => part(badgeShape(badge, palette), badge.of)),
    ...labelsOf(scene).map(({ of, x, y, text, size, weight, colour, anchor }) =>
      part(words(x, y, text, size, weight, palette[colour], anchor), of),
    ),
    ...overlay.marks.map((mark) => part(markShape(mark, cards.get(mark.of), palette), mark.of)),
    ...edges.map((edge) => faded(lineLabel(edge, palette), edge.id, "line", emphasis)),
    ...below.shapes,
    "</svg>",
  ]
    .filter((shape) => shape !== "")
    .join("\n");
}

function markers(edges: readonly SceneEdge[], emphasis: Emphasis | undefined, palette: Palette): string {
  const tip = (id: string, colour: string) =>
    `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1L10 5L0 9z" fill="${colour}"/></marker>`;
  const tee = `<marker id="lost" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="13" markerHeight="13" markerUnits="userSpaceOnUse" orient="auto"><path d="M8 0V10" stroke="${palette.open}" stroke-width="2.4"/></marker>`;
  const compared = edges.some(({ change }) => change !== undefined) ? tip("unchanged", palette.unchanged) + tee : "";
  const hops = edges.some(({ style }) => isHop(style)) ? tip("hop", palette.hop) : "";
  const isInk = ({ id, style }: SceneEdge) => emphasis?.selected.has(id) || style === "maybe";
  const selected = edges.some(isInk) ? tip("selected", palette.text) : "";
  return `<defs>${tip("allow", palette.allow)}${tip("context", palette.context)}${compared}${hops}${selected}</defs>`;
}

function boxShape({ x, y, width, height, open, kind }: SceneBox, palette: Palette): string {
  const wide = isOpen(open, "in");
  const stroke = wide ? palette.open : kind === "outside" ? palette.outside : palette.boxBorder;
  return rect(x, y, width, height, 10, palette.box, stroke, wide ? 1.5 : 1, wide ? "6 4" : "");
}

function cardShape(card: SceneCard, palette: Palette): string {
  const { x, y, width, height, kind, open, fullName } = card;
  const wide = kind !== "address" && isOpen(open, "in");
  const fill = kind === "address" ? palette.outsideSoft : palette.card;
  const stroke = kind === "address" ? palette.outside : wide ? palette.open : palette.cardBorder;
  const back = kind === "namespace" ? rect(x + 4, y + 4, width, height, 8, palette.box, palette.boxBorder, 1) : "";
  const shape = rect(
    x,
    y,
    width,
    height,
    kind === "address" ? height / 2 : 7,
    fill,
    stroke,
    1.3,
    wide ? "5 3" : "",
    fullName,
  );
  return (
    back +
    shape +
    bars(card)
      .map((bar) => rect(bar.x, bar.y, bar.width, bar.height, 1.5, palette.bar, "none", 0))
      .join("")
  );
}

function tagShape({ x, y, width, height, tone, fullText, change }: SceneTag, palette: Palette): string {
  const ink = change === "none" ? palette.boxBorder : change === "lost" ? palette.open : palette.allow;
  const soft = change === "none" ? palette.card : change === "lost" ? palette.openSoft : palette.allowSoft;
  const fill = tone === "wide" && change !== "none" ? ink : soft;
  const line = change === "gained" || change === "lost" ? 1.5 : 1;
  return rect(x, y, width, height, 4, fill, ink, line, change === "lost" ? "3 2" : "", fullText);
}

function badgeShape({ x, y, width, height, text, tone }: Badge, palette: Palette): string {
  const ink = tone === "gained" ? palette.allow : palette.open;
  const [fill, letters] =
    tone === "open" ? [palette.openSoft, ink] : [ink, tone === "gained" ? palette.onAllow : palette.canvas];
  return [
    rect(x, y, width, height, 3, fill, ink, 1),
    words(x + width / 2, y + height / 2, text, METRICS.badge, "bold", letters, "middle"),
  ].join("");
}

function isHop(style: SceneEdge["style"]): boolean {
  return style === "hop" || style === "hop-other";
}

/** The stroke, the dashes and the mark at the end of a line. */
function lineStyle(
  { id, style, weight, change, certainty }: SceneEdge,
  palette: Palette,
  emphasis: Emphasis | undefined,
): readonly [stroke: string, dashes: string, end: LineEnd] {
  const dashes = certainty === "doubtful" ? DOUBTFUL : "";
  if (isHop(style)) return [palette.hop, style === "hop" ? "" : "9 5", "hop"];
  if (style === "maybe") return [palette.text, DOUBTFUL, "selected"];
  if (emphasis?.selected.has(id)) return [palette.text, change === "lost" ? "9 5" : dashes, "selected"];
  if (change === "lost") return [palette.open, "9 5", "lost"];
  if (change === "none") return [palette.unchanged, "", "unchanged"];
  if (style === "default") return [palette.context, "1.5 4", "context"];
  return weight === "hub" ? [palette.context, dashes, "context"] : [palette.allow, dashes, "allow"];
}

/** What changes lies over what does not, what a focus brings out over both, and a path over all. */
function layerOf({ id, change, style }: SceneEdge, emphasis: Emphasis | undefined): number {
  if (isHop(style)) return 4;
  if (emphasis?.lit.has(id) || emphasis?.selected.has(id)) return 3;
  return change === "gained" ? 2 : change === "lost" ? 1 : 0;
}

function edgeShape(edge: SceneEdge, palette: Palette, emphasis: Emphasis | undefined): string {
  const { id, from, points, style, weight, width, density } = edge;
  if (points.length === 0) return "";
  const quiet = style === "default" || style === "maybe" || weight === "hub";
  const [first] = points;
  const path = pieces(points).map(({ by, to }) => `Q${n(by.x)} ${n(by.y)} ${n(to.x)} ${n(to.y)}`);
  const [stroke, dashes, end] = lineStyle(edge, palette, emphasis);
  const selected = end === "selected" ? 3.2 : undefined;
  const dash = dashes ? ` stroke-dasharray="${dashes}"` : "";
  const start =
    from.startsWith("group ") && weight === "group" && first
      ? `<circle cx="${n(first.x)}" cy="${n(first.y)}" r="4" fill="${stroke}"/>`
      : "";
  const thin = density === "dense" && !emphasis?.lit.has(id) ? ' stroke-opacity="0.5"' : "";
  const d = `M${n(first?.x ?? 0)} ${n(first?.y ?? 0)}${path.join("")}`;
  return start + arrow(d, stroke, selected ?? (quiet ? 1 : width), end, thin + dash);
}
