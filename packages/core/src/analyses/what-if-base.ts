import { type Prepared, prepare } from "../compile/compile.ts";
import { splitReplicas } from "../compile/replicas.ts";
import { looseKeys, NO_WORDS } from "../compile/vocabulary.ts";
import type { Sides } from "../engine/bond-between.ts";
import { Bonds } from "../engine/bonds.ts";
import { SideTable } from "../engine/side-table.ts";
import type { Cluster, Namespace, NetworkPolicy, Pod } from "../model/cluster.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Options } from "../model/options.ts";
import { type ColumnsOf, columnsOf } from "./differences.ts";
import { nameOf } from "./edit.ts";
import { type Meaning, policiesByMeaning } from "./policy-changes.ts";
import { SharedParties } from "./shared-parties.ts";

/** What clusters that come from one another by edits have in common. */
export interface Base {
  readonly cluster: Cluster;
  readonly bonds: Bonds;
  readonly columnsOf: ColumnsOf;
  readonly policies: Objects<NetworkPolicy>;
  readonly policiesIn: ReadonlyMap<string, readonly NetworkPolicy[]>;
  /** The policies that mean other namespaces by a selector of which something holds otherwise. */
  readonly meaning: (differs: Meaning) => readonly NetworkPolicy[];
  readonly pods: Objects<Pod>;
  readonly namespaces: Objects<Namespace>;
  readonly shared: SharedParties;
}

/** By name or id. */
export type Objects<T> = ReadonlyMap<string, T>;

/** A cluster compiled to be edited, over parties among which pods that are yet to come have their classes too. */
export function opened(
  cluster: Cluster,
  options: Options,
  words = NO_WORDS,
  come: readonly Pod[] = [],
): { readonly base: Base; readonly prepared: Prepared; readonly sides: Sides } {
  // Replicas are told apart by the same words now and when they come.
  const mayCome = splitReplicas(come, words);
  const prepared = prepare({ ...cluster, pods: [...cluster.pods, ...mayCome] }, options, { more: words });
  const { program, vocabulary } = prepared;
  const pods = [...cluster.pods, ...come];
  const ordinals = new Set(pods.flatMap(({ ordinals }) => ordinals?.labels.map(({ key }) => key) ?? []));
  const sides = { egress: SideTable.of(program, "egress"), ingress: SideTable.of(program, "ingress") };
  const base: Base = {
    cluster,
    shared: new SharedParties(prepared, sides, looseKeys(vocabulary, pods), ordinals, mayCome),
    bonds: new Bonds({ egress: sides.egress.verdicts, ingress: sides.ingress.verdicts }, ConnectionSet.ALL),
    columnsOf: columnsOf(sides),
    meaning: policiesByMeaning(cluster.networkPolicies),
    policies: new Map(cluster.networkPolicies.map((policy) => [nameOf(policy), policy])),
    policiesIn: byNamespace(cluster.networkPolicies),
    pods: new Map(cluster.pods.map((pod) => [pod.id, pod])),
    namespaces: new Map(cluster.namespaces.map((namespace) => [namespace.name, namespace])),
  };
  return { base, prepared, sides };
}

function byNamespace(policies: readonly NetworkPolicy[]): ReadonlyMap<string, readonly NetworkPolicy[]> {
  const found = new Map<string, NetworkPolicy[]>();
  for (const policy of policies) {
    const home = found.get(policy.namespace);
    if (home) home.push(policy);
    else found.set(policy.namespace, [policy]);
  }
  return found;
}
