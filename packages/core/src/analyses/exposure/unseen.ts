import type { Endpoint, Member } from "../../engine/endpoints.ts";
import type { Cluster, Namespace, Pod } from "../../model/cluster.ts";
import type { PodClass, Program } from "../../model/program.ts";
import { PLAIN_SPEC } from "../../model/security.ts";
import type { Labels } from "../../model/selector.ts";
import { UNWRITTEN } from "../edit.ts";

/** A pod that the input does not have, with these labels and nothing else. */
export function unseenPod(id: string, labels: Labels, network: Pod["network"] = "pod"): Pod {
  const [namespace = "", , ...name] = id.split("/");
  return {
    id,
    workload: id,
    namespace,
    name: name.join("/"),
    labels,
    ports: [],
    addresses: [],
    nodeAddresses: [],
    network,
    replicas: 1,
    annotations: new Map(),
    spec: PLAIN_SPEC,
    span: UNWRITTEN,
  };
}

/** A cluster with pods that it does not have; of a namespace it does not have either, as much is known as is given here. */
export function withUnseen(cluster: Cluster, pods: readonly Pod[], labels: ReadonlyMap<string, Labels>): Cluster {
  const known = new Set(cluster.namespaces.map(({ name }) => name));
  const missing = [...new Set(pods.map(({ namespace }) => namespace))].filter((name) => !known.has(name));
  const namespaces = missing.map(
    (name): Namespace => ({
      name,
      labels: labels.get(name) ?? { values: new Map(), incomplete: true },
      annotations: new Map(),
    }),
  );
  return { ...cluster, namespaces: [...cluster.namespaces, ...namespaces], pods: [...cluster.pods, ...pods] };
}

/** An endpoint of one program as another has it, whose cluster holds the same pods and more. */
export function endpointIn(program: Program, endpoint: Endpoint): Endpoint {
  const wanted = new Set(endpoint.members.flatMap(({ pods }) => pods.map(({ id }) => id)));
  const members = program.memory
    .of(Places)
    .holding(program, wanted)
    .map((party): Member => {
      const pods = party.pods.filter(({ id }) => wanted.has(id));
      return { party: party.index, pods };
    });
  return { ...endpoint, members };
}

/** Which class each pod of a program is in. */
class Places {
  private byPod: Map<string, PodClass> | undefined;

  /** The classes that hold some of these pods, in their order. */
  holding({ parties }: Program, ids: ReadonlySet<string>): readonly PodClass[] {
    this.byPod ??= new Map(
      parties.flatMap((party) => (party.kind === "pods" ? party.pods.map(({ id }) => [id, party] as const) : [])),
    );
    const found = new Set([...ids].flatMap((id) => this.byPod?.get(id) ?? []));
    return [...found].sort((a, b) => a.index - b.index);
  }
}
