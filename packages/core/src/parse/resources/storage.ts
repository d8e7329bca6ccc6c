import {
  type ConfigEntry,
  type ConfigMap,
  MAX_CONFIG_VALUE,
  type PersistentVolume,
  type Secret,
  type StorageClass,
  type VolumeClaim,
} from "../../model/storage.ts";
import { type Field, readMap, readString, readStringMap } from "../field.ts";
import type { Metadata } from "../metadata.ts";
import { isMap } from "../tree.ts";
import { present, readStrings } from "./values.ts";

/** A Secret without its values, which are not looked at: a complaint about one would show it. */
export function readSecret(object: Field, { name, namespace, annotations }: Metadata): Secret {
  const keys = new Set([...keysOf(object.child("data")), ...keysOf(object.child("stringData"))]);
  const type = readString(object.child("type")) || "Opaque";
  const sealed = object.child("sops") && ({ sealed: "sops" } as const);
  return { namespace, name, type, keys: [...keys].sort(), annotations, ...sealed, span: object.span };
}

function keysOf(field: Field | undefined): readonly string[] {
  return field && isMap(field.value) ? Object.keys(field.value) : [];
}

export function readConfigMap(object: Field, { name, namespace }: Metadata): ConfigMap {
  const entries = readEntries(readMap(object.child("data")));
  return { namespace, name, entries, binaryKeys: [...keysOf(object.child("binaryData"))].sort(), span: object.span };
}

function readEntries(entries: Field | undefined): readonly ConfigEntry[] {
  return keysOf(entries).flatMap((key) => {
    const value = readString(entries?.child(key));
    const { span } = entries?.keyPlace(key) ?? {};
    return value !== undefined && span ? [{ key, value: value.slice(0, MAX_CONFIG_VALUE), span }] : [];
  });
}

export function readVolumeClaim(object: Field, { name, namespace }: Metadata): VolumeClaim {
  const spec = readMap(object.child("spec"));
  return {
    namespace,
    name,
    accessModes: readStrings(spec?.child("accessModes")),
    ...present({
      storageClassName: readString(spec?.child("storageClassName")),
      volumeName: readString(spec?.child("volumeName")),
    }),
    span: object.span,
  };
}

/** Fields of a PersistentVolume's spec that do not say where its data is. */
const GENERAL: ReadonlySet<string> = new Set([
  "accessModes",
  "capacity",
  "claimRef",
  "mountOptions",
  "nodeAffinity",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "volumeAttributesClassName",
  "volumeMode",
]);

export function readPersistentVolume(object: Field, { name }: Metadata): PersistentVolume {
  const spec = readMap(object.child("spec"));
  const source = keysOf(spec).find((key) => !GENERAL.has(key)) ?? "";
  const claim = readMap(spec?.child("claimRef"));
  return {
    name,
    accessModes: readStrings(spec?.child("accessModes")),
    source,
    ...present({
      storageClassName: readString(spec?.child("storageClassName")),
      path: source === "hostPath" || source === "local" ? pathOf(spec?.child(source)) : undefined,
      claim: claim && {
        namespace: readString(claim.child("namespace")) ?? "",
        name: readString(claim.child("name")) ?? "",
      },
    }),
    span: object.span,
  };
}

function pathOf(source: Field | undefined): string | undefined {
  return readString(readMap(source)?.child("path"));
}

export function readStorageClass(object: Field, { name }: Metadata): StorageClass {
  return {
    name,
    provisioner: readString(object.child("provisioner")) ?? "",
    parameters: readStringMap(object.child("parameters")),
    span: object.span,
  };
}
