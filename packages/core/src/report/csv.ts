import type { Listing } from "./listing.ts";

/** A listing as RFC 4180 has it, one connection a line, with ids and the columns of the JSON form. */
export function connectionsCsv({ connections }: Listing): string {
  const rows = connections.map(({ from, to, connections: ports, egress, ingress }) => [
    from.id,
    to.id,
    ports.toString(),
    egress,
    ingress,
  ]);
  return [["from", "to", "ports", "egress", "ingress"], ...rows]
    .map((row) => `${row.map(cell).join(",")}\r\n`)
    .join("");
}

/** Quoted where it must be; an apostrophe keeps spreadsheets from running what looks like a formula. */
function cell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
