import type { Protocol } from "../model/flow.ts";
import { PROTOCOLS } from "../model/flow.ts";
import type { ContainerPort } from "../model/ports.ts";
import { type Field, readBoolean, readInteger, readList, readMap, readString } from "./field.ts";
import { readLabels } from "./metadata.ts";

/** What decides a pod's place in the network: taken from a pod, or from the template of a workload. */
export interface PodTemplate {
  readonly labels: ReadonlyMap<string, string>;
  readonly ports: readonly ContainerPort[];
  readonly network: "pod" | "host";
  readonly node?: string;
}

/** `metadata.labels` and `spec` of a pod template. */
export function readPodTemplate(template: Field): PodTemplate {
  return readPodSpec(template, readLabels(readMap(template.child("metadata"))));
}

/** The `spec` of a pod or template with such labels. Source: docs/semantics.md WL-8, PORT-9, PORT-11. */
export function readPodSpec(pod: Field, labels: ReadonlyMap<string, string>): PodTemplate {
  const spec = readMap(pod.child("spec"));
  const node = readString(spec?.child("nodeName"));
  return {
    labels,
    ports: [...readPorts(spec, "containers"), ...readPorts(spec, "initContainers")],
    network: readBoolean(spec?.child("hostNetwork")) ? "host" : "pod",
    ...(node && { node }),
  };
}

function readPorts(spec: Field | undefined, list: "containers" | "initContainers"): ContainerPort[] {
  return readList(spec?.child(list), "mappings").flatMap((container) => {
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
  const port = readInteger(field.child("containerPort"));
  const name = readString(field.child("name"));
  const protocol = readProtocol(field);
  if (port === undefined || port < 1 || port > 65535) {
    if (!field.problems.rejected) field.reject("field-invalid", "`containerPort` must be a number between 1 and 65535");
    return [];
  }
  return [{ port, protocol, container, ...(name && { name }) }];
}

/** `protocol` of a container or service port; TCP where none is written. */
export function readProtocol(port: Field): Protocol {
  const field = port.child("protocol");
  const written = readString(field);
  const protocol = PROTOCOLS.find((known) => known === written);
  if (written && !protocol)
    field?.reject(
      "field-invalid",
      `\`${written.slice(0, 100)}\` is not a protocol`,
      `use one of ${PROTOCOLS.join(", ")}`,
    );
  return protocol ?? "TCP";
}
