import type { AdminPolicy, AdminRule, NamespacedPods } from "../model/cluster.ts";
import type { Direction } from "../model/flow.ts";
import type { Options } from "../model/options.ts";
import type { PortMatch } from "../model/ports.ts";
import { type PeerField, type PeerPlace, readPeer, readPods, type Spelling } from "./admin-peer.ts";
import { type Field, named, noteNull, readMap, readString } from "./field.ts";
import { readBounded, readChoice, readItems, readOneOf, readRequired } from "./schema.ts";

/** Where the kinds of admin policy differ below `spec`. */
export interface AdminDialect {
  readonly kind: AdminPolicy["kind"];
  /** Which fields of the API a cluster knows. */
  readonly channel: Options["cnpChannel"];
  readonly actions: Readonly<Record<string, AdminRule["action"]>>;
  /** What a peer of an egress rule can be; one of an ingress rule is always pods. */
  readonly egressPeers: readonly PeerField[];
  /** Whether `pods` may leave its `namespaceSelector` out, which means all namespaces. */
  readonly namespaceSelector: PeerPlace["namespaceSelector"];
  readonly addresses: Spelling;
  /** The list that narrows a rule to ports, and how an entry of it reads. */
  readonly ports: {
    readonly key: "protocols" | "ports";
    readonly read: (item: Field, channel: Options["cnpChannel"]) => readonly PortMatch[];
  };
  /** How long a list of rules, peers or ports can be. */
  readonly most: number;
}

/** `spec`, whose fields are those all kinds have and the kind's `own`; `undefined` when it cannot be read, which is reported. */
export function readSpec(object: Field, { kind }: AdminDialect, own: readonly string[]): Field | undefined {
  readMap(object, ["apiVersion", "kind", "metadata", "spec", "status"]);
  noteNamespace(object, kind);
  if (!object.child("spec")) {
    const place = named(object.keyPlace(object.entry("spec") === null ? "spec" : "kind"), "spec");
    const fix = "say whom the policy governs, and what it allows or denies";
    object.problems.reject("field-required", place, "the policy has no `spec`", fix);
  }
  return readMap(object.child("spec"), [...own, "subject", "ingress", "egress"]);
}

/** What of a policy is stored and means nothing, once all of it has been read. Source: docs/semantics.md SEL-5, ANP-3. */
export function malformedIn({ problems }: Field): Pick<AdminPolicy, "malformed"> {
  return problems.malformed ? { malformed: true } : {};
}

/** Source: docs/semantics.md CNP-8. */
function noteNamespace(object: Field, kind: string): void {
  const metadata = object.child("metadata");
  if (!metadata?.child("namespace")) return;
  const message = `a ${kind} belongs to no namespace, so \`namespace\` has no effect`;
  object.problems.note("info", "field-unknown", metadata.keyPlace("namespace"), message, "remove it");
}

/** Source: docs/semantics.md CNP-1, ANP-1. */
export function readPriority(spec: Field): number | undefined {
  return readBounded(readRequired(spec, "priority", "give a number between 0 and 1000; lower comes first"), 0, 1000);
}

/** Source: docs/semantics.md CNP-2, ANP-1. */
export function readSubject(spec: Field, { namespaceSelector }: AdminDialect): NamespacedPods | undefined {
  const hint = "to govern every pod, write `namespaces: {}`";
  const subject = readMap(readRequired(spec, "subject", hint), ["namespaces", "pods"]);
  const chosen = subject && readOneOf(subject, ["namespaces", "pods"], hint);
  return chosen && readPods(chosen, namespaceSelector);
}

/** The rules of one direction, in the order they are asked. Source: docs/semantics.md CNP-3, ANP-2. */
export function readRules(spec: Field, direction: Direction, dialect: AdminDialect): readonly AdminRule[] {
  const items = readItems(spec.child(direction), "mappings", { least: 0, most: dialect.most });
  return items.flatMap((item) => readRule(item, direction, dialect));
}

function readRule(item: Field, direction: Direction, dialect: AdminDialect): AdminRule[] {
  const peersKey = direction === "ingress" ? "from" : "to";
  const rule = readMap(item, ["name", "action", peersKey, dialect.ports.key]);
  if (!rule) return [];
  const name = readName(rule);
  const action = readAction(rule, dialect);
  const place: PeerPlace = {
    action,
    possible: direction === "ingress" ? ["namespaces", "pods"] : dialect.egressPeers,
    namespaceSelector: dialect.namespaceSelector,
    channel: dialect.channel,
    addresses: dialect.addresses,
  };
  const listed = readRequired(rule, peersKey, "for every pod, list `namespaces: {}`");
  const peers = readItems(listed, "mappings", { least: 1, most: dialect.most }).flatMap((peer) =>
    readPeer(peer, place),
  );
  const ports = readPorts(rule, dialect);
  if (dialect.channel === "experimental") checkPortNames(rule, peers, ports);
  return action ? [{ ...(name && { name }), action, peers, ports, span: item.span }] : [];
}

function readName(rule: Field): string | undefined {
  const field = rule.child("name");
  const name = readString(field);
  if (name !== undefined && [...name].length > 100)
    field?.reject("field-invalid", "the name of a rule can have at most 100 characters", "shorten it");
  return name;
}

function readAction(rule: Field, { actions }: AdminDialect): AdminRule["action"] | undefined {
  const choices = Object.keys(actions);
  const written = readChoice(readRequired(rule, "action", `use one of ${choices.join(", ")}`), choices);
  return written === undefined ? undefined : actions[written];
}

function readPorts(rule: Field, { ports: { key, read }, most, channel }: AdminDialect): AdminRule["ports"] {
  noteNull(rule, key, "every port is meant", `remove \`${key}\` if that is so, or list the ports`);
  const field = rule.child(key);
  return field ? readItems(field, "mappings", { least: 1, most }).flatMap((item) => read(item, channel)) : "any";
}

/** Only pods have named ports; the standard channel has no port names at all. Source: docs/semantics.md CNP-6, ANP-4. */
function checkPortNames(rule: Field, peers: AdminRule["peers"], ports: AdminRule["ports"]): void {
  const peer = peers.find(({ kind }) => kind === "networks" || kind === "nodes" || kind === "domainNames");
  const port = ports === "any" ? undefined : ports.find(({ kind }) => kind === "named");
  if (!peer || !port) return;
  const message = `a port name means nothing in a rule with \`${peer.kind}\``;
  const fix = "give the number, or put that peer into a rule of its own";
  rule.problems.reject("field-invalid", { span: port.span, path: rule.path }, message, fix);
}
