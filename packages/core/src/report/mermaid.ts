import { printable } from "./escape.ts";
import { edgeWords, foldToNamespaces, type Graph, graphOf, LEGEND, openWords } from "./graph.ts";
import type { Listing } from "./listing.ts";

/** Beyond this Mermaid, as GitHub and others run it, refuses to draw. */
export const MOST_EDGES = 500;
export const MOST_CHARACTERS = 50_000;

/**
 * A listing as a Mermaid flowchart, small enough to be drawn wherever Mermaid is.
 *
 * What is too large is drawn with one node for each namespace, and if that is still too large without the last arrows; a comment
 * says so.
 */
export function connectionsMermaid(listing: Listing): string {
  const graph = graphOf(listing);
  const legend = [LEGEND, ...graph.notes];
  const whole = flowchart(graph, legend);
  if (fits(graph, whole)) return whole;
  const folded = foldToNamespaces(graph);
  const notes = [...legend, `too large to draw in full (${graph.edges.length} arrows), so each namespace is one node`];
  const small = flowchart(folded, notes);
  return fits(folded, small) ? small : cut(folded, notes);
}

function fits({ edges }: Graph, text: string): boolean {
  return edges.length <= MOST_EDGES && text.length <= MOST_CHARACTERS;
}

/** As many arrows as can be drawn. */
function cut(graph: Graph, notes: readonly string[]): string {
  let kept = Math.min(graph.edges.length, MOST_EDGES);
  for (;;) {
    const left = graph.edges.length - kept;
    const text = flowchart({ ...graph, edges: graph.edges.slice(0, kept) }, [...notes, `${left} arrows are left out`]);
    if (text.length <= MOST_CHARACTERS || kept === 0) return text;
    kept = Math.floor(kept / 2);
  }
}

function flowchart({ namespaces, outside, edges }: Graph, notes: readonly string[]): string {
  const ids = new Map<string, string>();
  const idOf = (key: string) => {
    const id = ids.get(key) ?? `n${ids.size}`;
    ids.set(key, id);
    return id;
  };
  const lines = [
    "flowchart LR",
    ...notes.map((note) => `  %% ${note}`),
    "  classDef open stroke-dasharray: 5 5",
    ...namespaces.flatMap(({ name, nodes }, i) => [
      `  subgraph s${i}["${escaped(name)}"]`,
      ...nodes.map((node) => {
        const open = openWords(node);
        const label = [...node.lines, ...open].map(escaped).join("<br/>");
        return `    ${idOf(node.key)}["${label}"]${open.length > 0 ? ":::open" : ""}`;
      }),
      "  end",
    ]),
    ...outside.map(({ key, lines }) => `  ${idOf(key)}(["${lines.map(escaped).join("<br/>")}"])`),
    ...edges.map((edge) => {
      const arrow = edge.certainty === "doubtful" ? "-.->" : "-->";
      return `  ${idOf(edge.from)} ${arrow}|"${escaped(edgeWords(edge))}"| ${idOf(edge.to)}`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

/** Text with everything that Mermaid or HTML might read spelled as a character code. */
export function escaped(text: string): string {
  return printable(text).replace(/[^\p{L}\p{N} ./:,()-]/gu, (character) => `#${character.codePointAt(0)};`);
}
