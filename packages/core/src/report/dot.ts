import { printable } from "./escape.ts";
import { graphOf, LEGEND, type Node, openWords } from "./graph.ts";
import type { Listing } from "./listing.ts";

/** A listing for Graphviz: a cluster for each namespace, an arrow for each connection that some policy has a say in. */
export function connectionsDot(listing: Listing): string {
  const { namespaces, outside, edges } = graphOf(listing);
  const lines = [
    `// ${LEGEND}`,
    "digraph watertight {",
    '  graph [rankdir=LR, fontname="sans-serif"]',
    '  node [shape=box, style=rounded, fontname="sans-serif"]',
    '  edge [fontname="sans-serif", fontsize=10]',
    ...namespaces.flatMap(({ name, nodes }, i) => [
      `  subgraph cluster_${i} {`,
      `    label=${quoted(name)}`,
      ...nodes.map((node) => `    ${nodeLine(node)}`),
      "  }",
    ]),
    ...outside.map(({ key, lines }) => `  ${quoted(key)} [label=${label(lines)}, shape=ellipse]`),
    ...edges.map(({ from, to, ports }) => `  ${quoted(from)} -> ${quoted(to)} [label=${label([ports.toString()])}]`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function nodeLine(node: Node): string {
  const open = openWords(node);
  const style = open.length > 0 ? ', style="rounded,dashed"' : "";
  return `${quoted(node.key)} [label=${label([...node.lines, ...open])}${style}]`;
}

/** A quoted string in which a backslash is a backslash, for identifiers as well as labels. */
function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

function label(lines: readonly string[]): string {
  return `"${lines.map(escaped).join("\\n")}"`;
}

function escaped(text: string): string {
  return printable(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
