import type { Family } from "../../src/model/flow.ts";
import type { Service } from "../../src/model/service.ts";
import { type Address, holdsExcept, parseBlock, samples } from "./addresses.ts";
import type { Block, Context, Endpoint } from "./context.ts";
import { addressesOf, isSeenAsPod } from "./endpoints.ts";
import type { SinglePod } from "./pods.ts";
import { dialled } from "./services.ts";

const WHOLE = { IPv4: "0.0.0.0/0", IPv6: "::/0" } as const;

/** `dialledService` is the Service on the way to which the peer is met. */
export function blockMatches(
  block: Block,
  peer: Endpoint,
  family: Family,
  context: Context,
  dialledService?: Service,
): boolean {
  // IPB-3: a block holds addresses of its own family only.
  if (parseBlock(block.cidr).family !== family) return false;

  const seen = dialled(dialledService, family, context);
  if (seen) {
    if (seen.length > 0) return seen.some((address) => holdsExcept(block.cidr, block.except, address));
    const answers = ["no", "yes"];
    return isWhole(block, family) || context.world({ id: "Service address", kind: "unknown", answers }) === "yes";
  }

  // IPB-1, EP-11.
  if (peer.kind === "address" && peer.node === "unknown") return unknownIsIn([block], "node", [], family, context);
  if (peer.kind === "address") return holdsExcept(block.cidr, block.except, peer.address);

  // IPB-5: whether pods are matched by address. IPB-7: nodes are, and host-network pods with them.
  if (isSeenAsPod(peer.pod, context)) {
    const byDefault = context.options.ipBlockMatchesPods;
    const matched = context.world({
      id: "ipBlock matches pods",
      kind: "implementation-defined",
      answers: byDefault ? ["yes", "no"] : ["no", "yes"],
    });
    if (matched === "no") return false;
  }
  const known = addressesOf(peer.pod, context.cluster);
  if (known.length === 0) return podIsIn([block], peer.pod, family, context);
  return known.some((address) => address.family === family && holdsExcept(block.cidr, block.except, address));
}

/** CNP-12: the destination address in any of the networks, which are one effective block; pods are matched like everybody else. */
export function networksMatch(cidrs: readonly string[], peer: Endpoint, family: Family, context: Context): boolean {
  const networks = cidrs.map((cidr) => ({ cidr, except: [] })).filter(({ cidr }) => parseBlock(cidr).family === family);
  if (networks.length === 0) return false;
  if (peer.kind === "address") return isIn(networks, peer.address);
  const known = addressesOf(peer.pod, context.cluster);
  if (known.length === 0) return podIsIn(networks, peer.pod, family, context);
  return known.some((address) => address.family === family && isIn(networks, address));
}

/** IPB-6: the pod's address is not known; nodes have theirs elsewhere than the pod CIDRs. */
function podIsIn(parts: readonly Block[], pod: SinglePod, family: Family, context: Context): boolean {
  const podCIDRs = pod.of.network === "pod" ? ofFamily(context.options.podCIDRs, family) : [];
  return unknownIsIn(parts, `pod ${pod.id}`, podCIDRs, family, context);
}

/** Whether an address is in a block that is not known but for the CIDRs it is in, where there are any. */
function unknownIsIn(
  parts: readonly Block[],
  whose: string,
  among: readonly string[],
  family: Family,
  context: Context,
): boolean {
  const cidrs = parts.flatMap(cidrsOf);
  const whole = [WHOLE[family]];
  if (samples(family, whole, cidrs).every((address) => isIn(parts, address))) return true;

  const inside = samples(family, among, cidrs).map((address) => isIn(parts, address));
  if (inside.length > 0 && inside.every((held) => held)) return true;
  if (inside.length > 0 && inside.every((held) => !held)) return false;

  // Otherwise it is no match, but nobody knows: try every address that some block of the cluster could tell from another.
  const ranges = among.length > 0 ? among : whole;
  const possible = differing(samples(family, ranges, context.blocks.flatMap(cidrsOf)), context.blocks);
  const answer = context.world({
    id: `${family} address of ${whose}`,
    kind: "unknown",
    answers: ["in no block", ...possible.map(({ value }) => String(value))],
  });
  if (answer === "in no block") return false;
  return isIn(parts, { family, value: BigInt(answer) });
}

function isWhole(block: Block, family: Family): boolean {
  return samples(family, [WHOLE[family]], cidrsOf(block)).every((address) => isIn([block], address));
}

function isIn(parts: readonly Block[], address: Address): boolean {
  return parts.some(({ cidr, except }) => holdsExcept(cidr, except, address));
}

function cidrsOf({ cidr, except }: Block): string[] {
  return [cidr, ...except];
}

/** One address of all those that are in the very same blocks. */
function differing(addresses: readonly Address[], blocks: readonly Block[]): Address[] {
  const byBlocks = new Map<string, Address>();
  for (const address of addresses) {
    const held = blocks.map(({ cidr, except }) => (holdsExcept(cidr, except, address) ? "in" : "out"));
    byBlocks.set(held.join(), address);
  }
  return [...byBlocks.values()];
}

function ofFamily(cidrs: readonly string[], family: Family): string[] {
  return cidrs.filter((cidr) => parseBlock(cidr).family === family);
}
