import type { Graph } from "./model/graph.ts";

/** What only concerns this moment's screen, and no link. */
export interface Chrome {
  readonly outline: "auto" | "shown" | "hidden";
  readonly expanded: ReadonlySet<string>;
  readonly row: string | undefined;
  readonly search: { readonly text: string; readonly active: number };
  readonly menu: "open" | "closed";
}

export const CHROME_AT_START: Chrome = {
  outline: "auto",
  expanded: new Set(),
  row: undefined,
  search: { text: "", active: 0 },
  menu: "closed",
};

export function including(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return new Set([...set, key]);
}

export function without(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return new Set([...set].filter((one) => one !== key));
}

/** A small outline is laid out whole; of a large one, its namespaces. */
export function expandedAtStart(graph: Graph): ReadonlySet<string> {
  return new Set(
    graph.groups.reduce((sum, { size }) => sum + size, 0) > 30 ? [] : graph.groups.map(({ id }) => `group ${id}`),
  );
}

/** Lets the page paint; a page in the background never does, so there is an end to the waiting. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
    setTimeout(resolve, 100);
  });
}
