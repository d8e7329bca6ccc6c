import type { Diagnostic } from "@watertight/core";
import type { Tally } from "./model/view.ts";
import type { Selection, ViewState } from "./state.ts";

/** What the element tells its page, by event name. All of them bubble and cross shadow roots. */
export interface ViewerEvents {
  "watertight-ready": CustomEvent<{ readonly endpoints: number; readonly pairs: number }>;
  "watertight-select": CustomEvent<{ readonly selection: Selection | undefined }>;
  /** `whatIf`: how many connections the edits bring and take, once it is known; absent while there are none. */
  "watertight-change": CustomEvent<{ readonly state: ViewState; readonly whatIf?: Tally }>;
  "watertight-error": CustomEvent<{ readonly problem?: string; readonly diagnostics: readonly Diagnostic[] }>;
}

declare global {
  interface HTMLElementEventMap extends ViewerEvents {}
}

export function tell<Name extends keyof ViewerEvents>(
  element: HTMLElement,
  name: Name,
  detail: ViewerEvents[Name]["detail"],
): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
