import { decodeEdits, encodeEdits, MOST_CODE } from "./model/edit-code.ts";
import { decodeState, encodeState, type SourceEdit, type ViewState } from "./state.ts";

/** The key of the edits in a fragment. */
const EDITS = "y";

/** What a link says. */
export interface Linked {
  readonly state: ViewState;
  /** The edits; absent where it says nothing of them. */
  readonly edits?: readonly SourceEdit[];
  /** That it should say something of them, and it cannot be read. */
  readonly problem?: string;
}

/** What a fragment says to the viewer of this name; nothing when it speaks of another or of something else. Errors: none. */
export async function readLink(fragment: string, owner: string): Promise<Linked | undefined> {
  const state = decodeState(fragment, owner);
  const code = state && new URLSearchParams(fragment.replace(/^#/, "")).get(EDITS);
  if (!state || code === null || code === undefined) return state && { state };
  const edits = code.length > MOST_CODE ? undefined : await decodeEdits(code);
  return edits ? { state: { ...state, edits }, edits } : { state, problem: "the edits in the link cannot be read" };
}

/** The state as a fragment. Errors: rejects where the edits are too much for a link. */
export async function writeLink(state: ViewState, owner: string): Promise<string> {
  const fragment = encodeState(state, owner);
  if (state.edits.length === 0) return fragment;
  const code = await encodeEdits(state.edits);
  if (code.length > MOST_CODE) throw new Error("the edits are too much for a link");
  return `${fragment}&${EDITS}=${code}`;
}
