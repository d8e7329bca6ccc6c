import type { Budget, Disclosure } from "./budget.ts";
import type { End, Link } from "./fold.ts";
import { type Graph, OUTSIDE } from "./graph.ts";

/** What is to be drawn once some groups are closed: lines between shown ends, and notes where a line would say less. */
export interface View {
  readonly lines: readonly ViewLine[];
  readonly notes: readonly Note[];
  /** Links that run inside closed groups, or touch one that was left out: known, and not drawn. */
  readonly inside: number;
  /** Lines there was no room for. */
  readonly dropped: readonly ViewLine[];
  /** `compared`: what changes stands out, and all else is as it was. */
  readonly kind: "plain" | "compared";
  /** How many connections of each group's members come and go. */
  readonly tallies?: ReadonlyMap<string, Tally>;
}

export interface Tally {
  readonly gained: number;
  readonly lost: number;
}

/** A line between a shown vertex, box or closed group and another. */
export interface ViewLine {
  readonly id: string;
  readonly from: ShownEnd;
  readonly to: ShownEnd;
  /** Ports of every link it stands for; several entries only where a closed group is an end. */
  readonly ports: readonly string[];
  readonly links: readonly Link[];
  /** `all`: every member of both ends; `some`: an end is a closed group, of which some members are meant. */
  readonly means: "all" | "some";
  /** That of all its links. */
  readonly change?: NonNullable<Link["change"]>;
  /** Whether some of its links hang on what the input leaves open. */
  readonly certainty?: NonNullable<Link["certainty"]>;
}

/** An access too wide for a line: from or to every workload, or every member of the end's own box. */
export interface Note {
  readonly at: ShownEnd;
  readonly side: "in" | "out";
  readonly peer: "workloads" | "siblings";
  readonly ports: string;
  readonly links: readonly Link[];
  readonly change?: NonNullable<Link["change"]>;
  readonly certainty?: NonNullable<Link["certainty"]>;
}

export type ShownEnd = Exclude<End, "workloads">;

/** Links as they look with some groups closed, within the budget of lines. */
export function viewOf(graph: Graph, links: readonly Link[], disclosure: Disclosure, budget: Budget): View {
  const lines = new Map<string, Omit<ViewLine, "id" | "ports"> & { links: Link[] }>();
  const notes = new Map<string, Note & { links: Link[] }>();
  const seen = new Map<End, End | undefined>();
  const shownAs = (end: End) => {
    if (!seen.has(end)) seen.set(end, shown(graph, disclosure, end));
    return seen.get(end);
  };
  let inside = 0;
  for (const link of links) {
    const from = shownAs(link.from);
    const to = shownAs(link.to);
    if (from === undefined || to === undefined || (from === "workloads" && to === "workloads")) {
      inside++;
      continue;
    }
    const change = link.change && { change: link.change };
    const doubt = link.certainty && { certainty: link.certainty };
    const mark = link.change ? `${link.change} ` : "";
    const note = noteOf(graph, disclosure, from, to);
    if (note === "inside") inside++;
    else if (note) {
      const key = `${mark}${note.at} ${note.side} ${note.peer} ${link.ports}${doubt ? " ?" : ""}`;
      const known = notes.get(key);
      if (known) known.links.push(link);
      else notes.set(key, { ...note, ports: link.ports, links: [link], ...change, ...doubt });
    } else {
      const ends = { from: from as ShownEnd, to: to as ShownEnd };
      const lifted = isClosed(disclosure, ends.from) || isClosed(disclosure, ends.to);
      const key = `${mark}${from} → ${to}${lifted ? "" : ` ${link.ports}${doubt ? " ?" : ""}`}`;
      const known = lines.get(key);
      if (known) known.links.push(link);
      else lines.set(key, { ...ends, means: lifted ? "some" : "all", links: [link], ...change });
    }
  }
  const all = [...lines].map(([id, line]): ViewLine => {
    const isDoubtful = line.links.some(({ certainty }) => certainty === "doubtful");
    const ports = distinct(line.links.map((link) => link.ports));
    return { id, ...line, ports, ...(isDoubtful && { certainty: "doubtful" }) };
  });
  const byWeight = [...all].sort(
    (a, b) =>
      Number(b.change !== undefined) - Number(a.change !== undefined) ||
      b.links.length - a.links.length ||
      (a.id < b.id ? -1 : 1),
  );
  const dropped = new Set(byWeight.slice(budget.lines));
  return {
    lines: all.filter((line) => !dropped.has(line)),
    notes: [...notes.values()],
    inside,
    dropped: [...dropped],
    kind: links.some(({ change }) => change !== undefined) ? "compared" : "plain",
  };
}

/** The end itself, or the closed group it is in; nothing when that was left out. */
function shown(graph: Graph, { open, closed }: Disclosure, end: End): End | undefined {
  if (end === "workloads") return end;
  const group = end.startsWith("group ") ? end.slice(6) : (graph.vertices[Number(end.slice(7))]?.group ?? "");
  if (open.has(group)) return end;
  return closed.has(group) ? `group ${group}` : undefined;
}

/** The note that says a link better than a line, `inside` when it runs within one closed group. */
function noteOf(
  graph: Graph,
  disclosure: Disclosure,
  from: End,
  to: End,
): Pick<Note, "at" | "side" | "peer"> | "inside" | undefined {
  if (from === "workloads") return { at: to as ShownEnd, side: "in", peer: "workloads" };
  if (to === "workloads") return { at: from, side: "out", peer: "workloads" };
  if (from === to) return isClosed(disclosure, from) ? "inside" : { at: to, side: "in", peer: "siblings" };
  if (from === `group ${groupOf(graph, to)}` && groupOf(graph, to) !== OUTSIDE)
    return { at: to, side: "in", peer: "siblings" };
  if (to === `group ${groupOf(graph, from)}` && groupOf(graph, from) !== OUTSIDE)
    return { at: from, side: "out", peer: "siblings" };
  return undefined;
}

function groupOf(graph: Graph, end: End): string | undefined {
  return end.startsWith("vertex ") ? graph.vertices[Number(end.slice(7))]?.group : undefined;
}

function isClosed({ closed }: Disclosure, end: End): boolean {
  return end.startsWith("group ") && closed.has(end.slice(6));
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
