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

/** Files as one stream of YAML documents, each after a comment that names it. */
export function yamlStream(sources: readonly Source[]): string {
  const texts = sources.map(
    ({ path, text }) => `# ${path.replace(/[\p{C}\u2028\u2029]/gu, " ")}\n${text.replace(/\n*$/, "\n")}`,
  );
  return texts.join("---\n");
}

export function sameEdits(a: readonly SourceEdit[], b: readonly SourceEdit[]): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The edits once one file has another text, or none. What comes out as it was given is no edit. */
export function withEdit(
  given: readonly Source[],
  edits: readonly SourceEdit[],
  { path, text }: SourceEdit,
): readonly SourceEdit[] {
  const others = edits.filter((edit) => edit.path !== path);
  const original = given.find((source) => source.path === path)?.text;
  if (text === original) return others;
  return [...others, text === undefined ? { path } : { path, text }].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A path that no file has, made from one. */
export function freePath(sources: readonly Source[], wanted: string): string {
  const taken = new Set(sources.map(({ path }) => path));
  const [stem, end] = [wanted.replace(/\.yaml$/, ""), ".yaml"];
  for (let number = 1; ; number++) {
    const path = number === 1 ? `${stem}${end}` : `${stem}-${number}${end}`;
    if (!taken.has(path)) return path;
  }
}
