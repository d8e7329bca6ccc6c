import type { Family, Protocol } from "./flow.ts";
import type { Span } from "./source.ts";

/** A Service as the API server would store it: defaults filled in. What it leads to is worked out, not written here. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  /** Its own, which its pods need not carry. */
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly type: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  /** Labels its pods carry; empty when it selects none, and its endpoints are written by hand. */
  readonly selector: ReadonlyMap<string, string>;
  readonly ports: readonly ServicePort[];
  /** Its virtual addresses; empty when it has none, or the input does not show any. */
  readonly clusterIPs: readonly string[];
  /** `headless`: `clusterIP: None`, so that its name means its pods' own addresses and its ports are not translated. */
  readonly addressing: "virtual" | "headless";
  /** The address families it is served in; empty where the input does not say. */
  readonly families: readonly Family[];
  /** Addresses outside the cluster that nodes accept for it: `spec.externalIPs`. */
  readonly externalIPs: readonly string[];
  /** What a load balancer was given: the IPs of `status.loadBalancer`, and `spec.loadBalancerIP`. */
  readonly loadBalancerIPs: readonly string[];
  /** Clients its load balancer accepts, as CIDRs; empty for all. */
  readonly sourceRanges: readonly string[];
  /** Names the load balancer implementation that is to serve it; absent for the cluster's own. */
  readonly loadBalancerClass?: string;
  /** Whether a load balancer's Service gets ports on every node as well. */
  readonly nodePorts: "allocated" | "none";
  /** Traffic from outside goes to every endpoint, or only to those of the node it came to. */
  readonly externalTrafficPolicy: "Cluster" | "Local";
  /** Traffic of pods goes to every endpoint, or only to those of their own node. */
  readonly internalTrafficPolicy: "Cluster" | "Local";
  /** Pods take part before they are ready. */
  readonly publishNotReadyAddresses: boolean;
  /** The DNS name it is an alias of, for type ExternalName. */
  readonly externalName?: string;
  readonly span: Span;
}

export interface ServicePort {
  readonly name?: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** Number, or name of a container port that each pod looks up for itself. */
  readonly targetPort: number | string;
  /** Where every node listens for it; absent where the cluster would choose one. */
  readonly nodePort?: number;
  /** What is spoken on it, as written: `https`, `kubernetes.io/h2c`. */
  readonly appProtocol?: string;
}

/** Endpoints of a Service as listed in an object of the input: an EndpointSlice, or the Endpoints it succeeds. */
export interface ServiceEndpoints {
  readonly kind: "EndpointSlice" | "Endpoints";
  readonly namespace: string;
  readonly name: string;
  /** Name of the Service, in the same namespace. */
  readonly service: string;
  /** `controller`: derived from the Service's selector or from another object, so it says nothing that those do not. */
  readonly origin: "controller" | "written";
  /** An EndpointSlice has one; Endpoints have one for each subset. */
  readonly groups: readonly EndpointGroup[];
  readonly span: Span;
}

/** Endpoints that serve the same ports. */
export interface EndpointGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly ServiceEndpoint[];
}

/** A port of the endpoints themselves; it serves the port of the Service that has the same name and protocol. */
export interface EndpointPort {
  readonly name?: string;
  readonly protocol: Protocol;
  /** Absent where every port is meant. */
  readonly port?: number;
}

export interface ServiceEndpoint {
  /** IPs it is reached at; all of them stand for the same endpoint. */
  readonly addresses: readonly string[];
  /** `ready` too where nothing is said. */
  readonly readiness: "ready" | "not-ready";
  /** `namespace/name` of the pod behind it, where the object names one. */
  readonly pod?: string;
  readonly node?: string;
}

/** `namespace/Service/name`, the canonical id. */
export function serviceId({ namespace, name }: Pick<Service, "namespace" | "name">): string {
  return `${namespace}/Service/${name}`;
}
