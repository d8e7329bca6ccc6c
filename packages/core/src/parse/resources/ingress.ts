import type { Ingress, IngressBackend, IngressClass, IngressPath } from "../../model/routes.ts";
import { type Field, readIntegerOrString, readMap, readString } from "../field.ts";
import type { Metadata } from "../metadata.ts";
import { present, readEach, readStrings } from "./values.ts";

/** An Ingress; backends may be spelled as in any version of the API. */
export function readIngress(object: Field, { name, namespace, annotations }: Metadata): Ingress {
  const spec = readMap(object.child("spec"));
  return {
    namespace,
    name,
    annotations,
    ...present({
      className: readString(spec?.child("ingressClassName")) ?? annotations.get("kubernetes.io/ingress.class"),
      defaultBackend: readBackend(spec?.child("defaultBackend") ?? spec?.child("backend")),
    }),
    paths: readEach(spec?.child("rules"), readRule).flat(),
    tls: readEach(spec?.child("tls"), (tls) => ({
      hosts: readStrings(tls.child("hosts")),
      ...present({ secret: readString(tls.child("secretName")) }),
    })),
    span: object.span,
  };
}

function readRule(rule: Field): readonly IngressPath[] {
  const host = readString(rule.child("host"));
  return readEach(readMap(rule.child("http"))?.child("paths"), (path) => {
    const backend = readBackend(path.child("backend"));
    if (!backend) return undefined;
    return {
      ...present({
        host: host || undefined,
        path: readString(path.child("path")),
        pathType: readString(path.child("pathType")),
      }),
      backend,
      span: path.span,
    };
  });
}

function readBackend(field: Field | undefined): IngressBackend | undefined {
  const backend = readMap(field);
  if (!backend) return undefined;
  const resource = readMap(backend.child("resource"));
  if (resource) {
    const words = ["kind", "name"].map((key) => readString(resource.child(key)) ?? "");
    return { kind: "resource", resource: words.join("/") };
  }
  const service = readMap(backend.child("service"));
  const port = readMap(service?.child("port"));
  const written = port?.child("number") ?? port?.child("name") ?? backend.child("servicePort");
  const name = readString(service?.child("name") ?? backend.child("serviceName"));
  return name ? { kind: "service", service: name, port: readIntegerOrString(written) ?? "" } : undefined;
}

const DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";

export function readIngressClass(object: Field, { name, annotations }: Metadata): IngressClass {
  const controller = readString(readMap(object.child("spec"))?.child("controller")) ?? "";
  return { name, controller, isDefault: annotations.get(DEFAULT_CLASS) === "true", span: object.span };
}
