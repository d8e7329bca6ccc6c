import { parseAddress } from "../model/ip.ts";
import type { EndpointGroup, EndpointPort, ServiceEndpoint, ServiceEndpoints } from "../model/service.ts";
import { type Field, readBoolean, readInteger, readList, readMap, readString } from "./field.ts";
import type { Metadata } from "./metadata.ts";
import { readProtocol } from "./protocol.ts";

const SERVICE_NAME = "kubernetes.io/service-name";
const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

/** Who writes EndpointSlices for selectors, and for Endpoints, which are read themselves. */
const CONTROLLERS: readonly (string | undefined)[] = [
  "endpointslice-controller.k8s.io",
  "endpointslicemirroring-controller.k8s.io",
];

/** An EndpointSlice; `undefined` when it belongs to no Service. Source: docs/semantics.md SVC-4. */
export function readEndpointSlice(object: Field, { namespace, name, labels }: Metadata): ServiceEndpoints | undefined {
  const service = labels.get(SERVICE_NAME);
  const group: EndpointGroup = {
    ports: readList(object.child("ports"), "mappings").flatMap(readPort),
    endpoints: readList(object.child("endpoints"), "mappings").flatMap(readEndpoint),
  };
  if (!service) return undefined;
  const origin = CONTROLLERS.includes(labels.get(MANAGED_BY)) ? "controller" : "written";
  return { kind: "EndpointSlice", namespace, name, service, origin, groups: [group], span: object.span };
}

function readEndpoint(item: Field): ServiceEndpoint[] {
  if (!readMap(item)) return [];
  const written = readList(item.child("addresses"), "strings").map(readString);
  const addresses = written.flatMap((address) => (address && parseAddress(address) ? [address] : []));
  const ready = readBoolean(readMap(item.child("conditions"))?.child("ready")) ?? true;
  return addresses.length === 0 ? [] : [endpointOf(item, addresses, ready ? "ready" : "not-ready")];
}

/** Endpoints, whose Service has their name. Source: docs/semantics.md SVC-4. */
export function readEndpoints(object: Field, { namespace, name, labels }: Metadata): ServiceEndpoints {
  const subsets = readList(object.child("subsets"), "mappings").filter((item) => readMap(item));
  const groups = subsets.map((subset): EndpointGroup => {
    const endpoints = (list: string, readiness: ServiceEndpoint["readiness"]) =>
      readList(subset.child(list), "mappings").flatMap((item) => {
        const address = readMap(item) && readString(item.child("ip"));
        return address && parseAddress(address) ? [endpointOf(item, [address], readiness)] : [];
      });
    return {
      ports: readList(subset.child("ports"), "mappings").flatMap(readPort),
      endpoints: [...endpoints("addresses", "ready"), ...endpoints("notReadyAddresses", "not-ready")],
    };
  });
  const origin = labels.get("endpoints.kubernetes.io/managed-by") === "endpoint-controller" ? "controller" : "written";
  return { kind: "Endpoints", namespace, name, service: name, origin, groups, span: object.span };
}

function endpointOf(item: Field, addresses: readonly string[], readiness: ServiceEndpoint["readiness"]) {
  const target = readMap(item.child("targetRef"));
  const [kind, namespace, name] = ["kind", "namespace", "name"].map((key) => readString(target?.child(key)));
  const node = readString(item.child("nodeName"));
  return {
    addresses,
    readiness,
    ...(kind === "Pod" && namespace && name && { pod: `${namespace}/${name}` }),
    ...(node && { node }),
  };
}

function readPort(item: Field): EndpointPort[] {
  if (!readMap(item)) return [];
  const name = readString(item.child("name"));
  const port = readInteger(item.child("port"));
  return [{ protocol: readProtocol(item), ...(name && { name }), ...(port !== undefined && { port }) }];
}
