import {
  causeTitle,
  causeWords,
  type DeltaReport,
  type DeltaRow,
  endpointRows,
  groupsOf,
  headline,
  wordsFor,
} from "./delta.ts";
import { type Consequence, consequencesOf } from "./delta-consequences.ts";
import { deltaMermaid } from "./delta-mermaid.ts";
import { printable } from "./escape.ts";
import { escaped, markdownRow } from "./markdown.ts";

/** What a comment on GitHub may hold, less room for what others put around the report. */
const MOST_CHARACTERS = 60_000;

/** Beyond this a picture in a comment shows nothing any more. */
const MOST_PICTURE = 20_000;

/**
 * A delta as Markdown for a pull request: one sentence, a table for each edit, findings and paths, and a picture.
 *
 * Fits a comment: the picture goes first, then the longest tables, and what is left out is said.
 */
export function deltaMarkdown(report: DeltaReport): string {
  const picture = deltaMermaid(report.delta);
  const whole = document(report, picture, Number.POSITIVE_INFINITY);
  if (whole.length <= MOST_CHARACTERS) return whole;
  let rows = 200;
  for (;;) {
    const text = document(report, undefined, rows);
    if (text.length <= MOST_CHARACTERS || rows === 1) return text;
    rows = Math.floor(rows / 2);
  }
}

function document(report: DeltaReport, picture: string | undefined, most: number): string {
  const words = wordsFor(report.delta);
  const { endpoints, isolation } = report.delta;
  const drawn = picture !== undefined && picture.length <= MOST_PICTURE;
  const causes = groupsOf(report.delta).slice(0, most);
  const left = groupsOf(report.delta).length - causes.length;
  const sections = [
    "## Network policy changes",
    `**${escaped(headline(report))}**`,
    ...causes.map(({ causes, rows }) =>
      [causes.map((cause) => `- ${escaped(causeWords(cause))}`).join("\n"), table(rows, words, most)].join("\n\n"),
    ),
    ...(left > 0 ? [`${left} more edits with their changes are left out here.`] : []),
    ...(endpoints.added.length + endpoints.removed.length > 0
      ? [
          folded("Workloads, with the connections that come and go with them", [
            ...(endpoints.added.length > 0 ? [`New: ${escaped(words(endpoints.added).join(", "))}`] : []),
            ...(endpoints.removed.length > 0 ? [`Gone: ${escaped(words(endpoints.removed).join(", "))}`] : []),
            table(endpointRows(report.delta), words, most),
          ]),
        ]
      : []),
    ...(isolation.length > 0
      ? [
          folded("Isolation", [
            isolation
              .slice(0, most)
              .map(
                ({ endpoint, direction, before, after }) =>
                  `- ${escaped(endpoint.id)} ${direction}: ${before} → ${after}`,
              )
              .join("\n"),
          ]),
        ]
      : []),
    ...consequencesOf(report).flatMap(({ title, lines }) => listed(title, lines.map(consequenceItem), most)),
    ...(drawn ? [folded("Picture", [`\`\`\`mermaid\n${picture}\`\`\``])] : []),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function table(rows: readonly DeltaRow[], words: ReturnType<typeof wordsFor>, most: number): string {
  if (rows.length === 0) return "";
  const shown = rows.slice(0, most);
  const lines = shown.map(({ deed, from, to, ports }) =>
    markdownRow(deed, words(to).join(", "), ports, words(from).join(", ")),
  );
  const left = rows.length - shown.length;
  return [
    "| | To | Ports | From |",
    "| --- | --- | --- | --- |",
    ...lines,
    ...(left > 0 ? [markdownRow("…", `${left} more rows are left out here`, "", "")] : []),
  ].join("\n");
}

function consequenceItem({ sign, words, causes }: Consequence): string {
  const since = causes.map((cause) => ` — since ${escaped(causeTitle(cause))}`).join("");
  return `**${sign}** ${escaped(words)}${since}`;
}

function listed(title: string, items: readonly string[], most: number): readonly string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, most);
  const left = items.length - shown.length;
  const lines = [...shown.map((item) => `- ${item}`), ...(left > 0 ? [`- ${left} more are left out here`] : [])];
  return [`### ${title}\n\n${lines.join("\n")}`];
}

/** What is open only to those who ask. */
function folded(title: string, parts: readonly string[]): string {
  const body = parts.filter((part) => part !== "").join("\n\n");
  return `<details><summary>${printable(title)}</summary>\n\n${body}\n\n</details>`;
}
