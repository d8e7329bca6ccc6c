import type { AdminPolicy, Cluster, NetworkPolicy, UnusedPolicy } from "../../model/cluster.ts";
import { ascending } from "../../model/order.ts";
import type { PolicyRef } from "../../model/program.ts";

/** A policy that two clusters have in different versions, or only one of them has. */
export interface EditedPolicy {
  /** Kind, namespace and name: what makes it one policy. */
  readonly key: PolicyKey;
  readonly before?: PolicyRef;
  readonly after?: PolicyRef;
}

/** `Kind/namespace/name`, or `Kind/name`. */
export type PolicyKey = string;

type AnyPolicy = NetworkPolicy | AdminPolicy | UnusedPolicy;

/** The policies that differ in what they say, wherever they are written, sorted by key. */
export function editedPolicies(before: Cluster, after: Cluster): readonly EditedPolicy[] {
  const [old, now] = [versions(before), versions(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort(ascending).flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    if (was && is && was.said === is.said) return [];
    return [{ key, ...(was && { before: was.ref }), ...(is && { after: is.ref }) }];
  });
}

/** A cluster with some policies as another has them, or without them where it has none. */
export function withVersionsOf(other: Cluster, cluster: Cluster, keys: ReadonlySet<PolicyKey>): Cluster {
  const mixed = <P extends AnyPolicy>(own: readonly P[], theirs: readonly P[]): readonly P[] =>
    [...own.filter((policy) => !keys.has(keyOf(policy))), ...theirs.filter((policy) => keys.has(keyOf(policy)))].sort(
      byName,
    );
  return {
    ...cluster,
    networkPolicies: mixed(cluster.networkPolicies, other.networkPolicies),
    adminPolicies: mixed(cluster.adminPolicies, other.adminPolicies),
    unusedPolicies: mixed(cluster.unusedPolicies, other.unusedPolicies),
  };
}

/** The key of a policy a rule or an isolation refers to. */
export function keyOfRef({ kind, namespace, name }: Omit<PolicyRef, "span">): PolicyKey {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

function keyOf(policy: AnyPolicy): PolicyKey {
  return keyOfRef(refOf(policy));
}

function refOf(policy: AnyPolicy): PolicyRef {
  const { name, span } = policy;
  const kind = "kind" in policy ? policy.kind : "NetworkPolicy";
  const namespace = "namespace" in policy ? policy.namespace : undefined;
  return { kind, name, span, ...(namespace !== undefined && { namespace }) };
}

/** As {@link parse} sorts them. */
function byName(a: AnyPolicy, b: AnyPolicy): number {
  const [one, other] = [refOf(a), refOf(b)];
  const name = ({ namespace, name }: PolicyRef) => (namespace === undefined ? name : `${namespace}/${name}`);
  return ascending(name(one), name(other)) || ascending(one.kind, other.kind);
}

interface Version {
  readonly ref: PolicyRef;
  readonly said: string;
}

/** Several rejected or unsupported objects may share a name: together they are one version. */
function versions(cluster: Cluster): ReadonlyMap<PolicyKey, Version> {
  const found = new Map<PolicyKey, Version>();
  for (const policy of [...cluster.networkPolicies, ...cluster.adminPolicies, ...cluster.unusedPolicies]) {
    const key = keyOf(policy);
    const known = found.get(key);
    found.set(key, { ref: known?.ref ?? refOf(policy), said: `${known?.said ?? ""}${wordsOf(policy)}` });
  }
  return found;
}

/** All that a policy means, without places and without what only matters to people. */
function wordsOf(policy: AnyPolicy): string {
  const { span: _s, ...said } = policy;
  if ("policyTypes" in said) {
    const { oddities: _o, strangers: _s, annotations: _a, policyTypesWritten: _w, ...meant } = said;
    return textOf({ ...meant, policyTypes: [...meant.policyTypes].sort() });
  }
  return textOf(said);
}

/** The same text for the same content; places are left out at every depth. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (name, part: unknown) => {
    if (name === "span") return undefined;
    if (typeof part === "bigint") return `${part}`;
    return part instanceof Map || part instanceof Set ? [...part] : part;
  });
}
