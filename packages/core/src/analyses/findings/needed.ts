import type { Endpoint } from "../../engine/endpoints.ts";
import type { Reachability } from "../../engine/reach.ts";
import type { ConnectionSet } from "../../model/connections.ts";
import { inferNeeds, type Need } from "../attack/needs.ts";
import { siteOf } from "../attack/site.ts";

/** A connection that some workload has to be able to open for the application to work. */
export interface NeededFlow {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly connections: ConnectionSet;
  readonly provenance: Need["provenance"];
  /** Where it is known from, in words. */
  readonly because: string;
}

/**
 * The flows between workloads that are declared, and those that configuration speaks of: who is given the name of a Service needs the pods behind it.
 *
 * What applications know by themselves, or from Secrets, is not seen: the list may lack flows. Cost: see {@link inferNeeds}.
 */
export function neededFlows(reachability: Reachability, declared: readonly Need[]): readonly NeededFlow[] {
  const { cluster } = reachability.program;
  const { footholds } = siteOf(reachability, "assume-breach");
  return [...declared, ...inferNeeds(cluster, footholds, [])].flatMap(
    ({ from: source, to: target, ports, provenance, because }) => {
      const [from, to] = [reachability.endpoint(source), reachability.endpoint(target)];
      return from && to ? [{ from, to, connections: ports, provenance, because }] : [];
    },
  );
}
