import { compile } from "../../compile/compile.ts";
import type { Endpoint, Member } from "../../engine/endpoints.ts";
import { podEndpoint } from "../../engine/endpoints.ts";
import type { Likelihood } from "../../engine/profile.ts";
import type { Cluster, Namespace, Pod } from "../../model/cluster.ts";
import type { PodClass, Program } from "../../model/program.ts";
import type { PodSpec } from "../../model/security.ts";
import type { Labels } from "../../model/selector.ts";
import { UNWRITTEN } from "../edit.ts";
import type { ObservedSource } from "./entry.ts";
import type { Presumption } from "./find-controller.ts";
import { type Arrival, asProxy } from "./observed.ts";

/** Nobody's namespace: no name of a Kubernetes object has brackets. */
const NOWHERE = "(unknown)";

/**
 * Pods put into a copy of the program for controllers that the input does not show, so that the engine can say what they might reach.
 *
 * For each presumption one pod as presumed; and pods of which nothing is known, one in a namespace of which nothing is known and one
 * in each namespace that routes lead to. What holds for the unknown one holds for sure; what none of them may do is sure as well.
 * Source: docs/semantics.md EXP-13.
 */
export class StandIns {
  private readonly program: Program;
  private readonly byId: ReadonlyMap<string, PodClass>;

  /** Cost: one compilation. */
  constructor(original: Program, presumptions: readonly Presumption[], namespaces: readonly string[]) {
    const presumed = [...new Map(presumptions.map((one) => [idOf(one), one])).values()];
    const unknown = [NOWHERE, ...namespaces].map((namespace) =>
      standIn(namespace, "unknown", { values: new Map(), incomplete: true }),
    );
    const cluster = withPods(original.cluster, [...presumed.map(presumedPod), ...unknown], presumed);
    this.program = compile(cluster, original.options).program;
    this.byId = new Map(
      this.program.parties.flatMap((party) =>
        party.kind === "pods" ? party.pods.map((pod) => [pod.id, party] as const) : [],
      ),
    );
  }

  /** What a controller may reach of which only this is presumed, or nothing. */
  observe(presumption: Presumption | undefined, { destination, ...arrival }: Arrival): ObservedSource {
    const there: Arrival = { ...arrival, destination: this.moved(destination) };
    const unknown = this.from(idOfUnknown(NOWHERE), there);
    const inside = this.from(idOfUnknown(destination.namespace ?? ""), there);
    const presumed = presumption ? this.from(idOf(presumption), there) : unknown;
    const passes: Likelihood = {
      certain: presumed.passes.certain && unknown.passes.certain,
      expected: presumed.passes.expected,
      possible: [presumed, unknown, inside].some(({ passes: { possible } }) => possible),
    };
    return { ...presumed, passes };
  }

  private from(id: string, arrival: Arrival): ObservedSource {
    const party = this.byId.get(id);
    const pod = party?.pods.find((one) => one.id === id);
    if (!party || !pod) throw new Error(`no stand-in \`${id}\``);
    return asProxy(this.program, podEndpoint(pod, party.index), arrival);
  }

  /** An endpoint of the original program, as the copy has it. */
  private moved(endpoint: Endpoint): Endpoint {
    const members = new Map<number, Pod[]>();
    for (const pod of endpoint.members.flatMap((member) => member.pods)) {
      const party = this.byId.get(pod.id);
      if (party) members.set(party.index, [...(members.get(party.index) ?? []), pod]);
    }
    return { ...endpoint, members: [...members].map(([party, pods]): Member => ({ party, pods })) };
  }
}

function idOf({ namespace, labels, network }: Presumption): string {
  const written = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return `${namespace}/Assumed/${[...written, ...(network === "host" ? ["host network"] : [])].join(",")}`;
}

function idOfUnknown(namespace: string): string {
  return `${namespace}/Assumed/unknown`;
}

function presumedPod(presumption: Presumption): Pod {
  const { namespace, labels, network } = presumption;
  const name = idOf(presumption).slice(`${namespace}/Assumed/`.length);
  return { ...standIn(namespace, name, { values: new Map(Object.entries(labels)) }), network };
}

function standIn(namespace: string, name: string, labels: Labels): Pod {
  const id = `${namespace}/Assumed/${name}`;
  return {
    id,
    workload: id,
    namespace,
    name,
    labels,
    ports: [],
    addresses: [],
    nodeAddresses: [],
    network: "pod",
    replicas: 1,
    annotations: new Map(),
    spec: NOTHING,
    span: UNWRITTEN,
  };
}

/** The cluster with more pods; a namespace it does not have is one of which only what is presumed is known. */
export function withPods(cluster: Cluster, pods: readonly Pod[], presumed: readonly Presumption[]): Cluster {
  const known = new Set(cluster.namespaces.map(({ name }) => name));
  const missing = [...new Set(pods.map(({ namespace }) => namespace))].filter((name) => !known.has(name));
  const namespaces = missing.map((name): Namespace => {
    const values = presumed
      .filter(({ namespace }) => namespace === name)
      .flatMap((one) => Object.entries(one.namespaceLabels));
    return { name, labels: { values: new Map(values), incomplete: true }, annotations: new Map() };
  });
  return { ...cluster, namespaces: [...cluster.namespaces, ...namespaces], pods: [...cluster.pods, ...pods] };
}

const NOTHING: PodSpec = {
  containers: [],
  volumes: [],
  hostPorts: [],
  hostPID: false,
  hostIPC: false,
  shareProcessNamespace: false,
  serviceAccountName: "default",
  imagePullSecrets: [],
  nodeSelector: new Map(),
  nodeAffinity: false,
  tolerations: [],
  places: {},
};
