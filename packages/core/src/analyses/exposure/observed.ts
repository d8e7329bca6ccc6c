import { type Question, settle } from "../../engine/decide.ts";
import { caveatsOf } from "../../engine/doubts.ts";
import type { Encounter } from "../../engine/encounter.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import { type Meeting, meetingOf, meetingsOf } from "../../engine/meeting.ts";
import { anyOf, type Likelihood } from "../../engine/profile.ts";
import type { ConnectionSet } from "../../model/connections.ts";
import type { Family } from "../../model/flow.ts";
import { IpSet } from "../../model/ip.ts";
import type { Program } from "../../model/program.ts";
import { waysOfClient, waysOfNode } from "../service-paths.ts";
import type { ObservedSource } from "./entry.ts";
import { allOf } from "./likelihood.ts";

/** Where traffic from outside arrives, and in which families. */
export interface Arrival {
  readonly destination: Endpoint;
  readonly connections: ConnectionSet;
  readonly families: readonly Family[];
}

/** Under the client's own address. It is let in when some address is. */
export function asClient(program: Program, source: Endpoint, wanted: IpSet, arrival: Arrival): ObservedSource {
  const { destination, connections, families } = arrival;
  const meetings = judged(program, waysOfClient(program, { families }, source, destination), connections);
  const question = { source, destination, connections };
  const admits = IpSet.of(meetings.flatMap((way) => (way.allowed.expected.isEmpty ? [] : rangesOf(program, way))));
  const within = wanted.intersect(IpSet.of(meetings.flatMap((way) => rangesOf(program, way))));
  return {
    ...observed(program, "client", question, meetings),
    admits: admits.includes(within) ? "all" : admits.intersect(within).toCidrs(),
  };
}

/** Under the address of the node it came to. */
export function asNode(program: Program, source: Endpoint, { destination, ...arrival }: Arrival): ObservedSource {
  const { connections, families } = arrival;
  const clients = waysOfClient(program, { families }, source, destination);
  const ways = waysOfNode(program, clients, destination);
  const nodes = { ...source, id: "nodes" };
  return observed(program, "node", { source: nodes, destination, connections }, judged(program, ways, connections));
}

/** Under an address that nobody knows: it is let in for sure when every address is. */
export function asBalancer(program: Program, source: Endpoint, arrival: Arrival): ObservedSource {
  const { destination, connections, families } = arrival;
  const meetings = judged(program, waysOfClient(program, { families }, source, destination), connections);
  const question = { source, destination, connections };
  const each = meetings.map((meeting) => likelihoodOf(program, meeting));
  const any = anyOf(each);
  const passes = each.length === 0 ? any : { ...allOf(each), possible: any.possible };
  return { ...observed(program, "balancer", question, meetings), passes };
}

/** From the pods of a proxy, whose egress counts as well as the ingress of what it calls. */
export function asProxy(program: Program, source: Endpoint, arrival: Arrival): ObservedSource {
  const { destination, connections } = arrival;
  return observed(program, "proxy", { source, destination, connections }, meetingsWith(program, source, arrival));
}

/** How likely something of a proxy is let through, without the verdict and its trail, which take longer. */
export function proxyPasses(program: Program, source: Endpoint, arrival: Arrival): Likelihood {
  return anyOf(meetingsWith(program, source, arrival).map((meeting) => likelihoodOf(program, meeting)));
}

function meetingsWith(program: Program, source: Endpoint, { destination, connections }: Arrival): readonly Meeting[] {
  return source.members.flatMap((from) =>
    destination.members.flatMap((to) => meetingsOf(program, from, to, connections)),
  );
}

/** Every member settled: allowed if all of them are, denied if none is; by default as the first one has it. */
export function together(sources: readonly ObservedSource[]): Likelihood {
  const readings = sources.map(({ passes }) => passes);
  return {
    certain: readings.length > 0 && allOf(readings).certain,
    expected: readings[0]?.expected ?? false,
    possible: anyOf(readings).possible,
  };
}

function observed(
  program: Program,
  as: ObservedSource["as"],
  question: Question,
  meetings: readonly Meeting[],
): ObservedSource {
  const passes = anyOf(meetings.map((meeting) => likelihoodOf(program, meeting)));
  return { as, endpoint: question.source, passes, decision: settle(program, question, meetings), program };
}

function judged(program: Program, ways: readonly Encounter[], asked: ConnectionSet): readonly Meeting[] {
  return ways.map((way) => meetingOf(program, way, asked));
}

/** What one way of meeting comes to, with what policies that could not be used might have changed. */
function likelihoodOf(program: Program, { encounter, allowed }: Meeting): Likelihood {
  const caveats = caveatsOf(program, [encounter]);
  const mayOpen = caveats.some(({ effect }) => effect === "either");
  const mayClose = mayOpen || caveats.some(({ effect }) => effect === "closes");
  return {
    certain: !mayClose && !allowed.certain.isEmpty,
    expected: !allowed.expected.isEmpty,
    possible: mayOpen || !allowed.possible.isEmpty,
  };
}

function rangesOf({ parties }: Program, { encounter }: Meeting): IpSet["ranges"] {
  const party = parties[encounter.source];
  return party?.kind === "addresses" ? party.addresses.ranges : [];
}
