import type { Delta } from "../analyses/delta.ts";
import { DELTA_LEGEND, type DeltaEdge, deltaGraph } from "./delta-graph.ts";
import { dotLabel, dotQuoted } from "./dot.ts";

const LOOKS: { readonly [D in DeltaEdge["deed"]]: string } = {
  added: 'color="#1a7f37", penwidth=2',
  removed: 'color="#cf222e", style=dashed',
  changed: 'color="#bc4c00"',
};

/** A delta for Graphviz: a cluster for each namespace, an arrow for each pair that changes. */
export function deltaDot(delta: Delta): string {
  const { namespaces, outside, edges } = deltaGraph(delta);
  const lines = [
    `// ${DELTA_LEGEND}`,
    "digraph watertight {",
    '  graph [rankdir=LR, fontname="sans-serif"]',
    '  node [shape=box, style=rounded, fontname="sans-serif"]',
    '  edge [fontname="sans-serif", fontsize=10]',
    ...namespaces.flatMap(({ name, nodes }, i) => [
      `  subgraph cluster_${i} {`,
      `    label=${dotQuoted(name)}`,
      ...nodes.map(({ key, lines }) => `    ${dotQuoted(key)} [label=${dotLabel(lines)}]`),
      "  }",
    ]),
    ...outside.map(({ key, lines }) => `  ${dotQuoted(key)} [label=${dotLabel(lines)}, shape=ellipse]`),
    ...edges.map(
      ({ from, to, deed, label }) =>
        `  ${dotQuoted(from)} -> ${dotQuoted(to)} [label=${dotLabel([label])}, ${LOOKS[deed]}]`,
    ),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}
