import type { DiagnosticCode } from "../model/diagnostic.ts";
import type { Options } from "../model/options.ts";
import { firstFormIn } from "./admin-first-form.ts";
import { readAdminNetworkPolicy, readBaselineAdminNetworkPolicy } from "./admin-network-policy.ts";
import { readClusterNetworkPolicy } from "./cluster-network-policy.ts";
import { isClusterScoped, isUnsupportedPolicy } from "./dialects.ts";
import { Field, named, Problems, readString } from "./field.ts";
import type { Inventory } from "./inventory.ts";
import { type ApiKind, readApiKind } from "./kinds.ts";
import { type Metadata, readMetadata } from "./metadata.ts";
import { readNamespaceObject } from "./namespace.ts";
import { readNetworkPolicy } from "./network-policy.ts";
import { readNode } from "./node.ts";
import { readService } from "./service.ts";
import { readEndpointSlice, readEndpoints } from "./service-endpoints.ts";
import { belongsToTool, lostIndentation, notAManifest } from "./shape.ts";
import { nearest } from "./spelling.ts";
import { type TemplateTool, templateNotRendered } from "./template.ts";
import type { Report } from "./text.ts";
import {
  type Document,
  isListKind,
  isList as isListValue,
  isMap,
  type ListHeader,
  stringAt,
  type Value,
  type ValueMap,
  valueAt,
} from "./tree.ts";
import { readController, readPod } from "./workload.ts";

/** Reads the object of a document, or the objects of a list, into the inventory; whatever is wrong is reported. */
export function readManifest(manifest: Document, inventory: Inventory, options: Options, report: Report): void {
  const { root } = manifest;
  const misplaced = lostIndentation(manifest);
  if (misplaced) {
    report(misplaced);
    return;
  }
  for (const problem of manifest.problems) report(problem);
  if (root === null) return;
  const kind = stringAt(root, "kind");
  if (isMap(root) && isListKind(kind) && isList(root)) {
    const list = { apiVersion: stringAt(root, "apiVersion") ?? "", kind };
    for (const [i, item] of itemsOf(root).entries()) {
      const places = manifest.places.inside(["items", i]);
      readManifest({ root: item, places, problems: [], list }, inventory, options, report);
    }
  } else readObject(manifest, inventory, options, report);
}

function isList(root: ValueMap): boolean {
  const items = valueAt(root, "items") ?? null;
  return valueAt(root, "spec") === undefined && (items === null || isListValue(items));
}

function itemsOf(root: ValueMap): readonly Value[] {
  const items = valueAt(root, "items") ?? [];
  return isListValue(items) ? items : [];
}

function readObject(manifest: Document, inventory: Inventory, options: Options, report: Report): void {
  const problems = new Problems(manifest.places);
  const object = Field.root(manifest.root, problems);
  const type = typeOf(manifest, object, report);
  if (type) {
    const marker = templateMarker(object);
    if (marker) problems.found.push(templateNotRendered(manifest.places.text, marker.at, marker.tool));
    else readAs(type, object, inventory, options);
  }
  for (const problem of problems.found) report(problem);
}

/** `apiVersion` and `kind` of an object, its own or what its list says; the lack of either is reported. */
function typeOf(manifest: Document, object: Field, report: Report): ApiKind | undefined {
  const { root, list } = manifest;
  const inherited = inheritedKind(list);
  const kind = stringAt(root, "kind") || inherited;
  const apiVersion = stringAt(root, "apiVersion") || (inherited && list?.apiVersion);
  const isUntyped = isMap(root) && !object.child("kind") && !object.child("apiVersion") && !inherited;
  if (!isMap(root) || isUntyped || belongsToTool(root)) {
    report(notAManifest(manifest));
    return undefined;
  }
  if (!kind) reportUntyped(object, "kind", "kind-missing", "say what it is");
  if (!apiVersion) reportUntyped(object, "apiVersion", "api-version-missing", `write ${suggestion(kind)}`);
  return kind && apiVersion ? readApiKind(apiVersion, kind) : undefined;
}

function reportUntyped(object: Field, key: "kind" | "apiVersion", code: DiagnosticCode, fix: string): void {
  if (object.child(key) && readString(object.child(key)) !== "") return;
  const misspelt = isMap(object.value) ? nearest(key, Object.keys(object.value)) : undefined;
  const place = named(object.keyPlace(misspelt ?? (key === "kind" ? "apiVersion" : "kind")), key);
  object.problems.reject(
    code,
    place,
    `the object has no \`${key}\``,
    misspelt ? `write \`${key}\` in place of \`${misspelt}\`` : fix,
  );
}

function suggestion(kind: string | undefined): string {
  const type = kind === undefined ? undefined : readApiKind("", kind);
  return type?.expected ? `\`apiVersion: ${type.expected}\`` : "the one its API has";
}

/** Typed lists leave their items' kind unsaid: those of a `PodList` are Pods. */
function inheritedKind(list: ListHeader | undefined): string | undefined {
  return list && list.kind !== "List" ? list.kind.slice(0, -"List".length) : undefined;
}

/** Where a template marker stands in the name of an object, which then is not rendered yet. */
function templateMarker(object: Field): { readonly at: number; readonly tool: TemplateTool } | undefined {
  const metadata = object.entry("metadata") ?? null;
  for (const key of ["name", "namespace"]) {
    const marker = /\{\{|\$\{/.exec(stringAt(metadata, key) ?? "")?.[0];
    const field = marker && object.child("metadata")?.child(key);
    if (!field) continue;
    const at = field.start + Math.max(field.written(Number.POSITIVE_INFINITY).indexOf(marker), 0);
    return { at, tool: marker === "{{" ? "helm" : "envsubst" };
  }
  return undefined;
}

function readAs(type: ApiKind, object: Field, inventory: Inventory, options: Options): void {
  const { problems } = object;
  const isForeignPolicy = type.status !== "served" && isUnsupportedPolicy(type.group, type.kind);
  const objects = type.kind === "Template" ? object.child("objects") : undefined;
  if (objects) {
    problems.found.push(templateNotRendered(problems.places.text, objects.start, "oc"));
    return;
  }
  const isResource = inventory.resources.read(type, object, options.defaultNamespace, (...object) =>
    inventory.add(...object),
  );
  if (isResource && !isForeignPolicy) return;
  if (!isForeignPolicy && !type.expected) {
    inventory.resources.count(type, object);
    const place = named(object.keyPlace("kind"), "");
    problems.note("info", "kind-ignored", place, `${type.kind.slice(0, 100)} objects have no say in network policy`);
    return;
  }
  if (!isForeignPolicy && type.status === "foreign") {
    const message = `${type.kind} of \`${type.group}\` is not the ${type.kind} of Kubernetes; it is left out`;
    problems.note("info", "kind-ignored", named(object.keyPlace("kind"), ""), message);
    return;
  }
  if (!isForeignPolicy && type.status === "unserved") {
    const message = `\`${type.apiVersion.slice(0, 100)}\` has no ${type.kind} that a cluster would accept`;
    problems.reject(
      "api-version-unsupported",
      object.keyPlace("apiVersion"),
      message,
      `write \`apiVersion: ${type.expected}\``,
    );
  }
  if (type.status === "retired") {
    const message = `\`${type.apiVersion}\` is no longer served; it is read as \`${type.expected}\``;
    problems.note(
      "warning",
      "api-version-unsupported",
      object.keyPlace("apiVersion"),
      message,
      `write \`apiVersion: ${type.expected}\``,
    );
  }
  const metadata = readMetadata(object, options.defaultNamespace);
  if (!metadata) return;
  if (isForeignPolicy) addUnsupported(type, object, metadata, inventory);
  else if (type.kind === "NetworkPolicy") addNetworkPolicy(type, object, metadata, inventory, options);
  else if (isAdminKind(type.kind)) addAdminPolicy(type.kind, type.status, object, metadata, inventory, options);
  else if (type.status !== "unserved") addObject(type.kind, object, metadata, inventory);
}

function addUnsupported(
  { kind, group, apiVersion, expected }: ApiKind,
  object: Field,
  { name, namespace }: Metadata,
  inventory: Inventory,
): void {
  const { span } = object;
  const place = named(object.keyPlace("kind"), "");
  const message = `${kind} of \`${apiVersion}\` is not supported yet; verdicts leave \`${name}\` out of account`;
  const fix =
    expected?.split("/")[0] === group ? `if it says the same there, write \`apiVersion: ${expected}\`` : undefined;
  object.problems.note("warning", "dialect-unsupported", place, message, fix);
  const scope = isClusterScoped(kind) ? {} : { namespace };
  inventory.unusedPolicies.push({ kind, name, ...scope, reason: "unsupported", span });
}

function addNetworkPolicy(
  { kind, status }: ApiKind,
  object: Field,
  metadata: Metadata,
  inventory: Inventory,
  options: Options,
): void {
  const { name, namespace } = metadata;
  const policy = status === "served" ? readNetworkPolicy(object, metadata, options) : undefined;
  if (policy && !object.problems.rejected)
    inventory.add(inventory.networkPolicies, kind, `${namespace}/${name}`, policy);
  else inventory.unusedPolicies.push({ kind, namespace, name, reason: "rejected", span: object.span });
}

const ADMIN_READERS = {
  ClusterNetworkPolicy: readClusterNetworkPolicy,
  AdminNetworkPolicy: readAdminNetworkPolicy,
  BaselineAdminNetworkPolicy: readBaselineAdminNetworkPolicy,
} as const;

function isAdminKind(kind: string): kind is keyof typeof ADMIN_READERS {
  return Object.hasOwn(ADMIN_READERS, kind);
}

function addAdminPolicy(
  kind: keyof typeof ADMIN_READERS,
  status: ApiKind["status"],
  object: Field,
  metadata: Metadata,
  inventory: Inventory,
  options: Options,
): void {
  const { name } = metadata;
  const old = kind === "ClusterNetworkPolicy" ? undefined : firstFormIn(object);
  if (old) {
    const message = `the peers of \`${name}\` have the form of release 0.1.1, which is not supported; verdicts leave it out of account`;
    const fix = "write the selector under `namespaces` itself, and `namespaceSelector` under `pods`";
    object.problems.note("warning", "dialect-unsupported", old, message, fix);
    inventory.unusedPolicies.push({ kind, name, reason: "unsupported", span: object.span });
    return;
  }
  const policy = status === "served" ? ADMIN_READERS[kind](object, metadata, options) : undefined;
  if (policy && !object.problems.rejected) inventory.add(inventory.adminPolicies, kind, `${kind}/${name}`, policy);
  else inventory.unusedPolicies.push({ kind, name, reason: "rejected", span: object.span });
}

/** Reads an object of a kind that is served and puts it where it belongs, unless something is wrong with it. */
function addObject(kind: string, object: Field, metadata: Metadata, inventory: Inventory): void {
  const key = `${metadata.namespace}/${metadata.name}`;
  const add = adderFor(kind, object, metadata, inventory, key);
  if (!object.problems.rejected) add();
}

function adderFor(kind: string, object: Field, metadata: Metadata, inventory: Inventory, key: string): () => void {
  switch (kind) {
    case "Namespace": {
      const namespace = readNamespaceObject(object, metadata);
      return () => inventory.add(inventory.namespaces, kind, namespace.name, namespace);
    }
    case "Node": {
      const node = readNode(object, metadata);
      return () => inventory.add(inventory.nodes, kind, node.name, node);
    }
    case "Service": {
      const service = readService(object, metadata);
      return () => inventory.add(inventory.services, kind, key, service);
    }
    case "EndpointSlice":
    case "Endpoints": {
      const endpoints = kind === "Endpoints" ? readEndpoints(object, metadata) : readEndpointSlice(object, metadata);
      return () => {
        const id = `${metadata.namespace}/${kind}/${metadata.name}`;
        if (endpoints) inventory.add(inventory.serviceEndpoints, kind, id, endpoints);
      };
    }
    case "Pod": {
      const pod = readPod(object, metadata, inventory.depth);
      return () => inventory.add(inventory.pods, kind, key, pod);
    }
    default: {
      const controller = readController(object, kind, metadata, inventory.depth);
      return () => {
        if (controller)
          inventory.add(inventory.controllers, kind, `${metadata.namespace}/${kind}/${metadata.name}`, controller);
      };
    }
  }
}
