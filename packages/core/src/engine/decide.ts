import { ConnectionSet } from "../model/connections.ts";
import type { Assumption, Certainty, Family, Verdict } from "../model/flow.ts";
import type { Program } from "../model/program.ts";
import { caveatsOf, doubtsOf, NON_PORT_PROTOCOL, worstOf } from "./doubts.ts";
import { presumedEncounters } from "./encounter.ts";
import type { Endpoint } from "./endpoints.ts";
import { meet } from "./extent.ts";
import { inEitherView, judgeSides, type Meeting, meetingOf, meetingsOf, type SideDecision } from "./meeting.ts";
import type { OpenQuestions } from "./profile.ts";

/** What may `source` open to `destination`, out of the connections asked about? */
export interface Question {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly connections: ConnectionSet;
  /** One address family only; without it, every family both ends have. */
  readonly family?: Family;
}

/** The verdict on a question, with its trail. */
export interface Decision {
  readonly question: Question;
  /** `allow` when any of the connections asked about gets through, from any pod or address of the source to any of the destination. */
  readonly verdict: Verdict;
  /** `some` when only part of what was asked about is allowed. */
  readonly scope: "all" | "some";
  readonly allowed: ConnectionSet;
  /** What may get through, from any pod or address to any, if open questions are settled one way or the other; never less than `allowed`. */
  readonly possible: ConnectionSet;
  /** What gets through from every pod or address to every one, however open questions are settled; never more than `allowed`. */
  readonly certain: ConnectionSet;
  readonly certainty: Certainty;
  readonly egress: SideDecision;
  readonly ingress: SideDecision;
  /** What the verdict rests on: what could change it, and what is worth knowing with it. */
  readonly assumptions: readonly Assumption[];
}

/**
 * Decides a question by judging both sides of every way in which source and destination can meet.
 *
 * The trail is that of one such way: an allowed one if there is any, else the first. Cost: one look at every rule for each pair of
 * members. Source: docs/semantics.md "Combined procedure".
 */
export function decide(program: Program, question: Question): Decision {
  const { source, destination, connections: asked, family } = question;
  const meetings = source.members.flatMap((from) =>
    destination.members.flatMap((to) => meetingsOf(program, from, to, asked)),
  );
  const ways = family === undefined ? meetings : meetings.filter(({ encounter }) => encounter.family === family);
  if (ways.length === 0 && isShutAnyway(program, question)) return separate(question, "specified");
  return settle(program, question, ways);
}

/** Whether nothing would get through either if pods whose families are a guess had that of the addresses at the other end. */
function isShutAnyway(program: Program, question: Question): boolean {
  const { source, destination, connections } = question;
  const pairs = source.members.flatMap((from) =>
    destination.members.map((to) => presumedEncounters(program, from, to)),
  );
  const ways = pairs.flatMap((each) => each ?? []).map((way) => meetingOf(program, way, connections));
  return !pairs.includes(undefined) && (ways.length === 0 || settle(program, question, ways).possible.isEmpty);
}

/** What all the ways in which source and destination of a question meet come to together. */
export function settle(program: Program, question: Question, ways: readonly Meeting[]): Decision {
  const asked = question.connections;
  const witness = ways.find(({ allowed }) => !allowed.expected.isEmpty) ?? ways[0];
  if (!witness) return separate(question, certaintyOfFamilies(program));
  const allowed = ways.reduce((set, way) => set.union(way.allowed.expected), ConnectionSet.NONE);
  const uniform =
    ways.every((way) => way.allowed.expected.equals(allowed)) && (allowed.isEmpty || allowed.equals(asked));
  const caveats = caveatsOf(
    program,
    ways.map(({ encounter }) => encounter),
  );
  const assumptions = distinct([
    ...ways.flatMap((way) => decisiveDoubts(program, way, asked)),
    ...familyNotes(program, ways),
    ...caveats.map(({ assumption }) => assumption),
  ]);
  const mayOpen = caveats.some(({ effect }) => effect === "either");
  const mayClose = mayOpen || caveats.some(({ effect }) => effect === "closes");
  return {
    question,
    verdict: allowed.isEmpty ? "deny" : "allow",
    scope: uniform ? "all" : "some",
    allowed,
    possible: mayOpen ? asked : ways.reduce((set, way) => set.union(way.allowed.possible), ConnectionSet.NONE),
    certain: mayClose ? ConnectionSet.NONE : ways.reduce((set, way) => set.intersect(way.allowed.certain), asked),
    certainty: worstOf(assumptions),
    egress: witness.egress,
    ingress: witness.ingress,
    assumptions,
  };
}

/** The open questions that alone could change the verdict of a meeting; all that it touches when it takes several together. */
function decisiveDoubts(
  program: Program,
  { encounter, allowed, egress }: Meeting,
  asked: ConnectionSet,
): readonly Assumption[] {
  if (egress.applies !== "policy" || allowed.certain.equals(allowed.possible)) return [];
  const touched = doubtsOf(program, encounter);
  const comesTo = (open: OpenQuestions) => {
    const { egress, ingress } = judgeSides(program, encounter, asked, open);
    return meet(egress.allowed, ingress.allowed);
  };
  const swings = (doubts: readonly Assumption[]) => {
    const open = new Set(doubts);
    const { certain, possible } = inEitherView(program, encounter, open, comesTo(open), comesTo);
    return !certain.equals(possible);
  };
  const alone = touched.filter((doubt) => swings([doubt]));
  const together = alone.length === 0 && swings(touched) ? touched : alone;
  if (together.length > 0) return together;

  // What is left is what NetworkPolicy does to other protocols, and the doubts on which it rests that they come to it.
  const isRuled = (doubts: readonly Assumption[]) =>
    Object.values(judgeSides(program, encounter, asked, new Set(doubts))).some(
      ({ mayMeetIsolation }) => !mayMeetIsolation.intersect(ConnectionSet.OTHER).isEmpty,
    );
  const behind = isRuled([]) ? [] : touched.filter((doubt) => isRuled([doubt]));
  return [...behind, NON_PORT_PROTOCOL];
}

/** Says so when a connection gets through in one address family only. */
function familyNotes(program: Program, ways: readonly Meeting[]): readonly Assumption[] {
  const families = new Set(ways.map(({ encounter }) => encounter.family));
  const isOpen = (family: Family) =>
    ways.some(({ encounter, allowed }) => encounter.family === family && !allowed.expected.isEmpty);
  const [open, ...more] = [...families].filter(isOpen);
  if (families.size < 2 || open === undefined || more.length > 0) return [];
  return [{ code: "families-differ", certainty: certaintyOfFamilies(program), message: `allowed over ${open} only` }];
}

/** Families that nobody wrote down are a guess, and so is what hangs on them. */
function certaintyOfFamilies({ cluster, options }: Program): Certainty {
  const assumed = options.podCIDRs.length === 0 && cluster.pods.every(({ addresses }) => addresses.length === 0);
  return assumed ? "unknown" : "specified";
}

function separate(question: Question, certainty: Certainty): Decision {
  const nothing: SideDecision = { verdict: "deny", applies: "none", steps: [] };
  const assumptions: readonly Assumption[] = [
    { code: "families-differ", certainty, message: "the two ends have no address family in common" },
  ];
  return {
    question,
    verdict: "deny",
    scope: "all",
    allowed: ConnectionSet.NONE,
    possible: certainty === "specified" ? ConnectionSet.NONE : question.connections,
    certain: ConnectionSet.NONE,
    certainty,
    egress: nothing,
    ingress: nothing,
    assumptions,
  };
}

function distinct(assumptions: readonly Assumption[]): readonly Assumption[] {
  return [
    ...new Map(assumptions.map((assumption) => [`${assumption.code} ${assumption.message}`, assumption])).values(),
  ];
}
