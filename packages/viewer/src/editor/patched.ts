import { overlay, type Source } from "@watertight/core";
import { withEdit } from "../model/edits.ts";
import type { SourceEdit } from "../state.ts";

/** The file that policies of a new name come into. */
const ADDED = "watertight-edits.yaml";

/** The edits there are with a patch laid over the sources they have led to, each policy in the file it belongs to. */
export function withPatch(
  given: readonly Source[],
  shown: readonly Source[],
  edits: readonly SourceEdit[],
  patch: string,
): readonly SourceEdit[] {
  return overlay(shown, patch, ADDED).reduce((all, { path, text }) => withEdit(given, all, { path, text }), edits);
}
