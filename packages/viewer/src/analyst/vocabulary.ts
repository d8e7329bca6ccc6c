import type { Cluster } from "@watertight/core";
import type { Labelled } from "../model/templates.ts";
import type { PortWord, Vocabulary, Wording } from "./catalogue.ts";

/** The labels, namespaces and ports a cluster has, for whoever writes a policy. Cost: linear in pods. */
export function vocabularyOf({ namespaces, pods, nodes }: Cluster): Vocabulary {
  return {
    namespaces: namespaces.map(({ name }) => name).sort(),
    podLabels: wordingOf(pods),
    namespaceLabels: wordingOf(namespaces),
    nodeLabels: wordingOf(nodes),
    ports: portsOf(pods),
  };
}

/** The labels that all pods of a workload share: one that no other of its namespace has, or all of them. */
export function labelsOf({ pods, workloads }: Cluster, id: string): Labelled | undefined {
  const workload = workloads.find((one) => one.id === id);
  const own = pods.filter((pod) => pod.workload === id);
  const [first] = own;
  if (!workload || !first) return undefined;
  const shared = [...first.labels.values].filter(([key, value]) =>
    own.every(({ labels }) => labels.values.get(key) === value),
  );
  const others = pods.filter((pod) => pod.workload !== id && pod.namespace === workload.namespace);
  const alone = shared.filter(([key, value]) => others.every(({ labels }) => labels.values.get(key) !== value));
  const telling = [...alone].sort(([a], [b]) => rankOf(a) - rankOf(b)).slice(0, 1);
  const { namespace, name } = workload;
  return { namespace, name, labels: Object.fromEntries(telling.length > 0 ? telling : shared) };
}

/** Keys that are commonly used for this come first. */
function rankOf(key: string): number {
  const usual = ["app.kubernetes.io/name", "app", "k8s-app", "app.kubernetes.io/component", "component"];
  return usual.includes(key) ? usual.indexOf(key) : usual.length;
}

function wordingOf(objects: readonly Pick<Cluster["pods"][number], "labels">[]): Wording {
  const words = new Map<string, Set<string>>();
  for (const { labels } of objects) {
    for (const [key, value] of labels.values) {
      const known = words.get(key);
      if (known) known.add(value);
      else words.set(key, new Set([value]));
    }
  }
  const sorted = [...words].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, values]) => [key, [...values].sort()]));
}

function portsOf(pods: Cluster["pods"]): readonly PortWord[] {
  const words = new Map<string, Omit<PortWord, "workloads"> & { readonly workloads: Set<string> }>();
  for (const { ports, workload } of pods) {
    for (const { port, protocol, name } of ports) {
      const key = `${port} ${protocol} ${name ?? ""}`;
      const known = words.get(key) ?? { port, protocol, ...(name !== undefined && { name }), workloads: new Set() };
      known.workloads.add(workload);
      words.set(key, known);
    }
  }
  return [...words.values()]
    .map(({ workloads, ...word }) => ({ ...word, workloads: [...workloads].sort() }))
    .sort(
      (a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1) || ((a.name ?? "") < (b.name ?? "") ? -1 : 1),
    );
}
