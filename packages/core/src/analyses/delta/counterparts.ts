import { addressEndpoint, type Endpoint, outsideOf, podEndpoints } from "../../engine/endpoints.ts";
import type { Pod } from "../../model/cluster.ts";
import { ascending } from "../../model/order.ts";
import type { AddressBlock, Program } from "../../model/program.ts";

/** One endpoint of two clusters that are compared: what it is in either, where it is in both. */
export interface Counterpart {
  /** The same in either cluster: `namespace/Kind/name`, with `#n` where policies of either tell its pods apart; a CIDR. */
  readonly id: string;
  /** As it is after, or as it was where it is gone, under the id it has in both. */
  readonly endpoint: Endpoint;
  readonly before?: Endpoint;
  readonly after?: Endpoint;
}

/**
 * The workloads and outside blocks of two programs of one vocabulary, each with its counterpart: workloads by id, then blocks, IPv4
 * first.
 *
 * Workloads are the same by namespace, kind and name. The parts of one that is split are the same by the pods they hold; where no
 * pod is in both, by what distinguishes them, or as the only ones left. Cost: one look at each pod.
 */
export function counterparts(before: Program, after: Program): readonly Counterpart[] {
  const [old, now] = [before, after].map((program) => byWorkload(podEndpoints(program, "workload"))) as [Parts, Parts];
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort(ascending);
  return [...ids.flatMap((id) => partsOf(id, old.get(id) ?? [], now.get(id) ?? [])), ...blocks(before, after)];
}

type Parts = ReadonlyMap<string, readonly Endpoint[]>;

function byWorkload(endpoints: readonly Endpoint[]): Parts {
  const workloads = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const id = `${endpoint.namespace}/${endpoint.kind}/${endpoint.name}`;
    const parts = workloads.get(id);
    if (parts) parts.push(endpoint);
    else workloads.set(id, [endpoint]);
  }
  return workloads;
}

type Pair = Pick<Counterpart, "before" | "after">;

function counterpart(id: string, { before, after }: Pair): Counterpart {
  const endpoint = after ?? before;
  if (!endpoint) throw new Error(`\`${id}\` is in neither cluster`);
  return { id, endpoint: { ...endpoint, id }, ...pair(before, after) };
}

function partsOf(id: string, before: readonly Endpoint[], after: readonly Endpoint[]): readonly Counterpart[] {
  const pairs = before.length === 1 && after.length === 1 ? [pair(before[0], after[0])] : pairsOf(before, after);
  const [only] = pairs;
  if (pairs.length === 1 && only) return [counterpart(id, only)];
  const isPlain = pairs.every((one) => !one.before || !one.after || one.before.id === one.after.id);
  const names = pairs.map((one) => (one.after ?? one.before)?.id ?? id);
  if (isPlain && new Set(names).size === pairs.length)
    return pairs.map((one, i) => counterpart(names[i] ?? id, one)).sort((a, b) => ascending(a.id, b.id));
  return [...pairs]
    .sort((a, b) => ascending(firstPod(a), firstPod(b)))
    .map((one, part) => counterpart(`${id}#${part}`, one));
}

function pairsOf(before: readonly Endpoint[], after: readonly Endpoint[]): readonly Pair[] {
  const partOf = new Map(before.flatMap((part) => podsOf(part).map(({ id }) => [id, part])));
  const shared = after.flatMap((now) => {
    const olds = new Set(podsOf(now).flatMap(({ id }) => partOf.get(id) ?? []));
    return [...olds].map((old) => ({ old, now }));
  });
  const oldLeft = before.filter((part) => !shared.some(({ old }) => old === part));
  const nowLeft = after.filter((part) => !shared.some(({ now }) => now === part));
  const alike = oldLeft.flatMap((old) => {
    const now = oldLeft.length === 1 && nowLeft.length === 1 ? nowLeft[0] : nowLeft.find((part) => isLike(old, part));
    return now ? [{ old, now }] : [];
  });
  return [
    ...shared.map(({ old, now }) => pair(within(old, now), within(now, old))),
    ...alike.map(({ old, now }) => pair(old, now)),
    ...oldLeft.filter((part) => !alike.some(({ old }) => old === part)).map((old) => pair(old, undefined)),
    ...nowLeft.filter((part) => !alike.some(({ now }) => now === part)).map((now) => pair(undefined, now)),
  ];
}

function pair(before: Endpoint | undefined, after: Endpoint | undefined): Pair {
  return { ...(before && { before }), ...(after && { after }) };
}

/** The part of an endpoint whose pods the other has too. */
function within(endpoint: Endpoint, other: Endpoint): Endpoint {
  const ids = new Set(podsOf(other).map(({ id }) => id));
  const members = endpoint.members.map(({ pods, ...member }) => ({
    ...member,
    pods: pods.filter(({ id }) => ids.has(id)),
  }));
  const pods = members.flatMap((member) => member.pods).reduce((sum, { replicas }) => sum + replicas, 0);
  return pods === endpoint.pods ? endpoint : { ...endpoint, members, pods };
}

function isLike(a: Endpoint, b: Endpoint): boolean {
  return a.distinguishedBy !== undefined && a.distinguishedBy.join() === b.distinguishedBy?.join();
}

function podsOf({ members }: Endpoint): readonly Pod[] {
  return members.flatMap(({ pods }) => pods);
}

function firstPod({ before, after }: Pair): string {
  return [before, after]
    .flatMap((part) => (part ? podsOf(part) : []))
    .reduce((least, { id }) => (least && least < id ? least : id), "");
}

/** Blocks are cut alike, so that the n-th of one program is the n-th of the other; those of families that neither speaks are left out. */
function blocks(before: Program, after: Program): readonly Counterpart[] {
  const [old, now] = [blocksOf(before), blocksOf(after)];
  const spoken = [new Set(outsideOf(before)), new Set(outsideOf(after))];
  return now.flatMap((block, i) => {
    const was = old[i];
    if (!was || !spoken.some((set) => set.has(was) || set.has(block))) return [];
    const endpoint = addressEndpoint(block);
    return [counterpart(endpoint.id, pair(addressEndpoint(was), endpoint))];
  });
}

function blocksOf({ parties }: Program): readonly AddressBlock[] {
  return parties.filter((party) => party.kind === "addresses");
}
