import type { Endpoint } from "../engine/endpoints.ts";
import type { Reachability } from "../engine/reach.ts";
import type { Cluster } from "../model/cluster.ts";
import { type Options, UPSTREAM } from "../model/options.ts";
import { finish, type Steps } from "../model/steps.ts";
import type { IsolationChange, PairChange, PairKind } from "./delta/change.ts";
import { Comparison } from "./delta/comparison.ts";

/** What differs between two clusters: connections, endpoints, isolation, and what brought each change about. */
export interface Delta {
  /** Either cluster, over parties that the policies of both can tell apart. */
  readonly before: Reachability;
  readonly after: Reachability;
  /** All endpoints of either, under the ids and in the order in which changes speak of them. */
  readonly all: readonly Endpoint[];
  /** Pairs of endpoints of both clusters that may connect in only one of them. */
  readonly added: readonly PairChange[];
  readonly removed: readonly PairChange[];
  /** Pairs that may connect in both, on other ports. */
  readonly changed: readonly PairChange[];
  /** Pairs that come out the same by default, but not whichever way open questions are settled. */
  readonly unsettled: readonly PairChange[];
  /** Pairs that come out the same on every port, but not on other protocols, such as ICMP. */
  readonly others: readonly PairChange[];
  readonly endpoints: EndpointsDelta;
  readonly isolation: readonly IsolationChange[];
}

/** What comes and goes with workloads. Not the doing of policies, though policies say what the new ones may reach. */
export interface EndpointsDelta {
  readonly added: readonly Endpoint[];
  readonly removed: readonly Endpoint[];
  /** Connections of the added and of the removed ones, with each other and with those that stay; of a few only other protocols pass. */
  readonly opened: readonly PairChange[];
  readonly closed: readonly PairChange[];
}

/**
 * The exact difference between two clusters under the same options.
 *
 * Both are compiled over one vocabulary: a policy that first speaks of IPv6, or cuts an address block in two, is no change by itself.
 * Same input, same order: pairs come as their endpoints do. Errors: none.
 * Cost: a few compilations, and a verdict in each for every pair of classes that policies of either can tell apart; where nothing
 * but policies differs, for the pairs of which an edited one selects an end.
 */
export function delta(before: Cluster, after: Cluster, options: Options = UPSTREAM): Delta {
  return finish(deltaSteps(before, after, options));
}

/** {@link delta} with pauses. */
export function* deltaSteps(before: Cluster, after: Cluster, options: Options = UPSTREAM): Steps<Delta> {
  yield { stage: "comparing connections", done: 0 };
  const comparison = new Comparison(before, after, options);
  const pairs = yield* comparison.pairs();
  const of = (kind: PairKind) => pairs.filter((pair) => pair.kind === kind).map(({ kind: _, ...change }) => change);
  return {
    before: comparison.before,
    after: comparison.after,
    all: comparison.ends.map(({ endpoint }) => endpoint),
    added: of("added"),
    removed: of("removed"),
    changed: of("changed"),
    unsettled: of("unsettled"),
    others: of("others"),
    endpoints: {
      added: comparison.only("after"),
      removed: comparison.only("before"),
      opened: of("opened"),
      closed: of("closed"),
    },
    isolation: comparison.isolation(),
  };
}
