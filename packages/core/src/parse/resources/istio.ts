import type {
  AuthorizationPolicy,
  AuthorizationRule,
  CallerIdentity,
  CallerSource,
  NamedCallers,
  PeerAuthentication,
} from "../../model/control.ts";
import type { IstioGateway, VirtualService } from "../../model/routes.ts";
import { type Field, readInteger, readMap, readString, readStringMap } from "../field.ts";
import type { Metadata } from "../metadata.ts";
import { isMap } from "../tree.ts";
import { present, readEach, readStrings } from "./values.ts";

export function readIstioGateway(object: Field, { name, namespace }: Metadata): IstioGateway {
  const spec = readMap(object.child("spec"));
  return {
    namespace,
    name,
    selector: readStringMap(spec?.child("selector")),
    servers: readEach(spec?.child("servers"), (server) => {
      const port = readMap(server.child("port"));
      return {
        port: readInteger(port?.child("number")) ?? 0,
        protocol: readString(port?.child("protocol")) ?? "",
        hosts: readStrings(server.child("hosts")),
        ...present({ tlsMode: readString(readMap(server.child("tls"))?.child("mode")) }),
      };
    }),
    span: object.span,
  };
}

export function readVirtualService(object: Field, { name, namespace }: Metadata): VirtualService {
  const spec = readMap(object.child("spec"));
  const gateways = readStrings(spec?.child("gateways"));
  const rules = (["http", "tls", "tcp"] as const).flatMap((list) => readEach(spec?.child(list), (rule) => rule));
  return {
    namespace,
    name,
    hosts: readStrings(spec?.child("hosts")),
    gateways: gateways.length > 0 ? gateways : ["mesh"],
    destinations: rules.flatMap((rule) => readEach(rule.child("route"), readDestination)),
    span: object.span,
  };
}

function readDestination(route: Field): VirtualService["destinations"][number] | undefined {
  const destination = readMap(route.child("destination"));
  const host = readString(destination?.child("host"));
  if (!destination || !host) return undefined;
  const port = readInteger(readMap(destination.child("port"))?.child("number"));
  return { host, ...present({ port }), span: destination.span };
}

export function readPeerAuthentication(object: Field, { name, namespace }: Metadata): PeerAuthentication {
  const spec = readMap(object.child("spec"));
  const ports = readMap(spec?.child("portLevelMtls"));
  const numbers = ports && isMap(ports.value) ? Object.keys(ports.value) : [];
  return {
    namespace,
    name,
    ...readWorkloadSelector(spec),
    ...present({ mode: readString(readMap(spec?.child("mtls"))?.child("mode")) }),
    portModes: new Map(
      numbers.map((port) => [port, readString(readMap(ports?.child(port))?.child("mode")) ?? "UNSET"]),
    ),
    span: object.span,
  };
}

export function readAuthorizationPolicy(
  object: Field,
  { name, namespace, annotations }: Metadata,
): AuthorizationPolicy {
  const spec = readMap(object.child("spec"));
  const conditions = readEach(spec?.child("rules"), (rule) =>
    ["from", "to", "when"].some((key) => rule.child(key) !== undefined),
  );
  return {
    namespace,
    name,
    ...readWorkloadSelector(spec),
    about: spec?.child("targetRefs") || spec?.child("targetRef") ? "referenced" : "workloads",
    action: readString(spec?.child("action")) ?? "ALLOW",
    rules: conditions.length === 0 ? "none" : conditions.includes(false) ? "everything" : "some",
    callers: readEach(spec?.child("rules"), readCallers).flat(),
    clauses: readEach(spec?.child("rules"), readRule),
    dryRun: annotations.get("istio.io/dry-run") === "true",
    span: object.span,
  };
}

/** Fields of a source that mutual TLS has to vouch for; `not` before them excepts. */
const IDENTITIES = ["principals", "namespaces", "serviceAccounts"];

/** A rule's conditions hold together with each of its sources. Source: istio.io AuthorizationPolicy, Rule, Source and Condition. */
function readCallers(rule: Field): readonly CallerIdentity[] {
  const conditions = readEach(rule.child("when"), (condition) => {
    const key = readString(condition.child("key")) ?? "";
    if (!IDENTITIES.some((one) => key === `source.${one.slice(0, -1)}`)) return "any";
    return condition.child("values") ? "named" : condition.child("notValues") ? "excepted" : "any";
  });
  const sources = readEach(rule.child("from"), (from) => {
    const source = readMap(from.child("source"));
    if (IDENTITIES.some((one) => source?.child(one))) return "named";
    return IDENTITIES.some((one) => source?.child(`not${one[0]?.toUpperCase()}${one.slice(1)}`)) ? "excepted" : "any";
  });
  const strictest = (all: readonly CallerIdentity[]) =>
    (["named", "excepted"] as const).find((one) => all.includes(one)) ?? "any";
  return (sources.length > 0 ? sources : ["any" as const]).map((one) => strictest([one, ...conditions]));
}

function readRule(rule: Field): AuthorizationRule {
  const conditions = readEach(rule.child("when"), (condition) => ({
    key: readString(condition.child("key")) ?? "",
    values: readStrings(condition.child("values")),
  }));
  const operations = readEach(rule.child("to"), (to) => readMap(to.child("operation")));
  const ports = operations.map((operation) => readStrings(operation?.child("ports")).map(Number));
  const isMore = (operation: Field | undefined) =>
    operation !== undefined && isMap(operation.value) && Object.keys(operation.value).some((key) => key !== "ports");
  return {
    sources: readEach(rule.child("from"), readSource),
    identities: conditions
      .map(({ key, values }) => namedBy((list) => (key === `source.${list.slice(0, -1)}` ? values : [])))
      .filter(namesAny),
    ports: ports.some((list) => list.length === 0) ? [] : ports.flat(),
    requests: conditions.length > 0 || operations.some(isMore) ? "some" : "all",
  };
}

function readSource(from: Field): CallerSource {
  const source = readMap(from.child("source"));
  const not = (list: string) => `not${list[0]?.toUpperCase()}${list.slice(1)}`;
  const known = new Set([...IDENTITIES, ...IDENTITIES.map(not)]);
  return {
    named: namedBy((list) => readStrings(source?.child(list))),
    excepted: namedBy((list) => readStrings(source?.child(not(list)))),
    more: source !== undefined && isMap(source.value) && Object.keys(source.value).some((key) => !known.has(key)),
  };
}

function namedBy(values: (list: keyof NamedCallers) => readonly string[]): NamedCallers {
  return {
    principals: values("principals"),
    namespaces: values("namespaces"),
    serviceAccounts: values("serviceAccounts"),
  };
}

function namesAny({ principals, namespaces, serviceAccounts }: NamedCallers): boolean {
  return principals.length + namespaces.length + serviceAccounts.length > 0;
}

function readWorkloadSelector(spec: Field | undefined): { readonly selector?: ReadonlyMap<string, string> } {
  const labels = readMap(readMap(spec?.child("selector"))?.child("matchLabels"));
  return labels ? { selector: readStringMap(labels) } : {};
}
