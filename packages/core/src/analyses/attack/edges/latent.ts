import { compile } from "../../../compile/compile.ts";
import { podEndpoint } from "../../../engine/endpoints.ts";
import { type Reachability, reach } from "../../../engine/reach.ts";
import type { Cluster, Pod } from "../../../model/cluster.ts";
import { formatSelector, type LabelSelector, type Labels, matches, type Requirement } from "../../../model/selector.ts";
import type { Span } from "../../../model/source.ts";
import { UNWRITTEN } from "../../edit.ts";
import { labelsFor } from "../../exposure/newcomer.ts";
import { unseenPod, withUnseen } from "../../exposure/unseen.ts";
import type { Doors } from "../doors.ts";
import type { AttackRule, FactIndex } from "../fact.ts";
import type { Foothold } from "../foothold.ts";
import type { Grant } from "../grants.ts";
import { groupBy } from "../group-by.ts";
import { Plane } from "../planes.ts";
import type { Site } from "../site.ts";
import { powerOver } from "./powers.ts";
import { namespacesWith } from "./rbac.ts";

/** A peer of an ingress rule that a label is enough to become, or none, for who only has to be there. */
interface Latent {
  /** What its namespace has to be labelled; absent where it has to be the policy's own. */
  readonly namespaces?: LabelSelector;
  readonly home?: string;
  readonly pods: LabelSelector;
  /** The workloads the rule lets somebody in to. */
  readonly subjects: readonly Foothold[];
  /** `shop/db, ingress rule 1`. */
  readonly words: string;
  readonly span: Span;
}

/**
 * PC-SPOOF and RB-NSLABEL: what policies let in that is not there yet: a pod with other labels, or one that is there once its
 * namespace is labelled otherwise. Peers of NetworkPolicies are tried, those of admin policies that allow or pass on, and a plain pod in
 * namespaces that have none on the pod network.
 *
 * Each is tried: put into a copy of the cluster, and the engine asked. Only where somebody is granted such a power. Cost: a
 * compilation for all pods to come, and one for each selector of namespaces; a verdict for each of them and each workload it names.
 */
export function latentEdges(site: Site, doors: Doors, grants: readonly Grant[]): void {
  const makers = { pods: namespacesWith(site, grants, "pods"), relabel: namespacesWith(site, grants, "relabel") };
  const relabelled = namespacesWith(site, grants, "labels");
  if (makers.pods.length + makers.relabel.length + relabelled.length === 0) return;
  const latents = latentsOf(site);
  newcomerEdges(site, doors, latents, makers);
  const selectors = groupBy(
    latents.filter(({ namespaces }) => namespaces !== undefined),
    ({ namespaces }) => (namespaces ? formatSelector(namespaces) : ""),
  );
  if (relabelled.length > 0) for (const alike of selectors.values()) relabelEdges(site, doors, alike, relabelled);
}

function latentsOf(site: Site): readonly Latent[] {
  const { networkPolicies, adminPolicies } = site.cluster;
  const ofNamespaces = networkPolicies.flatMap((policy) => {
    const subjects = site.inNamespace(policy.namespace).filter((one) => isSelected(one, policy.podSelector));
    return policy.ingress.flatMap(({ peers }, index) =>
      (peers === "any" ? [] : peers).flatMap((peer): readonly Latent[] => {
        if (peer.kind === "ipBlock") return [];
        const words = `${policy.namespace}/${policy.name}, ingress rule ${index + 1}`;
        const where = peer.kind === "pods" ? { home: policy.namespace } : { namespaces: peer.namespaceSelector };
        return [{ ...where, pods: peer.podSelector, subjects, words, span: peer.span }];
      }),
    );
  });
  const ofCluster = adminPolicies.flatMap((policy) => {
    const meant = site.namespaces.filter(
      (name) => matches(policy.subject.namespaceSelector, labelsOf(site.cluster, name)).holds,
    );
    const subjects = meant
      .flatMap((name) => site.inNamespace(name))
      .filter((one) => isSelected(one, policy.subject.podSelector));
    return policy.ingress.flatMap(({ action, peers }, index) =>
      (action === "deny" ? [] : peers).flatMap((peer): readonly Latent[] => {
        if (peer.kind !== "pods") return [];
        const words = `${policy.kind} ${policy.name}, ingress rule ${index + 1}`;
        const { namespaceSelector: namespaces, podSelector: pods } = peer;
        return [{ namespaces, pods, subjects, words, span: peer.span }];
      }),
    );
  });
  return [...ofNamespaces, ...ofCluster];
}

/** Whether some pod of a workload is selected. */
function isSelected(foothold: Foothold, selector: LabelSelector): boolean {
  return podsOf(foothold).some(({ labels }) => matches(selector, labels).holds);
}

/** A pod that could be made, and the rule that would let it in. */
interface Newcomer {
  readonly pod: Pod;
  readonly latent: Latent;
}

/** The labels a rule asks for, by themselves and with those by which policies of the namespace let pods out, or do not mean them. */
function newcomersIn(site: Site, namespace: string, latents: readonly Latent[]): readonly Newcomer[] {
  const { cluster } = site;
  const labels = labelsOf(cluster, namespace);
  const own = cluster.networkPolicies.filter(
    (one) => one.namespace === namespace && one.policyTypes.includes("egress"),
  );
  const ways = [
    [],
    ...own.filter(({ egress }) => egress.length > 0).map(({ podSelector }) => podSelector.requirements),
    ...own.flatMap(({ podSelector }) => podSelector.requirements.flatMap(dodging)),
  ];
  const isBare = !site.inNamespace(namespace).some((one) => podsOf(one).some(({ network }) => network === "pod"));
  const plain: Latent = {
    pods: { requirements: [] },
    home: namespace,
    subjects: site.footholds,
    words: "what policies say of any pod there",
    span: UNWRITTEN,
  };
  return [...latents.filter((one) => isMeant(one, namespace, labels)), ...(isBare ? [plain] : [])].flatMap((latent) =>
    ways.flatMap((more): readonly Newcomer[] => {
      const values = labelsFor({ requirements: [...latent.pods.requirements, ...more] });
      if (!values) return [];
      const text = [...values].map(([key, value]) => `${key}=${value}`).join(",");
      return [{ pod: unseenPod(`${namespace}/Newcomer/${text}`, { values }), latent }];
    }),
  );
}

/** What a label has to be for a selector that asks for its absence not to hold. */
function dodging({ key, operator, values }: Requirement): readonly (readonly Requirement[])[] {
  if (operator === "DoesNotExist") return [[{ key, operator: "Exists", values: [] }]];
  return operator === "NotIn" ? [[{ key, operator: "In", values }]] : [];
}

/** By who makes pods, and by who gives other labels to those there are. */
type Makers = Readonly<Record<"pods" | "relabel", readonly string[]>>;

function newcomerEdges(site: Site, doors: Doors, latents: readonly Latent[], makers: Makers): void {
  const namespaces = [...new Set([...makers.pods, ...makers.relabel])];
  const newcomers = namespaces.flatMap((namespace) => newcomersIn(site, namespace, latents));
  const pods = [...new Map(newcomers.map(({ pod }) => [pod.id, pod])).values()];
  if (pods.length === 0) return;
  const copy = copyOf(withUnseen(site.cluster, pods, new Map()), site);
  const parties = new Map(
    copy.reachability.program.parties.flatMap((party) =>
      party.kind === "pods" ? party.pods.map(({ id }) => [id, party.index] as const) : [],
    ),
  );
  for (const { pod, latent } of newcomers) {
    const party = parties.get(pod.id);
    if (party === undefined) continue;
    const own = podEndpoint(pod, party);
    const name = [...pod.labels.values].map(([key, value]) => `${key}=${value}`).join(",") || "no labels";
    for (const foothold of latent.subjects) {
      const open = copy.reachability.connection(own, copy.endpoint(foothold.endpoint)).connections;
      for (const door of doors.of(foothold)) {
        const isReached = () =>
          site
            .inNamespace(pod.namespace)
            .some((one) => !opens(site.reachability, one, foothold).intersect(door.ports).isEmpty);
        if (open.intersect(door.ports).isEmpty || isReached()) continue;
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
}

/** Pods that are there, and let in once their namespace has the labels of one selector. */
function relabelEdges(site: Site, doors: Doors, latents: readonly Latent[], namespaces: readonly string[]): void {
  const [{ namespaces: selector } = {}] = latents;
  if (!selector) return;
  const changed = new Map(
    namespaces.flatMap((name) => {
      const labels = relabelled(labelsOf(site.cluster, name), selector);
      return labels ? [[name, labels] as const] : [];
    }),
  );
  if (changed.size === 0) return;
  const all = site.cluster.namespaces.map((one) => ({ ...one, labels: changed.get(one.name) ?? one.labels }));
  const copy = copyOf({ ...site.cluster, namespaces: all }, site);
  const sources = [...changed.keys()].flatMap((name) => site.inNamespace(name));
  for (const latent of latents) {
    for (const source of sources.filter((one) => isSelected(one, latent.pods))) {
      const { namespace } = source;
      for (const foothold of latent.subjects.filter((one) => one !== source)) {
        // Other namespaces are labelled otherwise in the copy too, so only what lets the packets in is taken from it.
        const inward = copy.reachability.side(
          copy.endpoint(foothold.endpoint),
          copy.endpoint(source.endpoint),
          "ingress",
        ).connections;
        const outward = site.reachability.side(source.endpoint, foothold.endpoint, "egress").connections;
        const gained = inward.intersect(outward).subtract(opens(site.reachability, source, foothold));
        for (const door of doors.of(foothold).filter(({ ports }) => !gained.intersect(ports).isEmpty)) {
          if (!opens(site.reachability, source, foothold).intersect(door.ports).isEmpty) continue;
          site.builder.add({
            ...step("RB-NSLABEL", [powerOver(site, "labels", namespace), source.own], door.fact, latent),
            because: `${namespace} can be labelled ${formatSelector(selector)}, and ${latent.words} lets its pods in to ${foothold.id}`,
            assumption: "no admission rule pins the labels of namespaces",
          });
        }
      }
    }
  }
}

function step(edge: "PC-SPOOF" | "RB-NSLABEL", needs: readonly FactIndex[], gives: FactIndex, { span }: Latent) {
  const evidence = span === UNWRITTEN ? [] : [span];
  return { edge, needs, gives, cost: 1, certainty: "assumed", evidence } satisfies Partial<AttackRule>;
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

function isMeant({ home, namespaces }: Latent, namespace: string, labels: Labels): boolean {
  return namespaces ? matches(namespaces, labels).holds : home === namespace;
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

/** The cluster as it could be made. */
function copyOf(cluster: Cluster, { reachability: { program } }: Site): Plane {
  return new Plane(reach(compile(cluster, program.options).program), program);
}
