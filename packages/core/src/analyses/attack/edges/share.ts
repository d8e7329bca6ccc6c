import type { Span } from "../../../model/source.ts";
import type { Foothold } from "../foothold.ts";
import { nodeName, SOME_NODE } from "../nodes.ts";
import { groupBy, type Site } from "../site.ts";

/** What a workload has of a place that several may read and write. */
interface Place {
  readonly what: string;
  /** The node it is on; absent for what is the same wherever a pod runs. */
  readonly node?: string;
  readonly foothold: Foothold;
  readonly writes: boolean;
  readonly span: Span;
}

/** SHARE: who writes to a volume changes what the others read from it. Each place is one hub, so that many sharers cost no more. */
export function shareEdges(site: Site): void {
  const { builder, footholds } = site;
  const places = footholds.flatMap((foothold) => placesOf(site, foothold));
  for (const [what, all] of groupBy(places, (place) => place.what)) {
    const sharers = all.filter((one) => all.some((other) => other.foothold !== one.foothold && mayMeet(one, other)));
    const hubs = new Map(sharers.map((one) => [one.node, builder.fact("hub", `shared ${nameOf(one)}`)]));
    for (const place of sharers) {
      const { foothold, node, writes, span } = place;
      const base = { edge: "SHARE", evidence: [span] } as const;
      for (const [other, gives] of writes ? hubs : []) {
        if (!mayMeet(place, { node: other })) continue;
        const assumption = other === SOME_NODE || other !== node ? { assumption: "both run on one node" } : {};
        builder.add({
          ...base,
          needs: [foothold.own],
          gives,
          cost: 2,
          certainty: "assumption" in assumption ? "assumed" : "proved",
          because: `${foothold.id} writes to ${what}`,
          ...assumption,
        });
      }
      builder.add({
        ...base,
        needs: [builder.fact("hub", `shared ${nameOf(place)}`)],
        gives: builder.fact("tamper", `data of ${foothold.id}`),
        cost: 0,
        certainty: "proved",
        because: `${foothold.id} uses ${what}`,
      });
    }
  }
}

/** Directories of two nodes that are known are two. */
function mayMeet(one: { readonly node?: string | undefined }, other: { readonly node?: string | undefined }): boolean {
  return one.node === other.node || one.node === SOME_NODE || other.node === SOME_NODE;
}

function nameOf({ what, node }: Place): string {
  return node === undefined ? what : `${what} on ${nodeName(node)}`;
}

function placesOf({ cluster, nodes }: Site, foothold: Foothold): readonly Place[] {
  const claims = new Map(cluster.storage.volumeClaims.map((claim) => [`${claim.namespace}/${claim.name}`, claim]));
  return foothold.pods.flatMap(({ spec }) => {
    const mounts = spec.containers.flatMap((container) => container.mounts);
    return spec.volumes.flatMap((volume): Place[] => {
      const used = mounts.filter((mount) => mount.volume === volume.name);
      if (used.length === 0) return [];
      const mayWrite = !(volume.kind === "persistentVolumeClaim" && volume.readOnly);
      const writes = mayWrite && used.some(({ readOnly }) => !readOnly);
      const common = { foothold, writes, span: volume.span };
      if (volume.kind === "hostPath")
        return nodes.of(foothold).map((node) => ({ ...common, what: `directory ${volume.path}`, node }));
      if (volume.kind !== "persistentVolumeClaim") return [];
      const id = `${foothold.namespace}/${volume.claim}`;
      if (!claims.get(id)?.accessModes.includes("ReadWriteMany")) return [];
      return [{ ...common, what: `claim ${id}` }];
    });
  });
}
