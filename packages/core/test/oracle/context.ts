import type { AdminPeer, Cluster, PolicyPeer } from "../../src/model/cluster.ts";
import type { Family, Protocol } from "../../src/model/flow.ts";
import type { Options } from "../../src/model/options.ts";
import type { LabelSelector } from "../../src/model/selector.ts";
import type { Service } from "../../src/model/service.ts";
import type { Address } from "./addresses.ts";
import { selects } from "./labels.ts";
import { everyPod, type SinglePod } from "./pods.ts";
import { byDefault, type World } from "./worlds.ts";

export interface OracleFlow {
  readonly source: OracleEnd;
  readonly destination: OracleDestination;
  /** `other` is any protocol without ports, such as ICMP. */
  readonly protocol: Protocol | "other";
  readonly port?: number;
  readonly family?: Family;
}

/** A pod by its id, with the replica (from 0) where the pod stands for several; or an address. */
export type OracleEnd = { readonly pod: string; readonly replica?: number } | { readonly address: string };

/** Where a flow goes: an end, or a Service by `namespace/name`, on a port of its own, and there to any endpoint or one `of` some. */
export type OracleDestination = OracleEnd | { readonly service: string; readonly of?: readonly PortOfEnd[] };

/** Behind a Service the same address may stand with several ports. */
export interface PortOfEnd {
  readonly end: OracleEnd;
  readonly port: number;
}

export type Endpoint =
  | { readonly kind: "pod"; readonly pod: SinglePod; readonly family?: Family }
  /** `node`: another than the pod's at the other end; of an `unknown` one the input does not show where in its family the address is. */
  | { readonly kind: "address"; readonly address: Address; readonly node?: "other" | "unknown" };

/** What one connection is: endpoints, one family, one protocol and port. */
export interface Connection {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly protocol: Protocol | "other";
  /** On the pod it ends at. */
  readonly port: number | undefined;
  readonly family: Family;
  /** The Service that was dialled. */
  readonly via?: Service;
}

/** The addresses in a CIDR and in none of its exceptions. */
export interface Block {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** All that a rule may have to look at besides the connection. */
export interface Setting {
  readonly cluster: Cluster;
  readonly options: Options;
  readonly everybody: readonly SinglePod[];
  /** The values that some selector of the cluster names, by key: what an unknown value may turn out to be. */
  readonly asked: ReadonlyMap<string, readonly string[]>;
  /** Every block that some policy of the cluster names. */
  readonly blocks: readonly Block[];
}

export interface Context extends Setting {
  readonly world: World;
}

export function settingOf(cluster: Cluster, options: Options): Setting {
  return { cluster, options, everybody: everyPod(cluster), asked: askedValues(cluster), blocks: everyBlock(cluster) };
}

function askedValues(cluster: Cluster): Map<string, string[]> {
  const selectors = cluster.networkPolicies.map(({ podSelector }) => podSelector);
  for (const peer of everyPeer(cluster)) {
    if (peer.kind === "pods") selectors.push(peer.podSelector);
    if (peer.kind === "namespaces") selectors.push(peer.namespaceSelector, peer.podSelector);
  }
  for (const { subject } of cluster.adminPolicies) selectors.push(subject.namespaceSelector, subject.podSelector);
  for (const peer of everyAdminPeer(cluster)) {
    if (peer.kind === "pods") selectors.push(peer.namespaceSelector, peer.podSelector);
    if (peer.kind === "nodes") selectors.push(peer.selector);
  }
  const asked = new Map<string, string[]>();
  for (const { key, values } of selectors.flatMap(({ requirements }) => requirements)) {
    asked.set(key, [...new Set([...(asked.get(key) ?? []), ...values])]);
  }
  return asked;
}

function everyBlock(cluster: Cluster): Block[] {
  const blocks: Block[] = everyPeer(cluster).flatMap((peer) => (peer.kind === "ipBlock" ? [peer] : []));
  for (const peer of everyAdminPeer(cluster)) {
    if (peer.kind === "networks") blocks.push(...peer.cidrs.map((cidr) => ({ cidr, except: [] })));
    if (peer.kind === "nodes") blocks.push(...addressesOfNodes(peer.selector, cluster));
  }
  return blocks;
}

function addressesOfNodes(selector: LabelSelector, { nodes }: Cluster): Block[] {
  return nodes
    .filter(({ name, labels }) => selects(selector, labels, name, new Map(), byDefault))
    .flatMap(({ addresses }) => addresses)
    .map((address) => ({ cidr: `${address}/${address.includes(":") ? 128 : 32}`, except: [] }));
}

/** CNP-18: beside a peer nobody recognises, the others have no effect. */
function everyAdminPeer({ adminPolicies }: Cluster): AdminPeer[] {
  return adminPolicies
    .flatMap(({ ingress, egress }) => [...ingress, ...egress])
    .flatMap(({ peers }) => (peers.some(({ kind }) => kind === "unrecognised") ? [] : peers));
}

/** NP-12: rules of a direction that the policy does not list have no effect. */
function everyPeer(cluster: Cluster): PolicyPeer[] {
  const peers: PolicyPeer[] = [];
  for (const policy of cluster.networkPolicies) {
    for (const direction of policy.policyTypes) {
      for (const rule of policy[direction]) {
        if (rule.peers !== "any") peers.push(...rule.peers);
      }
    }
  }
  return peers;
}
