import type { Content, Holding } from "../../model/contents.ts";
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
import { isMap, valueAt } from "../tree.ts";
import { contentsOf, contentsOfEncoded } from "./contents.ts";
import { present, readStrings } from "./values.ts";

/** A Secret without its values: only what they are recognised to hold. Nothing is complained about: that would show it. */
export function readSecret(object: Field, { name, namespace, annotations }: Metadata): Secret {
  const keys = new Set([...keysOf(object.child("data")), ...keysOf(object.child("stringData"))]);
  const type = readString(object.child("type")) || "Opaque";
  const sealed = object.child("sops") && ({ sealed: "sops" } as const);
  const holdings = sealed
    ? []
    : [...held(object.child("data"), contentsOfEncoded), ...held(object.child("stringData"), contentsOf)];
  return { namespace, name, type, keys: [...keys].sort(), holdings, annotations, ...sealed, span: object.span };
}

function keysOf(field: Field | undefined): readonly string[] {
  return field && isMap(field.value) ? Object.keys(field.value) : [];
}

/** What the strings of a map are recognised to hold. */
function held(field: Field | undefined, contents: (value: string) => readonly Content[]): readonly Holding[] {
  const map = field?.value;
  if (map === undefined || !isMap(map)) return [];
  return Object.keys(map).flatMap((key) => {
    const value = valueAt(map, key);
    return typeof value === "string" ? contents(value).map((content) => ({ key, content })) : [];
  });
}

export function readConfigMap(object: Field, { name, namespace }: Metadata): ConfigMap {
  const entries = readEntries(readMap(object.child("data")));
  const holdings = [...held(object.child("data"), contentsOf), ...held(object.child("binaryData"), contentsOfEncoded)];
  const binaryKeys = [...keysOf(object.child("binaryData"))].sort();
  return { namespace, name, entries, holdings, binaryKeys, span: object.span };
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
