import type { Tally } from "../model/gaps.ts";
import type { Hop } from "../model/trail.ts";
import type { Selection } from "../state.ts";

/** What a picture is to bring out. */
export type Focus =
  | Pointed
  /** Several endpoints, by their ids. */
  | { readonly kind: "endpoints"; readonly ids: readonly string[] }
  /** A path, hop by hop. */
  | { readonly kind: "trail"; readonly hops: readonly Hop[] }
  /** What falls with an endpoint, by the fewest steps that lead there. */
  | { readonly kind: "rings"; readonly from: string; readonly fallen: readonly Fallen[] }
  /** How many findings there are about what; nothing is faded for it. */
  | { readonly kind: "tally"; readonly tally: Tally };

/** What a reader can point at. */
export type Pointed = Extract<Selection, { readonly kind: "endpoint" | "namespace" | "edge" }>;

export interface Fallen {
  readonly id: string;
  readonly hops: number;
}
