import type { Source } from "@watertight/core";
import type { SourceEdit } from "../state.ts";

/** The input with edits laid over it: a file is replaced where it stands, a new one comes last, one without a text goes. */
export function edited(sources: readonly Source[], edits: readonly SourceEdit[]): readonly Source[] {
  const byPath = new Map(edits.map((edit) => [edit.path, edit]));
  const known = new Set(sources.map(({ path }) => path));
  const kept = sources.flatMap((source): Source[] => {
    const edit = byPath.get(source.path);
    if (!edit) return [source];
    return edit.text === undefined ? [] : [{ path: source.path, text: edit.text }];
  });
  const added = edits.flatMap(({ path, text }) => (known.has(path) || text === undefined ? [] : [{ path, text }]));
  return [...kept, ...added];
}
