import { ConnectionSet } from "../model/connections.ts";
import type { Direction, Verdict } from "../model/flow.ts";
import type { Program } from "../model/program.ts";
import { type Encounter, encounters, sideOf } from "./encounter.ts";
import type { Member } from "./endpoints.ts";
import { certainly, type Estimate, meet } from "./extent.ts";
import { type Judgement, judge, type Step } from "./judge.ts";
import { type OpenQuestions, profileOf } from "./profile.ts";

export interface SideDecision {
  readonly verdict: Verdict;
  /** `self`: a pod always reaches itself. `none`: the ends share no address family, so there is nothing to decide. */
  readonly applies: "policy" | "self" | "none";
  readonly steps: readonly Step[];
  /** The way of meeting that the steps are about. */
  readonly encounter?: Encounter;
}

/** One way of meeting, judged. */
export interface Meeting {
  readonly encounter: Encounter;
  readonly allowed: Estimate;
  readonly egress: SideDecision;
  readonly ingress: SideDecision;
}

/** Every way in which two members can meet, judged on both sides. */
export function meetingsOf(program: Program, source: Member, destination: Member, asked: ConnectionSet): Meeting[] {
  const same = isSamePod(source, destination);
  return encounters(program, source, destination).map((encounter) =>
    same ? selfMeeting(encounter, asked) : meetingOf(program, encounter, asked),
  );
}

/** One way of meeting, judged on both sides. */
export function meetingOf(program: Program, encounter: Encounter, asked: ConnectionSet): Meeting {
  const egress = sideDecision(program, encounter, "egress", asked);
  const ingress = sideDecision(program, encounter, "ingress", asked);
  return {
    encounter,
    allowed: meet(egress.estimate, ingress.estimate),
    egress: egress.decision,
    ingress: ingress.decision,
  };
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
