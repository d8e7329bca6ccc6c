import type { Endpoint } from "../../engine/endpoints.ts";
import type { Pod } from "../../model/cluster.ts";
import type { FactIndex } from "./fact.ts";

/** Where an attacker may stand: an endpoint, and what its pods are given. */
export interface Foothold {
  readonly endpoint: Endpoint;
  readonly id: string;
  readonly namespace: string;
  readonly kind: string;
  /** The fact of running code there. */
  readonly own: FactIndex;
  /** One pod for each spec there is among its pods. */
  readonly pods: readonly Pod[];
}
