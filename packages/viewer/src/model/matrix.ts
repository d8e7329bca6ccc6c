import { type Graph, type Group, isGone, OUTSIDE, type Pair, type Vertex } from "./graph.ts";
import { groupsInReadingOrder, longName, membersInReadingOrder } from "./names.ts";

/** Everything a graph says as a square: whoever opens connections in rows, whoever accepts them in columns, both in the same order. */
export interface Matrix {
  readonly lines: readonly Line[];
  /** What holds where a row meets a column, by their positions in {@link lines}. */
  readonly cell: (row: number, column: number) => Cell;
}

/** A row and the column of the same position. */
export interface Line {
  /** `head`: names the open group whose members follow, and has no cells; `closed`: a whole group; `vertex`: one of its members. */
  readonly type: "head" | "closed" | "vertex";
  readonly group: Group;
  /** As its head says it, and with its namespace. */
  readonly name: string;
  readonly fullName: string;
  /** What it is called in links, see names.ts. */
  readonly end: string;
  /** The vertices it stands for. */
  readonly members: readonly number[];
}

/** What holds between a row and a column. */
export type Cell =
  /** One and the same workload: each of its pods reaches itself; what holds from one to the next is a question of its own. */
  | { readonly kind: "self" }
  /** Both are outside the cluster: none of its policies is asked. */
  | { readonly kind: "outside" }
  /** Inside a namespace that nobody took apart, or of one whose pairs were not worked out; see {@link Graph.detail}. */
  | { readonly kind: "unknown" }
  /** `possible`: what may pass in some of its pairs if open questions are settled otherwise; absent where that is certain. */
  | { readonly kind: "denied"; readonly possible?: readonly string[] }
  | Allowed;

export interface Allowed {
  readonly kind: "allowed";
  /** `rule` and `open` as in {@link Pair.because}; `both` where pairs of both kinds meet in one cell. */
  readonly because: Pair["because"] | "both";
  /** How many pairs of vertices are allowed, and of how many; a namespace that nobody took apart may have any number. */
  readonly pairs: number;
  readonly of: number | "unknown";
  /** The ports of each of them, those alike once, in the order of the pairs. */
  readonly ports: readonly string[];
  /** Whether some of them hang on what the input leaves open; then this is what may pass besides, no more than `ports` where less may. */
  readonly possible?: readonly string[];
}

interface Tally {
  pairs: number;
  because: Allowed["because"];
  readonly ports: Set<string>;
  readonly possible: Set<string>;
}

/** The matrix of a graph with these groups taken apart, the others one line each. Cost: linear in the pairs. */
export function matrixOf(graph: Graph, open: ReadonlySet<string>): Matrix {
  const lines = groupsInReadingOrder(graph).flatMap((group) => linesOf(graph, group, open));
  const lineOf = new Map(lines.flatMap(({ members }, at) => members.map((member) => [member, at] as const)));
  const tallies = new Map<number, Tally>();
  const keyOf = ({ from, to }: Pair) => (lineOf.get(from) ?? 0) * lines.length + (lineOf.get(to) ?? 0);
  for (const pair of graph.pairs) {
    const { because, ports, possible } = pair;
    const key = keyOf(pair);
    const tally = tallies.get(key) ?? { pairs: 0, because, ports: new Set(), possible: new Set() };
    tallies.set(key, tally);
    tally.pairs++;
    if (tally.because !== because) tally.because = "both";
    tally.ports.add(ports);
    if (possible !== undefined) tally.possible.add(possible);
  }
  const maybe = new Map<number, Set<string>>();
  for (const pair of graph.maybe ?? []) {
    const key = keyOf(pair);
    const possible = tallies.get(key)?.possible ?? maybe.get(key) ?? new Set();
    possible.add(pair.ports);
    if (!tallies.has(key)) maybe.set(key, possible);
  }
  return {
    lines,
    cell: (row, column) => {
      const key = row * lines.length + column;
      return cellOf(graph, lines[row] as Line, lines[column] as Line, tallies.get(key), maybe.get(key));
    },
  };
}

function linesOf(graph: Graph, group: Group, open: ReadonlySet<string>): readonly Line[] {
  const end = group.id === OUTSIDE ? "outside/*" : `${group.id}/*`;
  const whole = { group, name: group.title, fullName: group.title, end };
  const here = group.members.filter((member) => !isGone(graph.vertices[member] as Vertex));
  if (!open.has(group.id) || group.members.some((member) => isWhole(graph, member)))
    return [{ ...whole, type: "closed", members: here }];
  const vertices = membersInReadingOrder(here.map((member) => graph.vertices[member] as Vertex));
  const members = vertices.map(
    (vertex): Line => ({
      type: "vertex",
      group,
      name: vertex.name,
      fullName: longName(vertex),
      end: vertex.id,
      members: [vertex.index],
    }),
  );
  return [{ ...whole, type: "head", members: [] }, ...members];
}

function cellOf(
  graph: Graph,
  row: Line,
  column: Line,
  tally: Tally | undefined,
  maybe: ReadonlySet<string> | undefined,
): Cell {
  if (row.group.id === OUTSIDE && column.group.id === OUTSIDE) return { kind: "outside" };
  const same = row === column;
  if (same && row.type === "vertex") return { kind: "self" };
  const whole = [...row.members, ...column.members].some((member) => isWhole(graph, member));
  if (same && row.group.size === 1) return { kind: "self" };
  if (same && whole) return { kind: "unknown" };
  if ([...row.members, ...column.members].some((member) => graph.vertices[member]?.pairs === "unknown"))
    return { kind: "unknown" };
  if (!tally) return { kind: "denied", ...(maybe && { possible: [...maybe] }) };
  const all = row.members.length * column.members.length - (same ? row.members.length : 0);
  const { because, pairs, ports, possible } = tally;
  const doubt = possible.size > 0 && { possible: [...possible] };
  return { kind: "allowed", because, pairs, of: whole ? "unknown" : all, ports: [...ports], ...doubt };
}

/** Whether a vertex is all of a namespace, so that a pair of it speaks of some of its workloads only. */
function isWhole({ vertices }: Graph, index: number): boolean {
  return vertices[index]?.type === "namespace";
}
