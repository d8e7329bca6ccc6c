import type { Source } from "@watertight/core";
import { createTwoFilesPatch } from "diff";
import type { SourceEdit } from "../state.ts";

/** What the edits do to the manifests, as `git apply` and `patch -p1` take it. */
export function patchOf(given: readonly Source[], edits: readonly SourceEdit[]): string {
  return edits
    .map(({ path, text }) => {
      const before = given.find((source) => source.path === path)?.text;
      const name = path.replace(/^\/+/, "");
      const [from, to] = [
        before === undefined ? "/dev/null" : `a/${name}`,
        text === undefined ? "/dev/null" : `b/${name}`,
      ];
      const patch = createTwoFilesPatch(from, to, before ?? "", text ?? "", undefined, undefined, { context: 3 });
      return patch.replace(/^=+\n/, "").replace(/^(---|\+\+\+) (.*?)\t?$/gm, "$1 $2");
    })
    .join("");
}
