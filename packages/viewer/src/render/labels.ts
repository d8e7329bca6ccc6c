import { textWidth } from "../layout/text.ts";
import { badgeOf, paddingOf } from "../scene/parts.ts";
import { METRICS, type Scene, type SceneBox, type SceneCard, type SceneTag } from "../scene/scene.ts";
import type { Palette } from "./theme.ts";

/** A line of text with its place; `y` is its middle. */
export interface Label {
  readonly of: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly weight: "normal" | "bold";
  readonly colour: keyof Palette;
  readonly anchor: "start" | "middle";
  /** How it is written where the picture is seen from afar; absent for what is left out there. */
  readonly afar?: { readonly size: number; readonly y: number };
}

/** Letters of names seen from afar: as large as the room of two lines allows. */
const AFAR = 28;

/** A name as large as fits a width, in the middle of what it has to itself. */
function afar(text: string, width: number, y: number): NonNullable<Label["afar"]> {
  const size = Math.floor((1000 * width) / textWidth(text, 1000, "bold"));
  return { size: Math.max(METRICS.name, Math.min(AFAR, size)), y };
}

/** A small filled shape with a word on it. */
export interface Badge {
  readonly of: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  readonly tone: "open" | "gained" | "lost";
}

/** Everything written on cards and boxes, for whoever draws the scene. */
export function labelsOf({ boxes, cards, tags }: Scene): readonly Label[] {
  return [
    ...boxes.flatMap(boxLabels),
    ...cards.flatMap(cardLabels),
    ...tags.map(
      ({ of, x, y, width, height, text, tone, change }): Label => ({
        of,
        x: x + width / 2,
        y: y + height / 2,
        text,
        size: METRICS.tag,
        weight: change === "gained" || change === "lost" ? "bold" : "normal",
        colour: tagInk(tone, change),
        anchor: "middle",
      }),
    ),
  ];
}

function tagInk(tone: SceneTag["tone"], change: SceneTag["change"]): keyof Palette {
  if (change === "none") return "muted";
  if (tone === "wide") return change === "lost" ? "canvas" : "onAllow";
  return change === "lost" ? "open" : "allow";
}

export function badgesOf({ boxes, cards }: Scene): readonly Badge[] {
  return [...boxes.flatMap(boxBadge), ...cards.flatMap(cardBadge)];
}

function boxLabels({ id, x, y, width, title, notes, open }: SceneBox): readonly Label[] {
  const shared = { of: id, anchor: "start" as const, weight: "normal" as const };
  const left = x + 16;
  const quiet =
    open === "out" ? [{ text: "open out", y: y + 20, x: left + textWidth(title, METRICS.title, "bold") + 8 }] : [];
  return [
    {
      ...{ ...shared, x: left, y: y + 20, text: title, size: METRICS.title, weight: "bold", colour: "text" },
      afar: afar(title, width - 24, y + 20),
    },
    ...quiet.map((part) => ({ ...shared, ...part, size: METRICS.detail, colour: "muted" as const })),
    ...notes.map(({ text, tone }, index) => ({
      ...shared,
      x: left,
      y: y + 37 + index * 15,
      text,
      size: METRICS.detail,
      colour: tone === "warn" || tone === "lost" ? ("open" as const) : ("allow" as const),
    })),
  ];
}

function cardLabels({ id, x, y, width, height, name, detail, kind }: SceneCard): readonly Label[] {
  const padding = paddingOf(kind);
  const left = x + padding;
  const middle = y + height / 2;
  const shared = { of: id, x: left, anchor: "start" as const };
  const colour = kind === "address" ? "outside" : "text";
  return [
    {
      ...{ ...shared, y: middle - 8, text: name, size: METRICS.name, weight: "bold", colour },
      afar: afar(name, width - padding - 8, middle),
    },
    { ...shared, y: middle + 9, text: detail, size: METRICS.detail, weight: "normal", colour: "muted" },
  ];
}

function boxBadge({ id, x, y, title, open, kind }: SceneBox): readonly Badge[] {
  const text = kind === "namespace" ? badgeOf(open) : undefined;
  if (text === undefined) return [];
  return [badge(id, text, x + 16 + textWidth(title, METRICS.title, "bold") + 8, y + 13)];
}

function cardBadge(card: SceneCard): readonly Badge[] {
  const { id, x, y, width, badge: text } = card;
  if (text === undefined) return tallyBadges(card);
  const size = badge(id, text, 0, 0);
  return [{ ...size, x: x + width - size.width - 8, y: y - size.height / 2 }, ...tallyBadges(card)];
}

/** `+3 −1` at the lower right corner. */
function tallyBadges({ id, x, y, width, height, tally }: SceneCard): readonly Badge[] {
  if (!tally) return [];
  const each = [
    ...(tally.lost > 0 ? [badge(id, `−${tally.lost}`, 0, 0, "lost")] : []),
    ...(tally.gained > 0 ? [badge(id, `+${tally.gained}`, 0, 0, "gained")] : []),
  ];
  let right = x + width - 8;
  return each.map((one) => {
    right -= one.width + 2;
    return { ...one, x: right + 2, y: y + height - one.height / 2 };
  });
}

function badge(of: string, text: string, x: number, y: number, tone: Badge["tone"] = "open"): Badge {
  return { of, text, x, y, width: textWidth(text, METRICS.badge, "bold") + 10, height: 14, tone };
}
