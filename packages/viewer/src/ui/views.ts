import { html } from "lit";
import type { ViewName } from "../state.ts";
import type { View } from "./view.ts";
import { gapsView } from "./views/gaps.ts";
import { matrixView } from "./views/matrix.ts";
import { pathsView } from "./views/paths.ts";
import { policiesView } from "./views/policies.ts";

/** Every view, in the order of their tabs. */
export const VIEW_PARTS: { readonly [Name in ViewName]?: View } = {
  graph: { title: "Graph", place: "graph" },
  matrix: { title: "Matrix", place: "page", show: (context) => html`${matrixView(context)}` },
  paths: { title: "Paths", place: "pane", show: pathsView },
  gaps: { title: "Gaps", place: "pane", show: gapsView },
  policies: { title: "Policies", place: "pane", show: policiesView },
};
