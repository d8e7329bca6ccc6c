import {
  compile,
  type Diagnostic,
  type Options,
  type Program,
  type Reachability,
  reach,
  type Source,
  sortDiagnostics,
  UPSTREAM,
} from "@watertight/core";
import { Coarse, MOST_WHOLE } from "./model/coarse.ts";
import { type Graph, graphOf } from "./model/graph.ts";
import { type Conduct, readInSlices } from "./reading.ts";
import type { ViewState } from "./state.ts";

/** All that is known of the manifests a viewer was given. */
export interface Analysis {
  readonly sources: readonly Source[];
  readonly program: Program;
  readonly reachability: Reachability;
  readonly graph: Graph;
  /** Where there are too many workloads to look at every pair: what makes its graphs. */
  readonly coarse?: Coarse;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the manifests and works out every pair; `undefined` once it is given up. Only the reading is done in slices.
 *
 * Cost: core's; half a second for 200 workloads.
 */
export async function analyse(
  sources: readonly Source[],
  options: Partial<Options>,
  conduct: Conduct,
): Promise<Analysis | undefined> {
  const complete = { ...UPSTREAM, ...options };
  const parsed = await readInSlices(sources, complete, conduct);
  if (!parsed) return undefined;
  const { program, diagnostics } = compile(parsed.cluster, complete);
  const reachability = reach(program, { by: "workload" });
  const workloads = reachability.endpoints.filter(({ type }) => type !== "address").length;
  const coarse = workloads > MOST_WHOLE ? new Coarse(reachability) : undefined;
  return {
    sources,
    program,
    reachability,
    ...(coarse ? { coarse, graph: coarse.graph(new Set()) } : { graph: graphOf(reachability) }),
    diagnostics: sortDiagnostics([...parsed.diagnostics, ...diagnostics]),
  };
}

/** The analysis with a graph that has whatever a state speaks of; the same one where nothing is missing. */
export function detailedFor(analysis: Analysis, state: ViewState): Analysis {
  const { coarse, graph } = analysis;
  if (!coarse) return analysis;
  const wanted = coarse.fitting(namespacesIn(state));
  const isApart = new Set(graph.vertices.filter(({ type }) => type === "workload").map(({ group }) => group));
  if (wanted.size === isApart.size && [...wanted].every((id) => isApart.has(id))) return analysis;
  return { ...analysis, graph: coarse.graph(wanted) };
}

/** The namespaces a state speaks of by more than their name, the selection's first. */
function namespacesIn({ selection, question, open }: ViewState): ReadonlySet<string> {
  const ends = [
    ...(selection?.kind === "endpoint" ? [selection.id] : []),
    ...(selection?.kind === "edge" ? [selection.from, selection.to] : []),
    ...(question ? [question.from, question.to] : []),
  ];
  const namespaces = ends.flatMap((end) => (end.includes("/") ? [end.split("/")[0] ?? ""] : []));
  return new Set([...namespaces, ...(open === "default" ? [] : open)]);
}
