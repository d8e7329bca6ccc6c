import type { Endpoint } from "../../engine/endpoints.ts";
import type { Direction } from "../../model/flow.ts";
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
  { program }: FindingContext,
  { members }: Endpoint,
  direction: Direction,
): "proved" | "assumed" {
  const isTouched = (parties: { has(party: number): boolean }) => members.some(({ party }) => parties.has(party));
  const foreign = program.caveats.some(
    ({ assumption, subjects }) => assumption.certainty !== "specified" && isTouched(subjects),
  );
  const doubtful = program.policies.some(
    ({ isolates, subject }) => isolates.includes(direction) && subject.doubts.some(({ parties }) => isTouched(parties)),
  );
  return foreign || doubtful ? "assumed" : "proved";
}

/** Where an endpoint's workload is written. */
export function spanOf({ cluster }: FindingContext, { members }: Endpoint): Span | undefined {
  const pod = members[0]?.pods[0];
  return cluster.workloads.find(({ id }) => id === pod?.workload)?.span ?? pod?.span;
}

/** The first of these for which something is found. */
export function firstOf<T, R>(list: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of list) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
