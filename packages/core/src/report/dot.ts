import { printable } from "./escape.ts";
import { edgeWords, graphOf, LEGEND, type Node, openWords } from "./graph.ts";
import type { Listing } from "./listing.ts";

/** A listing for Graphviz: a cluster for each namespace, an arrow for each connection that some policy has a say in. */
export function connectionsDot(listing: Listing): string {
  const { namespaces, outside, edges, notes } = graphOf(listing);
  const lines = [
    ...[LEGEND, ...notes].map((note) => `// ${note}`),
    "digraph watertight {",
    '  graph [rankdir=LR, fontname="sans-serif"]',
    '  node [shape=box, style=rounded, fontname="sans-serif"]',
    '  edge [fontname="sans-serif", fontsize=10]',
    ...namespaces.flatMap(({ name, nodes }, i) => [
      `  subgraph cluster_${i} {`,
      `    label=${dotQuoted(name)}`,
      ...nodes.map((node) => `    ${nodeLine(node)}`),
      "  }",
    ]),
    ...outside.map(({ key, lines }) => `  ${dotQuoted(key)} [label=${dotLabel(lines)}, shape=ellipse]`),
    ...edges.map((edge) => {
      const style = edge.certainty === "doubtful" ? ", style=dashed" : "";
      return `  ${dotQuoted(edge.from)} -> ${dotQuoted(edge.to)} [label=${dotLabel([edgeWords(edge)])}${style}]`;
    }),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function nodeLine(node: Node): string {
  const open = openWords(node);
  const style = open.length > 0 ? ', style="rounded,dashed"' : "";
  return `${dotQuoted(node.key)} [label=${dotLabel([...node.lines, ...open])}${style}]`;
}

/** A quoted string in which a backslash is a backslash, for identifiers as well as labels. */
export function dotQuoted(text: string): string {
  return `"${escaped(text)}"`;
}

export function dotLabel(lines: readonly string[]): string {
  return `"${lines.map(escaped).join("\\n")}"`;
}

function escaped(text: string): string {
  return printable(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
