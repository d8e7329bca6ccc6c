import { type Likelihood, YES } from "../../engine/profile.ts";
import type { Assumption } from "../../model/flow.ts";
import { ascending } from "../../model/order.ts";
import { type Service, type ServicePort, serviceId } from "../../model/service.ts";
import { SOURCE_TRANSLATED } from "../service.ts";
import { arriving, type ServiceTarget, targetsOf } from "../service-targets.ts";
import type { DeadEnd, EntryKind, EntryPort, Link, ObservedSource } from "./entry.ts";
import { allOf, UNLIKELY } from "./likelihood.ts";
import { asClient, asNode } from "./observed.ts";
import { clientsIn, isPublic, type Scene } from "./scene.ts";
import type { Way } from "./way.ts";

const RANGES_HEEDED: Assumption = {
  code: "service-source-ranges",
  certainty: "implementation-defined",
  message: "not every load balancer keeps to source ranges, and policies admit clients from elsewhere",
};

/** An address of a Service that takes traffic from outside. */
interface Door {
  readonly kind: EntryKind;
  readonly opens: Likelihood;
  readonly sourceRanges: readonly string[];
  /** What is dialled for a port of the Service. */
  readonly fronts: (port: ServicePort) => readonly number[];
  readonly assumptions: readonly Assumption[];
}

/**
 * The ways in that Services make by themselves: load balancers, node ports and external IPs.
 *
 * A ClusterIP or headless Service and an ExternalName have no address outside the cluster.
 * Cost: Services that have one × pods. Source: docs/semantics.md EXP-1 to EXP-8.
 */
export function serviceEntries(scene: Scene): { readonly ways: readonly Way[]; readonly deadEnds: readonly DeadEnd[] } {
  const ways: Way[] = [];
  const deadEnds: DeadEnd[] = [];
  for (const service of scene.program.cluster.services) {
    const doors = doorsOf(scene, service);
    if (doors.length === 0) continue;
    const targets = targetsOf(scene.program, service).filter(({ ports }) => ports.length > 0);
    const inside = targets.filter(({ endpoint }) => endpoint.type !== "address");
    if (inside.length === 0) deadEnds.push(withoutPods(service, targets.length > 0));
    for (const door of doors) for (const target of inside) ways.push(wayTo(scene, service, door, target));
  }
  return { ways, deadEnds };
}

export function linkOf(service: Service): Link {
  const { namespace, name, span } = service;
  return { kind: "Service", namespace, name, span };
}

/** What is wrong with a Service that no pod of the input stands behind. */
export function withoutPods(service: Service, hasAddresses: boolean): DeadEnd {
  const object = linkOf(service);
  const id = `${service.namespace}/${service.name}`;
  if (hasAddresses)
    return {
      object,
      reason: "leads-outside",
      message: `Service ${id} leads to addresses that are no pod's of the input`,
    };
  const listens = service.selector.size > 0 ? "no ready pod of the input serves its ports" : "it selects nothing";
  return { object, reason: "no-endpoints", message: `Service ${id} leads nowhere: ${listens}` };
}

function wayTo(scene: Scene, service: Service, door: Door, target: ServiceTarget): Way {
  const sources = sourcesOf(scene, service, door, target);
  const differ = new Set(sources.map(({ passes: { expected } }) => expected)).size > 1;
  const hangsOnRanges = sources.some(({ passes, decision }) => passes.possible && decision.possible.isEmpty);
  return {
    kind: door.kind,
    endpoint: target.endpoint,
    chain: [linkOf(service)],
    ports: portsOf(target, door.fronts),
    hosts: [],
    sources,
    opens: door.opens,
    assumptions: [
      ...door.assumptions,
      ...(differ ? [SOURCE_TRANSLATED] : []),
      ...(hangsOnRanges ? [RANGES_HEEDED] : []),
    ],
  };
}

/** Ports of a target by what is dialled. */
export function portsOf({ ports }: ServiceTarget, fronts: Door["fronts"]): readonly EntryPort[] {
  return ports.map(({ port, target }) => ({ protocol: port.protocol, fronts: fronts(port), target }));
}

/** Both addresses traffic may come under, or the one an option or the traffic policy settles on. */
function sourcesOf(
  scene: Scene,
  service: Service,
  { sourceRanges }: Door,
  target: ServiceTarget,
): readonly ObservedSource[] {
  const { program } = scene;
  const arrival = { destination: target.endpoint, connections: arriving(target), families: service.families };
  const [clients, wanted] = clientsIn(scene, sourceRanges);
  const client = () => {
    const narrowed = asClient(program, clients, wanted, arrival);
    if (sourceRanges.length === 0 || narrowed.passes.possible) return narrowed;
    // Not every load balancer keeps to the ranges: one that does not lets in everybody.
    const { possible } = asClient(program, scene.internet, scene.world, arrival).passes;
    return { ...narrowed, passes: { ...narrowed.passes, possible } };
  };
  const node = () => asNode(program, clients, arrival);
  const { snatView } = program.options;
  if (snatView === "client") return [client()];
  if (snatView === "node") return [node()];
  return service.externalTrafficPolicy === "Local" ? [client()] : [node(), client()];
}

function doorsOf(scene: Scene, service: Service): readonly Door[] {
  if (service.type === "ExternalName") return [];
  const balancer = service.type === "LoadBalancer" ? [balancerOf(scene, service)] : [];
  return [...balancer, ...nodePortOf(scene, service, balancer[0]), ...externalIPOf(service)];
}

/** Annotations by which clouds keep a load balancer to their private network. */
const INTERNAL: readonly (readonly [annotation: string, value: RegExp])[] = [
  ["service.beta.kubernetes.io/aws-load-balancer-internal", /^(?!false$)./],
  ["service.beta.kubernetes.io/aws-load-balancer-scheme", /^internal$/],
  ["service.beta.kubernetes.io/azure-load-balancer-internal", /^true$/],
  ["networking.gke.io/load-balancer-type", /^internal$/i],
  ["cloud.google.com/load-balancer-type", /^internal$/i],
  ["service.beta.kubernetes.io/oci-load-balancer-internal", /^true$/],
  ["service.beta.kubernetes.io/openstack-internal-load-balancer", /^true$/],
];

/** The annotation that keeps a Service's load balancer internal, if one does. */
export function internalBy({ annotations }: Pick<Service, "annotations">): string | undefined {
  return INTERNAL.find(([key, value]) => value.test(annotations.get(key) ?? ""))?.[0];
}

function balancerOf(scene: Scene, service: Service): Door {
  const id = `${service.namespace}/${service.name}`;
  const { sourceRanges, loadBalancerIPs, loadBalancerClass } = service;
  const assumptions: Assumption[] = [];
  const doubt = (message: string) => assumptions.push({ code: "balancer-audience", certainty: "unknown", message });
  const readings: Likelihood[] = [YES];
  const annotation = internalBy(service);
  if (annotation !== undefined) {
    readings.push(UNLIKELY);
    doubt(
      `the annotation ${annotation} keeps the load balancer of ${id} to a private network, where the cloud knows it`,
    );
  } else if (loadBalancerIPs.length > 0 && !loadBalancerIPs.some(isPublic)) {
    readings.push(UNLIKELY);
    doubt(
      `the load balancer of ${id} has a private address; whether anything outside leads to it, the input does not show`,
    );
  } else if (loadBalancerClass !== undefined) {
    readings.push({ ...YES, certain: false });
    doubt(`whether load balancers of class ${loadBalancerClass} face the internet, the input does not show`);
  }
  if (sourceRanges.length > 0) {
    if (clientsIn(scene, sourceRanges)[1].isEmpty) readings.push(UNLIKELY);
    assumptions.push({
      code: "service-source-ranges",
      certainty: "specified",
      message: `the load balancer of \`${serviceId(service)}\` accepts only clients in ${sourceRanges.join(", ")}`,
    });
  }
  return {
    kind: "load-balancer",
    opens: allOf(readings),
    sourceRanges,
    fronts: ({ port }) => [port],
    assumptions,
  };
}

/**
 * Node ports are said beside a load balancer only where they may admit somebody that it does not: under the same traffic policy both
 * see the same.
 */
function nodePortOf({ nodes }: Scene, service: Service, balancer: Door | undefined): readonly Door[] {
  if (service.type !== "NodePort" && service.type !== "LoadBalancer") return [];
  const isWritten = service.ports.some(({ nodePort }) => nodePort !== undefined);
  if (service.type === "LoadBalancer" && service.nodePorts === "none" && !isWritten) return [];
  if (balancer?.opens.certain && balancer.sourceRanges.length === 0) return [];
  return [
    {
      kind: "node-port",
      opens: nodes.reached,
      sourceRanges: [],
      fronts: ({ nodePort }) => (nodePort === undefined ? [] : [nodePort]),
      assumptions: [nodes.assumption],
    },
  ];
}

function externalIPOf({ externalIPs, ...service }: Service): readonly Door[] {
  if (externalIPs.length === 0) return [];
  const addresses = [...externalIPs].sort(ascending).join(", ");
  const isReached = externalIPs.some(isPublic);
  return [
    {
      kind: "external-ip",
      opens: isReached ? { ...YES, certain: false } : UNLIKELY,
      sourceRanges: [],
      fronts: ({ port }) => [port],
      assumptions: [
        {
          code: "external-ip-routed",
          certainty: "unknown",
          message: `whether ${addresses} of Service ${service.namespace}/${service.name} is led to the nodes, the input does not show`,
        },
      ],
    },
  ];
}
