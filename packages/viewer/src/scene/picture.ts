import type { Page } from "../layout/place.ts";
import { BUDGET, type Budget, COARSE_BUDGET, type Disclosure, disclose } from "../model/budget.ts";
import { type Comparison, narrowed, talliesOf } from "../model/compare.ts";
import { endsWith, fold, type Link } from "../model/fold.ts";
import type { Graph } from "../model/graph.ts";
import { type View, viewOf } from "../model/view.ts";
import { buildScene } from "./build.ts";
import type { Scene } from "./scene.ts";

/** What a picture of a graph depends on, besides the graph. */
export interface Wish {
  /** Groups to open, or what suits the size of the graph. */
  readonly open: ReadonlySet<string> | "default";
  /** Groups that must not be left out. */
  readonly pinned?: ReadonlySet<string>;
  readonly page: Page;
  /** How much is drawn at most, where that is not for the kind of graph to say. */
  readonly budget?: Partial<Budget>;
}

/** A drawn graph, with all that went into it. */
export interface Picture {
  readonly graph: Graph;
  readonly links: readonly Link[];
  readonly disclosure: Disclosure;
  readonly view: View;
  readonly scene: Scene;
}

/** Model to scene in one go: fold, disclose, lift, lay out. What an earlier picture of the same graph worked out is not done again. */
export function pictureOf(graph: Graph, wish: Wish, earlier?: Picture): Picture {
  return draw(graph, earlier?.graph === graph ? earlier.links : fold(graph), wish);
}

/** The same of two graphs in one: what changes stands out, and of all else only what is near it where `only` asks for that. */
export function comparedPictureOf(comparison: Comparison, only: "changes" | undefined, wish: Wish): Picture {
  const { graph, marks } = comparison;
  const touched = new Set(marks.map(({ from, to }) => `${from} ${to}`));
  const marked = (change: "gained" | "lost") => {
    const pairs = marks.filter((mark) => mark.change === change);
    const asPairs = pairs.map(({ from, to, ports }) => ({ from, to, ports, because: "rule" as const, flows: [] }));
    return fold({ ...graph, pairs: asPairs }).map((link) => ({ ...link, change }));
  };
  const same = fold(graph, ({ from, to, because }) => because === "rule" && !touched.has(`${from} ${to}`));
  const links = [...marked("gained"), ...marked("lost"), ...same];
  const tallies = talliesOf(comparison);
  if (only === undefined) return draw(graph, links, wish, tallies);
  const near = narrowed(comparison);
  const kept = new Set(near.groups.flatMap(({ members }) => members));
  const changed = new Set(marks.flatMap(({ from, to }) => [from, to]));
  const [known, news] = [endsWith(near, kept), endsWith(near, changed)];
  const isNear = ({ from, to }: Link) => known.has(from) && known.has(to) && (news.has(from) || news.has(to));
  return draw(near, links.filter(isNear), wish, tallies);
}

function draw(
  graph: Graph,
  links: readonly Link[],
  { open, pinned, page, budget: asked = {} }: Wish,
  tallies?: NonNullable<View["tallies"]>,
): Picture {
  const budget = { ...(graph.detail === "coarse" ? COARSE_BUDGET : BUDGET), ...asked };
  const disclosure = disclose(graph, links, open, pinned, budget);
  const view = { ...viewOf(graph, links, disclosure, budget), ...(tallies && { tallies }) };
  return { graph, links, disclosure, view, scene: buildScene(graph, view, disclosure, page) };
}
