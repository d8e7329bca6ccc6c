import { printable } from "@watertight/core";
import { fitText, textWidth } from "../layout/text.ts";
import type { Link } from "../model/fold.ts";
import { type Graph, type Group, isGone, type Openness, type Vertex } from "../model/graph.ts";
import { inReadingOrder } from "../model/names.ts";
import { shortPorts } from "../model/ports.ts";
import type { Note, View, ViewLine } from "../model/view.ts";
import { METRICS, type SceneCard, type SceneChange, type SceneTag } from "./scene.ts";
import { type Spot, spotOf } from "./spots.ts";

/** A card before it has a place. */
export type CardDraft = Omit<SceneCard, "x" | "y">;

/** A tag before it has a place. */
export type TagDraft = Omit<SceneTag, "x" | "y" | "id"> & { readonly side: "in" | "out" };

const MOST_TAGS = 5;

/** Room at the sides of a card's text; the round ends of addresses take more. */
export function paddingOf(kind: SceneCard["kind"]): number {
  return METRICS.padding + (kind === "address" ? 5 : 0);
}

export function vertexCard(vertex: Vertex, group: Group, spot: Spot): CardDraft {
  const room = METRICS.widest - 2 * METRICS.padding;
  const name = fitText(vertex.name, room, METRICS.name, "bold");
  const kind = vertex.type;
  const quiet = kind === "workload" && vertex.open === "out" && group.open === "none" ? " · open out" : "";
  const detail = fitText(vertex.detail + quiet, room, METRICS.detail);
  const badge = kind === "workload" ? badgeBeside(vertex, group.open) : undefined;
  const texts = [textWidth(name, METRICS.name, "bold"), textWidth(detail, METRICS.detail)];
  return {
    id: spot,
    kind,
    group: vertex.group,
    vertex: vertex.index,
    name,
    fullName: vertex.name,
    detail,
    open: vertex.open,
    ...(badge !== undefined && { badge }),
    width: Math.max(92, ...texts.map((width) => width + 2 * paddingOf(kind))),
    height: METRICS.card,
  };
}

export function groupCard({ id, title, size, open, type }: Group, spot: Spot, tally?: SceneCard["tally"]): CardDraft {
  const name = fitText(title, METRICS.widest, METRICS.title, "bold");
  const noun = type === "outside" ? "address range" : "workload";
  const detail = `${size} ${noun}${size === 1 ? "" : "s"}`;
  const badge = type === "namespace" ? badgeOf(open) : undefined;
  return {
    id: spot,
    kind: "namespace",
    group: id,
    name,
    fullName: title,
    detail,
    open,
    ...(badge !== undefined && { badge }),
    ...(tally && { tally }),
    width: Math.max(120, textWidth(name, METRICS.title, "bold") + 2 * METRICS.padding + 18),
    height: METRICS.card + 8,
  };
}

/** All of the outside as one card, where nothing tells its ranges apart. */
export function outsideCard({ id }: Group, spot: Spot): CardDraft {
  const texts = { name: "Internet", fullName: "Internet", detail: "any outside address" };
  const width = textWidth(texts.detail, METRICS.detail) + 2 * paddingOf("address");
  return { id: spot, kind: "address", group: id, ...texts, open: "both", width, height: METRICS.card };
}

/** The word that says which directions are open to all; being open for egress alone is common, so it is said in small print. */
export function badgeOf(open: Openness): string | undefined {
  return open === "both" ? "OPEN" : open === "in" ? "OPEN IN" : undefined;
}

function badgeBeside(vertex: Vertex, group: Openness): string | undefined {
  if (isGone(vertex)) return "REMOVED";
  const own = vertex.open;
  const said = badgeOf(group);
  return said === undefined || said !== badgeOf(own) ? badgeOf(own) : undefined;
}

/** What is written at the edges of each spot: the ports its lines end at, then wide access in words. */
export function tagsOf(graph: Graph, view: View): ReadonlyMap<Spot, readonly TagDraft[]> {
  const tags = new Map<Spot, TagDraft[]>();
  const add = (spot: Spot, tag: TagDraft) => {
    const list = tags.get(spot) ?? [];
    const isKnown = list.some((one) => one.fullText === tag.fullText && one.tone === tag.tone && one.side === tag.side);
    if (!isKnown) list.push(tag);
    tags.set(spot, list);
  };
  for (const line of view.lines) {
    const spot = spotOf(graph, line.to, "to");
    add(spot, tag(spot, linePorts(line), "ports", "in", changeOf(view, line)));
  }
  for (const note of view.notes) {
    if (note.at.startsWith("group ") && note.peer === "siblings") continue;
    const spot = spotOf(graph, note.at, note.side === "in" ? "to" : "from");
    const ports = asCertain(note.ports, note);
    add(spot, tag(spot, ports, "wide", note.side, changeOf(view, note), noteText(graph, note)));
  }
  return new Map([...tags].map(([spot, list]) => [spot, few(list)]));
}

/** The ports of a line in words, with a question mark where it is not certain. */
export function linePorts({ ports, change, certainty }: Pick<ViewLine, "ports" | "change" | "certainty">): string {
  const words = ports.length <= 2 ? ports.join(" · ") : `${ports.length} port sets`;
  return signed(asCertain(words, { certainty }), change);
}

/** Words with a question mark where they are not certain. */
export function asCertain(
  words: string,
  { certainty }: { readonly certainty?: Link["certainty"] | undefined },
): string {
  return certainty === "doubtful" ? `${words} ?` : words;
}

/** Words with the sign of what the edits do. */
export function signed(words: string, change: Link["change"]): string {
  return change === undefined ? words : `${change === "gained" ? "+" : "−"} ${words}`;
}

/** What a part of a view is to a picture of it. */
export function changeOf({ kind }: View, { change }: Pick<ViewLine, "change">): SceneChange | undefined {
  return kind === "compared" ? (change ?? "none") : undefined;
}

/** The tag a line ends at: the one with its ports, or the one that stands for the rest. */
export function tagFor<T extends Pick<TagDraft, "fullText" | "tone">>(
  tags: readonly T[],
  line: ViewLine,
): T | undefined {
  const lines = tags.filter(({ tone }) => tone === "ports");
  const ports = linePorts(line);
  return lines.find(({ fullText }) => fullText === ports) ?? lines.at(-1);
}

export function noteText(graph: Graph, { at, side, peer }: Pick<Note, "at" | "side" | "peer">): string {
  const group = at.startsWith("vertex ") ? graph.vertices[Number(at.slice(7))]?.group : undefined;
  const who = peer === "workloads" ? "any workload" : `all of ${printable(group ?? "them")}`;
  return side === "in" ? `${who} ▸` : `▸ ${who}`;
}

function tag(
  of: Spot,
  ports: string,
  tone: SceneTag["tone"],
  side: "in" | "out",
  change: SceneChange | undefined,
  words?: string,
): TagDraft {
  const short = shortPorts(ports);
  const sign = change === "none" ? undefined : change;
  const join = (text: string) =>
    words === undefined ? text : signed(side === "in" ? `${words} ${text}` : `${text} ${words}`, sign);
  const text = fitText(join(short), 176, METRICS.tag);
  const width = textWidth(text, METRICS.tag) + 12;
  const size = { width, height: METRICS.tagHeight };
  return { of, text, fullText: join(ports), tone, side, ...size, ...(change && { change }) };
}

function few(list: readonly TagDraft[]): readonly TagDraft[] {
  const sorted = [...list].sort((a, b) => rank(a) - rank(b) || inReadingOrder(a.fullText, b.fullText));
  const lines = sorted.filter(({ tone }) => tone === "ports");
  if (lines.length <= MOST_TAGS) return sorted;
  const rest = lines.slice(MOST_TAGS - 1);
  const more = tag(rest[0]?.of ?? "", `${rest.length} more port sets`, "ports", "in", rest[0]?.change && "none");
  return [...lines.slice(0, MOST_TAGS - 1), more, ...sorted.filter(({ tone }) => tone === "wide")];
}

function rank({ tone, side, change = "none" }: TagDraft): number {
  return (change === "none" ? 1 : 0) + (tone === "ports" ? 0 : 2) + (side === "in" ? 0 : 4);
}
