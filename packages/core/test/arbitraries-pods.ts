import fc, { type Arbitrary } from "fast-check";
import type { Namespace, Node, Ordinals, Pod, Workload } from "../src/model/cluster.ts";
import type { ContainerPort } from "../src/model/ports.ts";
import { PLAIN_SPEC } from "../src/model/security.ts";
import type { Labels } from "../src/model/selector.ts";
import { INDEX, labels, NAMES, NAMESPACES, NOWHERE, PORTS, protocol, times } from "./arbitraries-labels.ts";

const NODES = [
  { name: "n1", addresses: ["192.168.0.1", "fd01::1"] },
  { name: "n2", addresses: ["192.168.0.2", "fd01::2"] },
] as const;

const NO_ANNOTATIONS: ReadonlyMap<string, string> = new Map();

export const namespaces: Arbitrary<Namespace[]> = fc
  .tuple(...NAMESPACES.map(() => fc.record({ labels, declared: times(7, true, false) })))
  .map((drawn) =>
    drawn.map(({ labels, declared }, index) => {
      const name = NAMESPACES[index] ?? "";
      const own: [string, string] = ["kubernetes.io/metadata.name", name];
      if (!declared) return { name, labels: { values: new Map([own]), incomplete: true }, annotations: NO_ANNOTATIONS };
      return { name, labels: { values: new Map([...labels, own]) }, annotations: NO_ANNOTATIONS, span: NOWHERE };
    }),
  );

const containerPorts: Arbitrary<ContainerPort[]> = fc.uniqueArray(
  fc
    .record({
      name: fc.constantFrom(undefined, "http", "http", "http", ...NAMES),
      port: fc.constantFrom(...PORTS),
      protocol,
      container: fc.constantFrom<ContainerPort["container"]>("main", "sidecar", "sidecar", "init"),
    })
    .map(({ name, ...port }): ContainerPort => (name === undefined ? port : { ...port, name })),
  // One container declares a name, and a port of a protocol, once.
  {
    minLength: 1,
    maxLength: 5,
    size: "max",
    comparator: (a, b) =>
      a.container === b.container &&
      ((a.name !== undefined && a.name === b.name) || (a.port === b.port && a.protocol === b.protocol)),
  },
);

/** A pod, or a workload of some, before it has a name. */
export interface PodDraft {
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly ports: readonly ContainerPort[];
  readonly network: "pod" | "host";
  readonly node: 0 | 1 | undefined;
  readonly families: "none" | "IPv4" | "IPv6" | "both";
  /** `Pod` is a live pod; the others are templates, of which addresses are never known. */
  readonly kind: "Pod" | "Deployment" | "StatefulSet" | "Job";
  readonly owned: boolean;
  readonly replicas: number;
  readonly start: number;
}

export const podDraft: Arbitrary<PodDraft> = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  labels,
  ports: containerPorts,
  network: times<"pod" | "host">(8, "pod", "host"),
  node: fc.constantFrom(undefined, 0, 1),
  families: fc.constantFrom("none", "IPv4", "IPv4", "IPv6", "both", "both"),
  kind: fc.constantFrom(
    "Pod",
    "Pod",
    "Pod",
    "Deployment",
    "Deployment",
    "StatefulSet",
    "StatefulSet",
    "StatefulSet",
    "Job",
  ),
  owned: times(3, true, false),
  replicas: fc.integer({ min: 1, max: 3 }),
  start: fc.constantFrom(0, 0, 1),
});

const POD_NAME = "statefulset.kubernetes.io/pod-name";

export function podOf(draft: PodDraft, index: number): Pod {
  const { namespace, kind, network } = draft;
  const name = `p${index}`;
  const node = draft.node === undefined ? undefined : NODES[draft.node];
  const pod = {
    namespace,
    name,
    ports: draft.ports,
    network,
    ...(node && { node: node.name }),
    annotations: NO_ANNOTATIONS,
    spec: PLAIN_SPEC,
    span: NOWHERE,
  };
  if (kind === "Pod") {
    const workload = draft.owned ? `${namespace}/ReplicationController/w` : `${namespace}/Pod/${name}`;
    const addresses =
      network === "pod" ? ofFamilies(draft.families, [`10.0.${index % 2}.${index + 1}`, `fd00::${index + 1}`]) : [];
    const isRunning = network === "host" || addresses.length > 0;
    const nodeAddresses = isRunning && node ? ofFamilies(draft.families, node.addresses) : [];
    return {
      ...pod,
      id: `${namespace}/${name}`,
      workload,
      labels: { values: draft.labels },
      addresses,
      nodeAddresses,
      replicas: 1,
    };
  }
  const id = `${namespace}/${kind}/${name}`;
  const template = { ...pod, id, workload: id, addresses: [], nodeAddresses: [], replicas: draft.replicas };
  if (kind !== "StatefulSet") return { ...template, labels: controllerLabels(draft, name) };

  const numbered = [
    { key: POD_NAME, prefix: `${name}-` },
    { key: INDEX, prefix: "" },
  ];
  const ordinals: Ordinals = { start: draft.start, labels: numbered };
  return { ...template, labels: controllerLabels(draft, name), ordinals };
}

/** WL-4 of the specification: what controllers add, as far as a template shows it. */
function controllerLabels({ kind, labels }: PodDraft, name: string): Labels {
  switch (kind) {
    case "Deployment":
      return { values: labels, valueUnknown: new Set(["pod-template-hash"]) };
    case "StatefulSet":
      return { values: labels, valueUnknown: new Set(["controller-revision-hash"]) };
    default:
      return {
        values: new Map([...labels, ["batch.kubernetes.io/job-name", name], ["job-name", name]]),
        valueUnknown: new Set(["batch.kubernetes.io/controller-uid", "controller-uid"]),
      };
  }
}

function ofFamilies(families: PodDraft["families"], [v4, v6]: readonly string[]): string[] {
  const chosen: readonly (string | undefined)[] = { none: [], IPv4: [v4], IPv6: [v6], both: [v4, v6] }[families];
  return chosen.filter((address) => address !== undefined);
}

export function byId<T extends { readonly id: string }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function workloadsOf(pods: readonly Pod[]): Workload[] {
  const ids = [...new Set(pods.map(({ workload }) => workload))];
  const workloads = ids.map((id) => {
    const [namespace = "", kind = "", name = ""] = id.split("/");
    return { id, namespace, kind, name, labels: NO_ANNOTATIONS, annotations: NO_ANNOTATIONS, span: NOWHERE };
  });
  return byId(workloads);
}

export const nodes: Arbitrary<Node[]> = times(7, true, false).map((listed) =>
  listed
    ? NODES.map(({ name, addresses }) => ({
        name,
        labels: { values: new Map([["kubernetes.io/hostname", name]]) },
        annotations: NO_ANNOTATIONS,
        taints: [],
        addresses: [...addresses],
        span: NOWHERE,
      }))
    : [],
);
