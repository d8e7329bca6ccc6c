import type { Delta } from "../analyses/delta.ts";
import { DELTA_LEGEND, type DeltaEdge, type DeltaGraph, deltaByNamespace, deltaGraph } from "./delta-graph.ts";
import { escaped, MOST_CHARACTERS, MOST_EDGES } from "./mermaid.ts";

/** A delta as a Mermaid flowchart that is drawn wherever Mermaid is: by namespace, or cut, where it is too large. */
export function deltaMermaid(delta: Delta): string {
  const graph = deltaGraph(delta);
  const whole = flowchart(graph, [DELTA_LEGEND]);
  if (fits(graph, whole)) return whole;
  const notes = [
    DELTA_LEGEND,
    `too large to draw in full (${graph.edges.length} arrows), so each namespace is one node`,
  ];
  const folded = deltaByNamespace(graph);
  for (let kept = Math.min(folded.edges.length, MOST_EDGES); ; kept = Math.floor(kept / 2)) {
    const left = folded.edges.length - kept;
    const cut = { ...folded, edges: folded.edges.slice(0, kept) };
    const text = flowchart(cut, left > 0 ? [...notes, `${left} arrows are left out`] : notes);
    if (text.length <= MOST_CHARACTERS || kept === 0) return text;
  }
}

function fits({ edges }: DeltaGraph, text: string): boolean {
  return edges.length <= MOST_EDGES && text.length <= MOST_CHARACTERS;
}

const ARROWS: { readonly [D in DeltaEdge["deed"]]: string } = { added: "==>", removed: "-.->", changed: "-->" };
const COLOURS: { readonly [D in DeltaEdge["deed"]]: string } = {
  added: "#1a7f37",
  removed: "#cf222e",
  changed: "#bc4c00",
};

function flowchart({ namespaces, outside, edges }: DeltaGraph, notes: readonly string[]): string {
  const ids = new Map<string, string>();
  const idOf = (key: string) => {
    const id = ids.get(key) ?? `n${ids.size}`;
    ids.set(key, id);
    return id;
  };
  const label = (lines: readonly string[]) => lines.map(escaped).join("<br/>");
  const lines = [
    "flowchart LR",
    ...notes.map((note) => `  %% ${note}`),
    ...namespaces.flatMap(({ name, nodes }, i) => [
      `  subgraph s${i}["${escaped(name)}"]`,
      ...nodes.map(({ key, lines }) => `    ${idOf(key)}["${label(lines)}"]`),
      "  end",
    ]),
    ...outside.map(({ key, lines }) => `  ${idOf(key)}(["${label(lines)}"])`),
    ...edges.map(({ from, to, deed, label }) => `  ${idOf(from)} ${ARROWS[deed]}|"${escaped(label)}"| ${idOf(to)}`),
    ...(["added", "removed", "changed"] as const).flatMap((deed) => {
      const own = edges.flatMap((edge, i) => (edge.deed === deed ? [i] : []));
      return own.length > 0 ? [`  linkStyle ${own.join(",")} stroke:${COLOURS[deed]}`] : [];
    }),
  ];
  return `${lines.join("\n")}\n`;
}
