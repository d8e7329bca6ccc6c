import type { Cluster, NetworkPolicy, Pod, PolicyPeer, PolicyRule } from "../src/model/cluster.ts";
import type { ContainerPort, PortMatch } from "../src/model/ports.ts";
import type { LabelSelector } from "../src/model/selector.ts";

/** The manifests of a drawn cluster, as a dump of JSON documents would have them: reading them gives the cluster back, places aside. */
export function toManifests(cluster: Cluster): string {
  const objects = [
    ...cluster.namespaces
      .filter(({ labels }) => !labels.incomplete)
      .map(({ name, labels }) => ({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: Object.fromEntries(labels.values) },
      })),
    ...cluster.nodes.map(({ name, labels, addresses }) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, labels: Object.fromEntries(labels.values) },
      status: { addresses: addresses.map((address) => ({ type: "InternalIP", address })) },
    })),
    ...cluster.pods.map((pod) => (pod.id === pod.workload ? workloadOf(pod) : livePod(pod))),
    ...cluster.networkPolicies.map(policyOf),
  ];
  return objects.map((object) => JSON.stringify(object)).join("\n---\n");
}

function livePod(pod: Pod) {
  const [, kind = "", name = ""] = pod.workload.split("/");
  const owned = kind !== "Pod";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: pod.namespace,
      name: pod.name,
      labels: Object.fromEntries(pod.labels.values),
      ...(owned && {
        ownerReferences: [{ apiVersion: "v1", kind, name, uid: `${pod.namespace}-${name}`, controller: true }],
      }),
    },
    spec: specOf(pod),
    ...((pod.addresses.length > 0 || pod.nodeAddresses.length > 0) && {
      status: {
        phase: "Running",
        podIPs: (pod.network === "host" ? pod.nodeAddresses : pod.addresses).map((ip) => ({ ip })),
        hostIPs: pod.nodeAddresses.map((ip) => ({ ip })),
      },
    }),
  };
}

const API = { Deployment: "apps/v1", StatefulSet: "apps/v1", Job: "batch/v1" } as Readonly<Record<string, string>>;

/** Labels that controllers add themselves are not part of a template. */
const ADDED = ["batch.kubernetes.io/job-name", "job-name"];

function workloadOf(pod: Pod) {
  const [, kind = "", name = ""] = pod.id.split("/");
  const labels = Object.fromEntries([...pod.labels.values].filter(([key]) => !ADDED.includes(key)));
  const start = pod.ordinals?.start ?? 0;
  return {
    apiVersion: API[kind],
    kind,
    metadata: { namespace: pod.namespace, name },
    spec: {
      ...(kind === "Job"
        ? { parallelism: pod.replicas }
        : { replicas: pod.replicas, selector: { matchLabels: labels } }),
      ...(kind === "StatefulSet" && { ordinals: { start } }),
      template: { metadata: { labels }, spec: specOf(pod) },
    },
  };
}

function specOf({ ports, network, node }: Pod) {
  const container = (name: string, of: ContainerPort["container"]) => ({
    name,
    image: "app",
    ports: ports
      .filter((port) => port.container === of)
      .map(({ name, port, protocol }) => ({ name, containerPort: port, protocol })),
  });
  return {
    containers: [container("main", "main")],
    initContainers: [{ ...container("sidecar", "sidecar"), restartPolicy: "Always" }, container("init", "init")],
    ...(network === "host" && { hostNetwork: true }),
    ...(node !== undefined && { nodeName: node }),
  };
}

const TYPES = { ingress: "Ingress", egress: "Egress" } as const;

function policyOf({ namespace, name, podSelector, policyTypes, policyTypesWritten, ingress, egress }: NetworkPolicy) {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace, name },
    spec: {
      podSelector: selectorOf(podSelector),
      ...(policyTypesWritten && { policyTypes: policyTypes.map((direction) => TYPES[direction]) }),
      ingress: ingress.map((rule) => ruleOf(rule, "from")),
      egress: egress.map((rule) => ruleOf(rule, "to")),
    },
  };
}

function ruleOf({ peers, ports }: PolicyRule, field: "from" | "to") {
  return {
    ...(peers !== "any" && { [field]: peers.map(peerOf) }),
    ...(ports !== "any" && { ports: ports.map(portOf) }),
  };
}

function peerOf(peer: PolicyPeer) {
  switch (peer.kind) {
    case "pods":
      return { podSelector: selectorOf(peer.podSelector) };
    case "namespaces":
      return { namespaceSelector: selectorOf(peer.namespaceSelector), podSelector: selectorOf(peer.podSelector) };
    case "ipBlock":
      return { ipBlock: { cidr: peer.cidr, ...(peer.except.length > 0 && { except: peer.except }) } };
  }
}

function portOf(match: PortMatch) {
  switch (match.kind) {
    case "every-port":
      return { protocol: match.protocol };
    case "range":
      return { protocol: match.protocol, port: match.first, ...(match.last > match.first && { endPort: match.last }) };
    case "named":
      return { protocol: match.protocol, port: match.name };
  }
}

export function selectorOf({ requirements }: LabelSelector) {
  return {
    matchExpressions: requirements.map(({ key, operator, values }) => ({
      key,
      operator,
      ...(values.length > 0 && { values }),
    })),
  };
}
