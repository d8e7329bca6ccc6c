import type { Endpoint } from "../../engine/endpoints.ts";
import type { Pod } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { HOST_NETWORK } from "../../model/flow.ts";
import { SOURCE_TRANSLATED } from "../service.ts";
import type { EntryPort, Link } from "./entry.ts";
import { type Arrival, asClient, asNode } from "./observed.ts";
import type { Scene } from "./scene.ts";
import type { Way } from "./way.ts";

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1"]);

/**
 * The ways in that pods make by themselves: ports of their node, and the network of their node.
 *
 * On the host network a pod can be dialled on the ports it listens on; those are its declared ones, or any where it declares none.
 * Source: docs/semantics.md EXP-10.
 */
export function hostEntries(scene: Scene): readonly Way[] {
  return scene.workloads.flatMap((endpoint) => [...hostPorts(scene, endpoint), ...hostNetwork(scene, endpoint)]);
}

function hostPorts({ program, nodes, internet, world }: Scene, endpoint: Endpoint): readonly Way[] {
  const pods = endpoint.members.flatMap((member) => member.pods);
  const byPort = new Map(
    pods
      .filter(({ network }) => network === "pod")
      .flatMap(({ spec }) => spec.hostPorts)
      .filter(({ hostIP = "" }) => !LOOPBACK.has(hostIP))
      .map((port) => [`${port.protocol}/${port.hostPort}/${port.containerPort}`, port]),
  );
  return [...byPort.values()].map(({ hostPort, containerPort, protocol, span }): Way => {
    const connections = ConnectionSet.ports(protocol, containerPort, containerPort);
    const arrival: Arrival = { destination: endpoint, connections, families: [] };
    const client = asClient(program, internet, world, arrival);
    const node = asNode(program, internet, arrival);
    const differ = client.passes.expected !== node.passes.expected;
    return {
      kind: "host-port",
      endpoint,
      chain: [{ kind: "host port", name: `${protocol}/${hostPort}`, span }],
      ports: [{ protocol, fronts: [hostPort], target: containerPort }],
      hosts: [],
      sources: [client, node],
      opens: nodes.reached,
      assumptions: [nodes.assumption, ...(differ ? [SOURCE_TRANSLATED] : [])],
    };
  });
}

function hostNetwork({ program, nodes, internet, world }: Scene, endpoint: Endpoint): readonly Way[] {
  const [pod] = endpoint.members.flatMap((member) => member.pods).filter(({ network }) => network === "host");
  if (!pod) return [];
  const ports = listening(pod);
  const connections = ports.reduce(
    (set, { protocol, target }) => set.union(ConnectionSet.ports(protocol, target, target)),
    ConnectionSet.NONE,
  );
  const arrival = {
    destination: endpoint,
    connections: ports.length > 0 ? connections : ConnectionSet.ALL_PORTS,
    families: [],
  };
  return [
    {
      kind: "host-network",
      endpoint,
      chain: [
        { kind: "host network", name: endpoint.id, span: pod.spec.places.hostNetwork ?? pod.span } satisfies Link,
      ],
      ports,
      hosts: [],
      sources: [asClient(program, internet, world, arrival)],
      opens: nodes.reached,
      assumptions: [nodes.assumption, HOST_NETWORK],
    },
  ];
}

function listening({ ports }: Pod): readonly EntryPort[] {
  return ports
    .filter(({ container }) => container !== "init")
    .map(({ protocol, port }) => ({ protocol, fronts: [port], target: port }));
}
