import {
  causeTitle,
  causeWords,
  type Deed,
  type DeltaGroup,
  type DeltaReport,
  type DeltaRow,
  endpointRows,
  groupsOf,
  headline,
  wordsFor,
} from "./delta.ts";
import { type Consequence, consequencesOf } from "./delta-consequences.ts";
import { printable } from "./escape.ts";
import { type Cell, type Paint, plainPaint, table, wrapped } from "./table.ts";
import type { TextOptions } from "./text.ts";

/** A delta for a reviewer: one sentence, then each edit with what it opens and closes. */
export function deltaText(report: DeltaReport, { width = 100, paint = plainPaint }: TextOptions = {}): string {
  const words = wordsFor(report.delta);
  const groups = groupsOf(report.delta);
  const sections = [
    paint.bold(headline(report)),
    ...groups.map((group) => groupLines(group, words, width, paint).join("\n")),
    endpointLines(report, words, width, paint).join("\n"),
    isolationLines(report, paint).join("\n"),
    ...consequencesOf(report).map(({ title, lines }) =>
      [paint.bold(title), ...lines.flatMap((line) => consequenceLines(line, width, paint))].join("\n"),
    ),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

type Words = ReturnType<typeof wordsFor>;

function groupLines({ causes, rows }: DeltaGroup, words: Words, width: number, paint: Paint): string[] {
  const titles = causes.map((cause) => printable(causeWords(cause)));
  return [...titles.map(paint.bold), ...rowLines(rows, words, width, paint)];
}

const TINT: { readonly [D in Deed]: keyof Paint } = {
  opens: "green",
  closes: "red",
  changes: "yellow",
  "may change": "yellow",
};

function rowLines(rows: readonly DeltaRow[], words: Words, width: number, paint: Paint): string[] {
  if (rows.length === 0) return [];
  const titles = ["", "TO", "PORTS", "FROM"].map((text): Cell => ({ text, paint: paint.dim }));
  const cells = rows.map(({ deed, from, to, ports }): Cell[] => [
    { text: deed, paint: paint[TINT[deed]] },
    { text: words(to).join(", "), paint: paint.bold },
    { text: ports, breaks: /(?<=,|; |→ )/, paint: paint.cyan },
    { text: words(from).join(", ") },
  ]);
  return table([titles, ...cells], width, "  ");
}

function endpointLines(report: DeltaReport, words: Words, width: number, paint: Paint): string[] {
  const { added, removed } = report.delta.endpoints;
  if (added.length === 0 && removed.length === 0) return [];
  const lists = [
    ...(added.length > 0 ? [`new: ${words(added).join(", ")}`] : []),
    ...(removed.length > 0 ? [`gone: ${words(removed).join(", ")}`] : []),
  ];
  return [
    paint.bold("Workloads, with the connections that come and go with them"),
    ...lists.flatMap((line) => wrapped(printable(line), width, "  ", "    ")),
    ...rowLines(endpointRows(report.delta), words, width, paint),
  ];
}

const ISOLATED = { yes: "isolated", no: "not isolated", partly: "isolated in part" } as const;

function isolationLines({ delta }: DeltaReport, paint: Paint): string[] {
  if (delta.isolation.length === 0) return [];
  const lines = delta.isolation.map(
    ({ endpoint, direction, before, after }) =>
      `  ${printable(endpoint.id)} ${direction}: ${ISOLATED[before]} → ${ISOLATED[after]}`,
  );
  return [paint.bold("Isolation"), ...lines];
}

function consequenceLines({ sign, words, causes }: Consequence, width: number, paint: Paint): string[] {
  const since = causes.flatMap((cause) =>
    wrapped(printable(`since ${causeTitle(cause)}`), width, "       ", "         "),
  );
  return [...wrapped(printable(`${sign.padEnd(4)} ${words}`), width, "  ", "       "), ...since.map(paint.dim)];
}
