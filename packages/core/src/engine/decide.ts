import { ConnectionSet } from "../model/connections.ts";
import type { Assumption, Certainty, Direction, Family, Verdict } from "../model/flow.ts";
import type { Program } from "../model/program.ts";
import { caveatsOf, doubtsOf, NON_PORT_PROTOCOL, worstOf } from "./doubts.ts";
import { type Encounter, encounters, sideOf } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import { certainly, type Estimate, meet } from "./extent.ts";
import { type Judgement, judge, type Step } from "./judge.ts";
import { type OpenQuestions, profileOf } from "./profile.ts";

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
  readonly certainty: Certainty;
  readonly egress: SideDecision;
  readonly ingress: SideDecision;
  /** What the verdict rests on: what could change it, and what is worth knowing with it. */
  readonly assumptions: readonly Assumption[];
}

export interface SideDecision {
  readonly verdict: Verdict;
  /** `self`: a pod always reaches itself. `none`: the ends share no address family, so there is nothing to decide. */
  readonly applies: "policy" | "self" | "none";
  readonly steps: readonly Step[];
  /** The way of meeting that the steps are about. */
  readonly encounter?: Encounter;
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
  const witness = ways.find(({ allowed }) => !allowed.expected.isEmpty) ?? ways[0];
  if (!witness) return separate(program, question);
  const allowed = ways.reduce((set, way) => set.union(way.allowed.expected), ConnectionSet.NONE);
  const uniform =
    ways.every((way) => way.allowed.expected.equals(allowed)) && (allowed.isEmpty || allowed.equals(asked));
  const assumptions = distinct([
    ...ways.flatMap((way) => decisiveDoubts(program, way, asked)),
    ...familyNotes(program, ways),
    ...caveatsOf(
      program,
      ways.map(({ encounter }) => encounter),
    ),
  ]);
  return {
    question,
    verdict: allowed.isEmpty ? "deny" : "allow",
    scope: uniform ? "all" : "some",
    allowed,
    certainty: worstOf(assumptions),
    egress: witness.egress,
    ingress: witness.ingress,
    assumptions,
  };
}

/** One way of meeting, judged. */
interface Meeting {
  readonly encounter: Encounter;
  readonly allowed: Estimate;
  readonly egress: SideDecision;
  readonly ingress: SideDecision;
}

function meetingsOf(program: Program, source: Member, destination: Member, asked: ConnectionSet): Meeting[] {
  const same = isSamePod(source, destination);
  return encounters(program, source, destination).map((encounter) => {
    if (same) return selfMeeting(encounter, asked);
    const egress = sideDecision(program, encounter, "egress", asked);
    const ingress = sideDecision(program, encounter, "ingress", asked);
    return {
      encounter,
      allowed: meet(egress.estimate, ingress.estimate),
      egress: egress.decision,
      ingress: ingress.decision,
    };
  });
}

/** Both are one and the same pod. Two replicas of one workload are not. */
function isSamePod({ pods: [a, ...moreA] }: Member, { pods: [b, ...moreB] }: Member): boolean {
  return a !== undefined && a === b && a.replicas === 1 && moreA.length === 0 && moreB.length === 0;
}

function selfMeeting(encounter: Encounter, asked: ConnectionSet): Meeting {
  const self: SideDecision = { verdict: "allow", applies: "self", steps: [], encounter };
  return { encounter, allowed: certainly(asked), egress: self, ingress: self };
}

function sideDecision(program: Program, encounter: Encounter, direction: Direction, asked: ConnectionSet) {
  const { allowed, mayMeetIsolation, steps } = judgeSide(program, encounter, direction, asked);
  const decision: SideDecision = {
    verdict: allowed.expected.isEmpty ? "deny" : "allow",
    applies: "policy",
    steps,
    encounter,
  };
  return { decision, estimate: withOtherProtocols(allowed, mayMeetIsolation) };
}

/** One side under every layer: all of them must allow. */
export function judgeSide(
  program: Program,
  encounter: Encounter,
  direction: Direction,
  asked: ConnectionSet,
  open: OpenQuestions = "all",
): Judgement {
  const side = sideOf(encounter, direction, open);
  const each = program.layers.map((layer) =>
    judge(program, layer, profileOf(layer, direction, side.subject, open), side, asked),
  );
  return {
    allowed: each.reduce((estimate, { allowed }) => meet(estimate, allowed), certainly(asked)),
    mayMeetIsolation: each.reduce((set, { mayMeetIsolation }) => set.union(mayMeetIsolation), ConnectionSet.NONE),
    steps: each.flatMap(({ steps }) => steps),
  };
}

/** NetworkPolicy says nothing of protocols without ports, so what it does to them where it isolates is a default, not a rule. */
function withOtherProtocols(allowed: Estimate, mayMeetIsolation: ConnectionSet): Estimate {
  const open = mayMeetIsolation.intersect(ConnectionSet.OTHER);
  if (open.isEmpty) return allowed;
  return {
    expected: allowed.expected,
    certain: allowed.certain.subtract(open),
    possible: allowed.possible.union(open),
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
  const sides = (doubts: readonly Assumption[]) =>
    (["egress", "ingress"] as const).map((direction) =>
      judgeSide(program, encounter, direction, asked, new Set(doubts)),
    );
  const swings = (doubts: readonly Assumption[]) => {
    const estimate = sides(doubts).reduce((both, { allowed }) => meet(both, allowed), certainly(asked));
    return !estimate.certain.equals(estimate.possible);
  };
  const alone = touched.filter((doubt) => swings([doubt]));
  const together = alone.length === 0 && swings(touched) ? touched : alone;
  if (together.length > 0) return together;

  // What is left is what NetworkPolicy does to other protocols, and the doubts on which it rests that they come to it.
  const isRuled = (doubts: readonly Assumption[]) =>
    sides(doubts).some(({ mayMeetIsolation }) => !mayMeetIsolation.intersect(ConnectionSet.OTHER).isEmpty);
  const behind = isRuled([]) ? [] : touched.filter((doubt) => isRuled([doubt]));
  return [...behind, NON_PORT_PROTOCOL];
}

/** Says so when a connection gets through in one address family only. */
function familyNotes(program: Program, ways: readonly Meeting[]): readonly Assumption[] {
  const verdicts = new Map(ways.map(({ encounter, allowed }) => [encounter.family, allowed.expected.isEmpty]));
  if (new Set(verdicts.values()).size < 2) return [];
  const open = [...verdicts].find(([, isEmpty]) => !isEmpty)?.[0];
  return [familyNote(program, `allowed over ${open} only`)];
}

/** Families that nobody wrote down are a guess, and so is what hangs on them. */
function familyNote({ cluster, options }: Program, message: string): Assumption {
  const assumed = options.podCIDRs.length === 0 && cluster.pods.every(({ addresses }) => addresses.length === 0);
  return { code: "families-differ", certainty: assumed ? "unknown" : "specified", message };
}

function separate(program: Program, question: Question): Decision {
  const nothing: SideDecision = { verdict: "deny", applies: "none", steps: [] };
  const assumptions = [familyNote(program, "the two ends have no address family in common")];
  return {
    question,
    verdict: "deny",
    scope: "all",
    allowed: ConnectionSet.NONE,
    certainty: worstOf(assumptions),
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
