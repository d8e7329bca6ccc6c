import { closest } from "../engine/names.ts";
import type { UnusedPolicy } from "../model/cluster.ts";
import { type GoverningPolicy, type Program, policyId } from "../model/program.ts";
import { qualifiedId } from "./policies.ts";

/** What a policy's name stands for. */
export type NamedPolicy =
  | { readonly kind: "policy"; readonly policy: GoverningPolicy | UnusedPolicy }
  /** Several policies bear the name; the qualified ids tell them apart. */
  | { readonly kind: "ambiguous"; readonly candidates: readonly string[] }
  | { readonly kind: "none"; readonly similar: readonly string[] };

/**
 * The policy a person means: `namespace/name`, a bare `name` of a cluster-scoped one or in the default namespace, either with its
 * kind before it: `NetworkPolicy/shop/db`. Those that were left out can be named too.
 */
export function findPolicy(
  program: Program,
  text: string,
  defaultNamespace = program.options.defaultNamespace,
): NamedPolicy {
  const policies = [
    ...program.policies.map((policy) => ({ policy, ref: policy.policy })),
    ...program.cluster.unusedPolicies.map((policy) => ({ policy, ref: policy })),
  ];
  const found =
    policies.find(({ ref }) => qualifiedId(ref) === text) ??
    policies.filter(({ ref }) => policyId(ref) === text || policyId(ref) === `${defaultNamespace}/${text}`);
  const bearers = Array.isArray(found) ? found : [found];
  const [first] = bearers;
  if (first && bearers.length === 1) return { kind: "policy", policy: first.policy };
  if (first) return { kind: "ambiguous", candidates: bearers.map(({ ref }) => qualifiedId(ref)) };
  const names = policies.map(({ ref }) => ({ id: policyId(ref), spellings: [policyId(ref), qualifiedId(ref)] }));
  return { kind: "none", similar: closest(text, names) };
}
