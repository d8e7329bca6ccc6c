import type { TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import type { Picture } from "../scene/picture.ts";
import type { ViewState } from "../state.ts";
import type { Actions } from "./actions.ts";

/** What a view is made from; whatever else it has to know, it asks the analysis. */
export interface ViewContext {
  readonly analysis: Analysis;
  /** The input without the edits, while there are some. */
  readonly before: Analysis | undefined;
  readonly picture: Picture;
  readonly look: ViewState;
  readonly actions: Actions;
}

/** A view besides the graph: `pane` stands beside the graph in the outline's place, `page` takes its place. */
export type View =
  | { readonly title: string; readonly place: "graph" }
  | { readonly title: string; readonly place: "pane"; readonly show: (context: ViewContext) => TemplateResult }
  | { readonly title: string; readonly place: "page"; readonly show: (context: ViewContext) => TemplateResult };
