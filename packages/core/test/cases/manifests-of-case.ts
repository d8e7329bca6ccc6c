import type { Source } from "../../src/index.ts";
import type { PodEntry, PodFields, Step } from "./case.ts";

/** The files a step stands for: what it tells of pods, namespaces and nodes; `policies` and `manifests` as they are written. */
export function sourcesOf(step: Step): readonly Source[] {
  const { policies = "", manifests = "" } = step;
  return [
    { path: "cluster.yaml", text: clusterText(step) },
    { path: "policies.yaml", text: policies },
    { path: "manifests.yaml", text: manifests },
  ].filter(({ text }) => text !== "");
}

function clusterText({ namespaces = {}, undeclared = [], nodes = {}, pods = {} }: Step): string {
  const names = [...new Set([...Object.keys(namespaces), ...Object.keys(pods).map((id) => id.split("/")[0] ?? "")])];
  const objects = [
    ...names
      .filter((name) => !undeclared.includes(name))
      .map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: namespaces[name] ?? {} } })),
    ...Object.entries(nodes).map(([name, address]) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      status: { addresses: [{ type: "InternalIP", address }] },
    })),
    ...Object.entries(pods).map(([id, entry]) => podManifest(id, entry, nodes)),
  ];
  return objects.map((object) => JSON.stringify(object)).join("\n---\n");
}

function podManifest(id: string, entry: PodEntry, nodes: Readonly<Record<string, string>>) {
  const [namespace, name] = id.split("/");
  const { labels, ports = [], ip = [], node, hostNetwork } = fieldsOf(entry);
  const declared = ports.map((text) => {
    const [portName, protocol, number, container = "main"] = text.split(" ");
    return { container, port: { name: portName, protocol, containerPort: Number(number) } };
  });
  const portsOf = (kind: string) => declared.filter(({ container }) => container === kind).map(({ port }) => port);
  const ips = [ip].flat();
  const hostIP = node === undefined ? undefined : nodes[node];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name, labels },
    spec: {
      containers: [{ name: "main", image: "app", ports: portsOf("main") }],
      initContainers: [
        { name: "sidecar", image: "app", restartPolicy: "Always", ports: portsOf("sidecar") },
        { name: "init", image: "app", ports: portsOf("init") },
      ],
      ...(node !== undefined && { nodeName: node }),
      ...(hostNetwork && { hostNetwork }),
    },
    ...(ips.length > 0 && {
      status: {
        phase: "Running",
        podIP: ips[0],
        podIPs: ips.map((address) => ({ ip: address })),
        ...(hostIP !== undefined && { hostIP, hostIPs: [{ ip: hostIP }] }),
      },
    }),
  };
}

function fieldsOf(entry: PodEntry): PodFields {
  return typeof entry.labels === "object"
    ? (entry as PodFields)
    : { labels: entry as Readonly<Record<string, string>> };
}
