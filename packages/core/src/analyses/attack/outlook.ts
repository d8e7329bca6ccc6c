import type { ConnectionSet } from "../../model/connections.ts";
import type { IpSet } from "../../model/ip.ts";
import type { ChangedSender } from "./edges/policy-control.ts";
import type { FactIndex } from "./fact.ts";
import type { Foothold } from "./foothold.ts";
import type { Plane, Planes } from "./planes.ts";
import type { Site } from "./site.ts";

/** A workload as it sends packets out of the cluster: as policies are, or with some put aside. */
export interface Outlook {
  readonly foothold: Foothold;
  /** The fact of sending so. */
  readonly sending: FactIndex;
  readonly plane: Plane;
  /** Whether policies are as they are; otherwise only what they stop is worth saying. */
  readonly isPlain: boolean;
}

/** Every workload as it is, and as it sends where somebody has put its policies aside. */
export function outlooksOf(
  { footholds, plane }: Site,
  planes: Planes,
  changed: readonly ChangedSender[],
): readonly Outlook[] {
  const byOwn = new Map(footholds.map((foothold) => [foothold.own, foothold]));
  const plain = footholds.map((foothold): Outlook => ({ foothold, sending: foothold.own, plane, isPlain: true }));
  const others = changed.flatMap(({ fact, sender, before }): readonly Outlook[] => {
    const foothold = byOwn.get(before);
    return foothold ? [{ foothold, sending: fact, plane: planes.of(sender.aside, "none"), isPlain: false }] : [];
  });
  return [...plain, ...others];
}

/** What an outlook lets out to some addresses that policies as they are do not. */
export function gained({ plane }: Site, outlook: Outlook, addresses: IpSet): ConnectionSet {
  const { foothold, isPlain } = outlook;
  const out = outlook.plane.outward(foothold.endpoint, addresses);
  return isPlain ? out : out.subtract(plane.outward(foothold.endpoint, addresses));
}
