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

/** Links as they look with some groups closed, within the budget of lines. Cost: linear in links. */
export function viewOf(graph: Graph, links: readonly Link[], disclosure: Disclosure, budget: Budget): View {
  const lines = new Map<string | number, Omit<ViewLine, "ports"> & { links: Link[] }>();
  const notes = new Map<string, Note & { links: Link[] }>();
  const seats = seating(graph, disclosure);
  let inside = 0;
  for (const link of links) {
    const from = seats(link.from);
    const to = seats(link.to);
    if (!from || !to || (from.end === "workloads" && to.end === "workloads")) {
      inside++;
      continue;
    }
    const note = noteOf(from, to);
    if (note === "inside") inside++;
    else if (note) {
      const key = `${signOf(link)}${note.at} ${note.side} ${note.peer} ${link.ports}${doubtOf(link)}`;
      const known = notes.get(key);
      if (known) known.links.push(link);
      else {
        const traits = { ...changeOf(link), ...(link.certainty && { certainty: link.certainty }) };
        notes.set(key, { ...note, ports: link.ports, links: [link], ...traits });
      }
    } else {
      const means = from.isClosed || to.isClosed ? "some" : "all";
      // Where links are many, nearly all of them end at closed groups, and numbers are told apart faster than texts.
      const isPlain = means === "some" && !link.change;
      const key = isPlain ? from.number * 2 ** 26 + to.number : idOf(link, from, to, means);
      const known = lines.get(key);
      if (known) known.links.push(link);
      else {
        const ends = { from: from.end as ShownEnd, to: to.end as ShownEnd };
        lines.set(key, { id: idOf(link, from, to, means), ...ends, means, links: [link], ...changeOf(link) });
      }
    }
  }
  const all = [...lines.values()].map((line): ViewLine => {
    const isDoubtful = line.links.some(({ certainty }) => certainty === "doubtful");
    const ports = distinct(line.links.map((link) => link.ports));
    return { ...line, ports, ...(isDoubtful && { certainty: "doubtful" }) };
  });
  const dropped = all.length > budget.lines ? [...all].sort(byClaim).slice(budget.lines) : [];
  const isDropped = new Set(dropped);
  return {
    lines: dropped.length === 0 ? all : all.filter((line) => !isDropped.has(line)),
    notes: [...notes.values()],
    inside,
    dropped,
    kind: links.some(({ change }) => change !== undefined) ? "compared" : "plain",
  };
}

function idOf(link: Link, from: Seat, to: Seat, means: ViewLine["means"]): string {
  return `${signOf(link)}${from.end} → ${to.end}${means === "some" ? "" : ` ${link.ports}${doubtOf(link)}`}`;
}

function signOf({ change }: Link): string {
  return change ? `${change} ` : "";
}

function doubtOf({ certainty }: Link): string {
  return certainty ? " ?" : "";
}

function changeOf({ change }: Link): Pick<ViewLine, "change"> {
  return change ? { change } : {};
}

/** Lines in the order they get room: what changes, then by how many links they stand for. */
function byClaim(a: ViewLine, b: ViewLine): number {
  return (
    Number(b.change !== undefined) - Number(a.change !== undefined) ||
    b.links.length - a.links.length ||
    (a.id < b.id ? -1 : 1)
  );
}

/** Where an end is shown. */
interface Seat {
  readonly end: End;
  readonly number: number;
  readonly isClosed: boolean;
  /** The box that a vertex is shown in, as an end; the outside is no box. */
  readonly box: End | undefined;
}

/** Tells where ends are shown: as they are, as the closed group they are in, or nowhere when that was left out. */
function seating(graph: Graph, disclosure: Disclosure): (end: End) => Seat | undefined {
  const seats = new Map<End, Seat>();
  const seatOf = (end: End): Seat => {
    const known = seats.get(end);
    if (known) return known;
    const group = groupOf(graph, end);
    const box: End | undefined = group === undefined || group === OUTSIDE ? undefined : `group ${group}`;
    const isClosed = end.startsWith("group ") && disclosure.closed.has(end.slice(6));
    const seat = { end, number: seats.size, isClosed, box };
    seats.set(end, seat);
    return seat;
  };
  const known = new Map<End, Seat | undefined>();
  return (end) => {
    if (!known.has(end)) {
      const as = shown(graph, disclosure, end);
      known.set(end, as && seatOf(as));
    }
    return known.get(end);
  };
}

/** The end itself, or the closed group it is in; nothing when that was left out. */
function shown(graph: Graph, { open, closed }: Disclosure, end: End): End | undefined {
  if (end === "workloads") return end;
  const group = end.startsWith("group ") ? end.slice(6) : (groupOf(graph, end) ?? "");
  if (open.has(group)) return end;
  return closed.has(group) ? `group ${group}` : undefined;
}

/** The note that says a link better than a line, `inside` when it runs within one closed group. */
function noteOf(from: Seat, to: Seat): Pick<Note, "at" | "side" | "peer"> | "inside" | undefined {
  if (from.end === "workloads") return { at: to.end as ShownEnd, side: "in", peer: "workloads" };
  if (to.end === "workloads") return { at: from.end, side: "out", peer: "workloads" };
  if (from === to) return from.isClosed ? "inside" : { at: to.end, side: "in", peer: "siblings" };
  if (from.end === to.box) return { at: to.end, side: "in", peer: "siblings" };
  if (to.end === from.box) return { at: from.end, side: "out", peer: "siblings" };
  return undefined;
}

function groupOf(graph: Graph, end: End): string | undefined {
  return end.startsWith("vertex ") ? graph.vertices[Number(end.slice(7))]?.group : undefined;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
