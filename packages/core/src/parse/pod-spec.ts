import type { ContainerPort } from "../model/ports.ts";
import type { PodSpec } from "../model/security.ts";
import { type Field, readBoolean, readInteger, readList, readMap, readString, reportMissing } from "./field.ts";
import { type Metadata, readAnnotations, readLabels } from "./metadata.ts";
import { readProtocol } from "./protocol.ts";
import { readOnce } from "./repeated.ts";
import { readSpecFacts } from "./resources/pod.ts";

/** What a pod is: taken from a pod, or from the template of a workload. */
export interface PodTemplate {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly ports: readonly ContainerPort[];
  readonly network: "pod" | "host";
  readonly node: string | undefined;
  readonly spec: PodSpec;
}

/** How much of pods is read: what verdicts rest on, or all that their specs say. */
export type Depth = "verdicts" | "specs";

/** `metadata.labels` and `spec` of a pod template. */
export function readPodTemplate(template: Field, depth: Depth): PodTemplate {
  const metadata = readMap(template.child("metadata"));
  return readPodSpec(
    template,
    { labels: readLabels(metadata), annotations: readAnnotations(metadata?.lenient) },
    depth,
  );
}

/** The `spec` of a pod or template with such metadata. Source: docs/semantics.md WL-8, PORT-9, PORT-11. */
export function readPodSpec(
  pod: Field,
  { labels, annotations, namespace, owner }: Pick<PodTemplate, "labels" | "annotations"> & Partial<Metadata>,
  depth: Depth,
): PodTemplate {
  const spec = readMap(pod.child("spec"));
  const of = owner && `${namespace}/${owner.kind}/${owner.name}`;
  const { ports, facts } =
    spec && of
      ? readOnce(spec, { kind: "spec", of, differs: OWN }, () => readShared(spec, depth))
      : readShared(spec, depth);
  return {
    labels,
    annotations,
    ports,
    network: readBoolean(spec?.child("hostNetwork")) ? "host" : "pod",
    node: readString(spec?.child("nodeName")) || undefined,
    spec: facts,
  };
}

/** What differs from replica to replica. */
const OWN: ReadonlySet<string> = new Set(["nodeName", "hostname", "subdomain"]);

/** What is the same for all replicas. */
function readShared(
  spec: Field | undefined,
  depth: Depth,
): { readonly ports: readonly ContainerPort[]; readonly facts: PodSpec } {
  if (spec) notePolicyFields(spec);
  const ports = spec ? [...readPorts(spec, "containers"), ...readPorts(spec, "initContainers")] : [];
  return { ports, facts: depth === "specs" ? readSpecFacts(spec?.lenient) : UNREAD };
}

/** Fields that read as if they isolated the pods of a spec, of a pod or of what makes some, which has no such field. */
export function notePolicyFields(spec: Field): void {
  for (const name of ["networkPolicy", "networkPolicies"]) {
    if (spec.entry(name) === undefined) continue;
    const message = `there is no field \`${name}\` here; it isolates no pod`;
    spec.problems.note("warning", "field-unknown", spec.keyPlace(name), message, "write a NetworkPolicy of its own");
  }
}

/** In place of a spec that was not read: to look for anything in it is a mistake of the caller, and no spec without it. */
export const UNREAD: PodSpec = new Proxy({} as PodSpec, {
  get(_, field) {
    throw new Error(`\`${String(field)}\` of a pod is asked for, but its cluster was read for verdicts only`);
  },
});

function readPorts(spec: Field, list: "containers" | "initContainers"): ContainerPort[] {
  return readList(spec.child(list), "mappings").flatMap((container) => {
    if (!readMap(container)) return [];
    const kind = list === "containers" ? "main" : isSidecar(container) ? "sidecar" : "init";
    return readList(container.child("ports"), "mappings").flatMap((port) => readPort(port, kind));
  });
}

/** Init containers that keep running beside the others. */
function isSidecar(container: Field): boolean {
  return readString(container.child("restartPolicy")) === "Always";
}

function readPort(field: Field, container: ContainerPort["container"]): ContainerPort[] {
  if (!readMap(field)) return [];
  const written = field.child("containerPort");
  const port = readInteger(written);
  const name = readString(field.child("name"));
  const protocol = readProtocol(field);
  if (port === undefined || port < 1 || port > 65535) {
    if (!written) reportMissing(field, "containerPort", "give the number that the container listens on");
    else if (port !== undefined)
      written.reject("field-invalid", `\`containerPort\` must be a number between 1 and 65535, not ${port}`);
    return [];
  }
  return [name ? { port, protocol, container, name } : { port, protocol, container }];
}
