/** What a reader looks at: everything a link has to carry to show the same again. Names are ids, so it survives an edit. */
export interface ViewState {
  readonly view: "graph";
  readonly selection?: Selection;
  /** Open namespaces, or what suits the size of the graph. */
  readonly open: "default" | readonly string[];
  /** The connection asked about. */
  readonly question?: ConnectionQuestion;
}

export type Selection =
  /** A workload or a block of outside addresses, by its id. */
  | { readonly kind: "endpoint"; readonly id: string }
  | { readonly kind: "namespace"; readonly id: string }
  /** A line, by the names of its ends (see model/names.ts). */
  | { readonly kind: "edge"; readonly from: string; readonly to: string };

export interface ConnectionQuestion {
  readonly from: string;
  readonly to: string;
  /** `TCP/5432`; empty for every port. */
  readonly port: string;
}

export const START: ViewState = { view: "graph", open: "default" };

export type Action =
  | { readonly do: "select"; readonly selection: Selection | undefined }
  | { readonly do: "toggle"; readonly group: string; readonly open: readonly string[] }
  | { readonly do: "open"; readonly groups: readonly string[] }
  | { readonly do: "ask"; readonly question: ConnectionQuestion | undefined };

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
  }
}

export function sameSelection(a: Selection | undefined, b: Selection | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The state as the text of a URL fragment, readable and never sent to a server. `owner` tells viewers of one page apart. */
export function encodeState({ selection, open, question, view }: ViewState, owner = "1"): string {
  const parameters = new URLSearchParams({ watertight: owner, view });
  if (open !== "default") parameters.set("open", open.join(","));
  if (selection?.kind === "endpoint") parameters.set("select", selection.id);
  if (selection?.kind === "namespace") parameters.set("select-namespace", selection.id);
  if (selection?.kind === "edge") parameters.set("edge", `${selection.from} → ${selection.to}`);
  if (question) {
    parameters.set("from", question.from);
    parameters.set("to", question.to);
    if (question.port) parameters.set("port", question.port);
  }
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
  return {
    ...START,
    open: open === null ? "default" : open.split(",").filter((id) => id !== ""),
    ...(selection && { selection }),
    ...(from !== null && to !== null && { question: { from, to, port: parameters.get("port") ?? "" } }),
  };
}

function decodeSelection(parameters: URLSearchParams): Selection | undefined {
  const endpoint = parameters.get("select");
  if (endpoint) return { kind: "endpoint", id: endpoint };
  const namespace = parameters.get("select-namespace");
  if (namespace) return { kind: "namespace", id: namespace };
  const [from, to] = parameters.get("edge")?.split(" → ") ?? [];
  return from && to ? { kind: "edge", from, to } : undefined;
}
