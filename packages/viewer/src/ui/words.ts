import type { Analysis } from "../analysis.ts";
import { endOfName, vertexOfId, wordsOfEnd } from "../model/names.ts";
import type { ViewState } from "../state.ts";
import { pairsBetween } from "./edge-panel.ts";
import { factsOf } from "./endpoint-panel.ts";

/** What is selected, in a sentence for those who hear it. */
export function announcement(analysis: Analysis, { selection, question }: ViewState): string {
  const { graph } = analysis;
  if (question?.from && question.to) {
    const reply = analysis.ask("decision", question);
    if (reply.at !== "here") return "";
    if ("problem" in reply.value) return reply.value.problem;
    return `${question.from} to ${question.to}: ${reply.value.verdict === "allow" ? "allowed" : "denied"}`;
  }
  if (!selection) return "";
  if (selection.kind === "namespace") {
    const group = graph.groups.find(({ id }) => id === selection.id);
    return group ? `${group.title}, ${group.size} members` : "";
  }
  if (selection.kind === "edge") {
    const from = endOfName(graph, selection.from);
    const to = endOfName(graph, selection.to);
    if (!from || !to) return "";
    const ports = [...new Set(pairsBetween(analysis, from, to).map((pair) => pair.ports))].slice(0, 3);
    return `${wordsOfEnd(graph, from)} may reach ${wordsOfEnd(graph, to)} on ${ports.join("; ")}`;
  }
  if (selection.kind !== "endpoint") return "";
  const vertex = vertexOfId(graph, selection.id);
  if (!vertex) return "";
  const out = graph.pairs.filter(({ from }) => from === vertex.index).length;
  const into = graph.pairs.filter(({ to }) => to === vertex.index).length;
  const reply = vertex.type === "workload" ? factsOf(analysis, vertex) : undefined;
  const facts = reply?.at === "here" ? reply.value : undefined;
  const state = facts ? `, ingress ${facts.ingress.standing}, egress ${facts.egress.standing}` : "";
  return `${vertex.name}, ${vertex.detail}${state}, can reach ${out}, reachable from ${into}`;
}
