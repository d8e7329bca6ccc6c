import type { Endpoint } from "../../engine/endpoints.ts";
import type { Estimate } from "../../engine/extent.ts";
import type { Isolated } from "../../engine/reach.ts";
import type { Opening } from "../../engine/verdicts.ts";
import type { Direction } from "../../model/flow.ts";
import type { PolicyRef } from "../../model/program.ts";
import type { Trait } from "./traits.ts";

/** One ordered pair of endpoints. */
export interface PairChange {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** On ports of TCP, UDP and SCTP, as in listings. */
  readonly before: Estimate;
  readonly after: Estimate;
  /** On other protocols, such as ICMP: absent where those come out as they did. */
  readonly others?: { readonly before: Estimate; readonly after: Estimate };
  /** What opens either side: after the change, or before it where nothing is open any more. */
  readonly egress: Opening;
  readonly ingress: Opening;
  readonly because: readonly Cause[];
}

export type PairKind = "added" | "removed" | "changed" | "unsettled" | "others" | "opened" | "closed";

export interface IsolationChange {
  readonly endpoint: Endpoint;
  readonly direction: Direction;
  readonly before: Isolated;
  readonly after: Isolated;
  readonly because: readonly Cause[];
}

/** Something that differs between the clusters and without which a change would not be there. */
export type Cause =
  | { readonly kind: "policy"; readonly change: "added" | "changed" | "removed"; readonly policy: PolicyRef }
  /** What policies can tell of an endpoint is not the same: `labels`, `ports`, `addresses`, `network`, `namespace labels`. */
  | { readonly kind: "endpoint"; readonly id: string; readonly traits: readonly Trait[] }
  /** Something else that is not a policy: nodes, or how many pods run where. */
  | { readonly kind: "surroundings" };
