import { Bitset } from "../model/bitset.ts";
import type { AdminPolicy, Cluster, UnusedPolicy } from "../model/cluster.ts";
import { MESH_ROOT } from "../model/control.ts";
import type { Caveat, Party } from "../model/program.ts";
import { EVERYTHING, type LabelSelector, NOTHING } from "../model/selector.ts";
import { podsOf, refTo } from "./admin-policy.ts";
import type { JoinedResolver } from "./guests.ts";

/** What policies that were left out, or make no sense in part, might have changed, and for whom. */
export function caveatsOf(cluster: Cluster, parties: readonly Party[], resolver: JoinedResolver): readonly Caveat[] {
  const malformed = cluster.adminPolicies.filter((policy) => policy.malformed);
  return [
    ...cluster.unusedPolicies.map((policy) => leftOut(policy, parties)),
    ...malformed.map((policy) => readInPart(policy, resolver)),
  ];
}

/** Kinds that stand beside every other policy and can only take away from what those allow. */
const RESTRICTING: ReadonlySet<string> = new Set([
  "AuthorizationPolicy",
  "PeerAuthentication",
  "ServerAuthorization",
  "Server",
  "EgressFirewall",
  "EgressNetworkPolicy",
]);

/** Kinds of Istio's that are about every namespace where they stand in its root namespace. */
const OF_THE_MESH: ReadonlySet<string> = new Set(["AuthorizationPolicy", "PeerAuthentication"]);

function leftOut(policy: UnusedPolicy, parties: readonly Party[]): Caveat {
  const { kind, namespace, name, reason } = policy;
  const id = namespace === undefined ? name : `${namespace}/${name}`;
  return {
    policy,
    subjects: podsIn(parties, namespace === MESH_ROOT && OF_THE_MESH.has(kind) ? undefined : namespace),
    effect: reason === "rejected" ? "none" : RESTRICTING.has(kind) ? "closes" : "either",
    assumption:
      reason === "rejected"
        ? {
            code: "policy-rejected",
            certainty: "specified",
            message: `${kind} \`${id}\` is invalid and was left out, as the API server would reject it`,
          }
        : {
            code: "policy-unsupported",
            certainty: "unknown",
            message: `${kind} \`${id}\` is of a kind that is not evaluated`,
          },
  };
}

/**
 * What means nothing in a policy matches nothing; implementations may as well take it for everything, or refuse the policy. That is so for all whom
 * it may govern: everybody, where it is the subject that means nothing. Source: docs/semantics.md SEL-5, ANP-3.
 */
function readInPart(policy: AdminPolicy, resolver: JoinedResolver): Caveat {
  const { kind, name, subject } = policy;
  const widest = { namespaceSelector: widen(subject.namespaceSelector), podSelector: widen(subject.podSelector) };
  const { members, doubts } = resolver.pods(podsOf(widest));
  const message = `${kind} \`${name}\` says what means nothing, though the API server takes it; implementations may differ on all of it`;
  return {
    policy: refTo(policy),
    subjects: Bitset.union([members, ...doubts.map((doubt) => doubt.parties)]),
    effect: "either",
    assumption: { code: "policy-malformed", certainty: "implementation-defined", message },
  };
}

function widen(selector: LabelSelector): LabelSelector {
  return selector === NOTHING ? EVERYTHING : selector;
}

function podsIn(parties: readonly Party[], namespace?: string): Bitset {
  const pods = parties.filter(
    (party) => party.kind === "pods" && (namespace === undefined || party.namespace === namespace),
  );
  return Bitset.of(pods.map(({ index }) => index));
}
