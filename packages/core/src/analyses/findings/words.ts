import type { Endpoint } from "../../engine/endpoints.ts";
import type { Direction } from "../../model/flow.ts";

/** `shop/web`; an address block by its CIDRs. */
export function shortId({ type, id, namespace, name, cidrs }: Endpoint): string {
  if (type === "address") return cidrs && cidrs.length > 1 && id === "internet" ? id : (cidrs ?? [id]).join(", ");
  return name === undefined ? id : `${namespace}/${name}${id.includes("#") ? id.slice(id.indexOf("#")) : ""}`;
}

/** `shop/web, shop/db and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.length > most + 1 ? names.slice(0, most) : names;
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  const last = shown[shown.length - 1] ?? "nothing";
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${last}` : last;
}

export function listedEndpoints(endpoints: readonly Endpoint[], most = 3): string {
  return listed([...new Set(endpoints.map(shortId))], most);
}

/** `1 workload`, `3 workloads`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

/** What one does in a direction, seen from the subject. */
export const PEER_WORD = { ingress: "from", egress: "to" } as const satisfies { readonly [D in Direction]: string };

export const TYPE_WORD = { ingress: "Ingress", egress: "Egress" } as const satisfies {
  readonly [D in Direction]: string;
};

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
