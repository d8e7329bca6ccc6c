import type { AdminPolicy, Cluster } from "../model/cluster.ts";
import type { Diagnostic } from "../model/diagnostic.ts";

/** What is unsettled about the order of admin policies. Source: docs/semantics.md CNP-35, BANP-3. */
export function priorityDiagnostics({ adminPolicies }: Cluster): readonly Diagnostic[] {
  return [...sharedPriorities(adminPolicies), ...mixedVersions(adminPolicies)];
}

/** Policies of one tier and priority whose actions differ: the API does not say which of them comes first. */
function sharedPriorities(policies: readonly AdminPolicy[]): readonly Diagnostic[] {
  return policies.flatMap((policy, i): Diagnostic[] => {
    const first = policies.slice(0, i).find((other) => isTied(policy, other) && disagree(policy, other));
    if (!first) return [];
    return [
      {
        code: "ambiguous-priority",
        severity: "warning",
        message: `${nameOf(policy)} and ${nameOf(first)} have priority ${policy.priority} and different actions; which comes first is not specified`,
        span: policy.span,
        related: [{ message: `${nameOf(first)} is here`, span: first.span }],
        fix: "give the two policies different priorities",
      },
    ];
  });
}

/** Policies of two kinds may share a name. */
function nameOf({ kind, name }: AdminPolicy): string {
  return `${kind} \`${name}\``;
}

function isTied(a: AdminPolicy, b: AdminPolicy): boolean {
  return a.tier === b.tier && a.priority === b.priority;
}

function disagree(a: AdminPolicy, b: AdminPolicy): boolean {
  return (["ingress", "egress"] as const).some((direction) =>
    a[direction].some((rule) => b[direction].some(({ action }) => action !== rule.action)),
  );
}

function mixedVersions(policies: readonly AdminPolicy[]): readonly Diagnostic[] {
  const isOld = ({ kind }: AdminPolicy) => kind !== "ClusterNetworkPolicy";
  const old = policies.find(isOld);
  if (!old || policies.every(isOld)) return [];
  return [
    {
      code: "mixed-policy-api-versions",
      severity: "warning",
      message: `ClusterNetworkPolicy and ${old.kind} are both present; how they combine is not specified, here they share one order`,
      span: old.span,
    },
  ];
}
