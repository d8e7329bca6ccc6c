import { html } from "lit";
import type { ViewName } from "../state.ts";
import type { View } from "./view.ts";
import { matrixView } from "./views/matrix.ts";

/** Every view, in the order of their tabs. */
export const VIEW_PARTS: { readonly [Name in ViewName]?: View } = {
  graph: { title: "Graph", place: "graph" },
  matrix: { title: "Matrix", place: "page", show: (context) => html`${matrixView(context)}` },
};
