import { textWidth } from "../layout/text.ts";
import { badgeOf, paddingOf } from "../scene/parts.ts";
import { METRICS, type Scene, type SceneBox, type SceneCard } from "../scene/scene.ts";
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
}

/** A small filled shape with a word on it. */
export interface Badge {
  readonly of: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

/** Everything written on cards and boxes, for whoever draws the scene. */
export function labelsOf({ boxes, cards, tags }: Scene): readonly Label[] {
  return [
    ...boxes.flatMap(boxLabels),
    ...cards.flatMap(cardLabels),
    ...tags.map(
      ({ of, x, y, width, height, text, tone }): Label => ({
        of,
        x: x + width / 2,
        y: y + height / 2,
        text,
        size: METRICS.tag,
        weight: "normal",
        colour: tone === "wide" ? "onAllow" : "allow",
        anchor: "middle",
      }),
    ),
  ];
}

export function badgesOf({ boxes, cards }: Scene): readonly Badge[] {
  return [...boxes.flatMap(boxBadge), ...cards.flatMap(cardBadge)];
}

function boxLabels({ id, x, y, title, notes, open }: SceneBox): readonly Label[] {
  const shared = { of: id, anchor: "start" as const, weight: "normal" as const };
  const left = x + 16;
  const quiet =
    open === "out" ? [{ text: "open out", y: y + 20, x: left + textWidth(title, METRICS.title, "bold") + 8 }] : [];
  return [
    { ...shared, x: left, y: y + 20, text: title, size: METRICS.title, weight: "bold", colour: "text" },
    ...quiet.map((part) => ({ ...shared, ...part, size: METRICS.detail, colour: "muted" as const })),
    ...notes.map(({ text, tone }, index) => ({
      ...shared,
      x: left,
      y: y + 37 + index * 15,
      text,
      size: METRICS.detail,
      colour: tone === "warn" ? ("open" as const) : ("allow" as const),
    })),
  ];
}

function cardLabels({ id, x, y, height, name, detail, kind }: SceneCard): readonly Label[] {
  const left = x + paddingOf(kind);
  const middle = y + height / 2;
  const shared = { of: id, x: left, anchor: "start" as const };
  const colour = kind === "address" ? "outside" : "text";
  return [
    { ...shared, y: middle - 8, text: name, size: METRICS.name, weight: "bold", colour },
    { ...shared, y: middle + 9, text: detail, size: METRICS.detail, weight: "normal", colour: "muted" },
  ];
}

function boxBadge({ id, x, y, title, open, kind }: SceneBox): readonly Badge[] {
  const text = kind === "namespace" ? badgeOf(open) : undefined;
  if (text === undefined) return [];
  return [badge(id, text, x + 16 + textWidth(title, METRICS.title, "bold") + 8, y + 13)];
}

function cardBadge({ id, x, y, width, badge: text }: SceneCard): readonly Badge[] {
  if (text === undefined) return [];
  const size = badge(id, text, 0, 0);
  return [{ ...size, x: x + width - size.width - 8, y: y - size.height / 2 }];
}

function badge(of: string, text: string, x: number, y: number): Badge {
  return { of, text, x, y, width: textWidth(text, METRICS.badge, "bold") + 10, height: 14 };
}
