import type { SourceEdit } from "../state.ts";

type Edits = readonly SourceEdit[];

/** The edits there were before the present ones, and those that were taken back. */
export interface History {
  readonly past: readonly Edits[];
  readonly future: readonly Edits[];
  /** The file the last step was about, and when: what is typed into it soon after belongs to the same step. */
  readonly last?: { readonly path: string; readonly at: number };
}

export const NO_HISTORY: History = { past: [], future: [] };

/** Milliseconds after which typing on is another step. */
const PAUSE = 1000;

/** As many steps can be taken back. */
const MOST = 200;

/** The history once `before` has become `after` at a time in milliseconds. */
export function recorded({ past, last }: History, before: Edits, after: Edits, at: number): History {
  const path = onlyChanged(before, after);
  const isSameStep = path !== undefined && last?.path === path && at - last.at < PAUSE && past.length > 0;
  return {
    past: isSameStep ? past : [...past, before].slice(-MOST),
    future: [],
    ...(path !== undefined && { last: { path, at } }),
  };
}

/** One step back from the present edits, or forward again; nothing where there is none. */
export function stepped(
  { past, future }: History,
  present: Edits,
  way: "back" | "forward",
): { readonly history: History; readonly edits: Edits } | undefined {
  const edits = way === "back" ? past.at(-1) : future[0];
  if (!edits) return undefined;
  const history =
    way === "back"
      ? { past: past.slice(0, -1), future: [present, ...future] }
      : { past: [...past, present], future: future.slice(1) };
  return { history, edits };
}

/** The one file that two lists of edits differ in. */
function onlyChanged(before: Edits, after: Edits): string | undefined {
  const paths = new Set([...before, ...after].map(({ path }) => path));
  const textOf = (edits: Edits, path: string) => {
    const edit = edits.find((one) => one.path === path);
    return edit ? (edit.text ?? "") : undefined;
  };
  const changed = [...paths].filter((path) => textOf(before, path) !== textOf(after, path));
  return changed.length === 1 ? changed[0] : undefined;
}
