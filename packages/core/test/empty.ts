import type { Cluster } from "../src/model/cluster.ts";
import type { PodSpec } from "../src/model/security.ts";

/** Nothing besides policies and what they select. */
export const NO_RESOURCES: Pick<Cluster, "identities" | "storage" | "routes" | "controls"> = {
  identities: { serviceAccounts: [], roles: [], bindings: [] },
  storage: { secrets: [], configMaps: [], volumeClaims: [], volumes: [], classes: [] },
  routes: {
    ingresses: [],
    ingressClasses: [],
    gatewayClasses: [],
    gateways: [],
    gatewayRoutes: [],
    referenceGrants: [],
    openshiftRoutes: [],
    ingressControllers: [],
    istioGateways: [],
    virtualServices: [],
  },
  controls: {
    webhooks: [],
    apiServices: [],
    monitors: [],
    podSecurityPolicies: [],
    customResources: [],
    peerAuthentications: [],
    authorizationPolicies: [],
    otherKinds: [],
  },
};

/** The spec of a pod of which nothing is said. */
export const PLAIN_SPEC: PodSpec = {
  containers: [],
  volumes: [],
  hostPorts: [],
  hostPID: false,
  hostIPC: false,
  shareProcessNamespace: false,
  serviceAccountName: "default",
  imagePullSecrets: [],
  nodeSelector: new Map(),
  nodeAffinity: false,
  tolerations: [],
  places: {},
};
