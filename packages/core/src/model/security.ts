import type { Protocol } from "./flow.ts";
import type { Span } from "./source.ts";

/**
 * What a pod's spec says besides its place in the network: what its containers are given, and how far they are from their node.
 *
 * Facts only, as written and with inheritance from pod to container worked out; what they amount to is for analyses to say.
 */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  /** Ports of the node that lead to a container. */
  readonly hostPorts: readonly HostPort[];
  readonly hostPID: boolean;
  readonly hostIPC: boolean;
  readonly shareProcessNamespace: boolean;
  /** `default` where none is written, as the API server fills it in. */
  readonly serviceAccountName: string;
  /** Absent where the ServiceAccount decides. */
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets: readonly string[];
  readonly nodeSelector: ReadonlyMap<string, string>;
  /** Whether a required node affinity narrows where it may run. */
  readonly nodeAffinity: boolean;
  readonly tolerations: readonly Toleration[];
  readonly runtimeClassName?: string;
  readonly dnsPolicy?: string;
  /** `linux` or `windows`; absent where nothing is said, which is Linux. */
  readonly os?: string;
  /** Names of the kernel parameters it sets; absent where it sets none. */
  readonly sysctls?: readonly string[];
  /** The value of each field that weakens isolation has its place; absent where the field is not written. */
  readonly places: { readonly hostPID?: Span; readonly hostIPC?: Span; readonly hostNetwork?: Span };
}

/** The spec of a pod of which nothing is written, as the API server fills it in. */
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

export interface Container {
  readonly name: string;
  readonly image: string;
  /** `sidecar`: an init container that keeps running beside the others. */
  readonly kind: "main" | "sidecar" | "init";
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly EnvVar[];
  readonly envFrom: readonly EnvSource[];
  readonly mounts: readonly Mount[];
  /** Hosts other than the pod's own that its probes and hooks call; absent where there are none. */
  readonly probedHosts?: readonly string[];
  readonly security: ContainerSecurity;
  readonly span: Span;
}

/** A container's security context, with what it inherits from the pod's. Absent fields are left to image or runtime. */
export interface ContainerSecurity {
  readonly privileged: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  /** Capabilities added and dropped, in capitals and without `CAP_`; `ALL` as written. */
  readonly addedCapabilities: readonly string[];
  readonly droppedCapabilities: readonly string[];
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  /** `RuntimeDefault`, `Localhost` or `Unconfined`. */
  readonly seccomp?: string;
  readonly appArmor?: string;
  readonly procMount?: string;
  readonly seLinux?: { readonly type?: string; readonly user?: string; readonly role?: string };
  /** On Windows: whether it runs in the node's own name. */
  readonly hostProcess?: boolean;
  /** Where `privileged` and `capabilities` are written. */
  readonly places: { readonly privileged?: Span; readonly capabilities?: Span };
}

export type EnvVar = { readonly name: string; readonly span: Span } & (
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "secret"; readonly secret: string; readonly key: string; readonly optional: boolean }
  | { readonly kind: "configMap"; readonly configMap: string; readonly key: string; readonly optional: boolean }
  /** A field of the pod or its resources. */
  | { readonly kind: "own" }
);

/** Every key of an object as variables. */
export interface EnvSource {
  readonly kind: "secret" | "configMap";
  readonly name: string;
  readonly prefix: string;
  readonly optional: boolean;
  readonly span: Span;
}

export interface Mount {
  /** {@link Volume.name}. */
  readonly volume: string;
  readonly path: string;
  readonly readOnly: boolean;
  readonly subPath?: string;
}

export type Volume = { readonly name: string; readonly span: Span } & (
  | { readonly kind: "hostPath"; readonly path: string; readonly type?: string }
  | SecretSource
  | ConfigMapSource
  | { readonly kind: "projected"; readonly sources: readonly ProjectedSource[] }
  /** `secretProviderClass` for the secrets store driver. */
  | { readonly kind: "csi"; readonly driver: string; readonly secretProviderClass?: string }
  | { readonly kind: "persistentVolumeClaim"; readonly claim: string; readonly readOnly: boolean }
  /** A claim of a StatefulSet's own for each replica, or of an ephemeral volume. */
  | { readonly kind: "claimTemplate"; readonly accessModes: readonly string[]; readonly storageClassName?: string }
  | { readonly kind: "emptyDir" }
  /** Of a kind nothing is concluded from, named by its field. */
  | { readonly kind: "other"; readonly type: string }
);

export type ProjectedSource =
  | SecretSource
  | ConfigMapSource
  | { readonly kind: "serviceAccountToken"; readonly audience?: string }
  | { readonly kind: "other"; readonly type: string };

/** `keys` are absent where all of them are mounted. */
export interface SecretSource {
  readonly kind: "secret";
  readonly secret: string;
  readonly keys?: readonly string[];
  readonly optional: boolean;
}

export interface ConfigMapSource {
  readonly kind: "configMap";
  readonly configMap: string;
  readonly keys?: readonly string[];
  readonly optional: boolean;
}

export interface HostPort {
  readonly container: string;
  readonly hostPort: number;
  /** The address of the node it is bound to; all of them where none is written. */
  readonly hostIP?: string;
  readonly containerPort: number;
  readonly protocol: Protocol;
  readonly span: Span;
}

export interface Toleration {
  /** Absent: every key. */
  readonly key?: string;
  readonly operator: "Equal" | "Exists";
  readonly value: string;
  /** Absent: every effect. */
  readonly effect?: string;
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}
