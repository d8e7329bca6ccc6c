import type { AdminPolicy } from "../model/cluster.ts";
import type { Options } from "../model/options.ts";
import type { PortMatch } from "../model/ports.ts";
import { noteExperimental } from "./admin-peer.ts";
import { type AdminDialect, malformedIn, readPriority, readRules, readSpec, readSubject } from "./admin-policy.ts";
import { type Field, named, readMap, readString } from "./field.ts";
import type { Metadata } from "./metadata.ts";
import { readProtocol } from "./network-policy.ts";
import { readBounded, readOneOf, readRequired } from "./schema.ts";

const ADMIN: AdminDialect = {
  kind: "AdminNetworkPolicy",
  channel: "experimental",
  actions: { Allow: "allow", Deny: "deny", Pass: "pass" },
  egressPeers: ["namespaces", "pods", "networks", "nodes", "domainNames"],
  namespaceSelector: "required",
  addresses: "loose",
  ports: { key: "ports", read: readPort },
  most: 100,
};

const BASELINE: AdminDialect = {
  ...ADMIN,
  kind: "BaselineAdminNetworkPolicy",
  actions: { Allow: "allow", Deny: "deny" },
  egressPeers: ["namespaces", "pods", "networks", "nodes"],
};

/**
 * An AdminNetworkPolicy of `policy.networking.k8s.io/v1alpha1`. What its schema would refuse is reported with the field the API
 * server would name; the caller leaves the policy out when anything was.
 * Source: the experimental channel of the custom resource; docs/semantics.md ANP-1 to ANP-4.
 */
export function readAdminNetworkPolicy(
  object: Field,
  { name }: Metadata,
  { cnpChannel: channel }: Options,
): AdminPolicy | undefined {
  const dialect = { ...ADMIN, channel };
  const spec = readSpec(object, ADMIN, ["priority"]);
  if (!spec) return undefined;
  const priority = readPriority(spec);
  const subject = readSubject(spec, ADMIN);
  const ingress = readRules(spec, "ingress", dialect);
  const egress = readRules(spec, "egress", dialect);
  if (priority === undefined || !subject) return undefined;
  const policy = { kind: ADMIN.kind, name, tier: "admin", priority, subject, ingress, egress } as const;
  return { ...policy, ...malformedIn(object), span: object.span };
}

/** A BaselineAdminNetworkPolicy, of which a cluster has one. Source: docs/semantics.md BANP-1. */
export function readBaselineAdminNetworkPolicy(
  object: Field,
  { name }: Metadata,
  { cnpChannel: channel }: Options,
): AdminPolicy | undefined {
  const dialect = { ...BASELINE, channel };
  if (name !== "default") {
    const place = object.child("metadata")?.child("name") ?? named(object.keyPlace("metadata"), "metadata.name");
    object.problems.reject("field-invalid", place, `a cluster has one ${BASELINE.kind}`, "name it `default`");
  }
  const spec = readSpec(object, BASELINE, []);
  if (!spec) return undefined;
  const subject = readSubject(spec, BASELINE);
  const ingress = readRules(spec, "ingress", dialect);
  const egress = readRules(spec, "egress", dialect);
  if (!subject) return undefined;
  const policy = { kind: BASELINE.kind, name, tier: "baseline", priority: "last", subject, ingress, egress } as const;
  return { ...policy, ...malformedIn(object), span: object.span };
}

const ENTRY = ["portNumber", "portRange", "namedPort"] as const;

/** An entry of `ports`. A port name has no protocol: it stands for whatever the pod declares under it. */
function readPort(item: Field, channel: Options["cnpChannel"]): PortMatch[] {
  const entry = readMap(item, ENTRY);
  const chosen = entry && readOneOf(entry, ENTRY, "for every TCP port, write `portRange: { start: 1, end: 65535 }`");
  if (!chosen) return [];
  const { span } = item;
  if (chosen.name === "namedPort") {
    noteExperimental(entry, chosen.name, channel, "give the number of the port");
    const name = readString(chosen.field);
    return name === undefined ? [] : [{ kind: "named", name, span }];
  }
  return chosen.name === "portNumber" ? readNumber(chosen.field, span) : readRange(chosen.field, span);
}

function readNumber(field: Field, span: PortMatch["span"]): PortMatch[] {
  const number = readMap(field, ["protocol", "port"]);
  if (!number) return [];
  const protocol = readProtocol(number, "schema");
  const port = readBounded(readRequired(number, "port", "give the number of a port"), 1, 65535);
  return port === undefined || !protocol ? [] : [{ kind: "range", protocol, first: port, last: port, span }];
}

/** A range that ends before it starts is accepted by the API server, and matches nothing. Source: docs/semantics.md ANP-3. */
function readRange(field: Field, span: PortMatch["span"]): PortMatch[] {
  const range = readMap(field, ["protocol", "start", "end"]);
  if (!range) return [];
  const protocol = readProtocol(range, "schema");
  const first = readBounded(readRequired(range, "start", "give the first port"), 1, 65535);
  const last = readBounded(readRequired(range, "end", "give the last port"), 1, 65535);
  if (first === undefined || last === undefined || !protocol) return [];
  if (first <= last) return [{ kind: "range", protocol, first, last, span }];
  const message = `a range that starts at ${first} and ends at ${last} matches nothing`;
  field.problems.note("error", "field-invalid", range, message, "swap the two");
  return [];
}
