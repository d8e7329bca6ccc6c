import type { AdminPeer } from "../../model/cluster.ts";
import type { Direction } from "../../model/flow.ts";
import type { Requirement } from "../../model/selector.ts";
import type { FindingContext } from "./context.ts";
import { deniesByDefault } from "./default-mode.ts";

/** Whether all pods of a namespace are governed, those to come among them, whatever their labels. */
export function governsNewcomers(context: FindingContext, namespace: string, direction: Direction): boolean {
  const isolating = context.networkPolicies.filter(
    ({ written, isolates }) => written.namespace === namespace && isolates.includes(direction),
  );
  const selectors = isolating.map(({ written }) => written.podSelector.requirements);
  return (
    selectors.some((requirements) => requirements.length === 0) ||
    isPartition(selectors.flatMap((requirements) => (requirements.length === 1 ? requirements : []))) ||
    deniesNewcomers(context, namespace, direction) ||
    deniesByDefault(context.cluster)
  );
}

/** Whether every pod meets one of these: of some key, what one leaves out others take in. */
function isPartition(requirements: readonly Requirement[]): boolean {
  return requirements.some(({ key }) => {
    const same = requirements.filter((one) => one.key === key);
    const [first, ...others] = same.filter(isWide).map(mentioned);
    const takenIn = same.filter((one) => !isWide(one)).flatMap(mentioned);
    return first?.every((value) => takenIn.includes(value) || others.some((one) => !one.includes(value))) ?? false;
  });
}

/** Whether a requirement takes in all pods but those with the values it mentions. */
function isWide({ operator }: Requirement): boolean {
  return operator === "NotIn" || operator === "Exists";
}

/** The values a requirement is about; no label can have that for a label that is not there. */
function mentioned({ operator, values }: Requirement): readonly string[] {
  return operator === "In" || operator === "NotIn" ? values : ["\0"];
}

/** Whether a rule of an admin tier denies every pod to all pods of the namespace, whatever their labels. */
export function deniesNewcomers({ program }: FindingContext, namespace: string, direction: Direction): boolean {
  const pods = program.parties.filter((party) => party.kind === "pods");
  const here = pods.filter((party) => party.namespace === namespace && party.network === "pod");
  return program.cluster.adminPolicies.some(
    (policy) =>
      policy.subject.podSelector.requirements.length === 0 &&
      policy[direction].some(({ action, peers, ports }) => action === "deny" && ports === "any" && peers.some(isAll)) &&
      program.policies.some(
        ({ policy: ref, subject }) =>
          ref.name === policy.name && ref.kind === policy.kind && here.every(({ index }) => subject.members.has(index)),
      ),
  );
}

function isAll(peer: AdminPeer): boolean {
  return (
    peer.kind === "pods" &&
    peer.namespaceSelector.requirements.length === 0 &&
    peer.podSelector.requirements.length === 0
  );
}
