/** Which nodes of a directed graph lead to each other. */
export interface Components {
  /** The number of each node's component; `undefined` for nodes that none of those asked about leads to. */
  readonly of: readonly (number | undefined)[];
  /** Those a component leads to have lower numbers. */
  readonly members: readonly (readonly number[])[];
}

/**
 * The strongly connected components of what some nodes lead to. Nodes are small integers.
 *
 * Tarjan's algorithm, with a stack of its own since ways can be long. Cost: linear in the nodes and what follows from each.
 */
export function components(from: Iterable<number>, following: (node: number) => Iterator<number>): Components {
  const of: (number | undefined)[] = [];
  const members: number[][] = [];
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const trail: { readonly node: number; readonly next: Iterator<number> }[] = [];
  const enter = (node: number) => {
    low.set(node, order.size);
    order.set(node, order.size);
    stack.push(node);
    trail.push({ node, next: following(node) });
  };
  const visit = (root: number) => {
    enter(root);
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const { node, next } = top;
      const step = next.next();
      if (!step.done) {
        const other = step.value;
        if (!order.has(other)) enter(other);
        else if (of[other] === undefined) lower(low, node, order.get(other) as number);
        continue;
      }
      trail.pop();
      const above = trail.at(-1);
      if (above) lower(low, above.node, low.get(node) as number);
      if (low.get(node) !== order.get(node)) continue;
      const own = stack.splice(stack.lastIndexOf(node));
      for (const member of own) of[member] = members.length;
      members.push(own);
    }
  };
  for (const node of from) if (!order.has(node)) visit(node);
  return { of, members };
}

function lower(low: Map<number, number>, node: number, value: number): void {
  if (value < (low.get(node) ?? value)) low.set(node, value);
}
