import type { Volume } from "../../../model/security.ts";
import type { Span } from "../../../model/source.ts";
import type { StepCertainty } from "../fact.ts";
import type { Foothold } from "../foothold.ts";
import { groupBy, type Site } from "../site.ts";

/** A place that several workloads may read and write. */
interface Place {
  readonly key: string;
  readonly what: string;
  readonly foothold: Foothold;
  readonly writes: boolean;
  readonly certainty: StepCertainty;
  readonly span: Span;
}

/** SHARE: who writes to a volume changes what the others read from it. Each place is one hub, so that many sharers cost no more. */
export function shareEdges(site: Site): void {
  const { builder, footholds } = site;
  const places = footholds.flatMap((foothold) => placesOf(site, foothold));
  for (const [key, sharers] of groupBy(places, (place) => place.key)) {
    if (new Set(sharers.map(({ foothold }) => foothold)).size < 2) continue;
    const hub = builder.fact("hub", `shared ${key}`);
    for (const { foothold, what, writes, certainty, span } of sharers) {
      const base = { edge: "SHARE", evidence: [span] } as const;
      const assumption = certainty === "assumed" ? { assumption: "both run on one node" } : {};
      if (writes)
        builder.add({
          ...base,
          needs: [foothold.own],
          gives: hub,
          cost: 2,
          certainty,
          because: `${foothold.id} writes to ${what}`,
          ...assumption,
        });
      const gives = builder.fact("tamper", `data of ${foothold.id}`);
      builder.add({
        ...base,
        needs: [hub],
        gives,
        cost: 0,
        certainty: "proved",
        because: `${foothold.id} uses ${what}`,
      });
    }
  }
}

function placesOf({ cluster }: Site, foothold: Foothold): readonly Place[] {
  const claims = new Map(cluster.storage.volumeClaims.map((claim) => [`${claim.namespace}/${claim.name}`, claim]));
  return foothold.pods.flatMap(({ spec }) => {
    const mounts = spec.containers.flatMap((container) => container.mounts);
    return spec.volumes.flatMap((volume): Place[] => {
      const used = mounts.filter((mount) => mount.volume === volume.name);
      if (used.length === 0) return [];
      const writes = used.some(({ readOnly }) => !readOnly);
      const place = placeOf(volume, foothold.namespace);
      if (!place) return [];
      const claim = place.claim === undefined ? undefined : claims.get(place.claim);
      if (place.claim !== undefined && claim && !claim.accessModes.includes("ReadWriteMany")) return [];
      if (place.claim !== undefined && !claim) return [];
      return [{ ...place, foothold, writes, span: volume.span }];
    });
  });
}

function placeOf(
  volume: Volume,
  namespace: string,
): (Pick<Place, "key" | "what" | "certainty"> & { readonly claim?: string }) | undefined {
  if (volume.kind === "hostPath")
    return { key: `directory ${volume.path}`, what: `${volume.path} of the node`, certainty: "assumed" };
  if (volume.kind !== "persistentVolumeClaim") return undefined;
  const claim = `${namespace}/${volume.claim}`;
  return { key: `claim ${claim}`, what: `claim ${claim}`, certainty: "proved", claim };
}
