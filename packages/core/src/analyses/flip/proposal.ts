import type { NetworkPolicy, PolicyRule } from "../../model/cluster.ts";
import type { Direction } from "../../model/flow.ts";
import { defaultTypes } from "../../parse/print.ts";
import { type Edit, nameOf } from "../edit.ts";

/** A way to change policies, before it is known what it does. */
export interface Proposal {
  readonly revisions: readonly Revision[];
  readonly additions: readonly NetworkPolicy[];
  /** What is done, one phrase for each place. */
  readonly phrases: readonly string[];
}

/** New rules for one direction of one policy. */
export interface Revision {
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
  readonly rules: readonly PolicyRule[];
}

export const NO_CHANGE: Proposal = { revisions: [], additions: [], phrases: [] };

/** Two proposals that do not speak of the same direction of a policy, as one. */
export function both(a: Proposal, b: Proposal): Proposal {
  return {
    revisions: [...a.revisions, ...b.revisions],
    additions: [...a.additions, ...b.additions],
    phrases: [...a.phrases, ...b.phrases],
  };
}

/** Every choice of one proposal from each list, both made. */
export function eachWithEach(lists: readonly (readonly Proposal[])[]): readonly Proposal[] {
  return lists.reduce<readonly Proposal[]>(
    (made, list) => made.flatMap((one) => list.map((other) => both(one, other))),
    [NO_CHANGE],
  );
}

/** The edits a proposal comes to, one for each policy. */
export function editsOf({ revisions, additions }: Proposal): readonly Edit[] {
  const revised = new Map<NetworkPolicy, NetworkPolicy>();
  for (const { policy, direction, rules } of revisions) {
    revised.set(policy, withRules(revised.get(policy) ?? policy, direction, rules));
  }
  return [
    ...[...revised].map(([before, after]): Edit => ({ kind: "replace-policy", before, after })),
    ...additions.map((policy): Edit => ({ kind: "add-policy", policy })),
  ];
}

/** The policy types stay what they are, and are written where leaving them out would now mean something else. */
function withRules(policy: NetworkPolicy, direction: Direction, rules: readonly PolicyRule[]): NetworkPolicy {
  const revised = { ...policy, [direction]: rules };
  const sameByDefault = defaultTypes(revised).join() === policy.policyTypes.join();
  return { ...revised, policyTypesWritten: policy.policyTypesWritten || !sameByDefault };
}

/** A list with the entry at one position replaced by none, one or several. */
export function spliced<T>(list: readonly T[], position: number, entries: readonly T[]): readonly T[] {
  return [...list.slice(0, position), ...entries, ...list.slice(position + 1)];
}

/** `ingress rule 2 of shop/db`. */
export function ruleName(policy: NetworkPolicy, direction: Direction, position: number): string {
  return `${direction} rule ${position + 1} of ${nameOf(policy)}`;
}
