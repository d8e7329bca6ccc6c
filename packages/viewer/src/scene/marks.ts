import { textWidth } from "../layout/text.ts";
import type { Tally } from "../model/gaps.ts";
import { endOfFact } from "../model/trail.ts";
import type { Fallen, Focus } from "./focus.ts";
import type { Picture } from "./picture.ts";
import { METRICS, type SceneCard, type SceneMark } from "./scene.ts";
import { shownSpots } from "./spots.ts";

/** The deepest ring that looks different from the one before it. */
const DEEPEST = 4;

/** What a focus writes on cards: the numbers of rings, or how many findings there are. */
export function marksOf(picture: Picture, focus: Focus | undefined): readonly SceneMark[] {
  if (focus?.kind === "rings") return ringMarks(picture, focus.from, focus.fallen);
  return focus?.kind === "tally" ? tallyMarks(picture, focus.tally) : [];
}

function tallyMarks({ graph, scene }: Picture, { endpoints, namespaces }: Tally): readonly SceneMark[] {
  return scene.cards.flatMap((card) => {
    const vertex = card.vertex === undefined ? undefined : graph.vertices[card.vertex];
    const counts = vertex ? vertex.endpoints.map(({ id }) => endpoints[id] ?? 0) : [namespaces[card.group] ?? 0];
    const most = Math.max(...counts);
    return most === 0 ? [] : [markOn(card, `${most} gap${most === 1 ? "" : "s"}`, "finding", 0)];
  });
}

function ringMarks(picture: Picture, from: string, fallen: readonly Fallen[]): readonly SceneMark[] {
  const start = new Set(cardsOf(picture, from));
  const depths = spread(picture, fallen);
  return picture.scene.cards.flatMap((card) => {
    if (start.has(card.id)) return [markOn(card, "start", "start", 0)];
    const hops = (depths.get(card.id) ?? []).map((one) => one.hops);
    if (hops.length === 0) return [];
    const [least, most] = [Math.min(...hops), Math.max(...hops)];
    return [markOn(card, least === most ? `${least}` : `${least}–${most}`, "ring", Math.min(DEEPEST, least))];
  });
}

/** What is said of endpoints, by the cards that show them. */
function spread<T extends { readonly id: string }>(
  picture: Picture,
  list: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const byCard = new Map<string, T[]>();
  for (const one of list) {
    for (const card of cardsOf(picture, one.id)) {
      const known = byCard.get(card);
      if (known) known.push(one);
      else byCard.set(card, [one]);
    }
  }
  return byCard;
}

export function cardsOf(picture: Picture, id: string): readonly string[] {
  const end = endOfFact(picture.graph, id);
  return end?.startsWith("vertex ") ? shownSpots(picture, Number(end.slice(7))) : [];
}

/** A mark at the upper left of a card, where no badge is. */
export function markOn(card: SceneCard, text: string, tone: SceneMark["tone"], step: number): SceneMark {
  const width = Math.max(20, textWidth(text, METRICS.mark, "bold") + 12);
  return { id: `mark ${card.id}`, of: card.id, text, tone, step, x: card.x - 8, y: card.y - 15, width, height: 20 };
}
