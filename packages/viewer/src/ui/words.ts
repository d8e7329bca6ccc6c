import { printable } from "@watertight/core";
import type { Analysis } from "../analysis.ts";
import { firstSentence } from "../model/gaps.ts";
import { endOfName, vertexOfId, wordsOfEnd } from "../model/names.ts";
import { EVERY_ROUTE, selectedPath } from "../spotlight.ts";
import type { ViewState } from "../state.ts";
import { pairsBetween } from "./edge-panel.ts";
import { factsOf } from "./endpoint-panel.ts";
import { removedWords } from "./removed-panel.ts";
import { count } from "./status.ts";
import { endWords, factName, wordsOfStep } from "./steps.ts";

/** What is selected, in a sentence for those who hear it. */
export function announcement(analysis: Analysis, look: ViewState, before?: Analysis): string {
  const { selection, question } = look;
  const { graph } = analysis;
  if (question?.from && question.to) {
    const reply = analysis.ask("decision", question);
    if (reply.at !== "here") return "";
    if ("problem" in reply.value) return reply.value.problem;
    const doubt = reply.value.possible === undefined ? "" : ", not certain";
    return `${question.from} to ${question.to}: ${reply.value.verdict === "allow" ? "allowed" : "denied"}${doubt}`;
  }
  if (!selection) return viewWords(analysis, look);
  if (selection.kind === "path") return pathWords(analysis, look, selection.index);
  if (selection.kind === "finding") return findingWords(analysis, selection.id);
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
  if (!vertex) return before ? removedWords(before, selection.id) : "";
  const out = graph.pairs.filter(({ from }) => from === vertex.index).length;
  const into = graph.pairs.filter(({ to }) => to === vertex.index).length;
  const reply = vertex.type === "workload" ? factsOf(analysis, vertex) : undefined;
  const facts = reply?.at === "here" ? reply.value : undefined;
  const state = facts ? `, ingress ${facts.ingress.standing}, egress ${facts.egress.standing}` : "";
  return `${vertex.name}, ${vertex.detail}${state}, can reach ${out}, reachable from ${into}`;
}

/** What a view has found, where it has to look first. */
function viewWords(analysis: Analysis, { view, route = EVERY_ROUTE, edits }: ViewState): string {
  const edited = edits.length > 0 ? ", with the edits" : "";
  if (view === "paths") {
    const reply = analysis.ask("paths", route);
    if (reply.at !== "here") return "";
    if ("problem" in reply.value) return reply.value.problem;
    const { paths, from, to } = reply.value;
    return `${count(paths.length, "path")} from ${endWords(from)} to ${endWords(to)}${edited}`;
  }
  const reply = view === "gaps" ? analysis.ask("findings", null) : undefined;
  return reply?.at === "here" ? `${count(reply.value.findings.length, "finding")}${edited}` : "";
}

function pathWords(analysis: Analysis, look: ViewState, index: number): string {
  const path = selectedPath(analysis, look);
  if (!path) return "";
  const { from, to, hops, cost, steps } = path;
  const way = steps.map((step) => `${wordsOfStep(step.edge)}: ${factName(step.to)}`);
  return `Path ${index + 1}, ${factName(from)} to ${factName(to)}, ${count(hops, "hop")}, cost ${cost}: ${way.join("; ")}`;
}

function findingWords(analysis: Analysis, id: string): string {
  const reply = analysis.ask("findings", null);
  const finding = reply.at === "here" ? reply.value.findings.find(({ fingerprint }) => fingerprint === id) : undefined;
  return finding ? `${finding.severity}, ${finding.name}: ${printable(firstSentence(finding.message))}` : "";
}
