import type { NetworkPolicy, PolicyPeer } from "../../model/cluster.ts";
import { matches } from "../../model/selector.ts";
import { NAME_LABEL } from "../../parse/namespace.ts";
import { isPulled, type Lever } from "../attack/edges/levers.ts";
import type { Grant } from "../attack/grants.ts";
import { revocation } from "../attack/revocation.ts";
import { nameOf } from "../edit.ts";
import type { FindingContext } from "./context.ts";
import { allOf } from "./remedies.ts";
import { revised } from "./repair.ts";
import type { FixProposal } from "./rule.ts";
import type { Statement } from "./statements.ts";
import { counted, listed } from "./words.ts";

/** More policies at once are no fix anybody would read. */
const MOST_POLICIES = 10;

/** Levers taken out of the hands of all who pull them by these grants. */
export function withoutRights({ cluster }: FindingContext, grants: readonly Grant[], levers: readonly Lever[]) {
  const remedies = grants.flatMap((grant) =>
    levers.filter((lever) => isPulled(lever, grant.rule, grant.scope)).map((lever) => revocation(grant, lever)),
  );
  return allOf(cluster, remedies).map(
    (fix): FixProposal => ({ ...fix, title: `${fix.title}; who needs that right no longer has it` }),
  );
}

/** The namespaces that rules know by labels of their own, known by the name that nobody can change. */
export function byName(context: FindingContext, statements: readonly Statement[]): readonly FixProposal[] {
  const policies = new Map(statements.map(({ policy }) => [nameOf(policy.written), policy.written]));
  const found = new Set<string>();
  const edits = [...policies.values()].map((policy) => revised(policy, { ingress: renamed(context, policy, found) }));
  if (found.size === 0 || edits.length > MOST_POLICIES) return [];
  const names = listed([...found].sort());
  return [
    {
      title: `Name ${names} by ${NAME_LABEL} in ${edits.length > 3 ? counted(edits.length, "policy") : listed([...policies.keys()])}; a namespace that gets the label later is then not let in`,
      edits,
    },
  ];
}

function renamed(context: FindingContext, { ingress }: NetworkPolicy, found: Set<string>): NetworkPolicy["ingress"] {
  return ingress.map((rule) =>
    rule.peers === "any" ? rule : { ...rule, peers: rule.peers.map((peer) => renamedPeer(context, peer, found)) },
  );
}

/** A peer that no namespace of the input fits is left: which are meant, it does not say. */
function renamedPeer({ cluster }: FindingContext, peer: PolicyPeer, found: Set<string>): PolicyPeer {
  if (!isByCustomLabel(peer)) return peer;
  const values = cluster.namespaces
    .filter(({ labels }) => matches(peer.namespaceSelector, labels).holds)
    .map(({ name }) => name);
  for (const name of values) found.add(name);
  if (values.length === 0) return peer;
  return { ...peer, namespaceSelector: { requirements: [{ key: NAME_LABEL, operator: "In", values }] } };
}

/** Whether a peer picks namespaces by labels, none of which is their name. */
export function isByCustomLabel(peer: PolicyPeer): peer is Extract<PolicyPeer, { kind: "namespaces" }> {
  return (
    peer.kind === "namespaces" &&
    peer.namespaceSelector.requirements.length > 0 &&
    peer.namespaceSelector.requirements.every(({ key }) => key !== NAME_LABEL)
  );
}
