import type { IpBlock, PolicyPeer, PolicyRule } from "../model/cluster.ts";
import { type Direction, PROTOCOLS, type Protocol } from "../model/flow.ts";
import { IpSet, parseCidr } from "../model/ip.ts";
import type { PortMatch } from "../model/ports.ts";
import { EVERYTHING, type LabelSelector, type Requirement } from "../model/selector.ts";
import type { Span } from "../model/source.ts";
import type { JsonBytes } from "./json-bytes.ts";
import { OPEN_LIST, OPEN_MAP, QUOTE, REFUSED } from "./json-scan.ts";
import { OPERATORS } from "./label-selector.ts";
import { isSteady } from "./metadata-bytes.ts";
import { isLabelValue, isPortName, isQualifiedName } from "./names.ts";

/** What the `spec` of a NetworkPolicy says, with the types it names, if any. */
export interface PolicySpec {
  readonly podSelector: LabelSelector;
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
  readonly types: readonly Direction[] | undefined;
}

const NO_RULES: readonly PolicyRule[] = [];

/**
 * Reads from bytes the `spec` of a NetworkPolicy, as {@link readNetworkPolicy} does from values. Nulls, which mean something here, are
 * refused with all that is out of the ordinary.
 */
export function readPolicySpec(json: JsonBytes, path: string): PolicySpec {
  let podSelector: LabelSelector | undefined;
  let ingress: readonly PolicyRule[] = NO_RULES;
  let egress: readonly PolicyRule[] | undefined;
  let types: readonly Direction[] | undefined;
  json.open(OPEN_MAP);
  while (json.nextMember()) {
    if (json.key === "podSelector") podSelector = readSelector(json);
    else if (json.key === "ingress") ingress = readRules(json, "from", path);
    else if (json.key === "egress") egress = readRules(json, "to", path);
    else if (json.key === "policyTypes") types = readTypes(json);
    else throw REFUSED;
  }
  const isOdd = types === undefined && egress?.length === 0;
  if (!podSelector || isOdd) throw REFUSED;
  return { podSelector, ingress, egress: egress ?? NO_RULES, types };
}

function readTypes(json: JsonBytes): readonly Direction[] | undefined {
  const types: string[] = [];
  json.open(OPEN_LIST);
  while (json.nextItem()) types.push(json.word() ?? "");
  if (types.length > 2 || types.some((type) => type !== "Ingress" && type !== "Egress")) throw REFUSED;
  const directions: Direction[] = [];
  if (types.includes("Ingress")) directions.push("ingress");
  if (types.includes("Egress")) directions.push("egress");
  return directions.length > 0 ? directions : undefined;
}

function readRules(json: JsonBytes, peersKey: "from" | "to", path: string): readonly PolicyRule[] {
  const rules: PolicyRule[] = [];
  json.open(OPEN_LIST);
  while (json.nextItem()) {
    const { line, column } = json;
    const peers: PolicyPeer[] = [];
    const ports: PortMatch[] = [];
    json.open(OPEN_MAP);
    while (json.nextMember()) {
      const isPeers = json.key === peersKey;
      if (!isPeers && json.key !== "ports") throw REFUSED;
      json.open(OPEN_LIST);
      while (json.nextItem()) {
        if (isPeers) peers.push(readPeer(json, path));
        else ports.push(readPort(json, path));
      }
    }
    const span = spanTo(json, path, line, column);
    rules.push({ peers: peers.length > 0 ? peers : "any", ports: ports.length > 0 ? ports : "any", span });
  }
  return rules;
}

function readPeer(json: JsonBytes, path: string): PolicyPeer {
  const { line, column } = json;
  let podSelector: LabelSelector | undefined;
  let namespaceSelector: LabelSelector | undefined;
  let block: IpBlock | undefined;
  json.open(OPEN_MAP);
  while (json.nextMember()) {
    if (json.key === "podSelector") podSelector = readSelector(json);
    else if (json.key === "namespaceSelector") namespaceSelector = readSelector(json);
    else if (json.key === "ipBlock") block = readBlock(json);
    else throw REFUSED;
  }
  const span = spanTo(json, path, line, column);
  if (block) {
    if (podSelector || namespaceSelector) throw REFUSED;
    return { ...block, span };
  }
  if (namespaceSelector) return { kind: "namespaces", namespaceSelector, podSelector: podSelector ?? EVERYTHING, span };
  if (!podSelector) throw REFUSED;
  return { kind: "pods", podSelector, span };
}

function readPort(json: JsonBytes, path: string): PortMatch {
  const { line, column } = json;
  let port: number | string | undefined;
  let last: number | undefined;
  let protocol: Protocol = "TCP";
  json.open(OPEN_MAP);
  while (json.nextMember()) {
    if (json.key === "port") port = required(json.bytes[json.at] === QUOTE ? json.word() : json.natural());
    else if (json.key === "endPort") last = required(json.natural());
    else if (json.key === "protocol") protocol = oneOf(PROTOCOLS, json.word());
    else throw REFUSED;
  }
  const span = spanTo(json, path, line, column);
  if (typeof port === "number") {
    if (port < 1 || (last ?? port) < port || (last ?? port) > 65_535) throw REFUSED;
    return { kind: "range", protocol, first: port, last: last ?? port, span };
  }
  if (last !== undefined) throw REFUSED;
  if (port === undefined) return { kind: "every-port", protocol, span };
  if (!isPortName(port)) throw REFUSED;
  return { kind: "named", name: port, protocol, span };
}

function readBlock(json: JsonBytes): IpBlock {
  let cidr: string | undefined;
  const except: string[] = [];
  json.open(OPEN_MAP);
  while (json.nextMember()) {
    if (json.key === "cidr") cidr = json.word();
    else if (json.key === "except") {
      json.open(OPEN_LIST);
      while (json.nextItem()) except.push(required(json.word()));
    } else throw REFUSED;
  }
  const whole = addressesOf(required(cidr));
  const holes = except.map(addressesOf);
  if (!holes.every((hole) => whole.includes(hole) && !hole.equals(whole))) throw REFUSED;
  const addresses = whole.subtract(IpSet.of(holes.flatMap(({ ranges }) => ranges)));
  return { kind: "ipBlock", addresses, cidr: required(cidr), except };
}

function addressesOf(cidr: string): IpSet {
  const read = parseCidr(cidr);
  if (!read || read.oddity) throw REFUSED;
  return read.set;
}

function readSelector(json: JsonBytes): LabelSelector {
  const labels: Requirement[] = [];
  const expressions: Requirement[] = [];
  json.open(OPEN_MAP);
  while (json.nextMember()) {
    if (json.key === "matchLabels") {
      json.open(OPEN_MAP);
      while (json.nextMember()) labels.push(readLabel(json));
    } else if (json.key === "matchExpressions") {
      json.open(OPEN_LIST);
      while (json.nextItem()) expressions.push(readExpression(json));
    } else throw REFUSED;
  }
  return { requirements: expressions.length > 0 ? [...labels, ...expressions] : labels };
}

function readLabel(json: JsonBytes): Requirement {
  const { key } = json;
  const value = json.word();
  if (value === undefined || !isSteady(key) || !isQualifiedName(key) || !isLabelValue(value)) throw REFUSED;
  return { key, operator: "In", values: [value] };
}

function readExpression(json: JsonBytes): Requirement {
  let key: string | undefined;
  let operator: Requirement["operator"] | undefined;
  const values: string[] = [];
  json.open(OPEN_MAP);
  while (json.nextMember()) {
    if (json.key === "key") key = json.word();
    else if (json.key === "operator") operator = oneOf(OPERATORS, json.word());
    else if (json.key === "values") {
      json.open(OPEN_LIST);
      while (json.nextItem()) values.push(required(json.word()));
    } else throw REFUSED;
  }
  const needsValues = operator === "In" || operator === "NotIn";
  if (!key || !operator || !isQualifiedName(key) || needsValues !== values.length > 0) throw REFUSED;
  if (!values.every(isLabelValue)) throw REFUSED;
  return { key, operator, values };
}

function spanTo(json: JsonBytes, path: string, line: number, column: number): Span {
  return { path, line, column, endLine: json.line, endColumn: json.column };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw REFUSED;
  return value;
}

function oneOf<C extends string>(choices: readonly C[], written: string | undefined): C {
  return required(choices.find((choice) => choice === written));
}
