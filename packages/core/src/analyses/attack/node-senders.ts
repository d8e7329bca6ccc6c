import { addressEndpoint, type Endpoint, outsideOf } from "../../engine/endpoints.ts";
import type { FactIndex } from "./fact.ts";
import { groupBy } from "./group-by.ts";
import type { Sender } from "./net.ts";
import { nodeName, SOME_NODE } from "./nodes.ts";
import type { Site } from "./site.ts";

/**
 * Whose packets somebody sends who controls a node: its own, which the pods of other nodes take for any address. Where the input does
 * not give its addresses, only what every address outside may send counts.
 *
 * Source: docs/semantics.md EP-2, EP-4.
 */
export function nodeSenders({ reachability: { program }, nodes }: Site): ReadonlyMap<FactIndex, Sender> {
  const blocks = outsideOf(program);
  const anywhere = [...groupBy(blocks, ({ family }) => family).values()].map((own) => own.map(addressEndpoint));
  return new Map(
    nodes.all.map((name) => {
      const own = nodes.addressesOf(name);
      const known = blocks.filter(({ addresses }) => !addresses.intersect(own).isEmpty).map(addressEndpoint);
      const origins = known.length > 0 ? known.map((endpoint) => [endpoint]) : anywhere;
      const sender: Sender = {
        origins: origins.map((origin) => origin.map((one) => atNode(one, name))),
        aside: "none",
      };
      return [nodes.root(name), sender];
    }),
  );
}

/** Addresses as a node's: the pods on it cannot be kept from it. */
function atNode({ members, ...endpoint }: Endpoint, name: string): Endpoint {
  const node = name === SOME_NODE ? {} : { name };
  return { ...endpoint, id: nodeName(name), members: members.map((one) => ({ ...one, node })) };
}
