import type { UncertainPair } from "../analyses/uncertain.ts";
import type { Listing } from "./listing.ts";

/**
 * A listing as RFC 4180 has it, one connection a line, with ids and the columns of the JSON form; in pieces, as that is.
 *
 * Of a connection that is not certain, the last columns say why and what may get through; `not asked` stands where there are too many
 * pairs to ask about each, and of Services. Pairs that connect only if open questions are settled otherwise are no connections.
 */
export function* connectionsCsv(listing: Listing): Generator<string> {
  const { pairs } = listing.uncertainty();
  const uncertain = new Map((pairs ?? []).map((pair) => [`${pair.from.id} ${pair.to.id}`, pair]));
  const other = [pairs && !listing.service ? "specified" : "not asked", ""];
  yield csvRow(["from", "to", "ports", "egress", "ingress", "certainty", "may"]);
  for (const { from, to, connections: ports, egress, ingress } of listing.connections) {
    const pair = uncertain.get(`${from.id} ${to.id}`);
    yield csvRow([from.id, to.id, ports.toString(), egress, ingress, ...(pair ? doubtOf(pair) : other)]);
  }
}

function doubtOf({ certainty, possible }: UncertainPair): readonly string[] {
  return [certainty, possible.toString()];
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
