import type { Controls } from "./control.ts";
import type { Direction } from "./flow.ts";
import type { Identities } from "./identity.ts";
import type { IpSet } from "./ip.ts";
import type { ContainerPort, PortMatch } from "./ports.ts";
import type { Routes } from "./routes.ts";
import type { PodSpec, Taint } from "./security.ts";
import type { LabelSelector, Labels } from "./selector.ts";
import type { Service, ServiceEndpoints } from "./service.ts";
import type { Span } from "./source.ts";
import type { Storage } from "./storage.ts";

/** The immutable snapshot everything is reasoned about. Lists are sorted by id, so equal input gives equal output. */
export interface Cluster {
  readonly namespaces: readonly Namespace[];
  readonly workloads: readonly Workload[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  /** EndpointSlices and Endpoints, those of controllers too. */
  readonly serviceEndpoints: readonly ServiceEndpoints[];
  readonly nodes: readonly Node[];
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly adminPolicies: readonly AdminPolicy[];
  /** Policies that were read but cannot be evaluated: rejected ones, and dialects that are not supported. */
  readonly unusedPolicies: readonly UnusedPolicy[];
  readonly identities: Identities;
  readonly storage: Storage;
  readonly routes: Routes;
  readonly controls: Controls;
}

export interface Namespace {
  readonly name: string;
  /** Always holds `kubernetes.io/metadata.name`; `incomplete` when the input has no Namespace object. */
  readonly labels: Labels;
  readonly annotations: ReadonlyMap<string, string>;
  readonly span?: Span;
}

/** A controller's template, or a bare pod; what listings show as one endpoint. */
export interface Workload {
  /** `namespace/Kind/name`. */
  readonly id: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  /** Labels and annotations of the workload object itself, not of its pods; empty where the input has no such object. */
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly span: Span;
}

/** A pod, or one that stands for `replicas` identical ones when only the template is known. */
export interface Pod {
  /** `namespace/name`; for a pod known only by its template `namespace/Kind/name`, with the ordinal where it has one. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  /** The {@link Workload.id} it belongs to. */
  readonly workload: string;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  /** Pod IPs as written; empty when the input does not show any, and on the host network, where they are the node's. */
  readonly addresses: readonly string[];
  readonly network: "pod" | "host";
  /** Name of the node it runs on, where the input says so. */
  readonly node?: string | undefined;
  /** IP addresses of that node, from the pod's status; the pod's own too where it is on the host network. */
  readonly nodeAddresses: readonly string[];
  /** Whether Services send it traffic; absent where the input does not say, which counts as ready. */
  readonly readiness?: "ready" | "not-ready" | undefined;
  readonly replicas: number;
  /** Labels that differ from replica to replica, where the controller numbers its pods and the input does not show them one by one. */
  readonly ordinals?: Ordinals;
  readonly annotations: ReadonlyMap<string, string>;
  /** Everything its spec says that policies do not look at; throws where the cluster was read for verdicts only. */
  readonly spec: PodSpec;
  readonly span: Span;
}

/** Consecutive numbers given to replicas, and the labels (`prefix` + number) that carry them. */
export interface Ordinals {
  readonly start: number;
  readonly labels: readonly { readonly key: string; readonly prefix: string }[];
}

export interface Node {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: ReadonlyMap<string, string>;
  /** Entries of `status.addresses` that are IP addresses. */
  readonly addresses: readonly string[];
  readonly taints: readonly Taint[];
  /** As its kubelet reports it: `v1.30.4`. Absent where the status does not say. */
  readonly kubeletVersion?: string;
  readonly span: Span;
}

/** A NetworkPolicy as the API server would store it: defaults filled in, every part with its place. */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly podSelector: LabelSelector;
  /** Effective types: written ones, or those that defaulting gives. */
  readonly policyTypes: readonly Direction[];
  readonly policyTypesWritten: boolean;
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
  /** What is written in a way that people misread; it means what the other fields say. */
  readonly oddities?: readonly PolicyOddity[];
  /** Fields the API does not know; what is under them means nothing. Absent where there are none. */
  readonly strangers?: readonly Stranger[];
  /** Absent where there are none. */
  readonly annotations?: ReadonlyMap<string, string>;
  readonly span: Span;
}

/** A field the API does not know. */
export interface Stranger {
  /** From the top of the object: `spec.podselector`. */
  readonly field: string;
  readonly span: Span;
  /** What was most likely meant. */
  readonly fix: string;
}

/**
 * `egress-empty`: an `egress` key without a rule, and no policy types, so that egress is not governed. `selector-absent` and
 * `selector-null`: every pod of the namespace is selected because nothing, or nothing but a key, is written.
 */
export type PolicyOddity = "egress-empty" | "selector-absent" | "selector-null";

/** One ingress or egress rule. An absent or empty list matches everything, which is spelled `"any"`. */
export interface PolicyRule {
  readonly peers: "any" | readonly PolicyPeer[];
  readonly ports: "any" | readonly PortMatch[];
  readonly span: Span;
}

export type PolicyPeer = { readonly span: Span } /** Pods of the policy's own namespace. */ & (
  | { readonly kind: "pods"; readonly podSelector: LabelSelector }
  /** Pods of matching namespaces; of all of them when no pod selector is given. */
  | { readonly kind: "namespaces"; readonly namespaceSelector: LabelSelector; readonly podSelector: LabelSelector }
  | IpBlock
);

export interface IpBlock {
  readonly kind: "ipBlock";
  /** The addresses it stands for: `cidr` without every `except`. */
  readonly addresses: IpSet;
  readonly cidr: string;
  readonly except: readonly string[];
}

/**
 * A cluster-scoped policy of ordered rules: ClusterNetworkPolicy, AdminNetworkPolicy or BaselineAdminNetworkPolicy, which differ in
 * spelling and limits but not in meaning.
 */
export interface AdminPolicy {
  readonly kind: "ClusterNetworkPolicy" | "AdminNetworkPolicy" | "BaselineAdminNetworkPolicy";
  readonly name: string;
  readonly tier: "admin" | "baseline";
  /** Lower first. A BaselineAdminNetworkPolicy has none: it comes after every ClusterNetworkPolicy of the baseline tier. */
  readonly priority: number | "last";
  readonly subject: NamespacedPods;
  readonly ingress: readonly AdminRule[];
  readonly egress: readonly AdminRule[];
  /**
   * Set where the API server lets through what means nothing, such as a selector with an operator that does not exist: it matches nothing, and what
   * an implementation makes of the policy is open.
   */
  readonly malformed?: true;
  readonly span: Span;
}

/** Pods whose namespace and own labels match. */
export interface NamespacedPods {
  readonly namespaceSelector: LabelSelector;
  readonly podSelector: LabelSelector;
}

export interface AdminRule {
  readonly name?: string;
  /** `Accept` of ClusterNetworkPolicy reads as `allow`. */
  readonly action: "allow" | "deny" | "pass";
  readonly peers: readonly AdminPeer[];
  readonly ports: "any" | readonly PortMatch[];
  readonly span: Span;
}

export type AdminPeer = { readonly span: Span } & (
  | ({ readonly kind: "pods" } & NamespacedPods)
  /** Destination addresses, those of pods included; egress only. */
  | { readonly kind: "networks"; readonly addresses: IpSet; readonly cidrs: readonly string[] }
  /** IP addresses of nodes with matching labels; egress only. */
  | { readonly kind: "nodes"; readonly selector: LabelSelector }
  /** DNS names; egress only, and never decidable from addresses. */
  | { readonly kind: "domainNames"; readonly names: readonly string[] }
  /** A peer of a newer API: an allow rule with one matches nothing, a deny or pass rule denies everything in its place. */
  | { readonly kind: "unrecognised" }
);

/** A policy object that has no say in any verdict, and why; verdicts it might have changed say so. */
export interface UnusedPolicy {
  readonly kind: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly name: string;
  readonly reason: "rejected" | "unsupported";
  readonly span: Span;
}
