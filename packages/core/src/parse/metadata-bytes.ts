import type { JsonBytes } from "./json-bytes.ts";
import { OPEN_LIST, OPEN_MAP, REFUSED } from "./json-scan.ts";
import { COPY_OF_OBJECT, METADATA_FIELDS, type Metadata, type OwnerReference } from "./metadata.ts";
import { isDnsLabel, isLabelValue, isQualifiedName, isSubdomain } from "./names.ts";
import { RepeatedBytes } from "./repeated-bytes.ts";

/** What metadata say of a pod or policy, its uid not among it. */
export interface QuickMetadata extends Omit<Metadata, "uid"> {
  /** Whether the object is going away. */
  readonly leaves: boolean;
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/** Reads metadata from bytes as {@link readMetadata} does from values. */
export class MetadataBytes {
  private readonly labels = new RepeatedBytes(readLabels);
  private readonly annotations = new RepeatedBytes(readAnnotations);
  private readonly owner = new RepeatedBytes(readOwner);
  /** The namespace that was written last, and found to be one. */
  private namespace = "";

  constructor(private readonly defaultNamespace: string) {}

  read(json: JsonBytes): QuickMetadata {
    let name: string | undefined;
    let namespace = this.defaultNamespace;
    let labels = NOTHING;
    let annotations = NOTHING;
    let owner: OwnerReference | undefined;
    let leaves = false;
    json.open(OPEN_MAP);
    while (json.nextMember()) {
      switch (json.key) {
        case "name":
          name = json.text();
          break;
        case "namespace":
          namespace = this.checkedNamespace(json.word()) || this.defaultNamespace;
          break;
        case "labels":
          if (!json.isNull()) labels = this.labels.next(json);
          break;
        case "annotations":
          if (!json.isNull()) annotations = this.annotations.next(json);
          break;
        case "uid":
          json.skipText();
          break;
        case "ownerReferences":
          if (!json.isNull()) owner = this.owner.next(json);
          break;
        case "deletionTimestamp":
          leaves = !json.isNull();
          if (leaves) json.skip();
          break;
        default:
          if (!METADATA_FIELDS.includes(json.key)) throw REFUSED;
          json.skip();
      }
    }
    if (!name || !isSubdomain(name)) throw REFUSED;
    return { name, namespace, labels, annotations, owner, leaves };
  }

  private checkedNamespace(namespace: string | undefined): string | undefined {
    if (namespace && namespace !== this.namespace && !isDnsLabel(namespace)) throw REFUSED;
    if (namespace) this.namespace = namespace;
    return namespace;
  }
}

function readLabels(json: JsonBytes): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  json.open(OPEN_MAP);
  while (json.nextMember()) {
    const { key } = json;
    const value = json.word();
    if (value === undefined || !isSteady(key) || !isQualifiedName(key) || !isLabelValue(value)) throw REFUSED;
    labels.set(key, value);
  }
  return labels;
}

function readAnnotations(json: JsonBytes): ReadonlyMap<string, string> {
  const annotations = new Map<string, string>();
  json.open(OPEN_MAP);
  while (json.nextMember()) {
    const { key } = json;
    const value = json.text();
    if (value === undefined || !isSteady(key) || !isQualifiedName(key.toLowerCase())) throw REFUSED;
    if (key !== COPY_OF_OBJECT) annotations.set(key, value);
  }
  return annotations;
}

/** Whether a key keeps its place among others: JavaScript puts those that are numbers first. */
export function isSteady(key: string): boolean {
  return !/^\d/.test(key);
}

function readOwner(json: JsonBytes): OwnerReference | undefined {
  let owner: OwnerReference | undefined;
  json.open(OPEN_LIST);
  while (json.nextItem()) {
    let kind: string | undefined;
    let name: string | undefined;
    let uid: string | undefined;
    let controls = false;
    json.open(OPEN_MAP);
    while (json.nextMember()) {
      if (json.key === "kind") kind = json.word();
      else if (json.key === "name") name = json.word();
      else if (json.key === "uid") uid = json.word();
      else if (json.key === "controller") controls = json.boolean() ?? false;
      else json.skip();
    }
    if (controls && kind && name) owner ??= { kind, name, uid };
  }
  return owner;
}
