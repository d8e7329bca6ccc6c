import type { Endpoint } from "../../engine/endpoints.ts";
import type { Cluster, NetworkPolicy, PolicyRule } from "../../model/cluster.ts";
import type { Direction } from "../../model/flow.ts";
import { type PolicyRef, type Program, policyId, type Rule } from "../../model/program.ts";
import { nameOf, UNWRITTEN } from "../edit.ts";
import { tellingSelector } from "./labels.ts";

/** The NetworkPolicy a reference means. */
export function policyOf({ cluster }: Program, { kind, ...ref }: PolicyRef): NetworkPolicy | undefined {
  if (kind !== "NetworkPolicy") return undefined;
  return cluster.networkPolicies.find((policy) => nameOf(policy) === policyId({ kind, ...ref }));
}

/** The compiled rules of a policy for one direction, in the order they are written. */
export function compiledRules(program: Program, policy: NetworkPolicy, direction: Direction): readonly Rule[] {
  return program.layers
    .flatMap(({ tiers }) => tiers[direction])
    .flatMap(({ rules }) => rules)
    .filter((rule) => rule.policy.kind === "NetworkPolicy" && policyId(rule.policy) === nameOf(policy))
    .sort((a, b) => a.index - b.index);
}

/** A policy that governs one endpoint in one direction, under a name that is still free. */
export function policyFor(
  cluster: Cluster,
  subject: Endpoint,
  direction: Direction,
  rules: readonly PolicyRule[],
  wording: string,
): NetworkPolicy {
  const namespace = subject.namespace ?? "";
  return {
    namespace,
    name: freeName(cluster, namespace, `${subject.name ?? namespace} ${direction} ${wording}`),
    podSelector: tellingSelector(cluster, subject),
    policyTypes: [direction],
    policyTypesWritten: true,
    ingress: [],
    egress: [],
    [direction]: rules,
    span: UNWRITTEN,
  };
}

/** What an endpoint is called inside the name of a policy. */
export function shortName({ type, name, namespace, id }: Endpoint): string {
  return type === "address" ? id : (name ?? namespace ?? id);
}

/** A name for a new policy that no policy of its namespace has. */
export function freeName(cluster: Cluster, namespace: string, wording: string): string {
  const base = wording
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 200)
    .replace(/^-|-$/g, "");
  const isTaken = (name: string) =>
    cluster.networkPolicies.some((policy) => policy.name === name && policy.namespace === namespace);
  let name = base;
  for (let n = 2; isTaken(name); n++) name = `${base}-${n}`;
  return name;
}
