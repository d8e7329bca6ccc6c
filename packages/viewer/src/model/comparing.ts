import { type ChangeAnswer, IpSet, parseCidr } from "@watertight/core";
import { type Comparison, type Flow, flowsOf, type Mark } from "./compare.ts";
import { type Graph, groupsOf, OUTSIDE, type Vertex } from "./graph.ts";
import { vertexOfId } from "./names.ts";
import { portsWords } from "./ports.ts";

// What only edits need, and with it all that knows addresses: loaded with the first of them.

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
