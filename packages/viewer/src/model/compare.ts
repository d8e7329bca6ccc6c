import { type ChangeAnswer, IpSet, type PortsByProtocol, parseCidr } from "@watertight/core";
import { type Graph, groupsOf, OUTSIDE, type Vertex } from "./graph.ts";
import { vertexOfId } from "./names.ts";
import { portsWords } from "./ports.ts";
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

/** Lays two graphs over each other. Cost: linear in what changes, times the address blocks there are. */
export function compared(after: Graph, before: Graph, change: ChangeAnswer): Comparison {
  const vertices = [...after.vertices];
  const ghosts = new Map<string, number>();
  const ghost = (vertex: Vertex): number => {
    const key = `${vertex.id} ${vertex.name} ${vertex.detail}`;
    const known = ghosts.get(key) ?? vertices.push({ ...vertex, index: vertices.length, presence: "gone" }) - 1;
    ghosts.set(key, known);
    return known;
  };
  const blocks = new Map(change.addresses.map(({ id, cidrs }) => [id, setOf(cidrs)]));
  const flows = flowsOf(change);
  const workload = (id: string): number | undefined => {
    const there = vertexOfId(after, id) ?? vertexOfId(after, id.replace(/#\d+$/, ""));
    if (there) return there.index;
    const gone = vertexOfId(before, id) ?? vertexOfId(before, id.replace(/#\d+$/, ""));
    return gone && ghost(gone);
  };
  const inside = flows
    .filter(({ from, to }) => !blocks.has(from) && !blocks.has(to))
    .flatMap(({ from, to, ports, change: kind }): Mark[] => {
      const ends = { from: workload(from), to: workload(to) };
      if (ends.from === undefined || ends.to === undefined || ends.from === ends.to) return [];
      return [{ from: ends.from, to: ends.to, ports: portsWords(ports), change: kind }];
    });
  const outside = outsideFlows(flows, blocks).flatMap(({ end, side, set, ports, change: kind }): Mark[] => {
    const own = workload(end);
    if (own === undefined) return [];
    return addressVertices(set, after, before).map((vertex) => {
      const far = typeof vertex === "number" ? vertex : ghost(vertex);
      return { ...(side === "from" ? { from: far, to: own } : { from: own, to: far }), ports, change: kind };
    });
  });
  const marks = distinct([...inside, ...outside]);
  return { graph: { ...after, vertices, groups: groupsOf(vertices) }, marks };
}

interface OutsideFlow {
  readonly end: string;
  readonly side: "from" | "to";
  readonly set: IpSet;
  readonly ports: string;
  readonly change: Mark["change"];
}

/** Changes between a workload and outside addresses; blocks that change alike are one set. */
function outsideFlows(flows: readonly Flow[], blocks: ReadonlyMap<string, IpSet>): readonly OutsideFlow[] {
  const found = new Map<string, OutsideFlow>();
  for (const { from, to, ports: written, change } of flows) {
    const [block, side] = blocks.has(from) ? [from, "from" as const] : [to, "to" as const];
    const set = blocks.get(block);
    if (!set) continue;
    const end = side === "from" ? to : from;
    const ports = portsWords(written);
    const key = [end, side, ports, change].join(" ");
    const known = found.get(key);
    found.set(key, { end, side, ports, change, set: known ? known.set.union(set) : set });
  }
  return [...found.values()];
}

/** The vertices that together are these addresses: those there are, then those there were, then one for what is left. */
function addressVertices(addresses: IpSet, after: Graph, before: Graph): readonly (number | Vertex)[] {
  let left = addresses;
  const take = ({ vertices }: Graph) =>
    vertices.filter(({ type, endpoints }) => {
      if (type !== "address") return false;
      const own = setOf(endpoints.flatMap(({ id, cidrs }) => cidrs ?? [id]));
      if (own.isEmpty || !left.includes(own)) return false;
      left = left.subtract(own);
      return true;
    });
  const here = take(after).map(({ index }) => index);
  // What is left goes by other bounds than now: two of one name would be taken for the same.
  const there = take(before).map((vertex) => ({ ...vertex, detail: `${vertex.detail} · before` }));
  return [...here, ...there, ...(left.isEmpty ? [] : [blockVertex(left)])];
}

function blockVertex(addresses: IpSet): Vertex {
  const cidrs = addresses.toCidrs();
  const [id = ""] = cidrs;
  const detail = cidrs.length > 1 ? `and ${cidrs.length - 1} more ranges` : "address range";
  return {
    ...{ index: -1, id, type: "address", group: OUTSIDE, name: id, detail, pods: 0, open: "both", inside: [] },
    endpoints: [{ id, cidrs }],
  };
}

function setOf(cidrs: readonly string[]): IpSet {
  return cidrs.reduce((set, cidr) => set.union(parseCidr(cidr)?.set ?? IpSet.NONE), IpSet.NONE);
}

function distinct(marks: readonly Mark[]): readonly Mark[] {
  const byKey = new Map(marks.map((mark) => [[mark.from, mark.to, mark.ports, mark.change].join(" "), mark]));
  return [...byKey.values()].sort((a, b) => a.from - b.from || a.to - b.to || (a.change < b.change ? -1 : 1));
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
