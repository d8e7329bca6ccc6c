import type { Question } from "../../engine/decide.ts";
import { type Encounter, encounters, sideOf } from "../../engine/encounter.ts";
import type { Endpoint, Member } from "../../engine/endpoints.ts";
import type { Side } from "../../engine/extent.ts";
import type { Step } from "../../engine/judge.ts";
import { judgeSide } from "../../engine/meeting.ts";
import type { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import type { Program } from "../../model/program.ts";

/** One way in which the two ends of a question can meet, with what each side lets through. */
export interface Meeting {
  readonly encounter: Encounter;
  readonly sides: { readonly [D in Direction]: { readonly allowed: ConnectionSet; readonly steps: readonly Step[] } };
}

/** Every way of meeting that policy has a say in: a pod always reaches itself. */
export function meetingsOf(program: Program, question: Question): readonly Meeting[] {
  const { source, destination, connections, family } = question;
  const side = (encounter: Encounter, direction: Direction) => {
    const { allowed, steps } = judgeSide(program, encounter, direction, connections);
    return { allowed: allowed.expected, steps };
  };
  return source.members
    .flatMap((from) => destination.members.flatMap((to) => (isSelf(from, to) ? [] : encounters(program, from, to))))
    .filter((encounter) => family === undefined || encounter.family === family)
    .map((encounter) => ({
      encounter,
      sides: { egress: side(encounter, "egress"), ingress: side(encounter, "ingress") },
    }));
}

/** Meetings as the subjects of one direction see them. */
export function sidesOf(meetings: readonly Meeting[], direction: Direction): readonly Side[] {
  return meetings.map(({ encounter }) => sideOf(encounter, direction));
}

/** A question as one direction sees it. */
export function rolesIn(
  direction: Direction,
  { source, destination }: Question,
): { readonly subject: Endpoint; readonly peer: Endpoint } {
  return direction === "egress" ? { subject: source, peer: destination } : { subject: destination, peer: source };
}

function isSelf(a: Member, b: Member): boolean {
  const pods = new Set([...a.pods, ...b.pods]);
  return pods.size === 1 && a.pods[0] === b.pods[0] && a.pods[0]?.replicas === 1;
}
