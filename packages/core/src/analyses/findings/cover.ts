import type { PolicyPeer, PolicyRule } from "../../model/cluster.ts";
import type { PortMatch } from "../../model/ports.ts";
import type { LabelSelector, Requirement } from "../../model/selector.ts";
import { numericPorts } from "./statements.ts";

/**
 * Whether what one part of a policy allows another allows too, for every pod there is or could be: judged by what is written, not by
 * which pods the input happens to have. `false` where that does not settle it.
 */

/** Every pod that `narrow` selects `wide` selects too: it asks for nothing that the other does not ask for. */
export function selectsAll(wide: LabelSelector, narrow: LabelSelector): boolean {
  return wide.requirements.every((one) => narrow.requirements.some((other) => implies(other, one)));
}

function implies(a: Requirement, b: Requirement): boolean {
  if (a.key !== b.key) return false;
  if (b.operator === "Exists") return a.operator === "In" || a.operator === "Exists";
  if (a.operator !== b.operator) return false;
  const [small, large] = b.operator === "In" ? [a.values, b.values] : [b.values, a.values];
  return small.every((value) => large.includes(value));
}

/** Every source or destination of `narrow` is one of `wide`, in policies of one namespace. */
export function coversPeer(wide: PolicyRule["peers"], narrow: PolicyPeer, namespace: string): boolean {
  return wide === "any" || wide.some((peer) => peerCovers(peer, narrow, namespace));
}

function peerCovers(wide: PolicyPeer, narrow: PolicyPeer, namespace: string): boolean {
  if (wide.kind === "ipBlock" || narrow.kind === "ipBlock")
    return wide.kind === "ipBlock" && narrow.kind === "ipBlock" && wide.addresses.includes(narrow.addresses);
  if (!selectsAll(wide.podSelector, narrow.podSelector)) return false;
  if (wide.kind === "pods") return narrow.kind === "pods" || isOnly(narrow.namespaceSelector, namespace);
  const own = { requirements: [{ key: NAME_LABEL, operator: "In" as const, values: [namespace] }] };
  return selectsAll(wide.namespaceSelector, narrow.kind === "pods" ? own : narrow.namespaceSelector);
}

const NAME_LABEL = "kubernetes.io/metadata.name";

function isOnly({ requirements }: LabelSelector, namespace: string): boolean {
  return requirements.some(
    ({ key, operator, values }) =>
      key === NAME_LABEL && operator === "In" && values.every((value) => value === namespace),
  );
}

/** Every port of `narrow` is one of `wide`; names only cover the same name. */
export function coversPorts(wide: PolicyRule["ports"], narrow: PolicyRule["ports"]): boolean {
  if (wide === "any") return true;
  if (narrow === "any") return false;
  const numbers = numericPorts({ ports: wide }).includes(numericPorts({ ports: narrow }));
  const named = (ports: readonly PortMatch[]) =>
    ports.flatMap((port) => (port.kind === "named" ? `${port.protocol ?? ""} ${port.name}` : []));
  return numbers && named(narrow).every((name) => named(wide).includes(name));
}
