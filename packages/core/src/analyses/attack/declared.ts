import type { Span } from "../../model/source.ts";
import type { ControllerMapping } from "../exposure/controller-mapping.ts";
import type { Fact } from "./fact.ts";
import type { Need } from "./needs.ts";

/** What a person declares about a cluster, every name found in it. */
export interface Declared {
  readonly jewels: readonly DeclaredJewel[];
  readonly entries: readonly DeclaredEntry[];
  /** Between endpoints of the listing, or with the internet. */
  readonly needs: readonly Need[];
  readonly controllers: readonly ControllerMapping[];
}

export interface DeclaredJewel {
  /** Of kind `own` for a workload, whose name is as {@link isPartOf} takes it. */
  readonly fact: Pick<Fact, "kind" | "name">;
  readonly because: string;
  readonly span: Span;
}

/** A workload that is entered from outside by a way no object shows. */
export interface DeclaredEntry {
  /** As {@link isPartOf} takes it. */
  readonly workload: string;
  readonly reason?: string;
  readonly span: Span;
}

export const NOTHING_DECLARED: Declared = { jewels: [], entries: [], needs: [], controllers: [] };

/** What a person says of each of two programs, names found in either. */
export interface DeclaredSides {
  readonly before?: Declared;
  readonly after?: Declared;
}
