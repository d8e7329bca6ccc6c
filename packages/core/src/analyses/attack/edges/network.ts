import { ConnectionSet } from "../../../model/connections.ts";
import { IpSet, parseCidr, publicAddresses } from "../../../model/ip.ts";
import type { Doors } from "../doors.ts";
import { easiest } from "../doors.ts";
import { type EntryPoint, INTERNET } from "../entry-points.ts";
import type { FactIndex } from "../fact.ts";
import type { Foothold } from "../foothold.ts";
import { nodeName, SOME_NODE } from "../nodes.ts";
import { gained, type Outlook } from "../outlook.ts";
import type { Site } from "../site.ts";

/** EXPOSE: packets from outside reach what an entry point leads to, unless policies stop them all. */
export function exposeEdges({ builder, footholds }: Site, doors: Doors, entries: readonly EntryPoint[]): void {
  const world = builder.fact("send", INTERNET);
  const byId = new Map(footholds.map((foothold) => [foothold.id, foothold]));
  for (const { object, workload, controller, open, standing, provenance, assumptions, span } of entries) {
    const foothold = byId.get(workload);
    if (!foothold || standing === "blocked") continue;
    const hands = controller === undefined ? undefined : byId.get(controller);
    for (const door of doors.of(foothold)) {
      // Requests come with the identity of what hands them on; where that is not known, with one that is let in.
      const isLetIn =
        hands?.pods.some(({ spec }) =>
          door.guard?.admits({ namespace: hands.namespace, name: spec.serviceAccountName }),
        ) ??
        (provenance === "declared" || object.includes(" → "));
      const asked = open.intersect(door.ports);
      if (asked.isEmpty) continue;
      builder.add({
        edge: "EXPOSE",
        needs: [world],
        gives: isLetIn ? door.inside : door.fact,
        cost: 0,
        certainty: standing,
        because:
          provenance === "declared"
            ? `${object} declares ${foothold.id} an entry point`
            : `${object} leads to ${asked} of ${foothold.id}, and policies let it through`,
        ...(standing !== "proved" && assumptions.length > 0 && { assumption: assumptions.join("; ") }),
        evidence: [span],
      });
    }
  }
}

/** HOSTNET and LOCAL: a pod of the host network sends as its node, and nothing keeps a node from its own pods. */
export function hostNetworkEdges(site: Site, doors: Doors): void {
  const { builder, footholds, nodes } = site;
  for (const foothold of footholds) {
    const pod = foothold.pods.find(({ network }) => network === "host");
    if (!pod) continue;
    const at = pod.spec.places.hostNetwork ?? pod.span;
    for (const node of nodes.of(foothold)) {
      builder.add({
        edge: "HOSTNET",
        needs: [foothold.own],
        gives: builder.fact("send", `packets of ${nodeName(node)}`),
        cost: 1,
        certainty: "proved",
        because: `${foothold.id} is on the host network and sends as its node`,
        evidence: [at],
        fix: `take hostNetwork from ${foothold.id}`,
        change: { workload: pod.workload, kind: "own-namespace", field: "hostNetwork" },
      });
    }
  }
  for (const node of nodes.all) {
    const local = builder.fact("hub", `pods beside the sender on ${nodeName(node)}`);
    builder.add({
      edge: "LOCAL",
      needs: [builder.fact("send", `packets of ${nodeName(node)}`)],
      gives: local,
      cost: 0,
      certainty: node === SOME_NODE ? "assumed" : "proved",
      because: "no policy keeps a node from the pods that run on it",
      ...(node === SOME_NODE && { assumption: "both run on one node" }),
      evidence: [],
    });
    for (const foothold of nodes.on(node)) {
      const evidence = foothold.pods.slice(0, 1).map(({ span }) => span);
      for (const gives of easiest(doors, foothold))
        builder.add({ edge: "LOCAL", needs: [local], gives, cost: 0, certainty: "proved", because: "", evidence });
    }
  }
}

const METADATA = IpSet.of([
  ...(parseCidr("169.254.169.254/32")?.set.ranges ?? []),
  ...(parseCidr("fd00:ec2::254/128")?.set.ranges ?? []),
]);
const HTTP = ConnectionSet.ports("TCP", 80, 80);
const DNS = ConnectionSet.ports("UDP", 53, 53).union(ConnectionSet.ports("TCP", 53, 53));

/** IMDS and EXFIL: what a workload, or a node, may send out of the cluster. */
export function outwardEdges(site: Site, outlooks: readonly Outlook[]): void {
  const resolvers = resolversOf(site);
  for (const outlook of outlooks) {
    metadataEdge(site, outlook);
    exfiltrationEdge(site, outlook, resolvers);
  }
  for (const node of site.nodes.all) leavingNode(site, node);
}

function metadataEdge(site: Site, outlook: Outlook): void {
  const { foothold, sending, isPlain } = outlook;
  if (gained(site, outlook, METADATA).intersect(HTTP).isEmpty) return;
  site.builder.add({
    edge: "IMDS",
    needs: [sending],
    gives: nodeRole(site),
    cost: 2,
    certainty: "conditional",
    because: `policies let ${foothold.id} reach the metadata service on TCP 80`,
    assumption: "the cloud's metadata service answers pods with the node's role",
    evidence: foothold.pods.slice(0, 1).map(({ span }) => span),
    ...(isPlain && { fix: `keep ${foothold.id} from the metadata service with an egress policy` }),
  });
}

function exfiltrationEdge(site: Site, outlook: Outlook, resolvers: readonly Foothold[]): void {
  const { foothold, sending, isPlain } = outlook;
  const base = {
    edge: "EXFIL",
    needs: [sending],
    gives: site.builder.fact("exfiltrate", EXFILTRATION),
    evidence: foothold.pods.slice(0, 1).map(({ span }) => span),
  } as const;
  const world = gained(site, outlook, publicAddresses()).intersect(ConnectionSet.ALL_PORTS);
  if (world.isEmpty) {
    if (!isPlain) return;
    const resolver = resolvers.find(
      ({ endpoint }) =>
        endpoint !== foothold.endpoint && !site.plane.connection(foothold.endpoint, endpoint).intersect(DNS).isEmpty,
    );
    if (resolver)
      site.builder.add({
        ...base,
        cost: 3,
        certainty: "conditional",
        because: `policies let ${foothold.id} ask ${resolver.id} for names`,
        assumption:
          "data is carried in DNS queries, and the resolver asks servers outside the cluster for names it does not know",
      });
    return;
  }
  const onlyNames = DNS.includes(world);
  site.builder.add({
    ...base,
    cost: onlyNames ? 3 : 0,
    certainty: "proved",
    because: `policies let ${foothold.id} reach public addresses on ${world.isAllPorts ? "every port" : world}`,
    ...(onlyNames && { assumption: "data is carried in DNS queries" }),
    ...(isPlain && { fix: `isolate ${foothold.id} for egress, but for what it needs outside` }),
  });
}

/** No policy has a say on what a node sends for itself. */
function leavingNode(site: Site, node: string): void {
  const base = { needs: [site.nodes.root(node)], evidence: site.nodes.spansOf(node) } as const;
  site.builder.add({
    ...base,
    edge: "EXFIL",
    gives: site.builder.fact("exfiltrate", EXFILTRATION),
    cost: 0,
    certainty: "proved",
    because: "no network policy restricts what a node sends",
  });
  site.builder.add({
    ...base,
    edge: "IMDS",
    gives: nodeRole(site),
    cost: 1,
    certainty: "conditional",
    because: "no network policy keeps a node from the metadata service",
    assumption: "the node is a cloud's, and has a role there",
  });
}

/** The role that a cloud's metadata service gives nodes. */
export const NODE_ROLE = "cloud:node-role";

function nodeRole({ builder }: Site): FactIndex {
  return builder.fact("cloud", NODE_ROLE);
}

/** The pods that answer DNS in the cluster, as far as policies let them ask anybody outside for what they do not know. */
function resolversOf(site: Site): readonly Foothold[] {
  return site.footholds.filter(
    ({ endpoint, pods }) =>
      pods.some(({ labels }) => labels.values.get("k8s-app") === "kube-dns") &&
      !site.plane.outward(endpoint, IpSet.ALL).intersect(DNS).isEmpty,
  );
}

/** What {@link outwardEdges} calls taking data out. */
export const EXFILTRATION = "exfiltration";
