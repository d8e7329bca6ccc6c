import { type Decision, decide } from "../../engine/decide.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import type { Cluster } from "../../model/cluster.ts";
import { ConnectionSet, type PortsByProtocol } from "../../model/connections.ts";
import { PROTOCOLS } from "../../model/flow.ts";
import type { Span } from "../../model/source.ts";
import { explain } from "../explain.ts";
import type { Attack } from "./attack-graph.ts";
import { givesOf, needsOf, type Use } from "./cheapest.ts";
import { type EdgeName, type FactIndex, leastCertain, remediesOf, type StepCertainty } from "./fact.ts";
import type { Proof } from "./proofs.ts";
import { REFERENCES } from "./references.ts";

/** How an attacker comes from one fact to another, each step with what makes it possible. */
export interface AttackPath {
  readonly from: string;
  readonly to: string;
  /** Sum over the dearest chain of steps; see {@link AttackRule.cost}. */
  readonly cost: number;
  /** Steps on that chain. */
  readonly hops: number;
  readonly certainty: StepCertainty;
  /** Everything that has to be true besides what the input says, without repetition. */
  readonly assumptions: readonly string[];
  readonly steps: readonly PathStep[];
}

export interface PathStep {
  readonly edge: EdgeName;
  readonly from: string;
  readonly to: string;
  /** What else it needs, where one fact is not enough. */
  readonly also: readonly string[];
  readonly cost: number;
  readonly certainty: StepCertainty;
  /** For packets: one port they may come on, such as `TCP/8080`, and all of them. */
  readonly port?: string;
  readonly ports?: PortsByProtocol;
  readonly because: readonly string[];
  readonly assumptions: readonly string[];
  readonly evidence: readonly Span[];
  /** What would take the step away, where something in the configuration would. */
  readonly fixes: readonly string[];
  readonly references: readonly string[];
}

/** A proof as steps from one thing worth naming to the next; what only links them is told with the step it belongs to. */
export function pathOf(attack: Attack, proof: Proof, from: string): AttackPath {
  const { graph } = attack;
  const by = new Map<FactIndex, Use>(proof.uses.map((use) => [givesOf(graph, use), use]));
  const steps = proof.uses
    .filter((use) => graph.facts[givesOf(graph, use)]?.role === "goal")
    .map((use) => stepOf(attack, use, by, from));
  const last = steps[steps.length - 1];
  return {
    from,
    to: last?.to ?? from,
    cost: proof.cost,
    hops: proof.hops,
    certainty: leastCertain(steps.map(({ certainty }) => certainty)),
    assumptions: [...new Set(steps.flatMap(({ assumptions }) => assumptions))],
    steps,
  };
}

/** The route of a proof, without evidence: equal for proofs that a person would call the same path. */
export function routeOf({ graph }: Attack, { uses }: Proof): string {
  const by = new Map<FactIndex, Use>(uses.map((use) => [givesOf(graph, use), use]));
  const goals = uses.filter((use) => graph.facts[givesOf(graph, use)]?.role === "goal");
  return goals
    .map((use) => {
      const chain = chainOf(graph, use, by);
      return `${edgeOf(graph, chain)} ${sourcesOf(graph, chain).join("+")} ${givesOf(graph, use)}`;
    })
    .join(" | ");
}

type Graph = Attack["graph"];

/** A use that gives something worth naming, after those that only lead up to it. */
export function chainOf(graph: Graph, use: Use, by: ReadonlyMap<FactIndex, Use>): readonly Use[] {
  const before = needsOf(graph, use).flatMap((need) => {
    const giving = graph.facts[need]?.role === "step" ? by.get(need) : undefined;
    return giving ? chainOf(graph, giving, by) : [];
  });
  return [...new Set([...before, use])];
}

/** What a chain starts from: what its last use needs itself comes first. */
export function sourcesOf(graph: Graph, chain: readonly Use[]): readonly FactIndex[] {
  const needs = [...chain]
    .reverse()
    .flatMap((use) => needsOf(graph, use))
    .filter((need) => graph.facts[need]?.role === "goal");
  return [...new Set(needs)];
}

/** A chain is called what its last use is that brings several things together, if one does, and else what its first is. */
function edgeOf(graph: Graph, chain: readonly Use[]): EdgeName {
  const naming = [...chain].reverse().find((use) => needsOf(graph, use).length > 1) ?? (chain[0] as Use);
  return "rule" in naming ? (graph.rules[naming.rule]?.edge ?? "NET") : "NET";
}

function stepOf(attack: Attack, use: Use, by: ReadonlyMap<FactIndex, Use>, start: string): PathStep {
  const { graph } = attack;
  const chain = chainOf(graph, use, by);
  const [from, ...also] = sourcesOf(graph, chain).map((fact) => graph.facts[fact]?.name ?? "");
  const rules = chain.flatMap((one) => ("rule" in one ? (graph.rules[one.rule] ?? []) : []));
  const packets = chain.flatMap((one) => ("rule" in one ? [] : (packetsOf(attack, one.from, one.to) ?? [])));
  const edge = edgeOf(graph, chain);
  const [port] = packets;
  return {
    edge,
    from: from ?? start,
    to: graph.facts[givesOf(graph, use)]?.name ?? "",
    also,
    cost: rules.reduce((sum, { cost }) => sum + cost, 0),
    certainty: leastCertain([...rules, ...packets].map(({ certainty }) => certainty)),
    ...(port?.port !== undefined && { port: port.port }),
    ...(port && { ports: port.ports }),
    because: [...packets.flatMap(({ because }) => because), ...rules.map(({ because }) => because)].filter(
      (one) => one !== "",
    ),
    assumptions: [
      ...packets.flatMap(({ assumptions }) => assumptions),
      ...rules
        .flatMap(({ assumption }) => assumption ?? [])
        .map((text) => (port?.port ? `${text} on ${port.port}` : text)),
    ],
    evidence: distinctSpans([
      ...packets.flatMap(({ evidence }) => evidence),
      ...rules.flatMap(({ evidence }) => evidence),
    ]),
    fixes: [...new Set(rules.flatMap((rule) => remediesOf(rule).map(({ fix }) => fix)))],
    references: REFERENCES[edge] ?? [],
  };
}

interface Packets {
  readonly certainty: StepCertainty;
  readonly port?: string;
  readonly ports: PortsByProtocol;
  readonly because: readonly string[];
  readonly assumptions: readonly string[];
  readonly evidence: readonly Span[];
}

/** Why packets get from one fact to a door, in the engine's words; what policies that are put aside would say is not told. */
function packetsOf({ graph: { net } }: Attack, from: FactIndex, to: FactIndex): Packets | undefined {
  const door = net.doors.find(({ fact }) => fact === to);
  const sender = net.sender(from);
  if (!door || !sender) return undefined;
  const plane = net.plane(sender, door);
  const { reachability } = plane;
  const destination = plane.endpoint(door.endpoint);
  const ways = sender.origins.map((origin) =>
    origin.map((source) => reachability.connection(plane.endpoint(source), destination, door.ports)),
  );
  const [way, ...alike] = ways.find((some) => some.every(({ connections }) => !connections.isEmpty)) ?? [];
  if (!way) return undefined;
  const open = alike.reduce((set, { connections }) => set.intersect(connections), way.connections);
  const port = onePort(open);
  const decision = decide(reachability.program, {
    source: way.from,
    destination,
    connections: port?.connections ?? open,
  });
  const { egress, ingress } = explain(reachability.program, decision);
  const steps = [
    ...(sender.aside === "none" ? egress.steps : []),
    ...(sender.aside !== "all" && !door.aside ? ingress.steps : []),
  ];
  const isEverything = door.ports.portRanges("TCP").length > 0 && open.isAllPorts;
  return {
    certainty: decision.certainty === "specified" ? "proved" : "assumed",
    ...(port && !isEverything && { port: port.name }),
    ports: open.toJSON(),
    because: steps.map(({ sentence }) => sentence),
    assumptions: decision.certainty === "specified" ? [] : assumedOf(decision, reachability.program.cluster),
    evidence: placesOf(
      way.to,
      steps.flatMap(({ span }) => span ?? []),
    ),
  };
}

/** Istio's policies are no part of verdicts on packets: what they ask is told with getting in. */
function assumedOf({ assumptions }: Decision, { controls }: Cluster): readonly string[] {
  const titles = [
    ...controls.authorizationPolicies.map(({ namespace, name }) => `AuthorizationPolicy \`${namespace}/${name}\``),
    ...controls.peerAuthentications.map(({ namespace, name }) => `PeerAuthentication \`${namespace}/${name}\``),
  ];
  const messages = assumptions.map(({ message }) =>
    titles.some((title) => message.startsWith(`${title} `)) ? "policies of the mesh let it through" : message,
  );
  return [...new Set(messages)];
}

/** Where no rule is behind a verdict, the pod nobody isolates is the evidence. */
function placesOf({ members }: Endpoint, spans: readonly Span[]): readonly Span[] {
  const pod = members[0]?.pods[0];
  return spans.length > 0 || !pod ? spans : [pod.span];
}

/** The first port of a set; a path names one that packets can take. */
function onePort(
  connections: ConnectionSet,
): { readonly name: string; readonly connections: ConnectionSet } | undefined {
  for (const protocol of PROTOCOLS) {
    const [[first] = []] = connections.portRanges(protocol);
    if (first !== undefined)
      return { name: `${protocol}/${first}`, connections: ConnectionSet.ports(protocol, first, first) };
  }
  return undefined;
}

function distinctSpans(spans: readonly Span[]): readonly Span[] {
  return [...new Map(spans.map((span) => [`${span.path}:${span.line}:${span.column}`, span])).values()];
}
