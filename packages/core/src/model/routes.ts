import type { LabelSelector } from "./selector.ts";
import type { Span } from "./source.ts";

/** The objects that lead traffic from outside to Services. Lists are sorted by id. */
export interface Routes {
  readonly ingresses: readonly Ingress[];
  readonly ingressClasses: readonly IngressClass[];
  readonly gatewayClasses: readonly GatewayClass[];
  readonly gateways: readonly Gateway[];
  readonly gatewayRoutes: readonly GatewayRoute[];
  readonly referenceGrants: readonly ReferenceGrant[];
  readonly openshiftRoutes: readonly OpenshiftRoute[];
  readonly ingressControllers: readonly OpenshiftIngressController[];
  readonly istioGateways: readonly IstioGateway[];
  readonly virtualServices: readonly VirtualService[];
}

export interface Ingress {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly className?: string;
  readonly defaultBackend?: IngressBackend;
  readonly paths: readonly IngressPath[];
  readonly tls: readonly { readonly hosts: readonly string[]; readonly secret?: string }[];
  readonly span: Span;
}

export interface IngressPath {
  /** Absent: every host. */
  readonly host?: string;
  /** Absent: every path. */
  readonly path?: string;
  readonly pathType?: string;
  readonly backend: IngressBackend;
  readonly span: Span;
}

/** A Service of the Ingress's own namespace and the number or name of its port; or an object of another kind. */
export type IngressBackend =
  | { readonly kind: "service"; readonly service: string; readonly port: number | string }
  | { readonly kind: "resource"; readonly resource: string };

export interface IngressClass {
  readonly name: string;
  readonly controller: string;
  readonly isDefault: boolean;
  readonly span: Span;
}

export interface GatewayClass {
  readonly name: string;
  readonly controllerName: string;
  readonly span: Span;
}

export interface Gateway {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly className: string;
  readonly listeners: readonly Listener[];
  readonly span: Span;
}

export interface Listener {
  readonly name: string;
  readonly port: number;
  /** `HTTP`, `HTTPS`, `TLS`, `TCP`, `UDP` or one of an implementation's own. */
  readonly protocol: string;
  /** Absent: every host. */
  readonly hostname?: string;
  /** Namespaces whose routes may attach; `Same` by default. */
  readonly from: "All" | "Same" | "None" | LabelSelector;
  /** Kinds of routes that may attach; empty where the protocol decides. */
  readonly kinds: readonly string[];
  readonly tls?: "Terminate" | "Passthrough";
  readonly certificates: readonly { readonly namespace: string; readonly name: string }[];
  readonly span: Span;
}

/** HTTPRoute, GRPCRoute, TLSRoute, TCPRoute or UDPRoute. */
export interface GatewayRoute {
  readonly kind: "HTTPRoute" | "GRPCRoute" | "TLSRoute" | "TCPRoute" | "UDPRoute";
  readonly namespace: string;
  readonly name: string;
  readonly hostnames: readonly string[];
  readonly parents: readonly RouteParent[];
  readonly backends: readonly RouteBackend[];
  readonly span: Span;
}

export interface RouteParent {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

export interface RouteBackend {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The port of the Service, not of its pods. */
  readonly port?: number;
  /** 1 by default; 0 gets no traffic. */
  readonly weight: number;
  /** Paths of the matches of its rule; empty where the rule matches everything. */
  readonly paths: readonly string[];
  readonly span: Span;
}

/** Lets references from other namespaces into its own. */
export interface ReferenceGrant {
  readonly namespace: string;
  readonly name: string;
  readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
  /** Without a name: every object of the kind. */
  readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  readonly span: Span;
}

/** `route.openshift.io` Route. */
export interface OpenshiftRoute {
  readonly namespace: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly host?: string;
  readonly path?: string;
  /** Services of its namespace; a weight of 0 gets no traffic. */
  readonly backends: readonly { readonly service: string; readonly weight: number }[];
  /** Port of the endpoints by number or name; absent: any of the Service. */
  readonly targetPort?: number | string;
  readonly tls?: { readonly termination: string; readonly insecure: "None" | "Allow" | "Redirect" };
  readonly wildcard: boolean;
  readonly span: Span;
}

/** `operator.openshift.io` IngressController: a set of routers and the Routes they serve. */
export interface OpenshiftIngressController {
  readonly namespace: string;
  readonly name: string;
  readonly routeSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly publishing?: "LoadBalancerService" | "HostNetwork" | "NodePortService" | "Private";
  /** Of a LoadBalancerService. */
  readonly scope?: "External" | "Internal";
  readonly span: Span;
}

/** `networking.istio.io` Gateway: ports of the proxies its selector picks. */
export interface IstioGateway {
  readonly namespace: string;
  readonly name: string;
  readonly selector: ReadonlyMap<string, string>;
  readonly servers: readonly {
    readonly port: number;
    readonly protocol: string;
    readonly hosts: readonly string[];
    readonly tlsMode?: string;
  }[];
  readonly span: Span;
}

export interface VirtualService {
  readonly namespace: string;
  readonly name: string;
  readonly hosts: readonly string[];
  /** Names of gateways, `mesh` by default. */
  readonly gateways: readonly string[];
  readonly destinations: readonly { readonly host: string; readonly port?: number; readonly span: Span }[];
  readonly span: Span;
}
