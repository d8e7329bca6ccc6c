import { vertexOfId } from "../model/names.ts";
import type { Picture } from "../scene/picture.ts";
import { shownSpots } from "../scene/spots.ts";
import type { Selection } from "../state.ts";

/** What a key on the graph asks for. */
export type KeyCommand =
  | { readonly do: "select"; readonly selection: Selection }
  | { readonly do: "toggle"; readonly group: string }
  | { readonly do: "zoom"; readonly how: "in" | "out" | "fit" }
  | { readonly do: "pan"; readonly x: number; readonly y: number }
  | { readonly do: "inspect" };

const PAN = 60;

/**
 * The command a key stands for while the graph has focus: arrows walk, Enter inspects, Space opens or closes, + - 0 zoom.
 *
 * Right and Left follow the first line out of and into the selected card; Up and Down go through all cards in reading order.
 */
export function commandOf(
  event: KeyboardEvent,
  picture: Picture,
  selection: Selection | undefined,
): KeyCommand | undefined {
  if (event.ctrlKey || event.metaKey) return undefined;
  if (event.altKey) return panOf(event.key);
  const zoom = ({ "+": "in", "=": "in", "-": "out", "0": "fit" } as const)[event.key];
  if (zoom) return { do: "zoom", how: zoom };
  const current = cardOf(picture, selection);
  switch (event.key) {
    case "ArrowDown":
      return step(picture, current, 1);
    case "ArrowUp":
      return step(picture, current, -1);
    case "ArrowRight":
      return follow(picture, current, "out") ?? step(picture, current, 1);
    case "ArrowLeft":
      return follow(picture, current, "in") ?? step(picture, current, -1);
    case "Enter":
      return { do: "inspect" };
    case " ": {
      const card = picture.scene.cards.find(({ id }) => id === current);
      return card ? { do: "toggle", group: card.group } : undefined;
    }
    default:
      return undefined;
  }
}

function panOf(key: string): KeyCommand | undefined {
  const by: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [PAN, 0],
    ArrowRight: [-PAN, 0],
    ArrowUp: [0, PAN],
    ArrowDown: [0, -PAN],
  };
  const [x, y] = by[key] ?? [];
  return x === undefined || y === undefined ? undefined : { do: "pan", x, y };
}

function cardOf(picture: Picture, selection: Selection | undefined): string | undefined {
  if (selection?.kind === "endpoint") {
    const vertex = vertexOfId(picture.graph, selection.id);
    return vertex && shownSpots(picture, vertex.index)[0];
  }
  return selection?.kind === "namespace" ? `group ${selection.id}` : undefined;
}

function step(picture: Picture, current: string | undefined, by: 1 | -1): KeyCommand | undefined {
  const cards = [...picture.scene.cards].sort((a, b) => a.x - b.x || a.y - b.y);
  const at = cards.findIndex(({ id }) => id === current);
  const next = at === -1 ? cards[0] : cards[(at + by + cards.length) % cards.length];
  return next && selectCard(picture, next.id);
}

function follow(picture: Picture, current: string | undefined, way: "out" | "in"): KeyCommand | undefined {
  const edge = picture.scene.edges.find((one) => (way === "out" ? one.from : one.to) === current);
  return edge && selectCard(picture, way === "out" ? edge.to : edge.from);
}

function selectCard({ graph, scene }: Picture, id: string): KeyCommand | undefined {
  const card = scene.cards.find((one) => one.id === id);
  const group = card?.group ?? scene.boxes.find((one) => one.id === id)?.group;
  const vertex = card?.vertex === undefined ? undefined : graph.vertices[card.vertex];
  if (vertex) return { do: "select", selection: { kind: "endpoint", id: vertex.id } };
  return group === undefined ? undefined : { do: "select", selection: { kind: "namespace", id: group } };
}

/** Whoever carries out commands. */
export interface Performer {
  readonly select: (selection: Selection) => void;
  readonly toggle: (group: string) => void;
  readonly zoom: (how: "in" | "out" | "fit") => void;
  readonly pan: (x: number, y: number) => void;
  readonly inspect: () => void;
}

export function perform(command: KeyCommand, performer: Performer): void {
  if (command.do === "select") performer.select(command.selection);
  else if (command.do === "toggle") performer.toggle(command.group);
  else if (command.do === "zoom") performer.zoom(command.how);
  else if (command.do === "pan") performer.pan(command.x, command.y);
  else performer.inspect();
}

/** What a key anywhere in the viewer asks for. */
export type ViewerKey =
  | { readonly does: "search" }
  | { readonly does: "step"; readonly way: "back" | "forward" }
  | { readonly does: "leave"; readonly from: "field" | "elsewhere" };

/** What a key stands for wherever the focus is; the editor has its own keys, and what is typed into a field is meant for it. */
export function viewerKeyOf(event: KeyboardEvent): ViewerKey | undefined {
  const [inner] = event.composedPath();
  const within = inner instanceof HTMLElement ? inner : undefined;
  if (within?.isContentEditable) return undefined;
  const isTyping = within?.matches("input, select, textarea") ?? false;
  if (event.key === "Escape") return { does: "leave", from: isTyping ? "field" : "elsewhere" };
  if (isTyping) return undefined;
  if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey))
    return { does: "step", way: event.shiftKey ? "forward" : "back" };
  return event.key === "/" ? { does: "search" } : undefined;
}
