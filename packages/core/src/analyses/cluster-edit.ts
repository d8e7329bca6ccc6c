import type { Cluster, Namespace, NetworkPolicy, Pod, Workload } from "../model/cluster.ts";
import { ascending } from "../model/order.ts";
import { NAME_LABEL, undeclaredNamespace } from "../parse/namespace.ts";
import { nameOf } from "./edit.ts";

/** One NetworkPolicy before and after: without the one it is new, without the other it is gone. */
export interface PolicyEdit {
  readonly kind?: "policy";
  readonly before?: NetworkPolicy;
  readonly after?: NetworkPolicy;
}

/** One pod before and after. What has another id is another pod; one that is there already under the id of `after` is replaced. */
export interface PodEdit {
  readonly kind: "pod";
  readonly before?: Pod;
  readonly after?: Pod;
}

/** One namespace before and after. With a namespace that goes, its pods and NetworkPolicies go too. */
export interface NamespaceEdit {
  readonly kind: "namespace";
  readonly before?: Namespace;
  readonly after?: Namespace;
}

export type ClusterEdit = PolicyEdit | PodEdit | NamespaceEdit;

/** What becomes of the objects that edits touch, by name or id; nothing of those that go. */
export interface Change {
  readonly policies: ReadonlyMap<string, NetworkPolicy | undefined>;
  readonly pods: ReadonlyMap<string, Pod | undefined>;
  readonly namespaces: ReadonlyMap<string, Namespace | undefined>;
}

export const NO_CHANGE: Change = { policies: new Map(), pods: new Map(), namespaces: new Map() };

/** What two changes come to, one after the other. */
export function inTurn(first: Change, second: Change): Change {
  return {
    policies: new Map([...first.policies, ...second.policies]),
    pods: new Map([...first.pods, ...second.pods]),
    namespaces: new Map([...first.namespaces, ...second.namespaces]),
  };
}

/** What there is before an edit. */
export interface Present {
  hasNamespace(name: string): boolean;
  podsIn(namespace: string): Iterable<Pod>;
  policiesIn(namespace: string): Iterable<NetworkPolicy>;
}

const byId = ({ id }: { readonly id: string }) => id;
const byName = ({ name }: { readonly name: string }) => name;

/** What edits come to, made one after the other. A pod in a namespace nobody declares brings along one without known labels. */
export function changeOf(edits: readonly ClusterEdit[], present: Present): Change {
  const policies = new Map<string, NetworkPolicy | undefined>();
  const pods = new Map<string, Pod | undefined>();
  const namespaces = new Map<string, Namespace | undefined>();
  const remove = (namespace: string) => {
    for (const { id } of [...present.podsIn(namespace), ...standing(pods, namespace)]) pods.set(id, undefined);
    for (const policy of [...present.policiesIn(namespace), ...standing(policies, namespace)])
      policies.set(nameOf(policy), undefined);
  };
  for (const edit of edits) {
    if (edit.kind === "pod") replace(pods, edit, byId);
    else if (edit.kind === "namespace") {
      const { before, after } = edit;
      const gone = replace(namespaces, { ...(before && { before }), ...(after && { after: named(after) }) }, byName);
      if (gone !== undefined) remove(gone);
    } else replace(policies, edit, nameOf);
  }
  for (const pod of pods.values()) {
    const name = pod?.namespace;
    if (name === undefined || namespaces.get(name)) continue;
    if (namespaces.has(name) || !present.hasNamespace(name)) namespaces.set(name, undeclaredNamespace(name));
  }
  return { policies, pods, namespaces };
}

/** Writes down what becomes of an object; returns the name of one that goes and is not replaced. */
function replace<T>(
  objects: Map<string, T | undefined>,
  { before, after }: { readonly before?: T; readonly after?: T },
  keyOf: (object: T) => string,
): string | undefined {
  const gone = before && keyOf(before);
  if (gone !== undefined) objects.set(gone, undefined);
  if (after) objects.set(keyOf(after), after);
  return gone !== undefined && objects.get(gone) === undefined ? gone : undefined;
}

function standing<T extends { readonly namespace: string }>(
  objects: ReadonlyMap<string, T | undefined>,
  namespace: string,
): T[] {
  return [...objects.values()].filter((object): object is T => object?.namespace === namespace);
}

/** A cluster gives every namespace the label with its name, whatever is asked for. */
function named(namespace: Namespace): Namespace {
  const { name, labels } = namespace;
  if (labels.values.get(NAME_LABEL) === name) return namespace;
  return { ...namespace, labels: { ...labels, values: new Map(labels.values).set(NAME_LABEL, name) } };
}

/** A cluster once a change is made, its lists in order. Workloads come and go with their pods. Cost: one look at each object. */
export function changed(cluster: Cluster, { policies, pods, namespaces }: Change): Cluster {
  const next = {
    ...cluster,
    networkPolicies: laidOver(cluster.networkPolicies, policies, nameOf),
    namespaces: laidOver(cluster.namespaces, namespaces, byName),
  };
  if (pods.size === 0) return next;
  const present = laidOver(cluster.pods, pods, byId);
  return { ...next, pods: present, workloads: workloadsOf(cluster, present) };
}

function workloadsOf({ workloads, pods: before }: Cluster, pods: readonly Pod[]): readonly Workload[] {
  const had = new Set(before.map(({ workload }) => workload));
  const has = new Set(pods.map(({ workload }) => workload));
  const known = new Set(workloads.map(({ id }) => id));
  const come = pods.filter(({ workload }) => !known.has(workload)).map(workloadOf);
  const kept = workloads.filter(({ id }) => has.has(id) || !had.has(id));
  return laidOver(kept, new Map(come.map((workload) => [workload.id, workload])), byId);
}

function workloadOf({ workload: id, span }: Pod): Workload {
  const [namespace = "", kind = "", name = ""] = id.split("/");
  return { id, namespace, kind, name, labels: new Map(), annotations: new Map(), span };
}

function laidOver<T>(
  objects: readonly T[],
  over: ReadonlyMap<string, T | undefined>,
  keyOf: (object: T) => string,
): readonly T[] {
  if (over.size === 0) return objects;
  const kept = objects.filter((object) => !over.has(keyOf(object)));
  const come = [...over.values()].filter((object) => object !== undefined);
  return [...kept, ...come]
    .map((object) => ({ object, key: keyOf(object) }))
    .sort((a, b) => ascending(a.key, b.key))
    .map(({ object }) => object);
}
