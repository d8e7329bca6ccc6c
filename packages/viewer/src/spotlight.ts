import type { Analysis } from "./analysis.ts";
import type { RouteQuestion } from "./analyst/catalogue.ts";
import { tallyOf } from "./model/gaps.ts";
import { findVertex, vertexOfId } from "./model/names.ts";
import { hopsOf, type Path } from "./model/trail.ts";
import type { Focus } from "./scene/focus.ts";
import type { ViewState } from "./state.ts";

/** The paths that are asked about while nobody asks for others: every way in, every crown jewel. */
export const EVERY_ROUTE: RouteQuestion = { from: "", to: "", edges: "all" };

/** What a state brings out on the graph: its selection, the connection it asks about, or what its view is about. */
export function focusOf(analysis: Analysis, look: ViewState): Focus | undefined {
  const { graph } = analysis;
  const { selection, question, view } = look;
  if (question) return edgeFocus(analysis, question.from, question.to);
  switch (selection?.kind) {
    case undefined:
      return view === "paths" ? ringsFocus(analysis, look) : view === "gaps" ? tallyFocus(analysis) : undefined;
    case "path": {
      const path = selectedPath(analysis, look);
      return path && { kind: "trail", hops: hopsOf(graph, path) };
    }
    case "finding":
      return findingFocus(analysis, selection.id);
    case "policy":
      return policyFocus(analysis, selection.id);
    default:
      return selection;
  }
}

/** The selected path, once the answer it is of has come. */
export function selectedPath(analysis: Analysis, { selection, route = EVERY_ROUTE }: ViewState): Path | undefined {
  if (selection?.kind !== "path") return undefined;
  const reply = analysis.ask("paths", route);
  return reply.at === "here" && "paths" in reply.value ? reply.value.paths[selection.index] : undefined;
}

/** What a policy selects. */
function policyFocus(analysis: Analysis, policy: string): Focus | undefined {
  const reply = analysis.ask("policies", { policy });
  if (reply.at !== "here" || "problem" in reply.value) return undefined;
  const ids = reply.value.policies.flatMap(({ selects }) => selects.map(({ endpoint }) => endpoint));
  return ids.length === 0 ? undefined : { kind: "endpoints", ids };
}

function edgeFocus({ graph }: Analysis, from: string, to: string): Focus | undefined {
  const [source, target] = [findVertex(graph, from), findVertex(graph, to)];
  return source && target ? { kind: "edge", from: source.id, to: target.id } : undefined;
}

function ringsFocus(analysis: Analysis, { route = EVERY_ROUTE }: ViewState): Focus | undefined {
  const reply = analysis.ask("paths", route);
  if (reply.at !== "here" || !("paths" in reply.value)) return undefined;
  const { from, endpoints } = reply.value.blastRadius;
  const fallen = endpoints.map(({ id, hops }) => ({ id, hops }));
  return from === null ? undefined : { kind: "rings", from, fallen };
}

function tallyFocus(analysis: Analysis): Focus | undefined {
  const reply = analysis.ask("findings", null);
  return reply.at === "here" ? { kind: "tally", tally: tallyOf(reply.value.findings) } : undefined;
}

/** The flow that shows a finding is true, where both of its ends are on the graph; else what it is about. */
function findingFocus(analysis: Analysis, fingerprint: string): Focus | undefined {
  const reply = analysis.ask("findings", null);
  const finding = reply.at === "here" ? reply.value.findings.find((one) => one.fingerprint === fingerprint) : undefined;
  if (!finding) return undefined;
  const { witness, endpoints, namespace } = finding;
  const own = endpoints.filter((id) => vertexOfId(analysis.graph, id));
  if (own.length > 1) return { kind: "endpoints", ids: own };
  const flow = witness && edgeFocus(analysis, witness.from, witness.to);
  if (flow) return flow;
  const [only] = own;
  if (only !== undefined) return { kind: "endpoint", id: only };
  return namespace === null ? undefined : { kind: "namespace", id: namespace };
}
