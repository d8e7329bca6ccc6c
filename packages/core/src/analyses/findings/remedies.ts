import type { Cluster } from "../../model/cluster.ts";
import { type AttackRule, type Remedy, remediesOf } from "../attack/fact.ts";
import { isWritable, type SettingChange } from "../attack/settings.ts";
import type { FindingContext } from "./context.ts";
import type { FixProposal } from "./rule.ts";
import { isSystem } from "./severity.ts";
import { capitalised } from "./words.ts";

/** More changes of roles or settings at once are no fix anybody would apply unread. */
const MOST_CHANGES = 8;

/** What takes all of some steps away, as one proposal; none where for some of them nothing can be written down. */
export function withoutSteps({ cluster }: FindingContext, steps: readonly AttackRule[]): readonly FixProposal[] {
  const isMovable = (step: AttackRule) => remediesOf(step).length > 0;
  return steps.every(isMovable) ? allOf(cluster, steps.flatMap(remediesOf)) : [];
}

/** All of some remedies, as one proposal, where each can be written down. */
export function allOf(cluster: Cluster, remedies: readonly Remedy[]): readonly FixProposal[] {
  const distinct = [...new Map(remedies.map((one) => [one.fix, one])).values()];
  const settings = distinct.flatMap(({ change }) => (change && isFit(cluster, change) ? [change] : []));
  const [first] = distinct;
  if (!first || settings.length < distinct.length || settings.length > MOST_CHANGES) return [];
  return [{ title: capitalised(distinct.map(({ fix }) => fix).join("; ")), edits: [], settings }];
}

/** Whether a change can be written down, and is no matter of the cluster itself, whose agents need what others do not. */
export function isFit(cluster: Cluster, change: SettingChange): boolean {
  if ("workload" in change && isSystem(change.workload.split("/")[0] ?? "")) return false;
  return isWritable(cluster, change);
}
