import { FINDING_SEVERITIES } from "@watertight/core";
import type { ConnectionQuestion, RouteQuestion } from "./analyst/catalogue.ts";
import type { FindingFilter } from "./model/gaps.ts";

export type { ConnectionQuestion, RouteQuestion } from "./analyst/catalogue.ts";

export const VIEWS = ["graph", "matrix", "paths", "gaps", "policies"] as const;
export type ViewName = (typeof VIEWS)[number];

/** What a reader looks at: everything a link has to carry to show the same again. Names are ids, so it survives an edit. */
export interface ViewState {
  readonly view: ViewName;
  readonly selection?: Selection;
  /** Open namespaces, or what suits the size of the graph. */
  readonly open: "default" | readonly string[];
  /** The connection asked about. */
  readonly question?: ConnectionQuestion;
  /** What the paths view is asked; its own question while absent. */
  readonly route?: RouteQuestion;
  /** Which findings the gaps view lists; all of them while absent. */
  readonly gaps?: FindingFilter;
  /** What is changed of the manifests, one entry for a file: the what-if. Empty when they are as they were given. */
  readonly edits: readonly SourceEdit[];
  /** Draws only what the edits change and what is next to it. */
  readonly only?: "changes";
}

/** One file laid over the input; without a text it is taken out. */
export interface SourceEdit {
  readonly path: string;
  readonly text?: string;
}

export type Selection =
  /** A workload or a block of outside addresses, by its id. */
  | { readonly kind: "endpoint"; readonly id: string }
  | { readonly kind: "namespace"; readonly id: string }
  /** A line, by the names of its ends (see model/names.ts). */
  | { readonly kind: "edge"; readonly from: string; readonly to: string }
  /** A policy by its qualified id, `NetworkPolicy/shop/db`. */
  | { readonly kind: "policy"; readonly id: string }
  /** A finding by its fingerprint. */
  | { readonly kind: "finding"; readonly id: string }
  /** A path of the answer to {@link ViewState.route}, by its position. */
  | { readonly kind: "path"; readonly index: number };

export const START: ViewState = { view: "graph", open: "default", edits: [] };

export type Action =
  | { readonly do: "select"; readonly selection: Selection | undefined }
  | { readonly do: "toggle"; readonly group: string; readonly open: readonly string[] }
  | { readonly do: "open"; readonly groups: readonly string[] }
  | { readonly do: "ask"; readonly question: ConnectionQuestion | undefined }
  | { readonly do: "show"; readonly view: ViewName }
  | { readonly do: "route"; readonly route: RouteQuestion }
  | { readonly do: "sift"; readonly gaps: FindingFilter }
  | { readonly do: "edit"; readonly edits: readonly SourceEdit[] }
  | { readonly do: "narrow"; readonly to: "all" | "changes" };

/** The state after an action; the same object when nothing changes. */
export function update(state: ViewState, action: Action): ViewState {
  switch (action.do) {
    case "select": {
      if (sameSelection(state.selection, action.selection)) return state;
      const { selection: _, question: __, ...rest } = state;
      return action.selection ? { ...rest, selection: action.selection } : rest;
    }
    case "toggle": {
      const { group, open } = action;
      return { ...state, open: open.includes(group) ? open.filter((id) => id !== group) : [...open, group].sort() };
    }
    case "open":
      return { ...state, open: [...action.groups].sort() };
    case "ask": {
      const { selection: _, question: __, ...rest } = state;
      return action.question ? { ...rest, question: action.question } : rest;
    }
    case "show":
      return state.view === action.view ? state : { ...state, view: action.view };
    case "route":
      return { ...withoutPath(state), route: action.route };
    case "sift":
      return { ...state, gaps: action.gaps };
    case "edit": {
      const { only, ...rest } = withoutPath(state);
      return { ...rest, edits: action.edits, ...(only && action.edits.length > 0 && { only }) };
    }
    case "narrow": {
      const { only: _, ...rest } = state;
      return action.to === "changes" ? { ...rest, only: "changes" } : rest;
    }
  }
}

/** The state without a selected path, for when the answer it is a position in will be another. */
function withoutPath(state: ViewState): ViewState {
  const { selection, ...rest } = state;
  return selection?.kind === "path" ? rest : state;
}

export function sameSelection(a: Selection | undefined, b: Selection | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The state as the text of a URL fragment, readable and never sent to a server. `owner` tells viewers of one page apart. */
export function encodeState({ selection, open, question, route, gaps, view, only }: ViewState, owner = "1"): string {
  const parameters = new URLSearchParams({ watertight: owner, view });
  if (open !== "default") parameters.set("open", open.join(","));
  if (selection?.kind === "endpoint") parameters.set("select", selection.id);
  if (selection?.kind === "namespace") parameters.set("select-namespace", selection.id);
  if (selection?.kind === "edge") parameters.set("edge", `${selection.from} → ${selection.to}`);
  if (selection?.kind === "policy") parameters.set("policy", selection.id);
  if (selection?.kind === "finding") parameters.set("finding", selection.id);
  if (selection?.kind === "path") parameters.set("path", `${selection.index}`);
  if (question) {
    parameters.set("from", question.from);
    parameters.set("to", question.to);
    if (question.port) parameters.set("port", question.port);
  }
  if (route) {
    parameters.set("start", route.from);
    parameters.set("target", route.to);
    parameters.set("edges", route.edges);
  }
  if (gaps) {
    parameters.set("severity", gaps.least);
    if (gaps.namespace) parameters.set("in", gaps.namespace);
    if (gaps.text) parameters.set("like", gaps.text);
  }
  if (only) parameters.set("only", only);
  return parameters.toString();
}

/** The state a fragment describes; nothing when it speaks of another viewer or of something else. Unknown values are passed over. */
export function decodeState(fragment: string, owner = "1"): ViewState | undefined {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  if (parameters.get("watertight") !== owner) return undefined;
  const open = parameters.get("open");
  const selection = decodeSelection(parameters);
  const from = parameters.get("from");
  const to = parameters.get("to");
  const view = VIEWS.find((name) => name === parameters.get("view")) ?? START.view;
  const [start, target] = [parameters.get("start"), parameters.get("target")];
  const edges = parameters.get("edges") === "network" ? "network" : "all";
  const least = FINDING_SEVERITIES.find((severity) => severity === parameters.get("severity"));
  const gaps = { namespace: parameters.get("in") ?? "", text: parameters.get("like") ?? "" };
  return {
    ...START,
    view,
    open: open === null ? "default" : open.split(",").filter((id) => id !== ""),
    ...(selection && { selection }),
    ...(from !== null && to !== null && { question: { from, to, port: parameters.get("port") ?? "" } }),
    ...(start !== null && target !== null && { route: { from: start, to: target, edges } }),
    ...(least && { gaps: { least, ...gaps } }),
    ...(parameters.get("only") === "changes" && { only: "changes" as const }),
  };
}

function decodeSelection(parameters: URLSearchParams): Selection | undefined {
  const endpoint = parameters.get("select");
  if (endpoint) return { kind: "endpoint", id: endpoint };
  const namespace = parameters.get("select-namespace");
  if (namespace) return { kind: "namespace", id: namespace };
  const policy = parameters.get("policy");
  if (policy) return { kind: "policy", id: policy };
  const finding = parameters.get("finding");
  if (finding) return { kind: "finding", id: finding };
  const path = parameters.get("path");
  if (path !== null && /^\d{1,3}$/.test(path)) return { kind: "path", index: Number(path) };
  const [from, to] = parameters.get("edge")?.split(" → ") ?? [];
  return from && to ? { kind: "edge", from, to } : undefined;
}
