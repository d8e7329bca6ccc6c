import type { Family, Protocol } from "../../src/model/flow.ts";
import type { Service, ServicePort } from "../../src/model/service.ts";
import { type Address, parseAddress } from "./addresses.ts";
import type { Context, Endpoint, PortOfEnd, Setting } from "./context.ts";
import { endpoint, isNode, nodeNameOf } from "./endpoints.ts";
import type { SinglePod } from "./pods.ts";

/** Where a connection to a port of a Service may end. */
export interface Backend extends PortOfEnd {
  readonly destination: Endpoint;
}

/** The same pod, replica and all, or the same address as it is written, on the same port. */
export function isSame({ end: a, port }: PortOfEnd, { end: b, port: other }: PortOfEnd): boolean {
  if (port !== other) return false;
  if ("address" in a || "address" in b) return "address" in a && "address" in b && a.address === b.address;
  return a.pod === b.pod && (a.replica ?? 0) === (b.replica ?? 0);
}

export function serviceCalled(id: string, { cluster }: Setting): Service {
  const service = cluster.services.find(({ namespace, name }) => `${namespace}/${name}` === id);
  if (!service) throw new Error(`no such Service: ${id}`);
  return service;
}

/** SVC-1, SVC-2: every endpoint of the Service on the port it is reached at there. */
export function backendsOf(
  service: Service,
  protocol: Protocol | "other",
  port: number | undefined,
  setting: Setting,
): Backend[] {
  const backends: Backend[] = [];
  if (protocol === "other") return backends;
  for (const { name, targetPort } of portsDialled(service, protocol, port)) {
    for (const pod of setting.everybody) {
      if (!isBehind(pod, service)) continue;
      const target = targetOn(pod, targetPort, protocol);
      const end = { pod: pod.of.id, replica: pod.replica };
      if (target !== undefined) backends.push({ end, destination: { kind: "pod", pod }, port: target });
    }
    // SVC-4: endpoints that somebody wrote down are addresses.
    for (const written of setting.cluster.serviceEndpoints) {
      if (written.origin !== "written" || written.namespace !== service.namespace) continue;
      if (written.service !== service.name || (written.kind === "Endpoints" && service.selector.size > 0)) continue;
      for (const { ports, endpoints } of written.groups) {
        const listed = ports.find((one) => one.name === name && one.protocol === protocol);
        for (const { addresses, readiness } of endpoints) {
          if (readiness === "not-ready" && !service.publishNotReadyAddresses) continue;
          const [address] = addresses;
          if (address === undefined) continue;
          const target = service.addressing === "headless" ? port : listed && (listed.port ?? port);
          if (target === undefined) continue;
          backends.push({ end: { address }, destination: endpoint({ address }, setting), port: target });
        }
      }
    }
  }
  return backends;
}

/**
 * SVC-10: with `internalTrafficPolicy: Local`, what pods and nodes send to the Service's own address goes to endpoints of their node
 * only. Where one of the two nodes is not known, they are taken to be one.
 */
export function isWithinReach(source: Endpoint, { destination }: Backend, via: Service, context: Context): boolean {
  if (via.internalTrafficPolicy === "Cluster" || via.addressing === "headless") return true;
  if (source.kind === "address" && !isNode(source, context)) return true;
  if (source.kind === "pod" && destination.kind === "pod" && source.pod.id === destination.pod.id) return true;
  const [own, other] = [nodeOf(source, context), nodeOf(destination, context)];
  if (own !== undefined && other !== undefined) return own === other;
  const [from, to] = [source, destination].map((end) => (end.kind === "pod" ? end.pod.id : String(end.address.value)));
  return context.world({ id: `${to} on the node of ${from}`, kind: "unknown", answers: ["yes", "no"] }) === "yes";
}

function nodeOf(end: Endpoint, { cluster }: Context): string | undefined {
  return end.kind === "pod" ? end.pod.of.node : nodeNameOf(end.address, cluster);
}

/** SVC-4: the name of a headless Service is its endpoints' own addresses: any port of theirs can be dialled, and none is translated. */
function portsDialled(
  { addressing, ports }: Service,
  protocol: Protocol,
  port: number | undefined,
): readonly Pick<ServicePort, "name" | "targetPort">[] {
  if (addressing === "headless") return port === undefined ? [] : [{ targetPort: port }];
  return ports.filter((one) => one.protocol === protocol && one.port === port);
}

/** WL-9: by equality, in the Service's own namespace, and ready unless it does not matter. */
function isBehind({ of, labels }: SinglePod, service: Service): boolean {
  if (service.selector.size === 0 || of.namespace !== service.namespace) return false;
  if (of.readiness === "not-ready" && !service.publishNotReadyAddresses) return false;
  for (const [key, value] of service.selector) {
    if (labels.values.get(key) !== value) return false;
  }
  return true;
}

/** SVC-2: a name is looked up on the pod, and there the first match wins, unlike PORT-10. Init containers that end serve nobody. */
function targetOn({ of }: SinglePod, target: number | string, protocol: Protocol): number | undefined {
  if (typeof target === "number") return target;
  return of.ports.find((port) => port.name === target && port.protocol === protocol && port.container !== "init")?.port;
}

/**
 * IPB-8, SVC-1, SVC-3: the address an `ipBlock` in egress is compared with on the way to a Service: the endpoint's (`undefined`), or
 * the Service's own, which may not be known.
 */
export function dialled(service: Service | undefined, family: Family, context: Context): Address[] | undefined {
  // SVC-4: nothing translates the address of a headless Service.
  if (!service || service.addressing === "headless") return undefined;
  const { serviceView } = context.options;
  const view = context.world({
    id: "service view",
    kind: "implementation-defined",
    answers: serviceView === "post-dnat" ? ["post-dnat", "cluster-ip"] : ["cluster-ip", "post-dnat"],
  });
  if (view === "post-dnat") return undefined;
  return service.clusterIPs.map(parseAddress).filter((address) => address.family === family);
}

/**
 * SVC-6: what the source is at the endpoint. Traffic from outside through a node or a load balancer comes under the client's address,
 * or under that of a node which is not the endpoint's own. SVC-7: that of pods is short-circuited, and stays theirs.
 */
export function arrivals(source: Endpoint, destination: Endpoint, via: Service, context: Context): Endpoint[] {
  const isOutside = source.kind === "address" && !isNode(source, context);
  if (!isOutside || (via.type !== "NodePort" && via.type !== "LoadBalancer")) return [source];
  const { snatView } = context.options;
  const byPolicy = via.externalTrafficPolicy === "Cluster" ? "node" : "client";
  const usual = snatView === "by-externalTrafficPolicy" ? byPolicy : snatView;
  const view = context.world({
    id: "source translation",
    kind: "implementation-defined",
    answers: usual === "node" ? ["node", "client"] : ["client", "node"],
  });
  if (view === "client") return [source];
  const { family } = source.address;
  const nodes = context.cluster.nodes.map(({ name, addresses }) => ({
    name,
    addresses: addresses.map(parseAddress).filter((address) => address.family === family),
  }));
  const own = destination.kind === "pod" ? nodeOfEndpoint(destination.pod, context) : undefined;
  const others = nodes.filter(({ name, addresses }) => name !== own && addresses.length > 0);
  const known = (others.length > 0 ? others : nodes).flatMap(({ addresses }) => addresses);
  // Without Nodes in the input it is any address.
  if (known.length === 0) return [{ kind: "address", address: { family, value: 0n }, node: "unknown" }];
  const node = others.length > 0 ? { node: "other" as const } : {};
  return known.map((address) => ({ kind: "address", address, ...node }));
}

/** Where it is not known, a pod may run on any node; by default on none of those that traffic comes through. */
function nodeOfEndpoint({ id, of }: SinglePod, { cluster, world }: Context): string {
  if (of.node !== undefined) return of.node;
  const answers = ["another", ...cluster.nodes.map(({ name }) => name)];
  return world({ id: `node of ${id}`, kind: "unknown", answers });
}
