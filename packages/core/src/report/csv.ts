import type { Listing } from "./listing.ts";

/** A listing as RFC 4180 has it, one connection a line, with ids and the columns of the JSON form; in pieces, as that is. */
export function* connectionsCsv({ connections }: Listing): Generator<string> {
  yield csvRow(["from", "to", "ports", "egress", "ingress"]);
  for (const { from, to, connections: ports, egress, ingress } of connections)
    yield csvRow([from.id, to.id, ports.toString(), egress, ingress]);
}

/** One line of a table: cells quoted where they must be. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

/** Quoted where it must be; an apostrophe keeps spreadsheets from running what looks like a formula. */
export function cell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
