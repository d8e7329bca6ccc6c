import type { ConnectionSet, PortsByProtocol } from "@watertight/core";

/** A set of ports as a person reads it: `all ports`, `TCP 80, 443`, `UDP 53 · TCP 53`. */
export function portsText(connections: ConnectionSet): string {
  return portsWords(connections.toJSON());
}

export function portsWords(ports: PortsByProtocol): string {
  if (ports === "all") return "all ports";
  const parts = Object.entries(ports).map(([protocol, ranges]) => `${protocol} ${rangesText(ranges ?? [])}`);
  return parts.length > 0 ? parts.join(" · ") : "ICMP and such";
}

/** `text` cut to a number of ports that fits on a tag: `TCP 80, 443 +3`. */
export function shortPorts(text: string, most = 22): string {
  if (text.length <= most) return text;
  const items = text.split(/, | · /);
  let short = items[0] ?? "";
  let shown = 1;
  while (shown < items.length && `${short}, ${items[shown]}`.length <= most - 3) short += `, ${items[shown++]}`;
  if (shown < items.length) return `${short.slice(0, most - 3)} +${items.length - shown}`;
  return `${short.slice(0, most - 1)}…`;
}

function rangesText(ranges: readonly (readonly [number, number])[]): string {
  if (ranges.length === 1 && ranges[0]?.[0] === 1 && ranges[0][1] === 65535) return "all";
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}
