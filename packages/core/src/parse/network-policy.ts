import type { NetworkPolicy, PolicyOddity, PolicyPeer, PolicyRule, Stranger } from "../model/cluster.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Direction, Protocol } from "../model/flow.ts";
import { PROTOCOLS } from "../model/flow.ts";
import type { Options } from "../model/options.ts";
import type { PortMatch } from "../model/ports.ts";
import { EVERYTHING } from "../model/selector.ts";
import {
  type CheckedBy,
  type Field,
  noteNull,
  readInteger,
  readIntegerOrString,
  readList,
  readMap,
  readString,
} from "./field.ts";
import { readIpBlock } from "./ip-block.ts";
import { readSelector } from "./label-selector.ts";
import type { Metadata } from "./metadata.ts";
import { isPortName } from "./names.ts";
import { nearest } from "./spelling.ts";
import { isList } from "./tree.ts";

const TYPES: Readonly<Record<string, Direction>> = { Ingress: "ingress", Egress: "egress" };

/**
 * A NetworkPolicy as the API server would store it. Whatever the server would refuse is reported with the field it would name;
 * the caller leaves the policy out when anything was.
 * Source: pkg/apis/networking/v1/defaults.go and validation.go; docs/semantics.md NP-10 to NP-25, V-4 to V-43.
 */
export function readNetworkPolicy(object: Field, metadata: Metadata, options: Options): NetworkPolicy {
  const { found } = object.problems;
  const told = found.length;
  readMap(object, ["apiVersion", "kind", "metadata", "spec", "status"]);
  noteNull(object, "spec", "the policy isolates every pod of its namespace", "say what the policy selects and allows");
  const written = readMap(object.child("spec"), ["podSelector", "ingress", "egress", "policyTypes"]);
  const spec = written ?? object.part("spec", {});
  noteNull(
    spec,
    "podSelector",
    "the policy selects every pod of its namespace",
    "write `podSelector: {}` if that is meant",
  );
  const podSelector = spec.child("podSelector");
  const rules = {
    podSelector: podSelector ? readSelector(podSelector) : EVERYTHING,
    ingress: readRules(spec, "ingress", "from", options),
    egress: readRules(spec, "egress", "to", options),
  };
  const types = readTypes(spec);
  const oddities = odditiesOf(spec, types);
  const strangers = strangersAmong(found.slice(told));
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    ...rules,
    policyTypes: types ?? (rules.egress.length > 0 ? ["ingress", "egress"] : ["ingress"]),
    policyTypesWritten: types !== undefined,
    ...(oddities.length > 0 && { oddities }),
    ...(strangers.length > 0 && { strangers }),
    ...(metadata.annotations.size > 0 && { annotations: metadata.annotations }),
    span: object.span,
  };
}

function strangersAmong(found: readonly Diagnostic[]): readonly Stranger[] {
  return found.flatMap(({ code, field = "", span, fix = "" }) =>
    code === "field-unknown" && span ? [{ field, span, fix }] : [],
  );
}

function odditiesOf(spec: Field, types: readonly Direction[] | undefined): PolicyOddity[] {
  const [selector, egress] = [spec.entry("podSelector"), spec.entry("egress")];
  const isHollow = ["matchLabels", "matchExpressions"].some((key) => spec.child("podSelector")?.entry(key) === null);
  const hasNoRule = egress === null || (egress !== undefined && isList(egress) && egress.length === 0);
  return [
    ...(types === undefined && hasNoRule ? (["egress-empty"] as const) : []),
    ...(selector === null || isHollow ? (["selector-null"] as const) : []),
    ...(selector === undefined ? (["selector-absent"] as const) : []),
  ];
}

/** The written types without repetitions; `undefined` when there are none, so that defaulting decides. */
function readTypes(spec: Field): readonly Direction[] | undefined {
  const items = readList(spec.child("policyTypes"), "strings");
  if (items.length === 0) return undefined;
  if (items.length > 2)
    spec
      .child("policyTypes")
      ?.reject("field-invalid", "at most two policy types can be given", "list `Ingress` and `Egress` once each");
  else for (const item of items) checkType(item);
  const types = new Set(items.map(typeOf));
  return (["ingress", "egress"] as const).filter((direction) => types.has(direction));
}

function typeOf({ value }: Field): Direction | undefined {
  return typeof value === "string" && Object.hasOwn(TYPES, value) ? TYPES[value] : undefined;
}

function checkType(item: Field): void {
  const written = readString(item);
  if (written === undefined || typeOf(item)) return;
  const likely = nearest(written, Object.keys(TYPES));
  item.reject(
    "field-invalid",
    `\`${written.slice(0, 100)}\` is not a policy type`,
    likely ? `write \`${likely}\`` : "use `Ingress` or `Egress`",
  );
}

function readRules(spec: Field, direction: Direction, peersKey: "from" | "to", options: Options): PolicyRule[] {
  return readList(spec.child(direction), "mappings").map((item) => {
    const rule = readMap(item, ["ports", peersKey]);
    if (!rule) return { peers: "any", ports: "any", span: item.span };
    noteNull(
      rule,
      peersKey,
      "every address is allowed",
      `remove \`${peersKey}\` if that is meant, or list who is allowed`,
    );
    noteNull(rule, "ports", "every port is allowed", "remove `ports` if that is meant, or list the ports");
    const ports = readList(rule.child("ports"), "mappings").flatMap(readPort);
    const peers = readList(rule.child(peersKey), "mappings").flatMap((peer) => readPeer(peer, options));
    return { peers: peers.length > 0 ? peers : "any", ports: ports.length > 0 ? ports : "any", span: item.span };
  });
}

function readPeer(item: Field, options: Options): PolicyPeer[] {
  const peer = readMap(item, ["podSelector", "namespaceSelector", "ipBlock"]);
  if (!peer) return [];
  const [podField, namespaceField, blockField] = ["podSelector", "namespaceSelector", "ipBlock"].map((key) =>
    peer.child(key),
  );
  if (podField)
    noteNull(
      peer,
      "namespaceSelector",
      "only the policy's own namespace is meant",
      "write `namespaceSelector: {}` for all namespaces",
    );
  if (namespaceField)
    noteNull(peer, "podSelector", "every pod of those namespaces is meant", "write `podSelector: {}` if that is meant");
  if (!podField && !namespaceField && !blockField) rejectEmpty(peer);
  if (blockField && (podField || namespaceField)) {
    peer.reject("field-invalid", "`ipBlock` cannot stand beside a selector", "put it in an entry of its own");
  }
  const podSelector = podField && readSelector(podField);
  const namespaceSelector = namespaceField && readSelector(namespaceField);
  const block = blockField && readIpBlock(blockField, options);
  const { span } = item;
  if (block) return [{ ...block, span }];
  if (namespaceSelector)
    return [{ kind: "namespaces", namespaceSelector, podSelector: podSelector ?? EVERYTHING, span }];
  return podSelector ? [{ kind: "pods", podSelector, span }] : [];
}

function rejectEmpty(peer: Field): void {
  const fix = "to allow everyone, remove the whole list; to allow every pod, write `namespaceSelector: {}`";
  peer.reject("field-required", "the peer says nothing: it needs `podSelector`, `namespaceSelector` or `ipBlock`", fix);
}

function readPort(item: Field): PortMatch[] {
  const entry = readMap(item, ["port", "endPort", "protocol"]);
  if (!entry) return [];
  const protocol = readProtocol(entry, "server") ?? "TCP";
  noteNull(entry, "port", `every ${protocol} port is meant`, "remove `port` if that is meant, or give a number");
  const port = readPortValue(entry.child("port"));
  const last = readEndPort(entry, port);
  const { span } = item;
  if (port === undefined) return [{ kind: "every-port", protocol, span }];
  if (typeof port === "string") return [{ kind: "named", name: port, protocol, span }];
  return [{ kind: "range", protocol, first: port, last: last ?? port, span }];
}

/** `protocol` of a policy's port; TCP where none is written, `undefined` for what is none. */
export function readProtocol(entry: Field, checkedBy: CheckedBy): Protocol | undefined {
  const field = entry.child("protocol");
  const written = readString(field);
  const protocol = PROTOCOLS.find((known) => known === written);
  if (protocol || !field || written === undefined) return protocol ?? "TCP";
  const likely = PROTOCOLS.find((known) => known === written.toUpperCase());
  const message = `\`${written.slice(0, 100)}\` is not a protocol that policies can name`;
  const fix = likely ? `write \`${likely}\`` : `use one of ${PROTOCOLS.join(", ")}`;
  field.problems.refuse(checkedBy, "field-invalid", field, message, fix);
  return undefined;
}

function readPortValue(field: Field | undefined): number | string | undefined {
  const port = readIntegerOrString(field);
  if (typeof port === "number" && !isPortNumber(port)) {
    field?.reject("field-invalid", `\`${port}\` is not a port number`, "give one between 1 and 65535");
  }
  if (typeof port === "string" && !isPortName(port)) {
    const fix = /^\d+$/.test(port)
      ? "remove the quotes"
      : "use at most 15 lower-case letters, digits and single hyphens";
    field?.reject("field-invalid", `\`${port.slice(0, 100)}\` is not a port name`, fix);
  }
  return port;
}

function readEndPort(entry: Field, port: number | string | undefined): number | undefined {
  const field = entry.child("endPort");
  const last = readInteger(field);
  if (!field || last === undefined) return undefined;
  if (!entry.child("port"))
    field.reject("field-invalid", "`endPort` needs a `port` to start from", "give `port` as well");
  else if (typeof port === "string")
    field.reject("field-invalid", "`endPort` needs `port` to be a number", "give the number the name stands for");
  else if (port !== undefined && last < port)
    field.reject("field-invalid", `\`endPort\` ${last} lies before \`port\` ${port}`, "swap the two");
  if (!isPortNumber(last))
    field.reject("field-invalid", `\`${last}\` is not a port number`, "give one between 1 and 65535");
  return last;
}

function isPortNumber(port: number): boolean {
  return port >= 1 && port <= 65535;
}
