import type { Connection, Endpoint } from "@watertight/core";

/** Address blocks that may open, and accept, exactly the same: one thing to a reader, whatever their families. */
export interface OutsideName {
  readonly name: string;
  readonly detail: string;
  readonly endpoints: readonly Endpoint[];
}

/** Blocks of outside addresses, those alike put together and named, the widest first. */
export function mergeOutside(blocks: readonly Endpoint[], connections: readonly Connection[]): readonly OutsideName[] {
  const behaviour = new Map<string, string[]>(blocks.map(({ id }) => [id, []]));
  for (const { from, to, connections: set } of connections) {
    behaviour.get(from.id)?.push(`>${to.id} ${set}`);
    behaviour.get(to.id)?.push(`<${from.id} ${set}`);
  }
  const alike = new Map<string, Endpoint[]>();
  for (const block of blocks) {
    const key = (behaviour.get(block.id) ?? []).join("\n");
    alike.set(key, [...(alike.get(key) ?? []), block]);
  }
  const rests = new Set(families.flatMap((family) => restOf(blocks.filter((block) => familyOf(block) === family))));
  return [...alike.values()]
    .map((endpoints) => ({ endpoints, ...nameOf(endpoints, blocks, rests) }))
    .sort((a, b) => Number(b.name.startsWith("Internet")) - Number(a.name.startsWith("Internet")));
}

const families = ["IPv4", "IPv6"] as const;

function nameOf(
  endpoints: readonly Endpoint[],
  all: readonly Endpoint[],
  rests: ReadonlySet<Endpoint>,
): { readonly name: string; readonly detail: string } {
  if (endpoints.length === all.length) return { name: "Internet", detail: "any outside address" };
  const wide = endpoints.filter((block) => rests.has(block));
  const cidrs = endpoints.flatMap(cidrsOf);
  if (wide.length > 0) {
    const spoken = wide.map(familyOf).join(" and ");
    const everything = wide.every((block) => cidrsOf(block).length === 1 && /\/0$/.test(block.id));
    return { name: "Internet", detail: everything ? `any ${spoken} address` : `every other ${spoken} address` };
  }
  const more = cidrs.length - 1;
  return {
    name: cidrs[0] ?? "",
    detail: more > 0 ? `and ${more} more range${more === 1 ? "" : "s"}` : "address range",
  };
}

/** The block of a family that holds what no policy names: the one with the shortest prefix. */
function restOf(blocks: readonly Endpoint[]): readonly Endpoint[] {
  const width = (block: Endpoint) => Math.min(...cidrsOf(block).map((cidr) => Number(cidr.split("/")[1])));
  const [widest] = [...blocks].sort((a, b) => width(a) - width(b) || cidrsOf(b).length - cidrsOf(a).length);
  return widest ? [widest] : [];
}

function familyOf({ id }: Endpoint): "IPv4" | "IPv6" {
  return id.includes(":") ? "IPv6" : "IPv4";
}

function cidrsOf({ id, cidrs }: Endpoint): readonly string[] {
  return cidrs ?? [id];
}
