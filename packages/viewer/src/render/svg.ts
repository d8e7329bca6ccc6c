import { pieces } from "../layout/route.ts";
import { isOpen, workloadCount } from "../model/graph.ts";
import type { Picture } from "../scene/picture.ts";
import { METRICS, type Scene, type SceneBox, type SceneCard, type SceneEdge } from "../scene/scene.ts";
import { badgesOf, labelsOf } from "./labels.ts";
import { bars } from "./shapes.ts";
import { svgLegend } from "./svg-legend.ts";
import { path as arrow, n, rect, words, xml } from "./svg-shapes.ts";
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
  const { width } = scene;
  const below = legend === "shown" ? svgLegend(scene, palette, scene.height, width) : { shapes: [], height: 0 };
  const height = scene.height + below.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${n(width)} ${n(height)}" width="${n(width)}" height="${n(height)}" role="img" font-family="${xml(FONT)}">`,
    `<title>${xml(caption.title)}</title>`,
    `<desc>${xml(caption.description)}</desc>`,
    markers(palette),
    `<rect width="100%" height="100%" fill="${palette.canvas}"/>`,
    ...scene.boxes.map((box) => boxShape(box, palette)),
    ...scene.edges.map((edge) => edgeShape(edge, palette)),
    ...scene.cards.map((card) => cardShape(card, palette)),
    ...scene.tags.map(({ x, y, width: w, height: h, tone, fullText }) =>
      rect(x, y, w, h, 4, tone === "wide" ? palette.allow : palette.allowSoft, palette.allow, 1, "", fullText),
    ),
    ...badgesOf(scene).map(({ x, y, width: w, height: h, text }) =>
      [
        rect(x, y, w, h, 3, palette.openSoft, palette.open, 1),
        words(x + w / 2, y + h / 2, text, METRICS.badge, "bold", palette.open, "middle"),
      ].join(""),
    ),
    ...labelsOf(scene).map(({ x, y, text, size, weight, colour, anchor }) =>
      words(x, y, text, size, weight, palette[colour], anchor),
    ),
    ...below.shapes,
    "</svg>",
  ].join("\n");
}

function markers(palette: Palette): string {
  const tip = (id: string, colour: string) =>
    `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1L10 5L0 9z" fill="${colour}"/></marker>`;
  return `<defs>${tip("allow", palette.allow)}${tip("context", palette.context)}</defs>`;
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

function edgeShape({ from, points, style, weight, width, density }: SceneEdge, palette: Palette): string {
  if (points.length === 0) return "";
  const quiet = style === "default" || weight === "hub";
  const [first] = points;
  const path = pieces(points).map(({ by, to }) => `Q${n(by.x)} ${n(by.y)} ${n(to.x)} ${n(to.y)}`);
  const dash = style === "default" ? ' stroke-dasharray="1.5 4"' : "";
  const stroke = quiet ? palette.context : palette.allow;
  const start =
    from.startsWith("group ") && weight === "group" && first
      ? `<circle cx="${n(first.x)}" cy="${n(first.y)}" r="4" fill="${palette.allow}"/>`
      : "";
  const thin = density === "dense" ? ' stroke-opacity="0.5"' : "";
  const d = `M${n(first?.x ?? 0)} ${n(first?.y ?? 0)}${path.join("")}`;
  return start + arrow(d, stroke, quiet ? 1 : width, quiet ? "context" : "allow", thin + dash);
}
