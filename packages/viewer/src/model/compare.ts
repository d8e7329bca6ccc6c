import type { ChangeAnswer, PortsByProtocol } from "@watertight/core";
import type { Graph } from "./graph.ts";
import type { Tally } from "./view.ts";

/** What one vertex may newly open to another, or no longer. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly ports: string;
  readonly change: "gained" | "lost";
}

/** Two graphs in one: as it is after the edits, with what is only known from before added at the end of its vertices. */
export interface Comparison {
  readonly graph: Graph;
  readonly marks: readonly Mark[];
}

/** A connection that comes or goes, with ends as core calls them. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly ports: PortsByProtocol;
  readonly change: "gained" | "lost";
}

/** Every connection on ports that comes or goes, whether policies or workloads brought it about; ports of a pair may do both. */
export function flowsOf({ added, removed, changed, endpoints }: ChangeAnswer): readonly Flow[] {
  const flow = (change: Flow["change"]) => (one: Omit<Flow, "change">) => ({ ...one, change });
  const flows = [
    ...[...added, ...endpoints.opened].map(({ from, to, ports }) => flow("gained")({ from, to, ports })),
    ...[...removed, ...endpoints.closed].map(({ from, to, ports }) => flow("lost")({ from, to, ports })),
    ...changed.flatMap(({ from, to, opened, closed }) => [
      flow("gained")({ from, to, ports: opened }),
      flow("lost")({ from, to, ports: closed }),
    ]),
  ];
  return flows.filter(({ ports }) => isSome(ports));
}

/** How many connections come and go. */
export function tallyOf(change: ChangeAnswer): Tally {
  return count(flowsOf(change));
}

/** The same for the members of each group. */
export function talliesOf({ graph, marks }: Comparison): ReadonlyMap<string, Tally> {
  const groupOf = (vertex: number) => graph.vertices[vertex]?.group;
  const touching = (id: string) => marks.filter(({ from, to }) => groupOf(from) === id || groupOf(to) === id);
  const each = graph.groups.map(({ id }) => [id, count(touching(id))] as const);
  return new Map(each.filter(([, { gained, lost }]) => gained + lost > 0));
}

function count(changes: readonly Pick<Mark, "change">[]): Tally {
  const gained = changes.filter(({ change }) => change === "gained").length;
  return { gained, lost: changes.length - gained };
}

function isSome(ports: PortsByProtocol): boolean {
  return ports === "all" || Object.keys(ports).length > 0;
}

/** The graph with only the vertices that marks touch and those next to them; indices stay what they are. */
export function narrowed({ graph, marks }: Comparison): Graph {
  const touched = new Set(marks.flatMap(({ from, to }) => [from, to]));
  const near = graph.pairs
    .filter(({ from, to, because }) => because === "rule" && (touched.has(from) || touched.has(to)))
    .flatMap(({ from, to }) => [from, to]);
  const kept = new Set([...touched, ...near]);
  const groups = graph.groups
    .map((group) => ({ ...group, members: group.members.filter((member) => kept.has(member)) }))
    .filter(({ members }) => members.length > 0);
  return { ...graph, groups, pairs: graph.pairs.filter(({ from, to }) => kept.has(from) && kept.has(to)) };
}
