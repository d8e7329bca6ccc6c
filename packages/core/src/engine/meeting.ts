import { ConnectionSet } from "../model/connections.ts";
import { type Assumption, type Direction, HOST_NETWORK, type Verdict } from "../model/flow.ts";
import type { Program } from "../model/program.ts";
import { isOnHostNetwork } from "./doubts.ts";
import { type Encounter, encounters, sideOf } from "./encounter.ts";
import type { Member } from "./endpoints.ts";
import { certainly, type Estimate, meet } from "./extent.ts";
import { type Judgement, judge, type Step } from "./judge.ts";
import { isOpen, type OpenQuestions, profileOf } from "./profile.ts";

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
  const { egress, ingress } = judgeSides(program, encounter, asked);
  const both = ({ egress, ingress }: Sides) => meet(withOtherProtocols(egress), withOtherProtocols(ingress));
  const decision = ({ allowed, steps }: Judgement): SideDecision => ({
    verdict: allowed.expected.isEmpty ? "deny" : "allow",
    applies: "policy",
    steps,
    encounter,
  });
  return {
    encounter,
    allowed: inEitherView(program, encounter, "all", both({ egress, ingress }), (open) =>
      both(judgeSides(program, encounter, asked, open)),
    ),
    egress: decision(egress),
    ingress: decision(ingress),
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

/** A way of meeting as judged at its two ends. */
export type Sides = { readonly [D in Direction]: Judgement };

export function judgeSides(
  program: Program,
  encounter: Encounter,
  asked: ConnectionSet,
  open: OpenQuestions = "all",
): Sides {
  return {
    egress: judgeSide(program, encounter, "egress", asked, open),
    ingress: judgeSide(program, encounter, "ingress", asked, open),
  };
}

/**
 * Narrows the `estimate` made with these questions open. Where it leaves something in doubt and an end is on the host network, each of
 * the two ways to see such pods is judged `again` by itself: all policies at both ends see a pod in the same way.
 */
export function inEitherView(
  program: Program,
  { source, destination }: Encounter,
  open: "all" | ReadonlySet<Assumption>,
  estimate: Estimate,
  again: (open: OpenQuestions) => Estimate,
): Estimate {
  if (estimate.certain.equals(estimate.possible) || !isOpen(open, HOST_NETWORK)) return estimate;
  if (!isOnHostNetwork(program, source) && !isOnHostNetwork(program, destination)) return estimate;
  const byDefault = again({ open });
  const otherwise = again({ open, otherwise: program.options.hostNetworkPods === "node" ? "pod" : "node" });
  return {
    expected: estimate.expected,
    certain: byDefault.certain.intersect(otherwise.certain),
    possible: byDefault.possible.union(otherwise.possible),
  };
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
  return inEveryLayer(
    program.layers.map((layer) =>
      judge(program, layer, profileOf(program, layer, direction, side.subject, open), side, asked),
    ),
    asked,
  );
}

/** What one side comes to when each layer has judged it. */
export function inEveryLayer(each: readonly Judgement[], asked: ConnectionSet): Judgement {
  return {
    allowed: each.reduce((estimate, { allowed }) => meet(estimate, allowed), certainly(asked)),
    mayMeetIsolation: each.reduce((set, { mayMeetIsolation }) => set.union(mayMeetIsolation), ConnectionSet.NONE),
    steps: each.flatMap(({ steps }) => steps),
  };
}

/** NetworkPolicy says nothing of protocols without ports, so what it does to them where it isolates is a default, not a rule. */
export function withOtherProtocols({ allowed, mayMeetIsolation }: Judgement): Estimate {
  const open = mayMeetIsolation.intersect(ConnectionSet.OTHER);
  if (open.isEmpty) return allowed;
  return {
    expected: allowed.expected,
    certain: allowed.certain.subtract(open),
    possible: allowed.possible.union(open),
  };
}
