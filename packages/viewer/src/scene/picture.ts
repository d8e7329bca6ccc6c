import type { Page } from "../layout/place.ts";
import { BUDGET, type Budget, COARSE_BUDGET, type Disclosure, disclose } from "../model/budget.ts";
import { fold, type Link } from "../model/fold.ts";
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
  readonly budget?: Budget;
}

/** A drawn graph, with all that went into it. */
export interface Picture {
  readonly graph: Graph;
  readonly links: readonly Link[];
  readonly disclosure: Disclosure;
  readonly view: View;
  readonly scene: Scene;
}

/** Model to scene in one go: fold, disclose, lift, lay out. */
export function pictureOf(graph: Graph, { open, pinned, page, budget: asked }: Wish): Picture {
  const budget = asked ?? (graph.detail === "coarse" ? COARSE_BUDGET : BUDGET);
  const links = fold(graph);
  const disclosure = disclose(graph, links, open, pinned, budget);
  const view = viewOf(graph, links, disclosure, budget);
  return { graph, links, disclosure, view, scene: buildScene(graph, view, disclosure, page) };
}
