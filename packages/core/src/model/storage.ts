import type { Holding } from "./contents.ts";
import type { Span } from "./source.ts";

/** What pods are given to read and write. Lists are sorted by id. Values of Secrets are never kept. */
export interface Storage {
  readonly secrets: readonly Secret[];
  readonly configMaps: readonly ConfigMap[];
  readonly volumeClaims: readonly VolumeClaim[];
  readonly volumes: readonly PersistentVolume[];
  readonly classes: readonly StorageClass[];
}

export interface Secret {
  readonly namespace: string;
  readonly name: string;
  /** `Opaque` where none is written. */
  readonly type: string;
  /** Names of its keys, sorted. */
  readonly keys: readonly string[];
  /** What its values are recognised to hold. */
  readonly holdings: readonly Holding[];
  readonly annotations: ReadonlyMap<string, string>;
  /** What its values are encrypted with in the text itself, where something says so. */
  readonly sealed?: "sops";
  readonly span: Span;
}

export interface ConfigMap {
  readonly namespace: string;
  readonly name: string;
  readonly entries: readonly ConfigEntry[];
  /** What its values are recognised to hold, whole as they are written. */
  readonly holdings: readonly Holding[];
  /** Keys of binary values, which are not read. */
  readonly binaryKeys: readonly string[];
  readonly span: Span;
}

export interface ConfigEntry {
  readonly key: string;
  /** The first {@link MAX_CONFIG_VALUE} characters. */
  readonly value: string;
  readonly span: Span;
}

/** How much of a ConfigMap's value is kept, in characters. */
export const MAX_CONFIG_VALUE = 4096;

export interface VolumeClaim {
  readonly namespace: string;
  readonly name: string;
  readonly accessModes: readonly string[];
  readonly storageClassName?: string;
  readonly volumeName?: string;
  readonly span: Span;
}

export interface PersistentVolume {
  readonly name: string;
  readonly accessModes: readonly string[];
  readonly storageClassName?: string;
  /** `hostPath`, `local`, `nfs`, `csi` and so on: the field that says where the data is. */
  readonly source: string;
  /** Of `hostPath` and `local`. */
  readonly path?: string;
  readonly claim?: { readonly namespace: string; readonly name: string };
  readonly span: Span;
}

export interface StorageClass {
  readonly name: string;
  readonly provisioner: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly span: Span;
}
