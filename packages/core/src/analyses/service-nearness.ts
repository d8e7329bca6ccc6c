import type { Endpoint, Member } from "../engine/endpoints.ts";
import type { Pod } from "../model/cluster.ts";
import type { Assumption } from "../model/flow.ts";
import type { Service } from "../model/service.ts";

export const ENDPOINT_NODE_UNKNOWN: Assumption = {
  code: "service-traffic-local",
  certainty: "unknown",
  message:
    "the Service sends traffic of pods only to endpoints on their own node, and the input does not say on which nodes they run; they are taken to be on one",
};

/** How many pods of a source have an endpoint that their traffic may go to. */
export type Served = "all" | "perhaps-all" | "some" | "none";

/** Whether traffic to a Service goes to endpoints of the node it comes from only. Source: docs/semantics.md SVC-10. */
export function staysOnNode(
  { internalTrafficPolicy, addressing, clusterIPs }: Service,
  dialled: string | undefined,
): boolean {
  if (internalTrafficPolicy !== "Local" || addressing === "headless") return false;
  return dialled === undefined || clusterIPs.includes(dialled);
}

/** Parts of two members whose pods run on one node. */
export interface Neighbours {
  readonly from: Member;
  readonly to: Member;
}

/** Pods of a source, and of an endpoint of a Service, that run on one node; or may, where the input does not say of both. */
export function neighbours(source: Endpoint, endpoint: Endpoint, ifUnknown: "near" | "far"): readonly Neighbours[] {
  return source.members.flatMap((from) => endpoint.members.flatMap((to) => ofMembers(from, to, ifUnknown)));
}

function ofMembers(from: Member, to: Member, ifUnknown: "near" | "far"): readonly Neighbours[] {
  return partsOf(from).flatMap((part) =>
    partsOf(to).flatMap((other) => {
      const isNear =
        part.node === undefined || other.node === undefined ? ifUnknown === "near" : part.node === other.node;
      if (isNear) return [{ from: part.member, to: other.member }];
      // A pod is on its own node, whichever that is.
      if (part.node !== other.node) return [];
      const itself = part.member.pods.filter((pod) => pod.replicas === 1 && other.member.pods.includes(pod));
      return itself.map((pod) => ({ from: { ...from, pods: [pod] }, to: { ...to, pods: [pod] } }));
    }),
  );
}

/** A member node by node; `undefined` for what runs on one that is not known. */
function partsOf(member: Member): readonly { readonly node: string | undefined; readonly member: Member }[] {
  if (member.pods.length === 0) return [{ node: member.node?.name, member }];
  const byNode = new Map<string | undefined, Pod[]>();
  for (const pod of member.pods) {
    const pods = byNode.get(pod.node);
    if (pods) pods.push(pod);
    else byNode.set(pod.node, [pod]);
  }
  return [...byNode].map(([node, pods]) => ({ node, member: { ...member, pods } }));
}

/** How many pods of a source are next to some endpoint. */
export function servedBy(source: Endpoint, endpoints: readonly Endpoint[]): Served {
  const surely = coverage(source, endpoints, "far");
  if (surely === "all") return "all";
  const perhaps = coverage(source, endpoints, "near");
  return perhaps === "all" ? "perhaps-all" : perhaps;
}

function coverage(
  source: Endpoint,
  endpoints: readonly Endpoint[],
  ifUnknown: "near" | "far",
): "all" | "some" | "none" {
  const found = endpoints.flatMap((endpoint) => neighbours(source, endpoint, ifUnknown));
  if (found.length === 0) return "none";
  const pods = new Set(found.flatMap(({ from }) => from.pods));
  return source.members.every((member) =>
    member.pods.length === 0
      ? found.some(({ from }) => from.party === member.party)
      : member.pods.every((pod) => pods.has(pod)),
  )
    ? "all"
    : "some";
}
