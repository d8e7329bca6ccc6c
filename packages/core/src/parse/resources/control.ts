import type {
  ApiService,
  AuthenticationConfiguration,
  CustomResource,
  EncryptionConfiguration,
  FelixConfiguration,
  Monitor,
  PodSecurityPolicy,
  Webhook,
  WebhookTarget,
} from "../../model/control.ts";
import { type Field, readBoolean, readInteger, readIntegerOrString, readMap, readString } from "../field.ts";
import { readSelector } from "../label-selector.ts";
import type { Metadata } from "../metadata.ts";
import { readChoice } from "../schema.ts";
import { isMap } from "../tree.ts";
import { present, readEach, readStrings } from "./values.ts";

/** The webhooks of a configuration. */
export function readWebhooks(kind: Webhook["kind"]) {
  return (object: Field, { name }: Metadata): WebhookConfiguration => ({
    name,
    webhooks: readEach(object.child("webhooks"), (webhook) => readWebhook(webhook, kind, name)),
    span: object.span,
  });
}

/** A configuration is one object, though only its webhooks count. */
export interface WebhookConfiguration {
  readonly name: string;
  readonly webhooks: readonly Webhook[];
  readonly span: Webhook["span"];
}

function readWebhook(webhook: Field, kind: Webhook["kind"], configuration: string): Webhook {
  const selectorAt = (key: string) => {
    const field = webhook.child(key);
    return field && readSelector(field);
  };
  return {
    kind,
    configuration,
    name: readString(webhook.child("name")) ?? "",
    target: readTarget(readMap(webhook.child("clientConfig"))),
    rules: readEach(webhook.child("rules"), (rule) => ({
      apiGroups: readStrings(rule.child("apiGroups")),
      resources: readStrings(rule.child("resources")),
      operations: readStrings(rule.child("operations")),
    })),
    failurePolicy: readChoice(webhook.child("failurePolicy"), ["Fail", "Ignore"]) ?? "Fail",
    ...present({
      namespaceSelector: selectorAt("namespaceSelector"),
      objectSelector: selectorAt("objectSelector"),
    }),
    span: (webhook.child("name") ?? webhook).span,
  };
}

function readTarget(config: Field | undefined): WebhookTarget {
  const url = readString(config?.child("url"));
  const service = readService(config?.child("service"));
  if (service) return { kind: "service", ...service };
  return url ? { kind: "url", url } : { kind: "none" };
}

function readService(field: Field | undefined) {
  const service = readMap(field);
  const name = readString(service?.child("name"));
  if (!service || !name) return undefined;
  const namespace = readString(service.child("namespace")) ?? "";
  return { namespace, name, port: readInteger(service.child("port")) ?? 443 };
}

export function readApiService(object: Field, { name }: Metadata): ApiService {
  const service = readService(readMap(object.child("spec"))?.child("service"));
  return { name, ...present({ service }), span: object.span };
}

/** Whom a ServiceMonitor or PodMonitor selects, and the ports it asks there. */
export function readMonitor(kind: Monitor["kind"]) {
  return (object: Field, { name, namespace }: Metadata): Monitor => {
    const spec = readMap(object.child("spec"));
    const selector = spec?.child("selector");
    const wider = readMap(spec?.child("namespaceSelector"));
    const names = readStrings(wider?.child("matchNames"));
    const endpoints = spec?.child(kind === "ServiceMonitor" ? "endpoints" : "podMetricsEndpoints");
    return {
      kind,
      namespace,
      name,
      selector: selector ? readSelector(selector) : { requirements: [] },
      namespaces: readBoolean(wider?.child("any")) ? "any" : names.length > 0 ? names : [namespace],
      servicePorts: kind === "ServiceMonitor" ? readEach(endpoints, (one) => readString(one.child("port"))) : [],
      containerPorts: readEach(endpoints, (endpoint) => {
        const named = endpoint.child("port");
        if (kind === "ServiceMonitor") return named ? undefined : readIntegerOrString(endpoint.child("targetPort"));
        return readIntegerOrString(named ?? endpoint.child("targetPort") ?? endpoint.child("portNumber"));
      }),
      span: object.span,
    };
  };
}

export function readPodSecurityPolicy(object: Field, { name }: Metadata): PodSecurityPolicy {
  const privileged = readBoolean(readMap(object.child("spec"))?.child("privileged")) ?? false;
  return { name, privileged, span: object.span };
}

export function readEncryptionConfiguration(object: Field): EncryptionConfiguration {
  return {
    resources: readEach(object.child("resources"), (one) => ({
      kinds: readStrings(one.child("resources")),
      providers: readEach(one.child("providers"), (provider) =>
        isMap(provider.value) ? Object.keys(provider.value)[0] : undefined,
      ),
    })),
    span: object.span,
  };
}

export function readAuthenticationConfiguration(object: Field): AuthenticationConfiguration {
  const issuers = readEach(object.child("jwt"), (one) => readString(readMap(one.child("issuer"))?.child("url")));
  return { issuers, span: object.span };
}

export function readFelixConfiguration(object: Field, { name }: Metadata): FelixConfiguration {
  const spec = readMap(object.child("spec"));
  const isOn = (key: string) => readBoolean(spec?.child(key)) === true;
  return {
    name,
    wireguard: isOn("wireguardEnabled") || isOn("wireguardEnabledV6"),
    flowLogs: isOn("flowLogsFileEnabled"),
    span: object.span,
  };
}

export function readCustomResource(object: Field, { name }: Metadata): CustomResource {
  const spec = readMap(object.child("spec"));
  const webhook = readMap(readMap(spec?.child("conversion"))?.child("webhook"));
  const conversion = readService(readMap(webhook?.child("clientConfig"))?.child("service"));
  return {
    name,
    group: readString(spec?.child("group")) ?? "",
    kind: readString(readMap(spec?.child("names"))?.child("kind")) ?? "",
    scope: readChoice(spec?.child("scope"), ["Namespaced", "Cluster"]) ?? "Namespaced",
    ...present({ conversion }),
    span: object.span,
  };
}
