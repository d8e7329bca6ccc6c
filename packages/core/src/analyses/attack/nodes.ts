import type { Cluster, Node } from "../../model/cluster.ts";
import { IpSet, parseAddress } from "../../model/ip.ts";
import type { Span } from "../../model/source.ts";
import { mayRunOn } from "../scheduling.ts";
import type { FactIndex } from "./fact.ts";
import type { Foothold } from "./foothold.ts";
import type { GraphBuilder } from "./graph.ts";
import { groupBy } from "./group-by.ts";

/** What is known of where pods run. */
export class Nodes {
  /** Names of nodes, sorted. */
  readonly names: readonly string[];
  private readonly byNode = new Map<string, Foothold[]>();
  private readonly objects: ReadonlyMap<string, Node>;
  private readonly addresses: ReadonlyMap<string, IpSet>;

  constructor(
    cluster: Cluster,
    footholds: readonly Foothold[],
    private readonly builder: GraphBuilder,
  ) {
    this.objects = new Map(cluster.nodes.map((node) => [node.name, node]));
    this.addresses = addressesIn(cluster);
    for (const foothold of footholds) {
      for (const node of this.of(foothold)) {
        const there = this.byNode.get(node);
        if (there) there.push(foothold);
        else this.byNode.set(node, [foothold]);
      }
    }
    const running = cluster.pods.flatMap(({ node }) => node ?? []);
    this.names = [...new Set([...cluster.nodes.map(({ name }) => name), ...running])].sort();
  }

  /** The nodes a foothold is known to run on; {@link SOME_NODE} where the input does not place all of its pods. */
  of({ endpoint }: Foothold): readonly string[] {
    const nodes = endpoint.members.flatMap(({ pods }) => pods.map(({ node }) => node ?? SOME_NODE));
    return [...new Set(nodes)].sort();
  }

  /** Controlling a node. */
  root(name: string): FactIndex {
    return this.builder.fact("root", nodeName(name));
  }

  /** Every node there is a fact about: those known, and the one that stands for all that are not. */
  get all(): readonly string[] {
    return [...this.names, SOME_NODE];
  }

  /** Its own addresses, as far as the input gives them; those of its host-network pods are its own. */
  addressesOf(name: string): IpSet {
    return this.addresses.get(name) ?? IpSet.NONE;
  }

  /** The footholds with a pod on this very node. */
  on(name: string): readonly Foothold[] {
    return this.byNode.get(name) ?? [];
  }

  /** The Node object, where the input has it. */
  spansOf(name: string): readonly Span[] {
    const node = this.objects.get(name);
    return node ? [node.span] : [];
  }

  /** Whether a pod of a foothold may be on a node, which its labels and taints may forbid. */
  mayHave(name: string, { pods }: Foothold): boolean {
    const node = this.objects.get(name);
    return !node || pods.some(({ spec }) => mayRunOn(spec, node));
  }

  /** Whether a foothold has a pod on every node that lets it. */
  isEverywhere({ kind, pods }: Foothold): boolean {
    return kind === "DaemonSet" && pods.every(({ spec }) => spec.nodeSelector.size === 0 && !spec.nodeAffinity);
  }
}

function addressesIn({ nodes, pods }: Cluster): ReadonlyMap<string, IpSet> {
  const shown = [
    ...nodes.map(({ name, addresses }) => ({ name, addresses })),
    ...pods.map(({ node, nodeAddresses }) => ({ name: node ?? SOME_NODE, addresses: nodeAddresses })),
  ].filter(({ name, addresses }) => name !== SOME_NODE && addresses.length > 0);
  return new Map(
    [...groupBy(shown, ({ name }) => name)].map(([name, own]) => {
      const points = own.flatMap(({ addresses }) => addresses.flatMap((text) => parseAddress(text)?.point ?? []));
      return [name, IpSet.of(points.map((point) => [point, point + 1n]))];
    }),
  );
}

/** Stands for whichever node a pod is put on, where the input does not say. */
export const SOME_NODE = "*";

/** `node:n1`; `node:*` for some node. */
export function nodeName(name: string): string {
  return `node:${name}`;
}
