import type { Controls, OtherKind } from "../../model/control.ts";
import type { Identities } from "../../model/identity.ts";
import type { Routes } from "../../model/routes.ts";
import { formatSpan, type Span } from "../../model/source.ts";
import type { Storage } from "../../model/storage.ts";
import type { Field } from "../field.ts";
import type { ApiKind } from "../kinds.ts";
import { type Metadata, readMetadata } from "../metadata.ts";
import { aggregate } from "./aggregation.ts";
import { RESOURCE_KINDS, type ResourceKind, type ResourceName, type ResourceOf, resourceName } from "./kinds.ts";

/** Keeps an object under its key, and tells when there was one already. */
type Add = (objects: Map<string, Placed>, kind: string, key: string, object: Placed) => void;

interface Placed {
  readonly span: Span;
}

/** The objects read that no verdict rests on, by kind and key. */
export class Resources {
  private readonly kinds = new Map<ResourceName, Map<string, Placed>>();
  private readonly others = new Map<string, OtherKind>();

  /** Reads an object if it is of one of the kinds kept here; says whether it is. */
  read(type: ApiKind, object: Field, defaultNamespace: string, add: Add): boolean {
    const name = resourceName(type.group, type.kind);
    if (!name) return false;
    const kind: ResourceKind<Placed> = RESOURCE_KINDS[name];
    noteRetired(type, kind, object);
    const metadata = kind.naming === "none" ? namelessAt(object) : readMetadata(object, defaultNamespace, kind.naming);
    const resource = metadata && kind.read(object.lenient, metadata);
    if (!resource || object.problems.rejected) return true;
    const key = kind.scope === "cluster" ? metadata.name : `${metadata.namespace}/${metadata.name}`;
    add(this.of(name), type.kind, key, resource);
    return true;
  }

  /** Counts an object of a kind that nothing is made of. */
  count({ group, kind }: ApiKind, object: Field): void {
    const key = `${group}/${kind}`;
    const known = this.others.get(key);
    this.others.set(
      key,
      known ? { ...known, objects: known.objects + 1 } : { group, kind, objects: 1, span: object.span },
    );
  }

  /** Everything kept here, by key. */
  get all(): readonly Map<string, Placed>[] {
    return [...this.kinds.values(), this.others];
  }

  get identities(): Identities {
    return {
      serviceAccounts: this.allOf("ServiceAccount"),
      roles: aggregate([...this.allOf("ClusterRole"), ...this.allOf("Role")]),
      bindings: [...this.allOf("ClusterRoleBinding"), ...this.allOf("RoleBinding")],
    };
  }

  get storage(): Storage {
    return {
      secrets: this.allOf("Secret"),
      configMaps: this.allOf("ConfigMap"),
      volumeClaims: this.allOf("PersistentVolumeClaim"),
      volumes: this.allOf("PersistentVolume"),
      classes: this.allOf("StorageClass"),
    };
  }

  get routes(): Routes {
    const gatewayRoutes = (["GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"] as const).flatMap((kind) =>
      this.allOf(kind),
    );
    return {
      ingresses: this.allOf("Ingress"),
      ingressClasses: this.allOf("IngressClass"),
      gatewayClasses: this.allOf("GatewayClass"),
      gateways: this.allOf("Gateway"),
      gatewayRoutes,
      referenceGrants: this.allOf("ReferenceGrant"),
      openshiftRoutes: this.allOf("Route"),
      ingressControllers: this.allOf("IngressController"),
      istioGateways: this.allOf("networking.istio.io/Gateway"),
      virtualServices: this.allOf("VirtualService"),
    };
  }

  get controls(): Controls {
    const configurations = [
      ...this.allOf("MutatingWebhookConfiguration"),
      ...this.allOf("ValidatingWebhookConfiguration"),
    ];
    return {
      webhooks: configurations.flatMap(({ webhooks }) => webhooks),
      apiServices: this.allOf("APIService"),
      monitors: [...this.allOf("PodMonitor"), ...this.allOf("ServiceMonitor")],
      podSecurityPolicies: this.allOf("PodSecurityPolicy"),
      customResources: this.allOf("CustomResourceDefinition"),
      peerAuthentications: this.allOf("PeerAuthentication"),
      authorizationPolicies: this.allOf("AuthorizationPolicy"),
      encryptionConfigurations: this.allOf("EncryptionConfiguration"),
      authenticationConfigurations: this.allOf("AuthenticationConfiguration"),
      felixConfigurations: this.allOf("FelixConfiguration"),
      otherKinds: byKey(this.others),
    };
  }

  private of(name: ResourceName): Map<string, Placed> {
    const known = this.kinds.get(name);
    if (known) return known;
    const objects = new Map<string, Placed>();
    this.kinds.set(name, objects);
    return objects;
  }

  /** What was read of a kind, by key. A kind's map holds only what that kind's reader gave. */
  private allOf<K extends ResourceName>(name: K): readonly ResourceOf<K>[] {
    return byKey(this.of(name) as Map<string, ResourceOf<K>>);
  }
}

/** Files that have no name are told apart by where they stand. */
function namelessAt({ span }: Field): Metadata {
  const nothing = { namespace: "", labels: new Map(), annotations: new Map(), uid: undefined, owner: undefined };
  return { name: formatSpan(span), ...nothing };
}

function byKey<T>(objects: ReadonlyMap<string, T>): readonly T[] {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

function noteRetired({ apiVersion }: ApiKind, { retired }: ResourceKind<Placed>, object: Field): void {
  if (!retired?.versions.includes(apiVersion)) return;
  const place = { span: object.keyPlace("apiVersion").span, path: "apiVersion" };
  const message = `\`${apiVersion}\` is no longer served; it is read as \`${retired.expected}\``;
  object.problems.note(
    "warning",
    "api-version-unsupported",
    place,
    message,
    `write \`apiVersion: ${retired.expected}\``,
  );
}
