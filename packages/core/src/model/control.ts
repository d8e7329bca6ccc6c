import type { LabelSelector } from "./selector.ts";
import type { Span } from "./source.ts";

/** Objects that tell what else watches, admits or serves in the cluster. Lists are sorted by id. */
export interface Controls {
  readonly webhooks: readonly Webhook[];
  readonly apiServices: readonly ApiService[];
  readonly monitors: readonly Monitor[];
  readonly podSecurityPolicies: readonly PodSecurityPolicy[];
  readonly customResources: readonly CustomResource[];
  readonly peerAuthentications: readonly PeerAuthentication[];
  readonly authorizationPolicies: readonly AuthorizationPolicy[];
  readonly encryptionConfigurations: readonly EncryptionConfiguration[];
  readonly authenticationConfigurations: readonly AuthenticationConfiguration[];
  readonly felixConfigurations: readonly FelixConfiguration[];
  /** Kinds of objects in the input that nothing is concluded from, and how many there are. */
  readonly otherKinds: readonly OtherKind[];
}

/** One webhook of a MutatingWebhookConfiguration or ValidatingWebhookConfiguration. */
export interface Webhook {
  readonly kind: "Mutating" | "Validating";
  readonly configuration: string;
  readonly name: string;
  /** The Service it calls, or the address outside. */
  readonly target: WebhookTarget;
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly operations: readonly string[];
  }[];
  readonly failurePolicy: "Fail" | "Ignore";
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly span: Span;
}

export type WebhookTarget =
  | { readonly kind: "service"; readonly namespace: string; readonly name: string; readonly port: number }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "none" };

/** An API that is served by a Service of the cluster. */
export interface ApiService {
  readonly name: string;
  /** Absent where the API server serves it itself. */
  readonly service?: { readonly namespace: string; readonly name: string; readonly port: number };
  readonly span: Span;
}

/** A ServiceMonitor or PodMonitor: whom Prometheus wants to reach. */
export interface Monitor {
  readonly kind: "ServiceMonitor" | "PodMonitor";
  readonly namespace: string;
  readonly name: string;
  readonly selector: LabelSelector;
  /** Its own namespace unless it says otherwise. */
  readonly namespaces: "any" | readonly string[];
  /** Names of ports of the Services it selects; a PodMonitor has none. */
  readonly servicePorts: readonly string[];
  /** Ports of the containers themselves. */
  readonly containerPorts: readonly (number | string)[];
  readonly span: Span;
}

export interface PodSecurityPolicy {
  readonly name: string;
  readonly privileged: boolean;
  readonly span: Span;
}

export interface CustomResource {
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  readonly scope: "Namespaced" | "Cluster";
  /** The Service that turns one version of it into another; absent where none is needed. */
  readonly conversion?: { readonly namespace: string; readonly name: string; readonly port: number };
  readonly span: Span;
}

/** Where Istio keeps what holds for the whole mesh, unless it was told otherwise. */
export const MESH_ROOT = "istio-system";

/** Istio's demand for mutual TLS; without a selector it holds for its namespace. */
export interface PeerAuthentication {
  readonly namespace: string;
  readonly name: string;
  readonly selector?: ReadonlyMap<string, string>;
  /** Absent: inherited. */
  readonly mode?: string;
  readonly portModes: ReadonlyMap<string, string>;
  readonly span: Span;
}

/** Istio's AuthorizationPolicy, as far as an audit of it goes. */
export interface AuthorizationPolicy {
  readonly namespace: string;
  readonly name: string;
  /** `referenced`: the gateways or Services that `targetRefs` names, not the workloads of its selector. */
  readonly about: "workloads" | "referenced";
  readonly selector?: ReadonlyMap<string, string>;
  readonly action: string;
  /** `none`: matches nothing. `everything`: some rule has no condition. */
  readonly rules: "none" | "everything" | "some";
  /** What each of its rules asks of the identity of callers, one for each source it lists; a rule without any gives one. */
  readonly callers: readonly CallerIdentity[];
  /** Its rules, as far as who calls and on which port decides. */
  readonly clauses: readonly AuthorizationRule[];
  /** Only tried out: proxies log what it would do. */
  readonly dryRun: boolean;
  readonly span: Span;
}

/** Some source, every condition and some operation have to match. */
export interface AuthorizationRule {
  /** Empty: any. */
  readonly sources: readonly CallerSource[];
  /** What its conditions ask of the identity of callers, all of it. */
  readonly identities: readonly NamedCallers[];
  /** Ports of the workload; empty for any. */
  readonly ports: readonly number[];
  /** `some`: methods, paths, hosts, headers or other conditions narrow it further. */
  readonly requests: "all" | "some";
}

export interface CallerSource {
  readonly named: NamedCallers;
  readonly excepted: NamedCallers;
  /** Whether addresses or claims of requests are asked for as well. */
  readonly more: boolean;
}

/** Patterns a caller's identity has to match one of, of every list that has any: an ending or a beginning may be a star. */
export interface NamedCallers {
  /** `cluster.local/ns/shop/sa/web`. */
  readonly principals: readonly string[];
  readonly namespaces: readonly string[];
  /** `web`, in the policy's own namespace, or `shop/web`. */
  readonly serviceAccounts: readonly string[];
}

/** `named`: has to be one of those listed. `excepted`: any but those. Both come with mutual TLS; plain text shows none. */
export type CallerIdentity = "named" | "excepted" | "any";

/** How the API server encrypts what it stores: a file of its own, without a name. */
export interface EncryptionConfiguration {
  readonly resources: readonly {
    /** `secrets`, `configmaps`, `*.*`. */
    readonly kinds: readonly string[];
    /** In order: what is written is encrypted by the first. `identity` leaves it as it is. */
    readonly providers: readonly string[];
  }[];
  readonly span: Span;
}

/** Whom the API server lets tell it who people are: a file of its own, without a name. */
export interface AuthenticationConfiguration {
  /** Addresses of the issuers of the tokens it takes. */
  readonly issuers: readonly string[];
  readonly span: Span;
}

/** Settings of Calico's agents. */
export interface FelixConfiguration {
  readonly name: string;
  /** Whether what goes from node to node is encrypted. */
  readonly wireguard: boolean;
  /** Whether flows are written to files. */
  readonly flowLogs: boolean;
  readonly span: Span;
}

export interface OtherKind {
  readonly group: string;
  readonly kind: string;
  readonly objects: number;
  /** Where the first of them stands. */
  readonly span: Span;
}
