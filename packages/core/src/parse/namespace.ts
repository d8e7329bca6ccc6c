import type { Namespace } from "../model/cluster.ts";
import type { Span } from "../model/source.ts";
import type { Field } from "./field.ts";
import type { Inventory, NamespaceObject } from "./inventory.ts";
import type { Metadata } from "./metadata.ts";
import { isDnsLabel } from "./names.ts";
import type { Report } from "./text.ts";

/** The label every namespace carries with its own name, whatever a manifest says. */
export const NAME_LABEL = "kubernetes.io/metadata.name";

/** Namespaces every cluster has, and nobody declares. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

/** A Namespace object with its name label. Source: docs/semantics.md IN-2. */
export function readNamespaceObject(object: Field, { name, labels, annotations }: Metadata): NamespaceObject {
  const { problems } = object;
  if (!isDnsLabel(name))
    object
      .child("metadata")
      ?.child("name")
      ?.reject("field-invalid", `\`${name.slice(0, 100)}\` is not a valid namespace name`);
  const written = labels.get(NAME_LABEL);
  const place = object.child("metadata")?.child("labels")?.keyPlace(NAME_LABEL);
  if (written !== undefined && written !== name && place) {
    const message = `the API server sets \`${NAME_LABEL}\` to \`${name}\`; \`${written}\` has no effect`;
    problems.note("warning", "namespace-name-label", place, message, "remove the label");
  }
  return { name, labels: new Map(labels).set(NAME_LABEL, name), annotations, span: object.span };
}

/**
 * Every namespace that is declared or that something lives in; of the latter nothing is known but the name.
 * Source: docs/semantics.md IN-3.
 */
export function allNamespaces(inventory: Inventory, report: Report): Namespace[] {
  const namespaces: Namespace[] = [...inventory.namespaces.values()].map(({ name, labels, annotations, span }) => ({
    name,
    labels: { values: labels },
    annotations,
    span,
  }));
  for (const [name, span] of firstUses(inventory)) {
    if (inventory.namespaces.has(name)) continue;
    namespaces.push(undeclaredNamespace(name));
    if (!ALWAYS_THERE.has(name)) report(undeclared(name, span));
  }
  return namespaces;
}

/** A namespace of which nothing is known but the name. */
export function undeclaredNamespace(name: string): Namespace {
  return { name, labels: { values: new Map([[NAME_LABEL, name]]), incomplete: true }, annotations: new Map() };
}

function firstUses(inventory: Inventory): ReadonlyMap<string, Span> {
  const uses = new Map<string, Span>();
  const { pods, controllers, services, networkPolicies, unusedPolicies } = inventory;
  for (const objects of [pods, controllers, services, networkPolicies, unusedPolicies]) {
    for (const { namespace, span } of objects.values()) {
      if (namespace !== undefined && !uses.has(namespace)) uses.set(namespace, span);
    }
  }
  return uses;
}

function undeclared(name: string, span: Span) {
  return {
    code: "namespace-undeclared",
    severity: "info",
    message: `namespace \`${name}\` is used but not declared, so its labels are unknown`,
    span,
    fix: "add its Namespace object to the input",
  } as const;
}
