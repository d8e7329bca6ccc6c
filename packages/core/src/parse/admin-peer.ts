import type { AdminPeer, AdminRule, NamespacedPods } from "../model/cluster.ts";
import { IpSet } from "../model/ip.ts";
import type { Options } from "../model/options.ts";
import { EVERYTHING } from "../model/selector.ts";
import { type Field, noteNull, readMap, readString } from "./field.ts";
import { readCidr } from "./ip-block.ts";
import { readSelector } from "./label-selector.ts";
import { readOneOf, readRequired, readSet } from "./schema.ts";
import { nearest } from "./spelling.ts";
import { isMap } from "./tree.ts";

const FIELDS = ["namespaces", "pods", "networks", "nodes", "domainNames"] as const;

/** What a peer of an admin policy can be. */
export type PeerField = (typeof FIELDS)[number];

/** What a peer stands in; that decides what it may be. */
export interface PeerPlace {
  /** Of its rule; absent when that has none that can be read. */
  readonly action: AdminRule["action"] | undefined;
  readonly possible: readonly PeerField[];
  readonly namespaceSelector: "required" | "optional";
  readonly channel: Options["cnpChannel"];
  readonly addresses: Spelling;
}

/**
 * What `networks` and `domainNames` may look like. The schemas of `v1alpha1` and `v1alpha2` let through what `v1beta1` refuses: networks with bits
 * set beyond their prefix, and a few characters that no domain name has.
 */
export type Spelling = "loose" | "strict";

/**
 * A peer: exactly one field says what it is. One with nothing but unknown fields belongs to an API newer than this reader, and
 * stays as `unrecognised`; one without any field is refused.
 * Source: docs/semantics.md CNP-4, CNP-18, ANP-4, ANP-6.
 */
export function readPeer(item: Field, place: PeerPlace): AdminPeer[] {
  if (isMap(item.value) && hasOnlyUnknown(item)) return [unrecognised(item, place)];
  const peer = readMap(item, FIELDS);
  if (!peer) return [];
  const misplaced = FIELDS.filter((name) => peer.child(name) && !place.possible.includes(name));
  for (const name of misplaced) rejectName(peer, name, place);
  if (misplaced.length > 0) return [];
  const chosen = readOneOf(peer, place.possible, "for every pod, write `namespaces: {}`");
  const read = chosen && readChosen(chosen, peer, place);
  return read ? [{ ...read, span: item.span }] : [];
}

function hasOnlyUnknown(peer: Field): boolean {
  return strangersIn(peer).length > 0 && !FIELDS.some((name) => peer.child(name));
}

function strangersIn({ value }: Field): string[] {
  const known: readonly string[] = FIELDS;
  return isMap(value) ? Object.keys(value).filter((key) => !known.includes(key)) : [];
}

function unrecognised(peer: Field, { action, possible }: PeerPlace): AdminPeer {
  const [stranger = ""] = strangersIn(peer);
  const effect = action === "allow" ? "matches nothing" : "denies everything in its place";
  const message = `\`${stranger.slice(0, 100)}\` is no peer that is known here, so the rule ${effect}`;
  const likely = nearest(stranger, possible);
  const fix = likely ? `write \`${likely}\`` : `the peers known here are ${possible.join(", ")}`;
  peer.problems.note("warning", "field-unknown", peer.keyPlace(stranger), message, fix);
  return { kind: "unrecognised", span: peer.span };
}

function rejectName(peer: Field, name: PeerField, { possible }: PeerPlace): void {
  const message = `\`${name}\` cannot be a peer of this rule`;
  peer.problems.reject("field-invalid", peer.keyPlace(name), message, `use one of ${possible.join(", ")}`);
}

/** {@link AdminPeer} before it has its place. */
type Unplaced = AdminPeer extends infer Peer ? (Peer extends AdminPeer ? Omit<Peer, "span"> : never) : never;

function readChosen(
  { name, field }: { readonly name: PeerField; readonly field: Field },
  peer: Field,
  place: PeerPlace,
): Unplaced | undefined {
  switch (name) {
    case "namespaces":
    case "pods": {
      const pods = readPods({ name, field }, place.namespaceSelector);
      return pods && { kind: "pods", ...pods };
    }
    case "networks":
      return readNetworks(field, place);
    case "nodes":
      noteExperimental(peer, name, place.channel, BY_ADDRESS);
      return { kind: "nodes", selector: readSelector(field, "schema") };
    case "domainNames":
      noteExperimental(peer, name, place.channel, BY_ADDRESS);
      return readDomainNames(field, place);
  }
}

/** The pods of a subject or peer. Source: docs/semantics.md CNP-2, ANP-1. */
export function readPods(
  { name, field }: { readonly name: "namespaces" | "pods"; readonly field: Field },
  namespaceSelector: PeerPlace["namespaceSelector"],
): NamespacedPods | undefined {
  if (name === "namespaces") return { namespaceSelector: readSelector(field, "schema"), podSelector: EVERYTHING };
  const pods = readMap(field, ["namespaceSelector", "podSelector"]);
  if (!pods) return undefined;
  const podSelector = readRequired(pods, "podSelector", "for every pod of the namespaces, write `podSelector: {}`");
  const forAll = "for all namespaces, write `namespaceSelector: {}`";
  if (namespaceSelector === "optional") noteNull(pods, "namespaceSelector", "all namespaces are meant", forAll);
  const namespaces =
    namespaceSelector === "required"
      ? readRequired(pods, "namespaceSelector", forAll)
      : pods.child("namespaceSelector");
  return {
    namespaceSelector: namespaces ? readSelector(namespaces, "schema") : EVERYTHING,
    podSelector: podSelector ? readSelector(podSelector, "schema") : EVERYTHING,
  };
}

/** How many networks or names one peer can list. */
const AT_MOST = { least: 1, most: 25 } as const;

const REFUSED = {
  loose: ["leading-zeros", "ipv4-mapped"],
  strict: ["leading-zeros", "ipv4-mapped", "host-bits"],
} as const;

/** Source: docs/semantics.md CNP-7, CNP-12. */
function readNetworks(field: Field, { addresses: spelling }: PeerPlace): Unplaced {
  const cidrs = readSet(field, AT_MOST).flatMap((item) => {
    const cidr = readCidr(item, REFUSED[spelling], "checked");
    if (cidr && cidr.written.length > 43)
      item.reject("field-invalid", "a network can have at most 43 characters", `write \`${cidr.read.canonical}\``);
    return cidr ? [cidr] : [];
  });
  const addresses = cidrs.reduce((set, { read }) => set.union(read.set), IpSet.NONE);
  return { kind: "networks", addresses, cidrs: cidrs.map(({ written }) => written) };
}

/** As the API publishes it; with `A-z` in it, at first. */
const DOMAIN_NAME = {
  loose: /^(\*\.)?([a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/,
  strict: /^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/,
};

/** Source: docs/semantics.md CNP-7, ANP-4. */
function readDomainNames(field: Field, { action, addresses: spelling }: PeerPlace): Unplaced {
  if (action === "deny" || action === "pass") {
    const fix = "deny the addresses with `networks`";
    field.problems.refuse("schema", "field-invalid", field, "domain names can only be allowed", fix);
  }
  const names = readSet(field, AT_MOST).flatMap((item) => {
    const name = readString(item) ?? "";
    if (DOMAIN_NAME[spelling].test(name)) return [name];
    const fix = "write at least two labels, as in `example.com`; only a whole first label can be `*`";
    item.reject("field-invalid", `\`${name.slice(0, 100)}\` is not a domain name`, fix);
    return [];
  });
  return { kind: "domainNames", names };
}

const BY_ADDRESS = "name the addresses with `networks`";

/** A field that clusters with the standard channel drop, and with it whatever it stood for. Source: docs/semantics.md CNP-6. */
export function noteExperimental(map: Field, name: string, channel: Options["cnpChannel"], instead: string): void {
  const message = `\`${name}\` is of the experimental channel; clusters with the standard one do not know it`;
  const at = map.keyPlace(name);
  if (channel === "experimental") map.problems.note("info", "field-unknown", at, message);
  else map.problems.reject("field-unknown", at, message, `install the experimental channel, or ${instead}`);
}
