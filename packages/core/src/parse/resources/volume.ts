import type { ConfigMapSource, ProjectedSource, SecretSource, Volume } from "../../model/security.ts";
import { type Field, readBoolean, readMap, readString } from "../field.ts";
import { isMap } from "../tree.ts";
import { isOptional, nameSpan } from "./container.ts";
import { present, readEach, readStrings } from "./values.ts";

/** A volume of a pod by what backs it. */
export function readVolume(volume: Field): Volume | undefined {
  const name = readString(volume.child("name"));
  return name ? { name, span: nameSpan(volume), ...readSource(volume) } : undefined;
}

type Source = Volume extends infer V ? (V extends Volume ? Omit<V, "name" | "span"> : never) : never;

const SOURCES: Readonly<Record<string, (source: Field) => Source>> = {
  hostPath: (source) => ({
    kind: "hostPath",
    path: readString(source.child("path")) ?? "",
    ...present({ type: readString(source.child("type")) }),
  }),
  secret: (source) => readSecretSource(source, "secretName"),
  configMap: readConfigMapSource,
  projected: (source) => ({ kind: "projected", sources: readEach(source.child("sources"), readProjected) }),
  csi: (source) => ({
    kind: "csi",
    driver: readString(source.child("driver")) ?? "",
    ...present({
      secretProviderClass: readString(readMap(source.child("volumeAttributes"))?.child("secretProviderClass")),
    }),
  }),
  persistentVolumeClaim: (source) => ({
    kind: "persistentVolumeClaim",
    claim: readString(source.child("claimName")) ?? "",
    readOnly: readBoolean(source.child("readOnly")) ?? false,
  }),
  ephemeral: (source) => readClaimSpec(readMap(readMap(source.child("volumeClaimTemplate"))?.child("spec"))),
  emptyDir: () => ({ kind: "emptyDir" }),
};

function readSource(volume: Field): Source {
  for (const [key, read] of Object.entries(SOURCES)) {
    const source = volume.child(key);
    if (source) return readMap(source) ? read(source) : { kind: "other", type: key };
  }
  return { kind: "other", type: otherKey(volume, "name") ?? "emptyDir" };
}

function otherKey(field: Field, known: string): string | undefined {
  return isMap(field.value) ? Object.keys(field.value).find((key) => key !== known) : undefined;
}

/** Of a projected volume the reference is called `name`, elsewhere `secretName`. */
function readSecretSource(source: Field, key: "name" | "secretName"): SecretSource {
  const secret = readString(source.child(key)) ?? "";
  return { kind: "secret", secret, ...readItems(source), optional: isOptional(source) };
}

function readConfigMapSource(source: Field): ConfigMapSource {
  const configMap = readString(source.child("name")) ?? "";
  return { kind: "configMap", configMap, ...readItems(source), optional: isOptional(source) };
}

function readItems(source: Field): { readonly keys?: readonly string[] } {
  const items = source.child("items");
  return items ? { keys: readEach(items, (item) => readString(item.child("key"))) } : {};
}

function readProjected(source: Field): ProjectedSource {
  const token = readMap(source.child("serviceAccountToken"));
  if (token) return { kind: "serviceAccountToken", ...present({ audience: readString(token.child("audience")) }) };
  const secret = readMap(source.child("secret"));
  if (secret) return readSecretSource(secret, "name");
  const configMap = readMap(source.child("configMap"));
  if (configMap) return readConfigMapSource(configMap);
  return { kind: "other", type: otherKey(source, "") ?? "" };
}

/** The claims a StatefulSet makes for each of its replicas, as volumes of its pods. */
export function readClaimTemplate(template: Field): Volume | undefined {
  const metadata = readMap(template.child("metadata"));
  const name = metadata && readString(metadata.child("name"));
  if (!name) return undefined;
  return { name, span: nameSpan(metadata), ...readClaimSpec(readMap(template.child("spec"))) };
}

function readClaimSpec(spec: Field | undefined) {
  return {
    kind: "claimTemplate",
    accessModes: readStrings(spec?.child("accessModes")),
    ...present({ storageClassName: readString(spec?.child("storageClassName")) }),
  } as const;
}
