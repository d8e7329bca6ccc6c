import type { Endpoint } from "../engine/endpoints.ts";
import { membership } from "../engine/profile.ts";
import type { Bitset } from "../model/bitset.ts";
import type { Assumption, Family } from "../model/flow.ts";
import type { Party, PartyIndex, Program, Selection } from "../model/program.ts";

/** An endpoint that a selector or an address block matches, or may match. */
export interface Matched {
  readonly endpoint: Endpoint;
  /** `certain` whatever the open questions come to; `expected` is counted in and `possible` left out, each as {@link assumptions} are taken. */
  readonly likelihood: "certain" | "expected" | "possible";
  /** Present when it matches in some of the endpoint's address families only. */
  readonly families?: readonly Family[];
  /** What the match hangs on; empty when it is certain. */
  readonly assumptions: readonly Assumption[];
}

/** The strongest first. */
export const LIKELIHOODS: readonly Matched["likelihood"][] = ["certain", "expected", "possible"];

/** What a set of parties is in each address family. */
export type SelectionByFamily = { readonly [F in Family]: Selection };

/** Endpoints, each of one party, that selections are asked about. */
export interface Candidates {
  readonly endpoints: readonly Endpoint[];
  /** Those that a selection holds or may hold, in their order. Cost: the parties that it may hold. */
  matching(selection: SelectionByFamily): readonly Matched[];
}

export function candidatesAmong(program: Program, endpoints: readonly Endpoint[]): Candidates {
  const positions = new Map<PartyIndex, number[]>();
  endpoints.forEach(({ members }, position) => {
    const party = members[0]?.party;
    if (party === undefined) return;
    const known = positions.get(party);
    if (known) known.push(position);
    else positions.set(party, [position]);
  });
  const matching = (selection: SelectionByFamily) => {
    const found: { readonly at: number; readonly match: Omit<Matched, "endpoint"> }[] = [];
    for (const party of possiblyIn(selection)) {
      const own = positions.get(party);
      const match = own && matchOf(program, party, selection);
      if (match) for (const at of own) found.push({ at, match });
    }
    return found
      .sort((a, b) => a.at - b.at)
      .map(({ at, match }) => ({ endpoint: endpoints[at] as Endpoint, ...match }));
  };
  return { endpoints, matching };
}

/** The parties that belong to a selection in some family, or may: few of many, as a rule. */
function possiblyIn({ IPv4, IPv6 }: SelectionByFamily): Bitset {
  const doubtful = [...IPv4.doubts, ...IPv6.doubts].map(({ parties }) => parties);
  return [IPv6.members, ...doubtful].reduce((set, one) => set.union(one), IPv4.members);
}

/** The endpoints that some of the lists have, each once, as surely as the surest of them says. */
export function unite(lists: readonly (readonly Matched[])[]): readonly Matched[] {
  const united = new Map<Endpoint, Matched>();
  for (const match of lists.flat()) {
    const known = united.get(match.endpoint);
    united.set(match.endpoint, known ? either(known, match) : match);
  }
  return [...united.values()];
}

function either(a: Matched, b: Matched): Matched {
  const [strong, weak] = LIKELIHOODS.indexOf(a.likelihood) <= LIKELIHOODS.indexOf(b.likelihood) ? [a, b] : [b, a];
  const more = strong.families && (weak.families === undefined || weak.families[0] !== strong.families[0]);
  // Left out in the other family is no more than the surer one says.
  if (strong.likelihood !== weak.likelihood && (weak.likelihood === "possible" || !more)) return strong;
  const { endpoint, likelihood, families } = weak;
  const assumptions = [...new Set([...strong.assumptions, ...weak.assumptions])];
  return { endpoint, likelihood, ...(families && strong.families && !more && { families }), assumptions };
}

/** The address families a party can talk in. */
export function familiesOf(party: Party): readonly Family[] {
  return party.kind === "pods" ? party.families : [party.family];
}

const CERTAIN: Omit<Matched, "endpoint"> = { likelihood: "certain", assumptions: [] };

function matchOf(
  program: Program,
  index: PartyIndex,
  selection: SelectionByFamily,
): Omit<Matched, "endpoint"> | undefined {
  const families = familiesOf(program.parties[index] as Party);
  if (families.every((family) => selection[family].doubts.length === 0 && selection[family].members.has(index)))
    return CERTAIN;
  const each = families.map((family) => ({ family, ...membership(selection[family], index) }));
  const expected = each.filter((one) => one.expected);
  const held = expected.length > 0 ? expected : each.filter((one) => one.possible);
  if (held.length === 0) return undefined;
  const settled = each.every(({ certain, possible }) => certain === possible);
  return {
    likelihood: settled ? "certain" : expected.length > 0 ? "expected" : "possible",
    ...(held.length < families.length && { families: held.map(({ family }) => family) }),
    assumptions: settled ? [] : doubtsAbout(index, families, selection),
  };
}

function doubtsAbout(
  index: PartyIndex,
  families: readonly Family[],
  selection: SelectionByFamily,
): readonly Assumption[] {
  const doubts = families.flatMap((family) => selection[family].doubts).filter(({ parties }) => parties.has(index));
  return [...new Set(doubts.map(({ assumption }) => assumption))];
}
