import type { Pod } from "../model/cluster.ts";
import { PROTOCOLS } from "../model/flow.ts";
import type { ContainerPort } from "../model/ports.ts";
import type { JsonBytes } from "./json-bytes.ts";
import { OPEN_LIST, OPEN_MAP, REFUSED } from "./json-scan.ts";
import { RepeatedBytes } from "./repeated-bytes.ts";
import type { LivePod } from "./workload.ts";

export type Spec = Pick<LivePod, "ports" | "network" | "node">;
export type Status = Pick<LivePod, "finished" | "addresses" | "hostAddresses" | "readiness">;

const NO_PORTS: readonly ContainerPort[] = [];
const NO_ADDRESSES: readonly string[] = [];

/** What a pod without `status` is taken for. */
export const NO_STATUS: Status = {
  finished: false,
  addresses: NO_ADDRESSES,
  hostAddresses: NO_ADDRESSES,
  readiness: undefined,
};

/** Reads from bytes what verdicts rest on in the `spec` of a pod, as {@link readPod} does from values. */
export class PodSpecBytes {
  private readonly containers = new RepeatedBytes((json) => readContainers(json, "containers"));
  private readonly initContainers = new RepeatedBytes((json) => readContainers(json, "initContainers"));
  /** Long, of no interest here, and often the same in all pods. */
  private readonly tolerations = new RepeatedBytes(skip);
  private readonly volumes = new RepeatedBytes(skip);

  /** What a `spec` says. */
  spec(json: JsonBytes): Spec {
    let containers = NO_PORTS;
    let initContainers = NO_PORTS;
    let network: Spec["network"] = "pod";
    let node: string | undefined;
    json.open(OPEN_MAP);
    while (json.nextMember()) {
      switch (json.key) {
        case "containers":
          if (!json.isNull()) containers = this.containers.next(json);
          break;
        case "initContainers":
          if (!json.isNull()) initContainers = this.initContainers.next(json);
          break;
        case "hostNetwork":
          if (json.boolean()) network = "host";
          break;
        case "nodeName":
          node = json.word() || undefined;
          break;
        case "tolerations":
          this.tolerations.next(json);
          break;
        case "volumes":
          this.volumes.next(json);
          break;
        default:
          json.skip();
      }
    }
    return { ports: initContainers.length > 0 ? [...containers, ...initContainers] : containers, network, node };
  }
}

function skip(json: JsonBytes): true {
  json.skip();
  return true;
}

function readContainers(json: JsonBytes, list: "containers" | "initContainers"): readonly ContainerPort[] {
  const found: ContainerPort[] = [];
  json.open(OPEN_LIST);
  while (json.nextItem()) {
    let ports: readonly Omit<ContainerPort, "container">[] = [];
    let isSidecar = false;
    json.open(OPEN_MAP);
    while (json.nextMember()) {
      if (json.key === "ports") {
        if (!json.isNull()) ports = readPorts(json);
      } else if (json.key === "restartPolicy" && list === "initContainers") isSidecar = json.word() === "Always";
      else json.skip();
    }
    const container = list === "containers" ? "main" : isSidecar ? "sidecar" : "init";
    for (const { port, protocol, name } of ports)
      found.push(name ? { port, protocol, container, name } : { port, protocol, container });
  }
  return found;
}

function readPorts(json: JsonBytes): readonly Omit<ContainerPort, "container">[] {
  const ports: Omit<ContainerPort, "container">[] = [];
  json.open(OPEN_LIST);
  while (json.nextItem()) {
    let port: number | undefined;
    let name: string | undefined;
    let written: string | undefined;
    json.open(OPEN_MAP);
    while (json.nextMember()) {
      if (json.key === "containerPort") port = json.natural();
      else if (json.key === "name") name = json.word();
      else if (json.key === "protocol") written = json.word();
      else json.skip();
    }
    const protocol = written ? PROTOCOLS.find((known) => known === written) : "TCP";
    if (!protocol || port === undefined || port < 1 || port > 65_535) throw REFUSED;
    ports.push(name ? { port, protocol, name } : { port, protocol });
  }
  return ports;
}

/** What a `status` says. */
export function readStatus(json: JsonBytes): Status {
  let phase: string | undefined;
  let podIP: string | undefined;
  let hostIP: string | undefined;
  let ready: string | undefined;
  let podIPs = NO_ADDRESSES;
  let hostIPs = NO_ADDRESSES;
  json.open(OPEN_MAP);
  while (json.nextMember()) {
    switch (json.key) {
      case "phase":
        phase = json.word();
        break;
      case "podIP":
        podIP = json.word();
        break;
      case "hostIP":
        hostIP = json.word();
        break;
      case "podIPs":
        if (!json.isNull()) podIPs = readAddresses(json);
        break;
      case "hostIPs":
        if (!json.isNull()) hostIPs = readAddresses(json);
        break;
      case "conditions":
        if (!json.isNull()) ready = readReadyCondition(json);
        break;
      default:
        json.skip();
    }
  }
  return {
    finished: phase === "Succeeded" || phase === "Failed",
    addresses: podIPs.length > 0 || !podIP ? podIPs : [podIP],
    hostAddresses: hostIPs.length > 0 || !hostIP ? hostIPs : [hostIP],
    readiness: ready !== undefined ? readinessOf(ready) : phase === "Pending" ? "not-ready" : undefined,
  };
}

function readinessOf(ready: string): Pod["readiness"] {
  return ready === "True" ? "ready" : "not-ready";
}

function readAddresses(json: JsonBytes): readonly string[] {
  const addresses: string[] = [];
  json.open(OPEN_LIST);
  while (json.nextItem()) {
    json.open(OPEN_MAP);
    while (json.nextMember()) {
      if (json.key !== "ip") {
        json.skip();
        continue;
      }
      const address = json.word();
      if (address) addresses.push(address);
    }
  }
  return addresses;
}

/** The status of the first condition that is `Ready`; empty where it says none. */
function readReadyCondition(json: JsonBytes): string | undefined {
  let ready: string | undefined;
  json.open(OPEN_LIST);
  while (json.nextItem()) {
    let type: string | undefined;
    let status: string | undefined;
    json.open(OPEN_MAP);
    while (json.nextMember()) {
      if (json.key === "type") type = json.word();
      else if (json.key === "status") status = json.word();
      else json.skip();
    }
    if (type === "Ready") ready ??= status ?? "";
  }
  return ready;
}
