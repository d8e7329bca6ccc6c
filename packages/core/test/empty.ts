import type { Cluster } from "../src/model/cluster.ts";

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
    encryptionConfigurations: [],
    authenticationConfigurations: [],
    felixConfigurations: [],
    otherKinds: [],
  },
};
