import type { Diagnostic, Options, Progress, Source } from "@watertight/core";
import type { Answer, Ask, Name } from "./analyst/catalogue.ts";
import type { Workplace } from "./analyst/workplace.ts";
import { fitting } from "./model/budget.ts";
import { type Doubts, withDoubts } from "./model/doubts.ts";
import type { Graph } from "./model/graph.ts";
import type { Conduct } from "./slices.ts";
import type { ViewState } from "./state.ts";

/** How far a question has come. Asking again, while it is looked at or after, gives the same answer at no cost. */
export type Reply<T> =
  | { readonly at: "here"; readonly value: T }
  /** `progress`: how far it has come, once it takes long enough to be worth saying. */
  | { readonly at: "waiting"; readonly progress?: Progress; readonly stop: () => void }
  /** Somebody had enough of waiting. */
  | { readonly at: "stopped"; readonly again: () => void }
  | { readonly at: "failed"; readonly problem: string };

/** An input that is open, and all that is known of it on this side of the workplace. */
export interface Analysis {
  readonly sources: readonly Source[];
  readonly graph: Graph;
  /** Namespaces of which only their names are known until one is asked for. */
  readonly unknown: ReadonlySet<string>;
  readonly endpoints: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Its number at the workplace. */
  readonly number: number;
  /** Which pairs are not certain; there once that is known. */
  readonly doubts?: Doubts;
  readonly ask: <N extends Name>(name: N, ask: Ask<N>) => Reply<Answer<N>>;
  /** The same for whoever can wait. */
  readonly answer: <N extends Name>(name: N, ask: Ask<N>) => Promise<Answer<N>>;
}

/** Opens manifests at a workplace; `undefined` once it is given up. `onArrival` is told when there is more to an answer that is waited for. */
export async function analyse(
  place: Workplace,
  sources: readonly Source[],
  options: Partial<Options>,
  conduct: Conduct,
  onArrival: () => void,
): Promise<Analysis | undefined> {
  const opened = await place.open(sources, options, conduct);
  if (!opened) return undefined;
  const { number, overview } = opened;
  const { vertices } = overview.graph;
  const unknown = new Set(vertices.filter(({ pairs }) => pairs === "unknown").map(({ group }) => group));
  const answer: Analysis["answer"] = async (name, ask) => {
    const value = await place.ask(number, name, ask, { signal: new AbortController().signal, onProgress: () => {} });
    if (value === undefined) throw new Error("this input is no longer open");
    return value;
  };
  const ask = askingAt(place, number, onArrival, [[keyOf("graph", OVERVIEW), overview.graph]]);
  return { sources, ...overview, unknown, number, ask, answer };
}

/** What asks for no more of the graph than the overview has. */
const OVERVIEW: Ask<"graph"> = { apart: [], whole: [] };

function keyOf<N extends Name>(name: N, ask: Ask<N>): string {
  return `${name} ${JSON.stringify(ask)}`;
}

/** Asks each question once and keeps its answer; some are `given` with the input. */
function askingAt(
  place: Workplace,
  number: number,
  onArrival: () => void,
  given: readonly (readonly [key: string, Answer<Name>])[],
): Analysis["ask"] {
  const replies = new Map<string, Reply<Answer<Name>>>(given.map(([key, value]) => [key, { at: "here", value }]));
  return <N extends Name>(name: N, ask: Ask<N>): Reply<Answer<N>> => {
    const key = keyOf(name, ask);
    const known = replies.get(key);
    if (known) return known as Reply<Answer<N>>;
    const controller = new AbortController();
    const { signal } = controller;
    const reply = (next: Reply<Answer<N>>): Reply<Answer<N>> => {
      replies.set(key, next);
      return next;
    };
    const arrive = (next: Reply<Answer<N>>) => {
      if (signal.aborted) return;
      reply(next);
      onArrival();
    };
    const stop = () => {
      arrive({ at: "stopped", again });
      controller.abort();
    };
    const again = () => {
      replies.delete(key);
      onArrival();
    };
    const onProgress = (progress: Progress) => arrive({ at: "waiting", progress, stop });
    try {
      const answer = place.ask(number, name, ask, { signal, onProgress });
      if (!(answer instanceof Promise)) return reply({ at: "here", value: answer });
      answer.then(
        (value) => value && arrive({ at: "here", value }),
        (error: unknown) => arrive(failure(error)),
      );
      return reply({ at: "waiting", stop });
    } catch (error) {
      return reply(failure(error));
    }
  };
}

function failure(error: unknown): { readonly at: "failed"; readonly problem: string } {
  return { at: "failed", problem: error instanceof Error ? error.message : String(error) };
}

/** The analysis with what is not certain in it, as soon as that is known; the same one until then, and once it is. */
export function doubtfulIn(analysis: Analysis): Analysis {
  if (analysis.doubts) return analysis;
  const reply = analysis.ask("doubts", null);
  if (reply.at !== "here") return analysis;
  return { ...analysis, graph: withDoubts(analysis.graph, reply.value), doubts: reply.value };
}

/** The analysis with a graph that has whatever a state speaks of, as soon as that is known; the same one where nothing is missing. */
export function detailedFor(analysis: Analysis, state: ViewState): Analysis {
  if (analysis.graph.detail === "whole") return analysis;
  const { selection } = state;
  const sizes = new Map(analysis.graph.groups.map(({ id, size }) => [id, size]));
  // What comes to the same is asked in the same words, so that nothing is drawn anew for it.
  const apart = [...fitting(namespacesIn(state), (id) => sizes.get(id) ?? 0)].sort();
  const whole = selection?.kind === "namespace" && analysis.unknown.has(selection.id) ? [selection.id] : [];
  const reply = analysis.ask("graph", { apart, whole });
  return reply.at !== "here" || reply.value === analysis.graph ? analysis : { ...analysis, graph: reply.value };
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
