import type { Family } from "../model/flow.ts";
import { parseAddress, parseCidr } from "../model/ip.ts";
import type { Service, ServicePort } from "../model/service.ts";
import {
  type Field,
  readBoolean,
  readInteger,
  readIntegerOrString,
  readList,
  readMap,
  readString,
  readStringMap,
} from "./field.ts";
import { readCidr } from "./ip-block.ts";
import type { Metadata } from "./metadata.ts";
import { readProtocol } from "./protocol.ts";
import { readChoice } from "./schema.ts";

const TYPES: readonly Service["type"][] = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];
const REACHES: readonly Service["externalTrafficPolicy"][] = ["Cluster", "Local"];
const FAMILIES: readonly Family[] = ["IPv4", "IPv6"];

/** A Service with its defaults. Source: docs/semantics.md SVC-2 to SVC-7, WL-9. */
export function readService(object: Field, { name, namespace, labels, annotations }: Metadata): Service {
  const spec = readMap(object.child("spec"));
  const clusterIPs = readClusterIPs(spec);
  const externalName = readString(spec?.child("externalName"));
  const loadBalancerClass = readString(spec?.child("loadBalancerClass"));
  return {
    namespace,
    name,
    labels,
    annotations,
    type: readType(spec),
    selector: readStringMap(spec?.child("selector")),
    ports: readList(spec?.child("ports"), "mappings").flatMap(readPort),
    clusterIPs: clusterIPs.filter((address) => parseAddress(address) !== undefined),
    addressing: clusterIPs.includes("None") ? "headless" : "virtual",
    families: readFamilies(spec, clusterIPs),
    externalIPs: readAddresses(spec?.child("externalIPs")),
    loadBalancerIPs: readLoadBalancerIPs(object, spec),
    sourceRanges: readSourceRanges(spec, annotations),
    ...(loadBalancerClass && { loadBalancerClass }),
    nodePorts: readBoolean(spec?.child("allocateLoadBalancerNodePorts")) === false ? "none" : "allocated",
    externalTrafficPolicy: readChoice(spec?.child("externalTrafficPolicy"), REACHES) ?? "Cluster",
    internalTrafficPolicy: readChoice(spec?.child("internalTrafficPolicy"), REACHES) ?? "Cluster",
    publishNotReadyAddresses: readBoolean(spec?.child("publishNotReadyAddresses")) ?? false,
    ...(externalName && { externalName }),
    span: object.span,
  };
}

/** The annotation counts where the field is not there, as cloud providers read the two. */
function readSourceRanges(spec: Field | undefined, annotations: ReadonlyMap<string, string>): readonly string[] {
  const field = readList(spec?.child("loadBalancerSourceRanges"), "strings");
  if (field.length > 0) return field.flatMap((item) => readCidr(item, [], "checked")?.written ?? []);
  const annotated = annotations.get("service.beta.kubernetes.io/load-balancer-source-ranges") ?? "";
  return annotated
    .split(",")
    .map((range) => range.trim())
    .filter((range) => parseCidr(range) !== undefined);
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
  const nodePort = readInteger(field.child("nodePort"));
  if (port === undefined || port < 1 || port > 65535) {
    if (!field.problems.rejected) field.reject("field-invalid", "`port` must be a number between 1 and 65535");
    return [];
  }
  const appProtocol = readString(field.child("appProtocol"));
  return [
    {
      protocol,
      port,
      targetPort: targetPort || port,
      ...(name && { name }),
      ...(nodePort && { nodePort }),
      ...(appProtocol && { appProtocol }),
    },
  ];
}

/** As written: addresses, or `None`. */
function readClusterIPs(spec: Field | undefined): string[] {
  const listed = readList(spec?.child("clusterIPs"), "strings").map(readString);
  const all = listed.length > 0 ? listed : [readString(spec?.child("clusterIP"))];
  return all.flatMap((address) => address || []);
}

/** What `ipFamilies` says, else what the addresses show. */
function readFamilies(spec: Field | undefined, clusterIPs: readonly string[]): readonly Family[] {
  const written = readList(spec?.child("ipFamilies"), "strings").flatMap((item) => readChoice(item, FAMILIES) ?? []);
  const shown = written.length > 0 ? written : clusterIPs.flatMap((address) => parseAddress(address)?.family ?? []);
  return FAMILIES.filter((family) => shown.includes(family));
}

function readLoadBalancerIPs(object: Field, spec: Field | undefined): string[] {
  const balancer = readMap(readMap(object.child("status"))?.child("loadBalancer"));
  const given = readList(balancer?.child("ingress"), "mappings").map((item) =>
    readMap(item) ? readString(item.child("ip")) : undefined,
  );
  const all = [readString(spec?.child("loadBalancerIP")), ...given];
  return [...new Set(all.flatMap((address) => (address && parseAddress(address) ? [address] : [])))];
}

function readAddresses(field: Field | undefined): string[] {
  const written = readList(field, "strings").map(readString);
  return written.flatMap((address) => (address && parseAddress(address) ? [address] : []));
}
