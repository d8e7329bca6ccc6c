import { compile } from "../../compile/compile.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import { type Reachability, reach } from "../../engine/reach.ts";
import type { ConnectionSet } from "../../model/connections.ts";
import type { FindingContext } from "./context.ts";
import { plays, presumedId, type Role, withPresumed } from "./presumed.ts";

/** Who plays a role in the cluster, and what they and the workloads may open to each other. */
export interface Actors {
  /** Whether the input shows them; where not, one is taken to be where clusters usually have it. */
  readonly basis: "shown" | "presumed";
  readonly endpoints: readonly Endpoint[];
  /** What a workload may open to some of them. */
  readonly from: (subject: Endpoint) => ConnectionSet;
  /** What some of them may open to a workload. */
  readonly to: (subject: Endpoint) => ConnectionSet;
}

/** The reachability of the cluster with what every cluster has put into it. */
function withRoles({ cluster, program, withPresumed: known }: FindingContext): Reachability {
  return known ? known() : reach(compile(withPresumed(cluster), program.options).program);
}

/** The actors of a role. Where they are presumed the engine is asked about the cluster with them put in. */
export function actorsOf(context: FindingContext, role: Role): Actors {
  const shown = context.subjects.filter((one) => plays(one, role));
  const reachability = shown.length > 0 ? context.reachability : context.once(withRoles);
  const presumed = reachability.endpoint(presumedId(role));
  const endpoints = shown.length > 0 ? shown : presumed ? [presumed] : [];
  const here = (subject: Endpoint) => reachability.endpoint(subject.id) ?? subject;
  const all = (connect: (actor: Endpoint) => ConnectionSet) =>
    endpoints.map(connect).reduce((set, one) => set.union(one));
  return {
    basis: shown.length > 0 ? "shown" : "presumed",
    endpoints,
    from: (subject) => all((actor) => reachability.connection(here(subject), actor).connections),
    to: (subject) => all((actor) => reachability.connection(actor, here(subject)).connections),
  };
}
