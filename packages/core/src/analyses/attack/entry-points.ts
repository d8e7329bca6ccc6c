import { ConnectionSet } from "../../model/connections.ts";
import { IpSet, parseCidr, publicAddresses } from "../../model/ip.ts";
import type { Service } from "../../model/service.ts";
import type { Span } from "../../model/source.ts";
import { type Backend, backendsOf } from "./backends.ts";
import type { StepCertainty } from "./fact.ts";
import type { Site } from "./site.ts";

/** A way from outside the cluster to a workload, before policies are asked. */
export interface EntryPoint {
  /** The object that makes it, in words: `Service shop/web`. */
  readonly object: string;
  /** The endpoint it leads to. */
  readonly workload: string;
  /** Ports of the pods themselves, after any translation. */
  readonly ports: ConnectionSet;
  /** The addresses that policies see packets come from. */
  readonly source: IpSet;
  /** `maybe-node`: what forwards the packets may put its own address in place of the client's. */
  readonly translation: "none" | "maybe-node";
  readonly certainty: StepCertainty;
  readonly assumption?: string;
  readonly span: Span;
}

/** What those outside are called. */
export const INTERNET = "internet";

/** The sources of an entry point in a sentence. */
export function sourcesOf({ source }: EntryPoint): string {
  return source.equals(PUBLIC) ? "the internet" : source.toCidrs().join(", ");
}

const PUBLIC = publicAddresses();
const NODES_REACHABLE = "the nodes' addresses can be reached from outside";

/**
 * The entry points that Services, Ingresses and host ports make.
 *
 * Cost: Services × the workloads of their namespace. Source: docs/attack-paths.md "Entry points".
 */
export function entryPoints(site: Site): readonly EntryPoint[] {
  return [...servicePoints(site), ...ingressPoints(site), ...hostPortPoints(site)];
}

const INTERNAL: readonly (readonly [annotation: string, value: RegExp])[] = [
  ["service.beta.kubernetes.io/aws-load-balancer-internal", /^(?!false$)/],
  ["service.beta.kubernetes.io/aws-load-balancer-scheme", /^internal$/],
  ["service.beta.kubernetes.io/azure-load-balancer-internal", /^true$/],
  ["networking.gke.io/load-balancer-type", /^Internal$/],
  ["cloud.google.com/load-balancer-type", /^Internal$/i],
];

function isInternal({ annotations }: Service): boolean {
  return INTERNAL.some(([key, value]) => value.test(annotations.get(key) ?? "\u0000") && annotations.has(key));
}

function servicePoints(site: Site): readonly EntryPoint[] {
  return site.cluster.services.flatMap((service) => {
    const isBalanced = service.type === "LoadBalancer" && !isInternal(service);
    if (!isBalanced && service.type !== "NodePort" && service.externalIPs.length === 0) return [];
    const how = isBalanced ? "LoadBalancer" : service.type === "NodePort" ? "NodePort" : "with external IPs";
    return byWorkload(backendsOf(service, site)).map(
      ([workload, ports]): EntryPoint => ({
        object: `Service ${service.namespace}/${service.name} (${how})`,
        workload,
        ports,
        source: isBalanced && service.sourceRanges.length > 0 ? addresses(service.sourceRanges) : PUBLIC,
        translation: service.externalTrafficPolicy === "Cluster" ? "maybe-node" : "none",
        certainty: isBalanced ? "proved" : "assumed",
        ...(!isBalanced && { assumption: NODES_REACHABLE }),
        span: service.span,
      }),
    );
  });
}

function byWorkload(backends: readonly Backend[]): readonly (readonly [string, ConnectionSet])[] {
  const ports = new Map<string, ConnectionSet>();
  for (const { foothold, port, protocol } of backends) {
    const known = ports.get(foothold.id) ?? ConnectionSet.NONE;
    ports.set(foothold.id, known.union(ConnectionSet.ports(protocol, port, port)));
  }
  return [...ports];
}

function addresses(cidrs: readonly string[]): IpSet {
  return cidrs.reduce((set, cidr) => set.union(parseCidr(cidr)?.set ?? IpSet.NONE), IpSet.NONE);
}

/** What an Ingress leads to can be reached through its controller; which pods those are, is taken for granted. */
function ingressPoints(site: Site): readonly EntryPoint[] {
  const { ingresses } = site.cluster.routes;
  const services = new Map(site.cluster.services.map((service) => [`${service.namespace}/${service.name}`, service]));
  return ingresses.flatMap((ingress) => {
    const backends = [
      ...ingress.paths.map(({ backend }) => backend),
      ...(ingress.defaultBackend ? [ingress.defaultBackend] : []),
    ];
    return backends.flatMap((backend) => {
      const service = backend.kind === "service" ? services.get(`${ingress.namespace}/${backend.service}`) : undefined;
      if (!service || backend.kind !== "service") return [];
      const wanted = backendsOf(service, site).filter(
        ({ servicePort }) => servicePort.port === backend.port || servicePort.name === backend.port,
      );
      return byWorkload(wanted).map(
        ([workload, ports]): EntryPoint => ({
          object: `Ingress ${ingress.namespace}/${ingress.name}`,
          workload,
          ports,
          source: PUBLIC,
          translation: "none",
          certainty: "assumed",
          assumption:
            "the ingress controller is reached from outside, and policies treat it as they treat the internet",
          span: ingress.span,
        }),
      );
    });
  });
}

function hostPortPoints({ footholds }: Site): readonly EntryPoint[] {
  return footholds.flatMap(({ id, pods }) =>
    pods.flatMap(({ spec }) =>
      spec.hostPorts
        .filter(({ hostIP }) => hostIP !== "127.0.0.1" && hostIP !== "::1")
        .map(
          ({ hostPort, containerPort, protocol, span }): EntryPoint => ({
            object: `host port ${protocol} ${hostPort}`,
            workload: id,
            ports: ConnectionSet.ports(protocol, containerPort, containerPort),
            source: PUBLIC,
            translation: "none",
            certainty: "assumed",
            assumption: NODES_REACHABLE,
            span,
          }),
        ),
    ),
  );
}
