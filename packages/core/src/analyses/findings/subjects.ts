import type { Endpoint } from "../../engine/endpoints.ts";
import { Bitset } from "../../model/bitset.ts";
import type { PolicyRule, Workload } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import { connectionsOf } from "../../model/ports.ts";
import type { Span } from "../../model/source.ts";
import type { FindingContext } from "./context.ts";
import { identityKey } from "./identity.ts";

/** Keys of the findings that explain why an endpoint is open. */
export function causesOf(subject: Endpoint, direction: Direction): readonly string[] {
  const { namespace = "" } = subject;
  const identity = identityKey(subject);
  return [
    `NPG104 ${namespace}`,
    ...(identity === undefined ? [] : [`NPG107 ${namespace} ${identity} ${direction}`]),
    `NPG103 ${namespace} ${direction}`,
  ];
}

/** `assumed` where a policy that is not evaluated, or labels that are not known, might isolate it after all. */
export function certaintyOf(
  context: FindingContext,
  { members }: Endpoint,
  direction: Direction,
): "proved" | "assumed" {
  const inDoubt = context.once(partiesInDoubt)[direction];
  return members.some(({ party }) => inDoubt.has(party)) ? "assumed" : "proved";
}

/** The parties that something may isolate which the verdicts do not count. */
function partiesInDoubt({ program }: FindingContext): { readonly [D in Direction]: Bitset } {
  const foreign = program.caveats.flatMap(({ assumption, subjects }) =>
    assumption.certainty !== "specified" ? [subjects] : [],
  );
  const inDoubt = (direction: Direction) => {
    const isolating = program.policies.filter(({ isolates }) => isolates.includes(direction));
    const doubtful = isolating.flatMap(({ subject }) => subject.doubts.map(({ parties }) => parties));
    return Bitset.union([...foreign, ...doubtful]);
  };
  return { ingress: inDoubt("ingress"), egress: inDoubt("egress") };
}

/** Where an endpoint's workload is written. */
export function spanOf(context: FindingContext, { members }: Endpoint): Span | undefined {
  const pod = members[0]?.pods[0];
  return context.once(workloadsById).get(pod?.workload ?? "")?.span ?? pod?.span;
}

export function workloadsById({ cluster }: FindingContext): ReadonlyMap<string, Workload> {
  return new Map(cluster.workloads.map((workload) => [workload.id, workload]));
}

/** The first of these for which something is found. */
export function firstOf<T, R>(list: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of list) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The connections a rule's ports stand for on a workload, named ports looked up. */
export function portsOn(ports: PolicyRule["ports"], { members }: Endpoint): ConnectionSet {
  if (ports === "any") return ConnectionSet.ALL;
  const declared = members.flatMap(({ pods }) => pods.flatMap((pod) => pod.ports));
  return ports.reduce((set, port) => set.union(connectionsOf(port, declared)), ConnectionSet.NONE);
}
