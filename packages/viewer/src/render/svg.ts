import { pieces } from "../layout/route.ts";
import { isOpen, workloadCount } from "../model/graph.ts";
import type { Picture } from "../scene/picture.ts";
import { METRICS, type Scene, type SceneBox, type SceneCard, type SceneEdge, type SceneTag } from "../scene/scene.ts";
import { type Badge, badgesOf, labelsOf } from "./labels.ts";
import { bars } from "./shapes.ts";
import { svgLegend } from "./svg-legend.ts";
import { path as arrow, type LineEnd, n, rect, words, xml } from "./svg-shapes.ts";
import { FONT, PALETTES, type Palette } from "./theme.ts";

/** What a picture is called, for those who cannot see it. */
export interface Caption {
  readonly title: string;
  readonly description: string;
}

/** A picture as an SVG document that says what it shows. */
export function svgOf(picture: Picture, palette: Palette): string {
  return toSvg(picture.scene, captionOf(picture), palette);
}

/** What is to be said of a picture, counted. */
export function captionOf({ graph }: Picture): Caption {
  const { pairs, detail } = graph;
  const ruled = pairs.filter(({ because }) => because === "rule").length;
  const lines =
    detail === "whole"
      ? `${ruled} pairs let through by policies, ${pairs.length - ruled} that none governs`
      : "lines join whole namespaces";
  const description = `${workloadCount(graph)} workloads; ${lines}`;
  return { title: "Who can reach whom", description };
}

/** The scene as an SVG document: the same text for the same scene; no script, no style sheet, nothing from elsewhere. */
export function toSvg(
  scene: Scene,
  caption: Caption,
  palette: Palette = PALETTES.light,
  legend: "shown" | "hidden" = "hidden",
): string {
  const below =
    legend === "shown" ? svgLegend(scene, palette, scene.height, scene.width) : { shapes: [], width: 0, height: 0 };
  const width = Math.max(scene.width, below.width);
  const height = scene.height + below.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${n(width)} ${n(height)}" width="${n(width)}" height="${n(height)}" role="img" font-family="${xml(FONT)}">`,
    `<title>${xml(caption.title)}</title>`,
    `<desc>${xml(caption.description)}</desc>`,
    markers(scene, palette),
    `<rect width="100%" height="100%" fill="${palette.canvas}"/>`,
    ...scene.boxes.map((box) => boxShape(box, palette)),
    // What changes lies over what does not.
    ...[...scene.edges].sort((a, b) => layerOf(a) - layerOf(b)).map((edge) => edgeShape(edge, palette)),
    ...scene.cards.map((card) => cardShape(card, palette)),
    ...scene.tags.map((tag) => tagShape(tag, palette)),
    ...badgesOf(scene).map((badge) => badgeShape(badge, palette)),
    ...labelsOf(scene).map(({ x, y, text, size, weight, colour, anchor }) =>
      words(x, y, text, size, weight, palette[colour], anchor),
    ),
    ...below.shapes,
    "</svg>",
  ].join("\n");
}

function markers({ edges }: Scene, palette: Palette): string {
  const tip = (id: string, colour: string) =>
    `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1L10 5L0 9z" fill="${colour}"/></marker>`;
  const tee = `<marker id="lost" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="13" markerHeight="13" markerUnits="userSpaceOnUse" orient="auto"><path d="M8 0V10" stroke="${palette.open}" stroke-width="2.4"/></marker>`;
  const compared = edges.some(({ change }) => change !== undefined) ? tip("unchanged", palette.unchanged) + tee : "";
  return `<defs>${tip("allow", palette.allow)}${tip("context", palette.context)}${compared}</defs>`;
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

/** The stroke, the dashes and the mark at the end of a line. */
function lineStyle(
  { style, weight, change }: SceneEdge,
  palette: Palette,
): readonly [stroke: string, dashes: string, end: LineEnd] {
  if (change === "lost") return [palette.open, "9 5", "lost"];
  if (change === "none") return [palette.unchanged, "", "unchanged"];
  if (style === "default") return [palette.context, "1.5 4", "context"];
  return weight === "hub" ? [palette.context, "", "context"] : [palette.allow, "", "allow"];
}

function layerOf({ change }: SceneEdge): number {
  return change === "gained" ? 2 : change === "lost" ? 1 : 0;
}

function edgeShape(edge: SceneEdge, palette: Palette): string {
  const { from, points, style, weight, width, density } = edge;
  if (points.length === 0) return "";
  const quiet = style === "default" || weight === "hub";
  const [first] = points;
  const path = pieces(points).map(({ by, to }) => `Q${n(by.x)} ${n(by.y)} ${n(to.x)} ${n(to.y)}`);
  const [stroke, dashes, end] = lineStyle(edge, palette);
  const dash = dashes ? ` stroke-dasharray="${dashes}"` : "";
  const start =
    from.startsWith("group ") && weight === "group" && first
      ? `<circle cx="${n(first.x)}" cy="${n(first.y)}" r="4" fill="${stroke}"/>`
      : "";
  const thin = density === "dense" ? ' stroke-opacity="0.5"' : "";
  const d = `M${n(first?.x ?? 0)} ${n(first?.y ?? 0)}${path.join("")}`;
  return start + arrow(d, stroke, quiet ? 1 : width, end, thin + dash);
}
