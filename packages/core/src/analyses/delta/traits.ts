import type { Endpoint } from "../../engine/endpoints.ts";
import type { Cluster, Pod } from "../../model/cluster.ts";
import { textOf } from "./policy-versions.ts";

/** What policies can tell of an endpoint besides its name. */
export type Trait = "labels" | "ports" | "addresses" | "network" | "namespace labels";

/** The traits in which an endpoint differs between two clusters. Cost: one look at each of its pods. */
export function changedTraits(before: Endpoint, old: Cluster, after: Endpoint, now: Cluster): readonly Trait[] {
  const [was, is] = [traitsOf(before, old), traitsOf(after, now)];
  return [...was].flatMap(([trait, said]) => (is.get(trait) === said ? [] : [trait]));
}

/** Whether two clusters differ in nothing but policies, as far as verdicts go. Cost: one look at each object that is not shared. */
export function haveSameObjects(before: Cluster, after: Cluster): boolean {
  return (
    isSame(before.pods, after.pods, ({ spec: _s, annotations: _a, readiness: _r, ...pod }) => pod) &&
    isSame(before.namespaces, after.namespaces, ({ name, labels }) => [name, labels]) &&
    isSame(before.nodes, after.nodes, ({ name, labels, addresses }) => [name, labels, addresses])
  );
}

function isSame<T>(before: readonly T[], after: readonly T[], read: (one: T) => unknown): boolean {
  return (
    before.length === after.length &&
    before.every((one, i) => {
      const other = after[i];
      return other !== undefined && (one === other || textOf(read(one)) === textOf(read(other)));
    })
  );
}

function traitsOf({ members, namespace }: Endpoint, cluster: Cluster): ReadonlyMap<Trait, string> {
  const pods = members.flatMap((member) => member.pods);
  const all = (read: (pod: Pod) => unknown) => [...new Set(pods.map((pod) => textOf(read(pod))))].sort().join("\n");
  const own = cluster.namespaces.find(({ name }) => name === namespace)?.labels;
  return new Map([
    ["labels", all(({ labels }) => sortedLabels(labels.values))],
    ["ports", all(({ ports }) => ports)],
    ["addresses", all(({ addresses, nodeAddresses }) => [addresses, nodeAddresses])],
    ["network", all(({ network }) => network)],
    ["namespace labels", textOf(own && [sortedLabels(own.values), own.incomplete ?? false])],
  ]);
}

function sortedLabels(values: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1));
}
