import { compile } from "../../../compile/compile.ts";
import { type Endpoint, podEndpoint } from "../../../engine/endpoints.ts";
import { type Reachability, reach } from "../../../engine/reach.ts";
import type { Cluster, NetworkPolicy, Pod, PolicyPeer } from "../../../model/cluster.ts";
import { formatSelector, type LabelSelector, type Labels, matches } from "../../../model/selector.ts";
import { labelsFor } from "../../exposure/newcomer.ts";
import { endpointIn, unseenPod, withUnseen } from "../../exposure/unseen.ts";
import type { Doors } from "../doors.ts";
import type { AttackRule, FactIndex } from "../fact.ts";
import type { Foothold } from "../foothold.ts";
import type { Grant } from "../grants.ts";
import { groupBy, type Site } from "../site.ts";
import { powerOver } from "./powers.ts";
import { namespacesWith } from "./rbac.ts";

/** A peer of an ingress rule that a label is enough to become. */
interface Latent {
  readonly policy: NetworkPolicy;
  readonly peer: PolicyPeer & { readonly kind: "pods" | "namespaces" };
  /** `shop/db, ingress rule 1`. */
  readonly words: string;
}

/**
 * PC-SPOOF and RB-NSLABEL: what NetworkPolicies let in that is not there yet: a pod with other labels, or one that is there once its
 * namespace is labelled otherwise.
 *
 * Each is tried: put into a copy of the cluster, and the engine asked. Only where somebody is granted such a power. Cost: a
 * compilation for all pods to come, and one for each selector of namespaces; a verdict for each of them and each workload it names.
 */
export function latentEdges(site: Site, doors: Doors, grants: readonly Grant[]): void {
  const latents = latentsOf(site.cluster);
  const makers = { pods: namespacesWith(site, grants, "pods"), relabel: namespacesWith(site, grants, "relabel") };
  newcomerEdges(site, doors, latents, makers);
  const relabelled = namespacesWith(site, grants, "labels");
  const selectors = groupBy(
    latents.filter(({ peer }) => peer.kind === "namespaces"),
    ({ peer }) => (peer.kind === "namespaces" ? formatSelector(peer.namespaceSelector) : ""),
  );
  if (relabelled.length > 0) for (const alike of selectors.values()) relabelEdges(site, doors, alike, relabelled);
}

function latentsOf({ networkPolicies }: Cluster): readonly Latent[] {
  return networkPolicies.flatMap((policy) =>
    policy.ingress.flatMap(({ peers }, index) =>
      (peers === "any" ? [] : peers).flatMap((peer): readonly Latent[] =>
        peer.kind === "ipBlock"
          ? []
          : [{ policy, peer, words: `${policy.namespace}/${policy.name}, ingress rule ${index + 1}` }],
      ),
    ),
  );
}

/** A pod that could be made, and the rule that would let it in. */
interface Newcomer {
  readonly pod: Pod;
  readonly latent: Latent;
}

/** The labels a rule asks for, by themselves and with those by which some policy of the namespace lets pods out. */
function newcomersIn({ cluster }: Site, namespace: string, latents: readonly Latent[]): readonly Newcomer[] {
  const labels = labelsOf(cluster, namespace);
  const leaving = cluster.networkPolicies.filter((one) => one.namespace === namespace && one.egress.length > 0);
  return latents
    .filter(({ policy, peer }) => isMeant(peer, policy, namespace, labels))
    .flatMap((latent) => {
      const { requirements } = latent.peer.podSelector;
      const ways = [[], ...leaving.map(({ podSelector }) => podSelector.requirements)];
      return ways.flatMap((more): readonly Newcomer[] => {
        const values = labelsFor({ requirements: [...requirements, ...more] });
        if (!values) return [];
        const text = [...values].map(([key, value]) => `${key}=${value}`).join(",");
        return [{ pod: unseenPod(`${namespace}/Newcomer/${text}`, { values }), latent }];
      });
    });
}

/** By who makes pods, and by who gives other labels to those there are. */
type Makers = Readonly<Record<"pods" | "relabel", readonly string[]>>;

function newcomerEdges(site: Site, doors: Doors, latents: readonly Latent[], makers: Makers): void {
  const namespaces = [...new Set([...makers.pods, ...makers.relabel])];
  const newcomers = namespaces.flatMap((namespace) => newcomersIn(site, namespace, latents));
  const pods = [...new Map(newcomers.map(({ pod }) => [pod.id, pod])).values()];
  if (pods.length === 0) return;
  const copy = new Copy(withUnseen(site.cluster, pods, new Map()), site);
  for (const { pod, latent } of newcomers) {
    const own = copy.pod(pod);
    const name = [...pod.labels.values].map(([key, value]) => `${key}=${value}`).join(",") || "no labels";
    for (const { foothold, door } of doorsBehind(site, doors, latent)) {
      const open = own && copy.reachability.connection(own, copy.endpoint(foothold)).connections;
      const isReached = site
        .inNamespace(pod.namespace)
        .some((one) => !opens(site.reachability, one, foothold).intersect(door.ports).isEmpty);
      if (!open || open.intersect(door.ports).isEmpty || isReached) continue;
      for (const power of ["pods", "relabel"] as const) {
        if (!makers[power].includes(pod.namespace)) continue;
        site.builder.add({
          ...step("PC-SPOOF", [powerOver(site, power, pod.namespace)], door.fact, latent),
          because: `a pod in ${pod.namespace} may carry ${name}, which ${latent.words} lets in to ${foothold.id}`,
          assumption: "no admission rule pins labels",
        });
      }
    }
  }
}

/** Pods that are there, and let in once their namespace has the labels of one selector. */
function relabelEdges(site: Site, doors: Doors, latents: readonly Latent[], namespaces: readonly string[]): void {
  const [first] = latents;
  if (first?.peer.kind !== "namespaces") return;
  const { namespaceSelector } = first.peer;
  const changed = new Map(
    namespaces.flatMap((name) => {
      const labels = relabelled(labelsOf(site.cluster, name), namespaceSelector);
      return labels ? [[name, labels] as const] : [];
    }),
  );
  if (changed.size === 0) return;
  const all = site.cluster.namespaces.map((one) => ({ ...one, labels: changed.get(one.name) ?? one.labels }));
  const copy = new Copy({ ...site.cluster, namespaces: all }, site);
  for (const latent of latents) {
    for (const { foothold, door } of doorsBehind(site, doors, latent)) {
      for (const source of [...changed.keys()].flatMap((name) => site.inNamespace(name))) {
        if (source === foothold || !opens(site.reachability, source, foothold).intersect(door.ports).isEmpty) continue;
        const { peer } = latent;
        if (!podsOf(source).some(({ labels }) => matches(peer.podSelector, labels).holds)) continue;
        // Other namespaces are labelled otherwise in the copy too, so only what lets the packets in is taken from it.
        const inward = copy.reachability.side(copy.endpoint(foothold), copy.endpoint(source), "ingress").connections;
        const outward = site.reachability.side(source.endpoint, foothold.endpoint, "egress").connections;
        if (inward.intersect(outward).intersect(door.ports).isEmpty) continue;
        const { namespace } = source;
        site.builder.add({
          ...step("RB-NSLABEL", [powerOver(site, "labels", namespace), source.own], door.fact, latent),
          because: `${namespace} can be labelled ${formatSelector(namespaceSelector)}, and ${latent.words} lets its pods in to ${foothold.id}`,
          assumption: "no admission rule pins the labels of namespaces",
        });
      }
    }
  }
}

function step(edge: "PC-SPOOF" | "RB-NSLABEL", needs: readonly FactIndex[], gives: FactIndex, { peer }: Latent) {
  return { edge, needs, gives, cost: 1, certainty: "assumed", evidence: [peer.span] } satisfies Partial<AttackRule>;
}

/** The doors of the workloads a rule may let somebody in to. */
function doorsBehind(site: Site, doors: Doors, { policy }: Latent) {
  return site
    .inNamespace(policy.namespace)
    .filter((foothold) => podsOf(foothold).some(({ labels }) => matches(policy.podSelector, labels).holds))
    .flatMap((foothold) => doors.of(foothold).map((door) => ({ foothold, door })));
}

/** All of its pods: those of one spec may have different labels. */
function podsOf({ endpoint }: Foothold): readonly Pod[] {
  return endpoint.members.flatMap(({ pods }) => pods);
}

function opens(reachability: Reachability, from: Foothold, to: Foothold) {
  return reachability.connection(from.endpoint, to.endpoint).connections;
}

function labelsOf({ namespaces }: Cluster, name: string): Labels {
  return namespaces.find((one) => one.name === name)?.labels ?? { values: new Map(), incomplete: true };
}

function isMeant(peer: Latent["peer"], policy: NetworkPolicy, namespace: string, labels: Labels): boolean {
  return peer.kind === "pods" ? policy.namespace === namespace : matches(peer.namespaceSelector, labels).holds;
}

/** Labels with what a selector asks for; nothing where it means them already, or asks for another name, which nobody can give. */
function relabelled(labels: Labels, selector: LabelSelector): Labels | undefined {
  const wanted = labelsFor(selector);
  if (!wanted || matches(selector, labels).holds) return undefined;
  const asked = new Set(selector.requirements.map(({ key }) => key));
  const kept = [...labels.values].filter(([key]) => !asked.has(key) || key === NAME);
  const values = new Map([...wanted, ...kept]);
  return matches(selector, { values }).holds ? { ...labels, values } : undefined;
}

/** The label the API server gives a namespace itself. */
const NAME = "kubernetes.io/metadata.name";

/** The cluster as it could be made, and where its endpoints are in it. */
class Copy {
  readonly reachability: Reachability;
  private readonly known = new Map<Foothold, Endpoint>();
  private readonly parties: ReadonlyMap<string, number>;

  constructor(cluster: Cluster, { reachability }: Site) {
    this.reachability = reach(compile(cluster, reachability.program.options).program);
    this.parties = new Map(
      this.reachability.program.parties.flatMap((party) =>
        party.kind === "pods" ? party.pods.map(({ id }) => [id, party.index] as const) : [],
      ),
    );
  }

  endpoint(foothold: Foothold): Endpoint {
    const found = this.known.get(foothold) ?? endpointIn(this.reachability.program, foothold.endpoint);
    this.known.set(foothold, found);
    return found;
  }

  pod(pod: Pod): Endpoint | undefined {
    const party = this.parties.get(pod.id);
    return party === undefined ? undefined : podEndpoint(pod, party);
  }
}
