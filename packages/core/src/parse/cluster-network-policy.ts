import type { AdminPolicy } from "../model/cluster.ts";
import type { Options } from "../model/options.ts";
import type { PortMatch } from "../model/ports.ts";
import { noteExperimental } from "./admin-peer.ts";
import { type AdminDialect, malformedIn, readPriority, readRules, readSpec, readSubject } from "./admin-policy.ts";
import { type Field, readMap, readString } from "./field.ts";
import type { Metadata } from "./metadata.ts";
import { readBounded, readChoice, readOneOf, readRequired } from "./schema.ts";

const DIALECT: AdminDialect = {
  kind: "ClusterNetworkPolicy",
  channel: "experimental",
  actions: { Accept: "allow", Deny: "deny", Pass: "pass" },
  egressPeers: ["namespaces", "pods", "networks", "nodes", "domainNames"],
  namespaceSelector: "optional",
  addresses: "loose",
  ports: { key: "protocols", read: readProtocol },
  most: 25,
};

/**
 * A ClusterNetworkPolicy of `policy.networking.k8s.io/v1alpha2` or `v1beta1`, whose schemas have the same fields. What its schema would refuse is
 * reported with the field the API server would name; the caller leaves the policy out when anything was.
 * Source: the experimental channel of the custom resource; docs/semantics.md CNP-1 to CNP-8.
 */
export function readClusterNetworkPolicy(
  object: Field,
  { name }: Metadata,
  { cnpChannel: channel }: Options,
): AdminPolicy | undefined {
  const isBeta = readString(object.child("apiVersion")) === "policy.networking.k8s.io/v1beta1";
  const dialect: AdminDialect = { ...DIALECT, channel, addresses: isBeta ? "strict" : "loose" };
  const spec = readSpec(object, DIALECT, ["tier", "priority"]);
  if (!spec) return undefined;
  const tier = readTier(spec);
  const priority = readPriority(spec);
  const subject = readSubject(spec, DIALECT);
  const ingress = readRules(spec, "ingress", dialect);
  const egress = readRules(spec, "egress", dialect);
  if (!tier || priority === undefined || !subject) return undefined;
  return {
    kind: DIALECT.kind,
    name,
    tier,
    priority,
    subject,
    ingress,
    egress,
    ...malformedIn(object),
    span: object.span,
  };
}

function readTier(spec: Field): AdminPolicy["tier"] | undefined {
  const written = readChoice(readRequired(spec, "tier", "write `Admin` or `Baseline`"), ["Admin", "Baseline"]);
  return written && (written === "Admin" ? "admin" : "baseline");
}

const PROTOCOLS = { tcp: "TCP", udp: "UDP", sctp: "SCTP" } as const;
const ENTRY = ["tcp", "udp", "sctp", "destinationNamedPort"] as const;
const EVERY_PORT = "{ destinationPort: { range: { start: 1, end: 65535 } } }";

/** An entry of `protocols`. A port name has no protocol: it stands for whatever the pod declares under it. */
function readProtocol(item: Field, channel: Options["cnpChannel"]): PortMatch[] {
  const entry = readMap(item, ENTRY);
  const chosen = entry && readOneOf(entry, ENTRY, `for every TCP port, write \`tcp: ${EVERY_PORT}\``);
  if (!chosen) return [];
  const { name, field } = chosen;
  if (name === "destinationNamedPort") {
    noteExperimental(entry, name, channel, "give the number of the port");
    const port = readString(field);
    return port === undefined ? [] : [{ kind: "named", name: port, span: item.span }];
  }
  const range = readDestination(field);
  return range ? [{ kind: "range", protocol: PROTOCOLS[name], ...range, span: item.span }] : [];
}

interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** A protocol without a port is refused, although the prose of the API gives it a meaning. Source: docs/semantics.md CNP-5. */
function readDestination(field: Field): PortRange | undefined {
  const protocol = readMap(field, ["destinationPort"]);
  if (!protocol) return undefined;
  if (!protocol.child("destinationPort")) {
    protocol.reject("field-required", "`destinationPort` is missing", `for every port, write \`${EVERY_PORT}\``);
    return undefined;
  }
  const destination = readMap(protocol.child("destinationPort"), ["number", "range"]);
  const chosen = destination && readOneOf(destination, ["number", "range"], "give the `number` of a port");
  if (chosen?.name === "range") return readRange(chosen.field);
  const port = readBounded(chosen?.field, 1, 65535);
  return port === undefined ? undefined : { first: port, last: port };
}

function readRange(field: Field): PortRange | undefined {
  const range = readMap(field, ["start", "end"]);
  if (!range) return undefined;
  const first = readBounded(readRequired(range, "start", "give the first port"), 1, 65535);
  const last = readBounded(readRequired(range, "end", "give the last port"), 1, 65535);
  if (first === undefined || last === undefined) return undefined;
  if (first >= last) {
    const fix = first === last ? `write \`number: ${first}\`` : "swap the two";
    range.reject("field-invalid", `a range cannot start at ${first} and end at ${last}`, fix);
  }
  return { first, last };
}
