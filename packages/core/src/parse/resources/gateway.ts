import type {
  Gateway,
  GatewayClass,
  GatewayRoute,
  Listener,
  ReferenceGrant,
  RouteBackend,
  RouteParent,
} from "../../model/routes.ts";
import { type Field, readInteger, readMap, readString } from "../field.ts";
import { readSelector } from "../label-selector.ts";
import type { Metadata } from "../metadata.ts";
import { present, readEach, readStrings } from "./values.ts";

/** The API group of Gateway API, and of references that name none. */
const GROUP = "gateway.networking.k8s.io";

export function readGatewayClass(object: Field, { name }: Metadata): GatewayClass {
  const controllerName = readString(readMap(object.child("spec"))?.child("controllerName")) ?? "";
  return { name, controllerName, span: object.span };
}

export function readGateway(object: Field, { name, namespace, annotations }: Metadata): Gateway {
  const spec = readMap(object.child("spec"));
  return {
    namespace,
    name,
    annotations,
    className: readString(spec?.child("gatewayClassName")) ?? "",
    listeners: readEach(spec?.child("listeners"), (listener) => readListener(listener, namespace)),
    span: object.span,
  };
}

function readListener(listener: Field, namespace: string): Listener {
  const allowed = readMap(listener.child("allowedRoutes"));
  const tls = readMap(listener.child("tls"));
  const mode = readString(tls?.child("mode")) === "Passthrough" ? ("Passthrough" as const) : ("Terminate" as const);
  return {
    name: readString(listener.child("name")) ?? "",
    port: readInteger(listener.child("port")) ?? 0,
    protocol: readString(listener.child("protocol")) ?? "",
    ...present({ hostname: readString(listener.child("hostname")) || undefined }),
    from: readFrom(readMap(allowed?.child("namespaces"))),
    kinds: readEach(allowed?.child("kinds"), (kind) => readString(kind.child("kind"))),
    ...(tls && { tls: mode }),
    certificates: readEach(tls?.child("certificateRefs"), (reference) => readReference(reference, namespace)),
    span: listener.span,
  };
}

function readFrom(namespaces: Field | undefined): Listener["from"] {
  const from = readString(namespaces?.child("from"));
  const selector = namespaces?.child("selector");
  if (from === "Selector") return selector ? readSelector(selector) : "None";
  return from === "All" || from === "None" ? from : "Same";
}

function readReference(reference: Field, namespace: string) {
  return {
    namespace: readString(reference.child("namespace")) || namespace,
    name: readString(reference.child("name")) ?? "",
  };
}

/** A route of any kind: they differ in what their rules can match, not in how they are attached and where they lead. */
export function readGatewayRoute(kind: GatewayRoute["kind"]) {
  return (object: Field, { name, namespace }: Metadata): GatewayRoute => {
    const spec = readMap(object.child("spec"));
    return {
      kind,
      namespace,
      name,
      hostnames: readStrings(spec?.child("hostnames")),
      parents: readEach(spec?.child("parentRefs"), (parent) => readParent(parent, namespace)),
      backends: readEach(spec?.child("rules"), (rule) => readBackends(rule, namespace)).flat(),
      span: object.span,
    };
  };
}

function readParent(parent: Field, namespace: string): RouteParent {
  return {
    group: readString(parent.child("group")) ?? GROUP,
    kind: readString(parent.child("kind")) ?? "Gateway",
    ...readReference(parent, namespace),
    ...present({
      sectionName: readString(parent.child("sectionName")),
      port: readInteger(parent.child("port")),
    }),
  };
}

function readBackends(rule: Field, namespace: string): readonly RouteBackend[] {
  const matches = readEach(rule.child("matches"), (match) => readMap(match));
  const paths = matches.map((match) => readString(readMap(match.child("path"))?.child("value")) ?? "/");
  return readEach(rule.child("backendRefs"), (backend) => ({
    group: readString(backend.child("group")) ?? "",
    kind: readString(backend.child("kind")) ?? "Service",
    ...readReference(backend, namespace),
    ...present({ port: readInteger(backend.child("port")) }),
    weight: readInteger(backend.child("weight")) ?? 1,
    paths,
    span: backend.span,
  }));
}

export function readReferenceGrant(object: Field, { name, namespace }: Metadata): ReferenceGrant {
  const spec = readMap(object.child("spec"));
  const kindOf = (field: Field) => ({
    group: readString(field.child("group")) ?? "",
    kind: readString(field.child("kind")) ?? "",
  });
  return {
    namespace,
    name,
    from: readEach(spec?.child("from"), (from) => ({
      ...kindOf(from),
      namespace: readString(from.child("namespace")) ?? "",
    })),
    to: readEach(spec?.child("to"), (to) => ({ ...kindOf(to), ...present({ name: readString(to.child("name")) }) })),
    span: object.span,
  };
}
