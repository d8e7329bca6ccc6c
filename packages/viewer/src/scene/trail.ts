import { wordsOfEnd } from "../model/names.ts";
import type { Hop } from "../model/trail.ts";
import type { ShownEnd, ViewLine } from "../model/view.ts";
import { edgesOf } from "./build.ts";
import { markOn } from "./marks.ts";
import type { Picture } from "./picture.ts";
import type { SceneEdge, SceneMark } from "./scene.ts";
import { type Side, spotOf } from "./spots.ts";
import { tagsByOwner } from "./tags.ts";

/** A path as it is drawn: a numbered line for each hop, and a number on the card where no line could be. */
export interface Trail {
  readonly edges: readonly SceneEdge[];
  readonly marks: readonly SceneMark[];
  /** The cards it passes. */
  readonly cards: readonly string[];
}

/** The hops of a path on a picture. Those that run inside a closed namespace, or to what is not drawn, are words on a card. */
export function trailOf(picture: Picture, hops: readonly Hop[]): Trail {
  const { graph, scene } = picture;
  const lines = new Map<string, ViewLine>();
  const inside = new Map<string, string[]>();
  const note = (card: string, words: string) => inside.set(card, [...(inside.get(card) ?? []), words]);
  for (const { label, means, ...ends } of hops) {
    const from = shownEnd(picture, ends.from, "from");
    const to = shownEnd(picture, ends.to, "to");
    if (from && to && from !== to) {
      const id = `${means} ${from} → ${to}`;
      const ports = [...(lines.get(id)?.ports ?? []), label];
      lines.set(id, { id, from, to, ports, links: [], means: "all" });
    } else if (to) note(spotOf(graph, to, "to"), from ? label : `${wordsOfEnd(graph, ends.from)} ▸ ${label}`);
    else if (from) note(spotOf(graph, from, "from"), `${label} ▸ ${wordsOfEnd(graph, ends.to)}`);
  }
  const place = { ...scene, tags: tagsByOwner(scene) };
  const drawn = (["packets", "other"] as const).flatMap((means) => {
    const own = [...lines.values()].filter(({ id }) => id.startsWith(`${means} `));
    const labels = new Map(own.map(({ id, ports }) => [`hop ${id}`, ports.join(", ")]));
    const edges = edgesOf(graph, own, place, "hop");
    return edges.map((edge): SceneEdge => ({ ...edge, ...HOP[means], label: labels.get(edge.id) ?? "" }));
  });
  const ends = [...lines.values()].flatMap(({ from, to }) => [spotOf(graph, from, "from"), spotOf(graph, to, "to")]);
  return {
    edges: drawn,
    marks: scene.cards.flatMap((card) => {
      const labels = inside.get(card.id);
      return labels ? [markOn(card, labels.join(", "), "hop", 0)] : [];
    }),
    cards: [...new Set([...ends, ...inside.keys()])],
  };
}

const HOP = {
  packets: { style: "hop", width: 5 },
  other: { style: "hop-other", width: 3.5 },
} as const;

/** The end itself where it has a card, else its closed group; nothing where neither is drawn on that side. */
function shownEnd({ graph, scene }: Picture, end: Hop["from"], side: Side): ShownEnd | undefined {
  if (end === "workloads") return undefined;
  const group = end.startsWith("vertex ") ? graph.vertices[Number(end.slice(7))]?.group : undefined;
  const ends: readonly ShownEnd[] = group === undefined ? [end] : [end, `group ${group}`];
  return ends.find((one) => scene.cards.some(({ id }) => id === spotOf(graph, one, side)));
}
