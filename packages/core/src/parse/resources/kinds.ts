import type { Field } from "../field.ts";
import type { Metadata, Naming } from "../metadata.ts";
import {
  readApiService,
  readAuthenticationConfiguration,
  readCustomResource,
  readEncryptionConfiguration,
  readFelixConfiguration,
  readMonitor,
  readPodSecurityPolicy,
  readWebhooks,
} from "./control.ts";
import { readGateway, readGatewayClass, readGatewayRoute, readReferenceGrant } from "./gateway.ts";
import { readClusterRole, readClusterRoleBinding, readRole, readRoleBinding, readServiceAccount } from "./identity.ts";
import { readIngress, readIngressClass } from "./ingress.ts";
import { readAuthorizationPolicy, readIstioGateway, readPeerAuthentication, readVirtualService } from "./istio.ts";
import { readIngressController, readOpenshiftRoute } from "./openshift.ts";
import { readConfigMap, readPersistentVolume, readSecret, readStorageClass, readVolumeClaim } from "./storage.ts";

/** A kind that no verdict rests on, and how it is read. */
export interface ResourceKind<T> {
  /** The API groups that have it; any version of them is read. */
  readonly groups: readonly string[];
  /** Versions that are no longer served, as `apiVersion` writes them, and what is written today. */
  readonly retired?: { readonly versions: readonly string[]; readonly expected: string };
  readonly scope: "namespaced" | "cluster";
  /** `none`: a file of the API server's own, which is no object and has no name. */
  readonly naming?: Naming | "none";
  readonly read: (object: Field, metadata: Metadata) => T | undefined;
}

const RBAC = "rbac.authorization.k8s.io";
const RBAC_RETIRED = { versions: [`${RBAC}/v1beta1`, `${RBAC}/v1alpha1`], expected: `${RBAC}/v1` };
const NETWORKING = "networking.k8s.io";
const INGRESS_RETIRED = { versions: [`${NETWORKING}/v1beta1`, "extensions/v1beta1"], expected: `${NETWORKING}/v1` };
const GATEWAY = "gateway.networking.k8s.io";
const ADMISSION = "admissionregistration.k8s.io";
const ADMISSION_RETIRED = { versions: [`${ADMISSION}/v1beta1`], expected: `${ADMISSION}/v1` };

/** Everything read besides policies and what they select, by where it is kept. Adding a kind is adding an entry. */
export const RESOURCE_KINDS = {
  ServiceAccount: namespaced("", readServiceAccount),
  Role: { ...namespaced(RBAC, readRole), naming: "any", retired: RBAC_RETIRED },
  ClusterRole: { ...cluster(RBAC, readClusterRole), naming: "any", retired: RBAC_RETIRED },
  RoleBinding: { ...namespaced(RBAC, readRoleBinding), naming: "any", retired: RBAC_RETIRED },
  ClusterRoleBinding: { ...cluster(RBAC, readClusterRoleBinding), naming: "any", retired: RBAC_RETIRED },

  Secret: namespaced("", readSecret),
  ConfigMap: namespaced("", readConfigMap),
  PersistentVolumeClaim: namespaced("", readVolumeClaim),
  PersistentVolume: cluster("", readPersistentVolume),
  StorageClass: cluster("storage.k8s.io", readStorageClass),

  Ingress: { ...namespaced(NETWORKING, readIngress, "extensions"), retired: INGRESS_RETIRED },
  IngressClass: cluster(NETWORKING, readIngressClass),
  GatewayClass: cluster(GATEWAY, readGatewayClass),
  Gateway: namespaced(GATEWAY, readGateway),
  HTTPRoute: namespaced(GATEWAY, readGatewayRoute("HTTPRoute")),
  GRPCRoute: namespaced(GATEWAY, readGatewayRoute("GRPCRoute")),
  TLSRoute: namespaced(GATEWAY, readGatewayRoute("TLSRoute")),
  TCPRoute: namespaced(GATEWAY, readGatewayRoute("TCPRoute")),
  UDPRoute: namespaced(GATEWAY, readGatewayRoute("UDPRoute")),
  ReferenceGrant: namespaced(GATEWAY, readReferenceGrant),
  Route: namespaced("route.openshift.io", readOpenshiftRoute),
  IngressController: namespaced("operator.openshift.io", readIngressController),
  "networking.istio.io/Gateway": namespaced("networking.istio.io", readIstioGateway),
  VirtualService: namespaced("networking.istio.io", readVirtualService),

  MutatingWebhookConfiguration: { ...cluster(ADMISSION, readWebhooks("Mutating")), retired: ADMISSION_RETIRED },
  ValidatingWebhookConfiguration: { ...cluster(ADMISSION, readWebhooks("Validating")), retired: ADMISSION_RETIRED },
  APIService: cluster("apiregistration.k8s.io", readApiService),
  ServiceMonitor: namespaced("monitoring.coreos.com", readMonitor("ServiceMonitor")),
  PodMonitor: namespaced("monitoring.coreos.com", readMonitor("PodMonitor")),
  PodSecurityPolicy: cluster("policy", readPodSecurityPolicy, "extensions"),
  CustomResourceDefinition: cluster("apiextensions.k8s.io", readCustomResource),
  PeerAuthentication: namespaced("security.istio.io", readPeerAuthentication),
  AuthorizationPolicy: namespaced("security.istio.io", readAuthorizationPolicy),
  EncryptionConfiguration: { ...cluster("apiserver.config.k8s.io", readEncryptionConfiguration), naming: "none" },
  AuthenticationConfiguration: {
    ...cluster("apiserver.config.k8s.io", readAuthenticationConfiguration),
    naming: "none",
  },
  FelixConfiguration: cluster("projectcalico.org", readFelixConfiguration, "crd.projectcalico.org"),
} satisfies Readonly<Record<string, ResourceKind<unknown>>>;

export type ResourceName = keyof typeof RESOURCE_KINDS;

/** What the reader of a kind gives. */
export type ResourceOf<K extends ResourceName> = Exclude<ReturnType<(typeof RESOURCE_KINDS)[K]["read"]>, undefined>;

/** The name a kind is kept under, if it is one of those read here. A kind that two groups have is told apart by its group. */
export function resourceName(group: string, kind: string): ResourceName | undefined {
  return NAMES.get(kind)?.find((name) => groupsOf(name).includes(group));
}

/** The names under which kinds are kept, by kind: one, unless two groups have it. */
const NAMES: ReadonlyMap<string, readonly ResourceName[]> = namesByKind();

function namesByKind(): ReadonlyMap<string, readonly ResourceName[]> {
  const names = new Map<string, ResourceName[]>();
  for (const name of Object.keys(RESOURCE_KINDS) as ResourceName[]) {
    const kind = name.slice(name.indexOf("/") + 1);
    names.set(kind, [...(names.get(kind) ?? []), name]);
  }
  return names;
}

function groupsOf(name: ResourceName): readonly string[] {
  return RESOURCE_KINDS[name].groups;
}

function namespaced<T>(group: string, read: ResourceKind<T>["read"], ...more: string[]) {
  return { groups: [group, ...more], scope: "namespaced", read } as const;
}

function cluster<T>(group: string, read: ResourceKind<T>["read"], ...more: string[]) {
  return { groups: [group, ...more], scope: "cluster", read } as const;
}
