import type { Node, Service, ServicePort } from "../model/cluster.ts";
import { parseAddress } from "../model/ip.ts";
import { type Field, readInteger, readIntegerOrString, readList, readMap, readString, readStringMap } from "./field.ts";
import type { Metadata } from "./metadata.ts";
import { readProtocol } from "./pod-spec.ts";

const TYPES: readonly Service["type"][] = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];

/** A Service with its defaults. Source: docs/semantics.md SVC-2, WL-9. */
export function readService(object: Field, { name, namespace }: Metadata): Service {
  const spec = readMap(object.child("spec"));
  return {
    namespace,
    name,
    type: readType(spec),
    selector: readStringMap(spec?.child("selector")),
    ports: readList(spec?.child("ports"), "mappings").flatMap(readPort),
    clusterIPs: readClusterIPs(spec),
    span: object.span,
  };
}

function readType(spec: Field | undefined): Service["type"] {
  const field = spec?.child("type");
  const written = readString(field);
  const type = TYPES.find((known) => known === written);
  if (written && !type)
    field?.reject(
      "field-invalid",
      `\`${written.slice(0, 100)}\` is not a type of Service`,
      `use one of ${TYPES.join(", ")}`,
    );
  return type ?? "ClusterIP";
}

function readPort(field: Field): ServicePort[] {
  if (!readMap(field)) return [];
  const port = readInteger(field.child("port"));
  const name = readString(field.child("name"));
  const protocol = readProtocol(field);
  const targetPort = readIntegerOrString(field.child("targetPort"));
  if (port === undefined || port < 1 || port > 65535) {
    if (!field.problems.rejected) field.reject("field-invalid", "`port` must be a number between 1 and 65535");
    return [];
  }
  return [{ protocol, port, targetPort: targetPort || port, ...(name && { name }) }];
}

function readClusterIPs(spec: Field | undefined): string[] {
  const listed = readList(spec?.child("clusterIPs"), "strings").map(readString);
  const all = listed.length > 0 ? listed : [readString(spec?.child("clusterIP"))];
  return all.filter((address) => address !== undefined && parseAddress(address) !== undefined) as string[];
}

/** A Node with the addresses its status gives. Source: docs/semantics.md CNP-14. */
export function readNode(object: Field, { name, labels }: Metadata): Node {
  const status = readMap(object.child("status"));
  const addresses = readList(status?.child("addresses"), "mappings").flatMap((item) => {
    const address = readMap(item) && readString(item.child("address"));
    return address && parseAddress(address) ? [address] : [];
  });
  return { name, labels: { values: labels }, addresses: [...new Set(addresses)], span: object.span };
}
