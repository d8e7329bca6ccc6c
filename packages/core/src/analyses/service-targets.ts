import { type Endpoint, podEndpoints } from "../engine/endpoints.ts";
import { findEndpoint } from "../engine/names.ts";
import type { Pod } from "../model/cluster.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Family } from "../model/flow.ts";
import { parseAddress } from "../model/ip.ts";
import type { Program } from "../model/program.ts";
import type { EndpointGroup, Service, ServicePort } from "../model/service.ts";

/** Like pods, or an address, that a Service sends traffic to. */
export interface ServiceTarget {
  readonly endpoint: Endpoint;
  /** Where each port of the Service ends up; ports it does not serve are missing. */
  readonly ports: readonly ServedPort[];
  /** Where it was written down by its address: the family of that. */
  readonly family?: Family;
}

export interface ServedPort {
  readonly port: ServicePort;
  readonly target: number;
}

/**
 * Everything a Service leads to: ready pods that its selector picks, and what EndpointSlices and Endpoints written by hand list.
 *
 * A workload appears once for each way in which policies treat its pods, and once for each way in which they number the ports.
 * Cost: a look at every pod. Source: docs/semantics.md SVC-2, SVC-4, WL-9.
 */
export function targetsOf(program: Program, service: Service): readonly ServiceTarget[] {
  const targets = new Map<string, ServiceTarget>();
  for (const target of [...selected(program, service), ...written(program, service)]) {
    const key = JSON.stringify([target.endpoint.id, target.family, target.ports.map(({ target: port }) => port)]);
    if (!targets.has(key)) targets.set(key, target);
  }
  return [...targets.values()];
}

/** The connections a target's ports stand for, as they arrive there. */
export function arriving({ ports }: ServiceTarget): ConnectionSet {
  return ports.reduce(
    (set, { port, target }) => set.union(ConnectionSet.ports(port.protocol, target, target)),
    ConnectionSet.NONE,
  );
}

function selected(program: Program, service: Service): readonly ServiceTarget[] {
  return program.memory
    .of(Workloads)
    .in(program, service.namespace)
    .flatMap((endpoint) =>
      endpoint.members.flatMap(({ party, pods }) => {
        const byPorts = new Map<string, { ports: readonly ServedPort[]; pods: Pod[] }>();
        for (const pod of pods.filter((one) => isEndpoint(one, service))) {
          const ports = servedBy(pod, service);
          const key = ports.map(({ target }) => target).join();
          const group = byPorts.get(key) ?? { ports, pods: [] };
          group.pods.push(pod);
          byPorts.set(key, group);
        }
        return [...byPorts.values()].map(({ ports, pods: alike }) => ({
          endpoint: {
            ...endpoint,
            pods: alike.reduce((sum, { replicas }) => sum + replicas, 0),
            members: [{ party, pods: alike }],
          },
          ports,
        }));
      }),
    );
}

/** The workloads of a program by namespace: Services are many, and each asks about its own. */
class Workloads {
  private byNamespace: Map<string, Endpoint[]> | undefined;

  in(program: Program, namespace: string): readonly Endpoint[] {
    this.byNamespace ??= this.group(podEndpoints(program, "workload"));
    return this.byNamespace.get(namespace) ?? [];
  }

  private group(endpoints: readonly Endpoint[]): Map<string, Endpoint[]> {
    const groups = new Map<string, Endpoint[]>();
    for (const endpoint of endpoints) {
      const { namespace = "" } = endpoint;
      groups.set(namespace, [...(groups.get(namespace) ?? []), endpoint]);
    }
    return groups;
  }
}

function isEndpoint(pod: Pod, service: Service): boolean {
  return isSelected(pod, service) && (pod.readiness !== "not-ready" || service.publishNotReadyAddresses);
}

/** Whether a Service's selector picks a pod, ready or not. */
export function isSelected({ namespace, labels }: Pod, service: Service): boolean {
  if (namespace !== service.namespace || service.selector.size === 0) return false;
  for (const [key, value] of service.selector) if (labels.values.get(key) !== value) return false;
  return true;
}

/** Where each port of a Service ends up on a pod. A name is looked up there; the first port that has it counts. */
export function servedBy(pod: Pod, { ports }: Pick<Service, "ports">): readonly ServedPort[] {
  return ports.flatMap((port) => {
    if (typeof port.targetPort === "number") return [{ port, target: port.targetPort }];
    const declared = pod.ports.find(
      ({ name, protocol, container }) => name === port.targetPort && protocol === port.protocol && container !== "init",
    );
    return declared ? [{ port, target: declared.port }] : [];
  });
}

function written(program: Program, service: Service): readonly ServiceTarget[] {
  return program.cluster.serviceEndpoints
    .filter(({ namespace, service: name }) => namespace === service.namespace && name === service.name)
    .filter(({ kind, origin }) => origin === "written" && (kind === "EndpointSlice" || service.selector.size === 0))
    .flatMap(({ groups }) => groups)
    .flatMap((group) =>
      group.endpoints.flatMap(({ addresses: [address], readiness }) => {
        if (address === undefined || (readiness === "not-ready" && !service.publishNotReadyAddresses)) return [];
        const found = findEndpoint(program, address);
        if (found.kind !== "endpoint") return [];
        const family = parseAddress(address)?.family;
        return [{ endpoint: found.endpoint, ports: listedIn(group, service), ...(family && { family }) }];
      }),
    );
}

/** A port of the Service is served by the listed one of the same name; one without a number stands for all. Headless, none need be listed. */
function listedIn(group: EndpointGroup, { ports, addressing }: Service): readonly ServedPort[] {
  if (addressing === "headless") return ports.map((port) => ({ port, target: port.port }));
  return ports.flatMap((port) => {
    const listed = group.ports.find(({ name, protocol }) => name === port.name && protocol === port.protocol);
    return listed ? [{ port, target: listed.port ?? port.port }] : [];
  });
}
