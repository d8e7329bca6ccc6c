import type { FindingFilter } from "../model/gaps.ts";
import type { ConnectionQuestion, RouteQuestion, Selection, SourceEdit, ViewName } from "../state.ts";

/** What the parts of the viewer may ask for. */
export interface Actions {
  readonly select: (selection: Selection | undefined) => void;
  readonly toggle: (group: string) => void;
  readonly openGroups: (groups: readonly string[]) => void;
  readonly ask: (question: ConnectionQuestion | undefined) => void;
  readonly show: (view: ViewName) => void;
  readonly route: (route: RouteQuestion) => void;
  readonly edit: (edits: readonly SourceEdit[]) => void;
  readonly sift: (gaps: FindingFilter) => void;
  /** Tells those who cannot see it. */
  readonly announce: (words: string) => void;
}
