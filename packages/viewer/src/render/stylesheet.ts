import { METRICS, type SceneMark } from "../scene/scene.ts";
import { markInk, RINGS } from "./mark-ink.ts";
import { FONT, type Palette } from "./theme.ts";

/** What a class of element looks like, in Cytoscape's terms. */
export interface StyleRule {
  readonly selector: string;
  readonly style: Readonly<Record<string, unknown>>;
}

/** The look of every class of element, in the colours of a palette. */
export function stylesheet(palette: Palette): StyleRule[] {
  return [
    ...surfaces(palette),
    ...words(palette),
    ...lines(palette),
    ...marks(palette),
    { selector: ".still", style: { events: "no" } },
    { selector: "edge.dense", style: { opacity: 0.5 } },
    { selector: ".faded", style: { opacity: 0.3 } },
    { selector: ".box.quiet", style: { "border-opacity": 0.5 } },
    { selector: "edge.faded", style: { opacity: 0.12 } },
    { selector: "edge.lit", style: { opacity: 1, "z-index": 9 } },
    { selector: "edge.hop, edge.hop-other", style: { "z-index": 10 } },
    {
      selector: ".card.selected, .box.selected",
      style: { "outline-width": 3, "outline-color": palette.text, "outline-offset": 3, "outline-opacity": 1 },
    },
    {
      selector: "edge.selected",
      style: { "line-color": palette.text, "target-arrow-color": palette.text, width: 3.2 },
    },
  ];
}

function surfaces(palette: Palette) {
  const box = { "background-color": palette.box, "border-color": palette.boxBorder, "border-width": 1 };
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        width: "data(width)",
        height: "data(height)",
        "z-index-compare": "manual",
        "overlay-opacity": 0,
        "border-position": "inside",
      },
    },
    { selector: ".box", style: { ...box, "corner-radius": 10, "z-index": 0 } },
    { selector: ".box.outside", style: { "border-color": palette.outside } },
    {
      selector: ".card",
      style: {
        "background-color": palette.card,
        "border-color": palette.cardBorder,
        "border-width": 1.3,
        "corner-radius": 7,
        "z-index": 11,
      },
    },
    {
      selector: ".card.address",
      style: { "background-color": palette.outsideSoft, "border-color": palette.outside, "corner-radius": 22 },
    },
    { selector: ".back", style: { ...box, "corner-radius": 8, "z-index": 10 } },
    {
      selector: ".open",
      style: {
        "border-style": "dashed",
        "border-color": palette.open,
        "border-width": 1.5,
        "border-dash-pattern": [5, 3],
      },
    },
    { selector: ".bar", style: { "background-color": palette.bar, "corner-radius": 1.5, "z-index": 12 } },
    { selector: ".dot", style: { shape: "ellipse", "background-color": palette.allow, "z-index": 13 } },
    {
      selector: ".tag",
      style: { "corner-radius": 4, "border-width": 1, "border-color": palette.allow, "z-index": 13 },
    },
    { selector: ".tag.ports", style: { "background-color": palette.allowSoft } },
    { selector: ".tag.wide", style: { "background-color": palette.allow } },
    { selector: ".tag.none", style: { "background-color": palette.card, "border-color": palette.boxBorder } },
    { selector: ".tag.gained", style: { "border-width": 1.5 } },
    {
      selector: ".tag.lost",
      style: {
        "background-color": palette.openSoft,
        "border-color": palette.open,
        "border-width": 1.5,
        "border-style": "dashed",
      },
    },
    { selector: ".tag.wide.lost", style: { "background-color": palette.open } },
    { selector: ".dot.none", style: { "background-color": palette.context } },
    { selector: ".dot.lost", style: { "background-color": palette.open } },
  ];
}

function words(palette: Palette) {
  const font = { "font-family": FONT, "text-valign": "center", "min-zoomed-font-size": 4 };
  const colours = Object.entries(palette).map(([name, colour]) => ({
    selector: `.label.${name}`,
    style: { color: colour },
  }));
  return [
    {
      selector: ".label",
      style: { ...font, label: "data(label)", "font-size": "data(size)", "background-opacity": 0, "z-index": 14 },
    },
    { selector: ".label.bold", style: { "font-weight": 600 } },
    { selector: ".label.landmark.afar", style: { "font-size": "data(afar)", "text-margin-y": "data(shift)" } },
    { selector: ".close.afar", style: { visibility: "hidden" } },
    { selector: ".label.start", style: { "text-halign": "right" } },
    { selector: ".label.middle", style: { "text-halign": "center" } },
    {
      selector: ".badge",
      style: {
        ...font,
        label: "data(label)",
        "font-size": METRICS.badge,
        "font-weight": 700,
        color: palette.open,
        "text-halign": "center",
        "background-color": palette.openSoft,
        "border-color": palette.open,
        "border-width": 1,
        "corner-radius": 3,
        "z-index": 14,
      },
    },
    {
      selector: ".badge.gained",
      style: { color: palette.onAllow, "background-color": palette.allow, "border-color": palette.allow },
    },
    { selector: ".badge.lost", style: { color: palette.canvas, "background-color": palette.open } },
    ...colours,
  ];
}

function lines(palette: Palette) {
  const coloured = (colour: string) => ({ "line-color": colour, "target-arrow-color": colour });
  return [
    {
      selector: "edge",
      style: {
        ...coloured(palette.allow),
        "curve-style": "unbundled-bezier",
        "edge-distances": "endpoints",
        "control-point-weights": "data(weights)",
        "control-point-distances": "data(distances)",
        "source-endpoint": "data(start)",
        "target-endpoint": "data(end)",
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.85,
        width: "data(width)",
        "z-index-compare": "manual",
        "z-index": 5,
        "overlay-opacity": 0,
      },
    },
    { selector: "edge.hub", style: { ...coloured(palette.context), width: 1, "z-index": 4 } },
    {
      selector: "edge.default",
      style: {
        ...coloured(palette.context),
        width: 1.4,
        "line-style": "dashed",
        "line-dash-pattern": [1.5, 4],
        "target-arrow-shape": "vee",
      },
    },
    { selector: "edge.none", style: { ...coloured(palette.unchanged), "z-index": 4 } },
    { selector: "edge.gained", style: { "z-index": 7, "arrow-scale": 0.7 } },
    {
      selector: "edge.lost",
      style: {
        ...coloured(palette.open),
        "line-style": "dashed",
        "line-dash-pattern": [9, 5],
        "target-arrow-shape": "tee",
        "arrow-scale": 0.7,
        "z-index": 6,
      },
    },
    {
      selector: "edge.doubtful",
      style: { ...lineLabel(palette.canvas, palette.text), "line-style": "dashed", "line-dash-pattern": [8, 3, 2, 3] },
    },
    { selector: "edge.maybe", style: { ...coloured(palette.text), width: 1.4, "target-arrow-shape": "vee" } },
    {
      selector: "edge.hop, edge.hop-other",
      style: { ...coloured(palette.hop), ...lineLabel(palette.hop, palette.onHop) },
    },
    { selector: "edge.hop-other", style: { "line-style": "dashed", "line-dash-pattern": [9, 5] } },
  ];
}

/** What is written on a line, on a plate. */
function lineLabel(plate: string, ink: string) {
  return {
    label: "data(label)",
    "font-family": FONT,
    "font-size": 16,
    "font-weight": 700,
    color: ink,
    "text-background-color": plate,
    "text-background-opacity": 1,
    "text-background-shape": "round-rectangle",
    "text-background-padding": "4px",
    "text-border-color": ink,
    "text-border-width": 1.5,
    "text-border-opacity": 1,
  };
}

/** Words on cards: the further out a ring, the lighter and thinner; its number says the same. */
function marks(palette: Palette) {
  const filled = (tone: SceneMark["tone"], step = 0) => {
    const { ground, words, border } = markInk({ tone, step }, palette);
    return { "background-color": ground, color: words, "border-color": border };
  };
  return [
    {
      selector: ".mark",
      style: {
        ...filled("hop"),
        label: "data(label)",
        "font-family": FONT,
        "font-size": METRICS.mark,
        "font-weight": 700,
        "text-halign": "center",
        "text-valign": "center",
        "min-zoomed-font-size": 4,
        "border-width": 1.5,
        "corner-radius": 10,
        "z-index": 16,
      },
    },
    { selector: ".mark.finding", style: filled("finding") },
    { selector: ".mark.start", style: filled("start") },
    {
      selector: ".frame",
      style: { "background-opacity": 0, "border-color": palette.hop, "corner-radius": 7, "z-index": 13 },
    },
    ...RINGS.flatMap((_, i) => [
      { selector: `.mark.ring.step-${i + 1}`, style: filled("ring", i + 1) },
      { selector: `.frame.step-${i + 1}`, style: { "border-width": 4 - i } },
    ]),
  ];
}
