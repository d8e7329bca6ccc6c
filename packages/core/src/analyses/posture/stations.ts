import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { PROTOCOLS } from "../../model/flow.ts";
import type { Weights } from "../../model/weights.ts";
import type { Attack } from "../attack/attack-graph.ts";
import { portsListenedOn, WEAK_PORTS } from "../attack/doors.ts";
import { siteOf } from "../attack/site.ts";
import { isOnHost } from "../findings/context.ts";

/** A workload as a source and a destination of flows, with what each counts. */
export interface Station {
  readonly endpoint: Endpoint;
  /** Whether something leads to it from outside and policies let it in. */
  readonly isEntry: boolean;
  readonly jewel: "declared" | "inferred" | "no";
  /** As a source, and as a destination. */
  readonly weight: number;
  readonly value: number;
  /** Each port it is known to listen on by itself; then all others together. */
  readonly atoms: readonly Atom[];
  /** The ports it is known to listen on; all where none is declared, since it listens on some. */
  readonly listens: ConnectionSet;
  /** Equal for stations whose every flow and port is equal. */
  readonly likeness: string;
}

export interface Atom {
  readonly ports: ConnectionSet;
  readonly weight: number;
}

/** Every workload of a cluster; replicas are one. */
export function stationsOf({ reachability, footholds, entries, jewels }: Attack, weights: Weights) {
  const listening = new Map(
    [...portsListenedOn(siteOf(reachability, "assume-breach"))].map(([{ id }, ports]) => [id, ports]),
  );
  const entered = new Set(entries.filter(({ standing }) => standing !== "blocked").map(({ workload }) => workload));
  const precious = new Map(jewels.map(({ fact, provenance }) => [fact, provenance]));
  const placed = footholds.some(({ endpoint }) => isOnHost(endpoint));
  return footholds.map(({ endpoint, id, own }): Station => {
    const declared = listening.get(id) ?? ConnectionSet.NONE;
    const jewel = precious.get(own) ?? "no";
    const atoms = atomsOf(declared, weights);
    const isEntry = entered.has(id);
    return {
      endpoint,
      isEntry,
      jewel,
      weight: isEntry ? weights.entry : 1,
      value: jewel === "no" ? 1 : jewel === "declared" ? weights.declaredJewel : weights.jewel,
      atoms,
      listens: declared.isEmpty ? ConnectionSet.ALL_PORTS : declared,
      // On which node a pod runs makes a difference where some pod is on the host network.
      likeness: placed ? id : `${endpoint.members.map(({ party }) => party).join()} ${declared}`,
    };
  });
}

function atomsOf(declared: ConnectionSet, { weakPort }: Weights): readonly Atom[] {
  const single = PROTOCOLS.flatMap((protocol) =>
    declared
      .portRanges(protocol)
      .flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, i) => ConnectionSet.ports(protocol, first + i, first + i)),
      ),
  );
  return [
    ...single.map((ports) => ({ ports, weight: WEAK_PORTS.includes(ports) ? weakPort : 1 })),
    { ports: ConnectionSet.ALL_PORTS.subtract(declared), weight: 1 },
  ];
}
