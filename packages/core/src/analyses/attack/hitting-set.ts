/** A set of alternatives, each a bundle of things to choose, one of which has to be chosen whole. */
export type Choice = readonly (readonly string[])[];

/** The lightest things to choose so that every choice is met. */
export interface Hitting {
  readonly chosen: ReadonlySet<string>;
  readonly weight: number;
  /** `best-found`: the search was cut short, so that there may be a lighter one. */
  readonly proof: "smallest" | "best-found";
}

/** How many partial choices are looked at. */
const MOST_NODES = 100_000;

/**
 * The lightest set that meets every choice, by branch and bound: of the choices not met yet the one with the fewest alternatives is
 * branched on, and a branch ends where it and the choices that share nothing with each other weigh as much as the best set known.
 * `undefined` when some choice has no alternative.
 */
export function lightestHitting(choices: readonly Choice[], weigh: (thing: string) => number): Hitting | undefined {
  if (choices.some((choice) => choice.length === 0)) return undefined;
  const all = distinctChoices(choices);
  let best: { chosen: ReadonlySet<string>; weight: number } | undefined;
  let nodes = 0;
  const search = (chosen: ReadonlySet<string>, weight: number) => {
    nodes++;
    const open = all.filter((choice) => !isMet(choice, chosen));
    if (open.length === 0) {
      if (!best || weight < best.weight) best = { chosen, weight };
      return;
    }
    if (best && (weight + bound(open, chosen, weigh) >= best.weight || nodes > MOST_NODES)) return;
    const [narrowest] = [...open].sort((a, b) => a.length - b.length);
    const branches = (narrowest ?? [])
      .map((bundle) => bundle.filter((thing) => !chosen.has(thing)))
      .map((missing) => ({
        missing,
        weight: total(missing, weigh),
        met: metBy(open, new Set([...chosen, ...missing])),
      }))
      .sort((a, b) => b.met - a.met || a.weight - b.weight || (a.missing.join() < b.missing.join() ? -1 : 1));
    for (const { missing, weight: more } of branches) search(new Set([...chosen, ...missing]), weight + more);
  };
  search(new Set(), 0);
  return best && { ...best, proof: nodes > MOST_NODES ? "best-found" : "smallest" };
}

function isMet(choice: Choice, chosen: ReadonlySet<string>): boolean {
  return choice.some((bundle) => bundle.every((thing) => chosen.has(thing)));
}

function metBy(open: readonly Choice[], chosen: ReadonlySet<string>): number {
  return open.filter((choice) => isMet(choice, chosen)).length;
}

function total(things: readonly string[], weigh: (thing: string) => number): number {
  return things.reduce((sum, thing) => sum + weigh(thing), 0);
}

/** What choices that have nothing in common weigh at the least, all together. */
function bound(open: readonly Choice[], chosen: ReadonlySet<string>, weigh: (thing: string) => number): number {
  const taken = new Set<string>();
  let sum = 0;
  for (const choice of open) {
    const missing = choice.map((bundle) => bundle.filter((thing) => !chosen.has(thing)));
    if (missing.flat().some((thing) => taken.has(thing))) continue;
    for (const thing of missing.flat()) taken.add(thing);
    sum += Math.min(...missing.map((things) => total(things, weigh)));
  }
  return sum;
}

/** Each choice once, those with the fewest alternatives first. */
function distinctChoices(choices: readonly Choice[]): readonly Choice[] {
  const distinct = [
    ...new Map(
      choices.map((choice) => [
        choice
          .map((bundle) => bundle.join("+"))
          .sort()
          .join("|"),
        choice,
      ]),
    ).values(),
  ];
  return distinct.sort((a, b) => a.length - b.length);
}
