import type { Parameters } from "fast-check";
import { type Decision, decide, type Pod, type Program } from "../../src/index.ts";
import type { OracleDestination, OracleEnd, OracleFlow } from "../oracle/context.ts";
import { everyPod, type SinglePod } from "../oracle/pods.ts";

/** What the engine says about a flow of the oracle; `undefined` when it has no name for an end: one of several like replicas, twice. */
export function ask(program: Program, flow: OracleFlow): Decision | undefined {
  const source = nameOf(program, flow.source);
  const destination = nameOf(program, flow.destination);
  const oneOfMany = "pod" in flow.source && source === destination && replicasOf(program, source) > 1;
  if (oneOfMany && isSame(flow.source, flow.destination)) return undefined;

  const { protocol, port, family } = flow;
  return decide(program, {
    source,
    destination,
    protocol,
    ...(port !== undefined && { port }),
    ...(family !== undefined && { family }),
  });
}

/** A pod as the engine calls it. A replica that selectors tell apart is a pod of its own; the others stay under one name. */
export function nameOf(program: Program, end: OracleDestination): string {
  if ("address" in end) return end.address;
  if ("service" in end) return end.service.replace("/", "/Service/");
  const pod = everyPod(program.cluster).find(({ of, replica }) => of.id === end.pod && replica === (end.replica ?? 0));
  if (!pod) throw new Error(`no such pod: ${end.pod}`);
  const known = podCalled(program, pod);
  if (known.id === pod.of.workload) return known.id;
  return `${known.namespace}/${known.name}`;
}

/** What stands for one pod in the engine: itself, or all the replicas that nothing tells apart from it. */
export function podCalled(program: Program, pod: SinglePod): Pod {
  return podsOf(program).find(({ id }) => id === pod.of.id || id === replicaId(pod)) ?? restOf(program, pod);
}

function restOf(program: Program, { of }: SinglePod) {
  const rest = podsOf(program).find(({ id, replicas }) => id.startsWith(`${of.id}/`) && replicas > 1);
  if (!rest) throw new Error(`the engine lost a replica of ${of.id}`);
  return rest;
}

function replicaId({ of, replica }: SinglePod): string {
  return `${of.id}/${(of.ordinals?.start ?? 0) + replica}`;
}

function replicasOf(program: Program, name: string): number {
  const named = podsOf(program).find((pod) => pod.id === name || `${pod.namespace}/${pod.name}` === name);
  return named?.replicas ?? 1;
}

function podsOf(program: Program) {
  return program.parties.flatMap((party) => (party.kind === "pods" ? party.pods : []));
}

function isSame(a: OracleEnd, b: OracleDestination): boolean {
  return "pod" in a && "pod" in b && a.pod === b.pod && (a.replica ?? 0) === (b.replica ?? 0);
}

/** How many random runs a property makes, unless FC_NUM_RUNS says otherwise. */
export function runs<T>(usual: number): Parameters<T> {
  return process.env.FC_NUM_RUNS ? {} : { numRuns: usual };
}
