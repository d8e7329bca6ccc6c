import type { Endpoint } from "../../../engine/endpoints.ts";
import { ConnectionSet } from "../../../model/connections.ts";
import { IpSet, parseCidr, publicAddresses } from "../../../model/ip.ts";
import { setOf } from "../../side-effects.ts";
import type { Doors } from "../doors.ts";
import { easiest } from "../doors.ts";
import type { EntryPoint } from "../entry-points.ts";
import { INTERNET, sourcesOf } from "../entry-points.ts";
import type { Foothold } from "../foothold.ts";
import { nodeName, SOME_NODE } from "../nodes.ts";
import type { Site } from "../site.ts";

/** EXPOSE: packets from outside reach what an entry point leads to, where policies let its source through. */
export function exposeEdges(site: Site, doors: Doors, entries: readonly EntryPoint[]): void {
  const { builder } = site;
  const world = builder.fact("send", INTERNET);
  const byId = new Map(site.footholds.map((foothold) => [foothold.id, foothold]));
  for (const entry of entries) {
    const foothold = byId.get(entry.workload);
    if (!foothold) continue;
    for (const door of doors.of(foothold)) {
      const asked = entry.ports.intersect(door.ports);
      if (asked.isEmpty || !isAdmitted(site, foothold, asked, entry.source, "some")) continue;
      const isOpen = entry.translation === "none" || isAdmitted(site, foothold, asked, IpSet.ALL, "every");
      const assumptions = [...(entry.assumption ? [entry.assumption] : []), ...(isOpen ? [] : [CLIENT_SEEN])];
      builder.add({
        edge: "EXPOSE",
        needs: [world],
        gives: door.fact,
        cost: 0,
        certainty: isOpen ? entry.certainty : "assumed",
        because: `${entry.object} leads to ${asked} of ${foothold.id}, and policies let ${sourcesOf(entry)} in`,
        ...(assumptions.length > 0 && { assumption: assumptions.join("; ") }),
        evidence: [entry.span],
      });
    }
  }
}

const CLIENT_SEEN = "policies see the client's address, and not a node's";

/** Whether policies admit some, or every block, of the addresses. */
function isAdmitted(
  { reachability }: Site,
  { endpoint }: Foothold,
  asked: ConnectionSet,
  source: IpSet,
  how: "some" | "every",
): boolean {
  const outside = reachability.endpoints.filter(
    ({ type, cidrs = [] }) => type === "address" && !setOf(cidrs).intersect(source).isEmpty,
  );
  const admits = (block: Endpoint) => !reachability.connection(block, endpoint, asked).connections.isEmpty;
  return how === "some" ? outside.some(admits) : outside.every(admits);
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
        gives: builder.fact("send", nodeName(node)),
        cost: 1,
        certainty: "proved",
        because: `${foothold.id} is on the host network and sends as its node`,
        evidence: [at],
        fix: `take hostNetwork from ${foothold.id}`,
      });
    }
  }
  for (const node of nodes.all) {
    const local = builder.fact("hub", `pods beside the sender on ${nodeName(node)}`);
    builder.add({
      edge: "LOCAL",
      needs: [builder.fact("send", nodeName(node))],
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
const PUBLIC = publicAddresses();

/** IMDS and EXFIL: what a workload may send out of the cluster. */
export function outwardEdges(site: Site): void {
  const { builder, footholds } = site;
  for (const foothold of footholds) {
    const span = foothold.pods[0]?.span;
    const evidence = span ? [span] : [];
    if (!site.outward(foothold.endpoint, METADATA).intersect(HTTP).isEmpty)
      builder.add({
        edge: "IMDS",
        needs: [foothold.own],
        gives: builder.fact("cloud", "cloud:node-role"),
        cost: 2,
        certainty: "conditional",
        because: `policies let ${foothold.id} reach the metadata service on TCP 80`,
        assumption: "the cloud's metadata service answers pods with the node's role",
        evidence,
      });
    const world = site.outward(foothold.endpoint, PUBLIC).intersect(ConnectionSet.ALL_PORTS);
    if (world.isEmpty) continue;
    const onlyNames = DNS.includes(world);
    builder.add({
      edge: "EXFIL",
      needs: [foothold.own],
      gives: builder.fact("exfiltrate", EXFILTRATION),
      cost: onlyNames ? 3 : 0,
      certainty: "proved",
      because: `policies let ${foothold.id} reach public addresses on ${world.isAllPorts ? "every port" : world}`,
      ...(onlyNames && { assumption: "data is carried in DNS queries" }),
      evidence,
    });
  }
}

/** What {@link outwardEdges} calls taking data out. */
export const EXFILTRATION = "exfiltration";
