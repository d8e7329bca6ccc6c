import type { OpenshiftIngressController, OpenshiftRoute } from "../../model/routes.ts";
import { type Field, readInteger, readIntegerOrString, readMap, readString } from "../field.ts";
import { readSelector } from "../label-selector.ts";
import type { Metadata } from "../metadata.ts";
import { readChoice } from "../schema.ts";
import { present, readEach } from "./values.ts";

export function readOpenshiftRoute(object: Field, { name, namespace, labels }: Metadata): OpenshiftRoute {
  const spec = readMap(object.child("spec"));
  const backends = [spec?.child("to")].flatMap((to) => (readMap(to) ? [readBackend(to as Field)] : []));
  return {
    namespace,
    name,
    labels,
    backends: [...backends, ...readEach(spec?.child("alternateBackends"), readBackend)],
    ...present({
      host: readString(spec?.child("host")),
      path: readString(spec?.child("path")),
      targetPort: readIntegerOrString(readMap(spec?.child("port"))?.child("targetPort")),
      tls: readTls(readMap(spec?.child("tls"))),
    }),
    wildcard: readString(spec?.child("wildcardPolicy")) === "Subdomain",
    span: object.span,
  };
}

/** The weight is of 256; a backend without one has 100, which is as good as any. */
function readBackend(to: Field): OpenshiftRoute["backends"][number] {
  return { service: readString(to.child("name")) ?? "", weight: readInteger(to.child("weight")) ?? 100 };
}

function readTls(tls: Field | undefined): OpenshiftRoute["tls"] {
  if (!tls) return undefined;
  return {
    termination: readString(tls.child("termination")) ?? "edge",
    insecure: readChoice(tls.child("insecureEdgeTerminationPolicy"), ["None", "Allow", "Redirect"]) ?? "None",
  };
}

const PUBLISHING = ["LoadBalancerService", "HostNetwork", "NodePortService", "Private"] as const;

export function readIngressController(object: Field, { name, namespace }: Metadata): OpenshiftIngressController {
  const spec = readMap(object.child("spec"));
  const strategy = readMap(spec?.child("endpointPublishingStrategy"));
  const selectorAt = (key: string) => {
    const field = spec?.child(key);
    return field && readSelector(field);
  };
  return {
    namespace,
    name,
    ...present({
      routeSelector: selectorAt("routeSelector"),
      namespaceSelector: selectorAt("namespaceSelector"),
      publishing: readChoice(strategy?.child("type"), PUBLISHING),
      scope: readChoice(readMap(strategy?.child("loadBalancer"))?.child("scope"), ["External", "Internal"]),
    }),
    span: object.span,
  };
}
