import type { Span } from "../../../model/source.ts";
import type { VolumeClaim } from "../../../model/storage.ts";
import type { Foothold } from "../foothold.ts";
import { groupBy } from "../group-by.ts";
import { nodeName, SOME_NODE } from "../nodes.ts";
import type { Site } from "../site.ts";

/** What a workload has of a volume that several may read and write. */
interface Place {
  /** `claim shop/data`; `directory` for all of what nodes have. */
  readonly volume: string;
  /** The part of it that is mounted: names of directories, none for the whole. */
  readonly path: readonly string[];
  /** The node it is on; absent for what is the same wherever a pod runs. */
  readonly node?: string;
  /** What has to be true for two to have it at all. */
  readonly doubt?: string;
  readonly foothold: Foothold;
  readonly writes: boolean;
  readonly span: Span;
}

/** A part of a volume on a node, and who has it. */
interface Share {
  readonly place: Place;
  readonly footholds: Set<Foothold>;
}

/**
 * SHARE: who writes to a volume changes what the others read from it. Each part of it is one hub, so that many sharers cost no more.
 * Cost: for each mount a look at the parts of that volume on its node.
 */
export function shareEdges(site: Site): void {
  const { cluster, footholds } = site;
  const claims = new Map(cluster.storage.volumeClaims.map((claim) => [`${claim.namespace}/${claim.name}`, claim]));
  const places = footholds.flatMap((foothold) => placesOf(site, foothold, claims));
  for (const all of groupBy(places, ({ volume }) => volume).values()) {
    const byNode = new Map<string | undefined, Map<string, Share>>();
    for (const place of all) {
      const there = byNode.get(place.node) ?? new Map<string, Share>();
      const share = there.get(nameOf(place)) ?? { place, footholds: new Set() };
      share.footholds.add(place.foothold);
      byNode.set(place.node, there.set(nameOf(place), share));
    }
    for (const place of all) {
      const beside = place.node === SOME_NODE ? [...byNode.keys()] : [...new Set([place.node, SOME_NODE])];
      const shares = beside
        .flatMap((node) => [...(byNode.get(node)?.values() ?? [])])
        .filter((share) => isWithin(place, share.place) && [...share.footholds].some((one) => one !== place.foothold));
      if (shares.length > 0) placeEdges(site, place, shares);
    }
  }
}

/** What writing there gives, and what is read there. */
function placeEdges({ builder }: Site, place: Place, shares: readonly Share[]): void {
  const { foothold, node, writes, doubt, span } = place;
  const base = { edge: "SHARE", evidence: [span] } as const;
  for (const { place: other } of writes ? shares : []) {
    const isApart = node !== other.node || node === SOME_NODE;
    const assumptions = [...(isApart ? ["both run on one node"] : []), ...(doubt === undefined ? [] : [doubt])];
    builder.add({
      ...base,
      needs: [foothold.own],
      gives: builder.fact("hub", `shared ${nameOf(other)}`),
      cost: 2,
      certainty: assumptions.length > 0 ? "assumed" : "proved",
      because: `${foothold.id} writes to ${whatOf(place)}`,
      ...(assumptions.length > 0 && { assumption: assumptions.join("; ") }),
    });
  }
  builder.add({
    ...base,
    needs: [builder.fact("hub", `shared ${nameOf(place)}`)],
    gives: builder.fact("tamper", `data of ${foothold.id}`),
    cost: 0,
    certainty: "proved",
    because: `${foothold.id} uses ${whatOf(place)}`,
  });
}

/** Whether one directory holds the other. */
function isWithin(one: Place, other: Place): boolean {
  const [shorter, longer] = one.path.length < other.path.length ? [one, other] : [other, one];
  return shorter.path.every((name, at) => name === longer.path[at]);
}

function whatOf({ volume, path }: Place): string {
  if (volume === DIRECTORY) return `${volume} /${path.join("/")}`;
  return path.length === 0 ? volume : `${path.join("/")} of ${volume}`;
}

function nameOf(place: Place): string {
  return place.node === undefined ? whatOf(place) : `${whatOf(place)} on ${nodeName(place.node)}`;
}

const DIRECTORY = "directory";

type Claims = ReadonlyMap<string, VolumeClaim>;

function placesOf(site: Site, foothold: Foothold, claims: Claims): readonly Place[] {
  return foothold.pods.flatMap(({ spec }) => {
    const mounts = spec.containers.flatMap((container) => container.mounts);
    return spec.volumes.flatMap((volume): Place[] => {
      const where =
        volume.kind === "hostPath"
          ? nodesOf(site, foothold, { volume: DIRECTORY })
          : volume.kind === "persistentVolumeClaim"
            ? claimed(site, foothold, claims.get(`${foothold.namespace}/${volume.claim}`), volume.claim)
            : [];
      const above = volume.kind === "hostPath" ? volume.path : "";
      const mayWrite = !(volume.kind === "persistentVolumeClaim" && volume.readOnly);
      const used = groupBy(
        mounts.filter((mount) => mount.volume === volume.name),
        ({ subPath = "" }) => `${above}/${subPath}`,
      );
      return [...used].flatMap(([path, own]) =>
        where.map((one) => ({
          ...one,
          path: namesIn(path, foothold),
          foothold,
          writes: mayWrite && own.some(({ readOnly }) => !readOnly),
          span: volume.span,
        })),
      );
    });
  });
}

type Where = Pick<Place, "volume" | "node" | "doubt">;

function nodesOf({ nodes }: Site, foothold: Foothold, where: Where): readonly Where[] {
  return nodes.of(foothold).map((node) => ({ ...where, node }));
}

/**
 * Where a claim is had: everywhere at once, or on one node by whichever pods run there; by one pod alone, or read only, it is shared
 * with nobody. Source: kubernetes.io, Persistent Volumes, Access Modes.
 */
function claimed(site: Site, foothold: Foothold, claim: VolumeClaim | undefined, name: string): readonly Where[] {
  const where = { volume: `claim ${foothold.namespace}/${name}` };
  if (!claim) {
    const doubt = "the claim, which is not in the input, is not for one pod alone";
    return nodesOf(site, foothold, { ...where, doubt });
  }
  if (claim.accessModes.includes("ReadWriteMany")) return [where];
  return claim.accessModes.includes("ReadWriteOnce") ? nodesOf(site, foothold, where) : [];
}

/** The directories of a path; one that is filled in for each pod, as `$(POD_NAME)` is, is nobody else's. */
function namesIn(path: string, owner: Foothold): readonly string[] {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return names.map((name) => (name.includes("$(") ? `${name} of ${owner.id}` : name));
}
