import type { Direction } from "@watertight/core";
import type { Analysis } from "../analysis.ts";
import { standingOf } from "../model/governing.ts";
import { endOfName, vertexOfId, wordsOfEnd } from "../model/names.ts";
import type { ViewState } from "../state.ts";
import { resolve } from "./ask.ts";
import { pairsBetween } from "./edge-panel.ts";

/** What is selected, in a sentence for those who hear it. */
export function announcement(analysis: Analysis, { selection, question }: ViewState): string {
  const { graph } = analysis;
  if (question?.from && question.to) {
    const answer = resolve(analysis, question);
    return typeof answer === "string"
      ? answer
      : `${question.from} to ${question.to}: ${answer.verdict === "allow" ? "allowed" : "denied"}`;
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
  const vertex = vertexOfId(graph, selection.id);
  if (!vertex) return "";
  const out = graph.pairs.filter(({ from }) => from === vertex.index).length;
  const into = graph.pairs.filter(({ to }) => to === vertex.index).length;
  const standing = (direction: Direction) => `${direction} ${standingOf(analysis.reachability, vertex, direction)}`;
  const state = vertex.type === "workload" ? `, ${standing("ingress")}, ${standing("egress")}` : "";
  return `${vertex.name}, ${vertex.detail}${state}, can reach ${out}, reachable from ${into}`;
}
