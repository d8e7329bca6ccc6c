import type { Cluster } from "../model/cluster.ts";
import type { Family } from "../model/flow.ts";
import { type IpSet, parseAddress } from "../model/ip.ts";
import type { LabelSelector } from "../model/selector.ts";
import type { PodSelector, PolicyDraft, TierDraft } from "./draft.ts";

/** Everything policies can tell pods and addresses apart by. What none of them mentions cannot make a difference. */
export interface Vocabulary {
  /** Pod label keys, each with the values some selector mentions. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly portNames: ReadonlySet<string>;
  /** Distinct address sets. */
  readonly addresses: readonly IpSet[];
  /** Families of the addresses that pods are seen to have; empty where none is. */
  readonly families: ReadonlySet<Family>;
}

export function vocabularyOf(
  policies: readonly PolicyDraft[],
  tiers: readonly TierDraft[],
  clusters: readonly Cluster[],
): Vocabulary {
  const labels = new Map<string, Set<string>>();
  const portNames = new Set<string>();
  const addresses = new Map<string, IpSet>();
  const seen = new Set<LabelSelector>();
  const mention = ({ pods }: PodSelector) => {
    if (!seen.has(pods)) mentionLabels(pods, labels);
    seen.add(pods);
  };
  for (const { subject } of policies) mention(subject);
  for (const { rules } of tiers) {
    for (const { peers, ports } of rules) {
      for (const peer of peers === "any" ? [] : peers) {
        if (peer.kind === "pods") mention(peer.selector);
        if (peer.kind === "addresses") addresses.set(keyOf(peer.addresses), peer.addresses);
      }
      for (const port of ports === "any" ? [] : ports) if (port.kind === "named") portNames.add(port.name);
    }
  }
  const families = clusters.flatMap(({ pods }) =>
    pods.flatMap((pod) => pod.addresses.flatMap((text) => parseAddress(text)?.family ?? [])),
  );
  return { labels, portNames, addresses: [...addresses.values()], families: new Set(families) };
}

/** Equal sets, equal keys. */
export function keyOf(addresses: IpSet): string {
  return addresses.ranges.join(";");
}

function mentionLabels({ requirements }: LabelSelector, labels: Map<string, Set<string>>): void {
  for (const { key, values } of requirements) {
    const mentioned = labels.get(key) ?? new Set();
    for (const value of values) mentioned.add(value);
    labels.set(key, mentioned);
  }
}
