import type { ChangeAnswer } from "@watertight/core";
import type { TemplateResult } from "lit";
import type { Analysis, Reply } from "../analysis.ts";
import type { Desk } from "../chrome.ts";
import type { Picture } from "../scene/picture.ts";
import type { Pending, Session } from "../session.ts";
import type { ViewState } from "../state.ts";
import type { Actions } from "./actions.ts";

/** What a view is made from; whatever else it has to know, it asks the analysis. */
export interface ViewContext {
  readonly analysis: Analysis;
  /** The input without the edits, while there are some. */
  readonly before: Analysis | undefined;
  /** What the edits change; there while `before` is. */
  readonly change: Reply<ChangeAnswer> | undefined;
  readonly pending: Pending;
  /** Whether edits can be taken back, or made again. */
  readonly steps: Session["steps"];
  readonly picture: Picture;
  readonly desk: Desk;
  readonly readonly: boolean;
  readonly look: ViewState;
  readonly actions: Actions;
}

/** A view besides the graph: `pane` stands beside the graph in the outline's place, `page` takes its place. */
export type View =
  | { readonly title: string; readonly place: "graph" }
  | { readonly title: string; readonly place: "pane"; readonly show: (context: ViewContext) => TemplateResult }
  | { readonly title: string; readonly place: "page"; readonly show: (context: ViewContext) => TemplateResult };
