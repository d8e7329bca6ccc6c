import type { Desk } from "../chrome.ts";
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
  /** Takes the last edit back, or makes it again. */
  readonly step: (way: "back" | "forward") => void;
  readonly narrow: (to: "all" | "changes") => void;
  /** Turns to a part of the policies view. */
  readonly work: (desk: Desk) => void;
  /** Tells those who cannot see it. */
  readonly announce: (words: string) => void;
}
