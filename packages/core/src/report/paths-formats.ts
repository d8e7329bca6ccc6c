import type { PathsReport } from "../analyses/paths-report.ts";
import { cell } from "./csv.ts";
import { printable } from "./escape.ts";
import { escaped as markdown, markdownRow } from "./markdown.ts";
import { type PathAnswer, type PathsAnswer, pathsAnswer } from "./paths-json.ts";

/** The paths of a report drawn over each other, for Graphviz: an arrow for each step. */
export function pathsDot(report: PathsReport): string {
  const { nodes, edges } = drawn(pathsAnswer(report));
  const quoted = (text: string) => `"${printable(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  return `${[
    "digraph watertight {",
    '  graph [rankdir=LR, fontname="sans-serif"]',
    '  node [shape=box, style=rounded, fontname="sans-serif"]',
    '  edge [fontname="sans-serif", fontsize=10]',
    ...nodes.map((node) => `  ${quoted(node)}`),
    ...edges.map(({ from, to, label }) => `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(label)}]`),
    "}",
  ].join("\n")}\n`;
}

/** The same as a Mermaid flowchart. */
export function pathsMermaid(report: PathsReport): string {
  const { nodes, edges } = drawn(pathsAnswer(report));
  const ids = new Map(nodes.map((node, i) => [node, `n${i}`]));
  const plain = (text: string) =>
    printable(text).replace(/[^\p{L}\p{N} ./:,()-]/gu, (character) => `#${character.codePointAt(0)};`);
  return `${[
    "flowchart LR",
    ...nodes.map((node) => `  ${ids.get(node)}["${plain(node)}"]`),
    ...edges.map(({ from, to, label }) => `  ${ids.get(from)} -->|"${plain(label)}"| ${ids.get(to)}`),
  ].join("\n")}\n`;
}

interface Drawn {
  readonly nodes: readonly string[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string }[];
}

function drawn({ paths }: PathsAnswer): Drawn {
  const steps = paths.flatMap((path) => path.steps);
  const edges = steps.flatMap(({ edge, from, also, to, port }) =>
    [from, ...also].map((start) => ({ from: start, to, label: port === undefined ? edge : `${edge} ${port}` })),
  );
  const distinct = [...new Map(edges.map((edge) => [JSON.stringify(edge), edge])).values()];
  return { nodes: [...new Set(distinct.flatMap(({ from, to }) => [from, to]))], edges: distinct };
}

/** A report as Markdown: the numbers, a table of paths, and the change that closes them. */
export function pathsMarkdown(report: PathsReport): string {
  const { paths, blastRadius, cut, chokePoints } = pathsAnswer(report);
  const rows = paths.map(({ from, to, cost, certainty, steps }) =>
    markdownRow(from, to, String(cost), certainty, steps.map(({ edge }) => edge).join(" → ")),
  );
  const sections = [
    "## Lateral movement",
    markdown(`Mean blast radius: ${blastRadius.mean} of ${blastRadius.most}.`),
    rows.length > 0
      ? ["| From | To | Cost | Certainty | Steps |", "| --- | --- | --- | --- | --- |", ...rows].join("\n")
      : "No path was found.",
    ...(chokePoints.length > 0 && cut
      ? [
          `### Choke points\n\n${chokePoints.map(({ edit, closes }) => `- ${markdown(edit)}: closes ${closes}`).join("\n")}`,
          markdown(`Mean blast radius after them: ${cut.meanAfter}.`),
        ]
      : []),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** The steps of every path, one a line, as RFC 4180 has it. */
export function pathsCsv(report: PathsReport): string {
  const { paths } = pathsAnswer(report);
  const lines = paths.flatMap((path: PathAnswer) =>
    path.steps.map(({ edge, from, to, port = "", cost, certainty }, i) =>
      [path.id, String(i + 1), edge, from, to, port, String(cost), certainty].map(cell).join(","),
    ),
  );
  return [["path", "step", "edge", "from", "to", "port", "cost", "certainty"].join(","), ...lines]
    .map((line) => `${line}\r\n`)
    .join("");
}
