import { type Field, named, readBoolean, readList, readMap, readString, readStringMap } from "./field.ts";
import { isDnsLabel, isLabelValue, isQualifiedName, isSubdomain, LABEL_KEY_FORM, LABEL_VALUE_FORM } from "./names.ts";
import { readOnce } from "./repeated.ts";

/** What an object says of itself, whatever its kind. */
export interface Metadata {
  readonly name: string;
  /** Filled in for namespaced kinds; meaningless for others. */
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Without the copy of the whole object that `kubectl apply` keeps: it holds the values of Secrets. */
  readonly annotations: ReadonlyMap<string, string>;
  readonly uid: string | undefined;
  readonly owner: OwnerReference | undefined;
}

/** Which names a kind may have: most are DNS subdomains, those of roles and bindings anything. */
export type Naming = "subdomain" | "any";

/** The controller an object belongs to. */
export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string | undefined;
}

/** What metadata may have. */
export const METADATA_FIELDS: readonly string[] = [
  "name",
  "generateName",
  "namespace",
  "labels",
  "annotations",
  "ownerReferences",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "finalizers",
  "managedFields",
  "selfLink",
  "clusterName",
];

/** The metadata of an object; `undefined` when it has no name, which is reported with all else that is wrong. */
export function readMetadata(
  object: Field,
  defaultNamespace: string,
  naming: Naming = "subdomain",
): Metadata | undefined {
  const metadata = readMap(object.child("metadata"), METADATA_FIELDS);
  const name = metadata && readName(metadata, naming);
  if (!metadata || name === undefined) {
    reportNameless(object, metadata);
    return undefined;
  }
  const namespace = readNamespace(metadata) ?? defaultNamespace;
  const labels = readLabels(metadata);
  const annotations = readAnnotations(metadata);
  const uid = readString(metadata.child("uid"));
  const owner = readOwner(metadata);
  return { name, namespace, labels, annotations, uid, owner };
}

function reportNameless(object: Field, metadata: Field | undefined): void {
  const written = (metadata ? metadata.child("name") : object.child("metadata"))?.value;
  if (written !== undefined && written !== "") return;
  const at = metadata ? object.keyPlace("metadata") : object.keyPlace("kind");
  object.problems.reject(
    "name-missing",
    named(at, "metadata.name"),
    "the object has no `metadata.name`",
    "give it a name",
  );
}

function readName(metadata: Field, naming: Naming): string | undefined {
  const field = metadata.child("name");
  const name = readString(field);
  if (name) return naming === "any" ? name : checkedName(field, name);
  const prefix = readString(metadata.child("generateName"));
  return prefix ? prefix.replace(/-+$/, "") : undefined;
}

function checkedName(field: Field | undefined, name: string): string {
  const rule = "lower-case letters, digits, `-` and `.`, at most 253, with a letter or digit at both ends";
  if (!isSubdomain(name))
    field?.reject("field-invalid", `\`${name.slice(0, 100)}\` is not a valid name`, `use ${rule}`);
  return name;
}

function readNamespace(metadata: Field): string | undefined {
  const field = metadata.child("namespace");
  const namespace = readString(field);
  if (!namespace) return undefined;
  if (!isDnsLabel(namespace))
    field?.reject(
      "field-invalid",
      `\`${namespace.slice(0, 100)}\` is not a valid namespace name`,
      "use lower-case letters, digits and `-`, at most 63",
    );
  return namespace;
}

const LABELS = { kind: "labels", of: "", differs: new Set<string>() };
const NOTHING: ReadonlyMap<string, string> = new Map();

/** `metadata.labels` of an object or a pod template. */
export function readLabels(metadata: Field | undefined): ReadonlyMap<string, string> {
  const field = metadata?.child("labels");
  return field ? readOnce(field, LABELS, () => checkedLabels(field)) : NOTHING;
}

function checkedLabels(field: Field): ReadonlyMap<string, string> {
  const labels = readStringMap(field);
  for (const [key, value] of labels) {
    if (!isQualifiedName(key))
      rejectEntry(field, key, `\`${key.slice(0, 100)}\` is not a valid label key`, LABEL_KEY_FORM);
    if (!isLabelValue(value))
      rejectEntry(field, key, `\`${value.slice(0, 100)}\` is not a valid label value`, LABEL_VALUE_FORM);
  }
  return labels;
}

/** The annotation in which `kubectl apply` keeps a copy of the whole object. */
export const COPY_OF_OBJECT = "kubectl.kubernetes.io/last-applied-configuration";

/** `metadata.annotations` of an object or a pod template. */
export function readAnnotations(metadata: Field | undefined): ReadonlyMap<string, string> {
  const field = metadata?.child("annotations");
  if (!field) return NOTHING;
  const annotations = new Map(readStringMap(field));
  annotations.delete(COPY_OF_OBJECT);
  for (const key of annotations.keys()) {
    if (!isQualifiedName(key.toLowerCase()))
      rejectEntry(field, key, `\`${key.slice(0, 100)}\` is not a valid annotation key`, LABEL_KEY_FORM);
  }
  return annotations;
}

/** Points at the entry but names the map, as the API server does. */
function rejectEntry(field: Field, key: string, message: string, fix: string): void {
  field.problems.reject("field-invalid", named(field.keyPlace(key), field.path), message, fix);
}

function readOwner(metadata: Field): OwnerReference | undefined {
  for (const reference of readList(metadata.child("ownerReferences"), "mappings")) {
    if (!readMap(reference) || readBoolean(reference.child("controller")) !== true) continue;
    const kind = readString(reference.child("kind"));
    const name = readString(reference.child("name"));
    const uid = readString(reference.child("uid"));
    if (kind && name) return { kind, name, uid };
  }
  return undefined;
}
