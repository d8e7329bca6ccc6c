import { printable } from "./escape.ts";
import { fold, gather } from "./fold.ts";
import type { Listing } from "./listing.ts";
import { nothingListed, summary, unrestricted } from "./text.ts";
import { uncertainWords } from "./uncertain.ts";

/** A listing as Markdown, for a pull request or a wiki: the summary, what no policy restricts, and a table of folded rows. */
export function connectionsMarkdown(listing: Listing): string {
  const { from, to, ports } = listing.scope;
  const isWhole = from === undefined && to === undefined && ports === undefined;
  const gathered = gather(listing, "to");
  const rows = fold(listing, "to", gathered).flatMap(({ anchors, lines }) =>
    lines.map(({ ports, others }, i) => markdownRow(i === 0 ? anchors.join(", ") : "", ports, others.join(", "))),
  );
  const open = unrestricted(listing).map(({ title, endpoints }) => `- **${title}**: ${escaped(endpoints.join(", "))}`);
  const sections = [
    "## Allowed connections",
    ...(isWhole ? [summary(listing, gathered.inside).split("\n").map(escaped).join("  \n")] : []),
    ...(isWhole && open.length > 0 ? [`No policy restricts\n\n${open.join("\n")}`] : []),
    rows.length > 0 ? ["| To | Ports | From |", "| --- | --- | --- |", ...rows].join("\n") : nothingListed(listing),
    ...uncertainSections(listing),
  ];
  return `${sections.join("\n\n")}\n`;
}

function uncertainSections(listing: Listing): readonly string[] {
  const words = uncertainWords(listing);
  if (!words) return [];
  const { title, rows, more, because } = words;
  const lines = rows.map((row) => markdownRow(...row));
  return [
    escaped(title),
    ...(rows.length > 0 ? [["| To | Ports | From |", "| --- | --- | --- |", ...lines].join("\n")] : []),
    ...(more > 0 ? [`${more} more such rows are left out here.`] : []),
    ...(because.length > 0 ? [because.map((one) => `- ${escaped(one)}`).join("\n")] : []),
  ];
}

/** One line of a table, with whatever its cells hold as text. */
export function markdownRow(...cells: readonly string[]): string {
  return `| ${cells.map(escaped).join(" | ")} |`;
}

/** Text that Markdown and the HTML inside it leave as it is, on one line. */
export function escaped(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]|~#!]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;");
}
