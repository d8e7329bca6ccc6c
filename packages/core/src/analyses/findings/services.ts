import type { Endpoint } from "../../engine/endpoints.ts";
import type { Pod } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Service } from "../../model/service.ts";
import { isSelected, servedBy } from "../service-targets.ts";
import type { FindingContext, Unpoliced } from "./context.ts";

/** The Services that select pods of an endpoint, in their order; ready or not, which says nothing of policies. */
export function servicesOf(context: FindingContext, endpoint: Endpoint): readonly Service[] {
  return context.always(fronts).services.get(endpoint) ?? [];
}

/** The workloads of which a Service selects pods, in their order. */
export function behind(context: FindingContext, service: Service): readonly Endpoint[] {
  return context.always(fronts).behind.get(service) ?? [];
}

/** The pod ports a Service sends to, on the pods of an endpoint. */
export function servedPorts(service: Service, { members }: Endpoint): ConnectionSet {
  const served = members.flatMap(({ pods }) => pods.flatMap((pod) => servedBy(pod, service)));
  return ConnectionSet.union(
    served.map(({ port: { protocol }, target }) => ConnectionSet.ports(protocol, target, target)),
  );
}

interface Fronts {
  readonly services: ReadonlyMap<Endpoint, readonly Service[]>;
  readonly behind: ReadonlyMap<Service, readonly Endpoint[]>;
}

/** Each Service is looked for under the label of its selector that fewest others ask for. Cost: the labels of all pods. */
function fronts({ cluster, subjects }: Unpoliced): Fronts {
  const selecting = new Map<string, Service[]>();
  for (const service of cluster.services) for (const label of labelsAsked(service)) push(selecting, label, service);
  const byLabel = new Map<string, Service[]>();
  for (const service of cluster.services) {
    const [rarest] = labelsAsked(service).sort((a, b) => sizeOf(selecting, a) - sizeOf(selecting, b));
    if (rarest !== undefined) push(byLabel, rarest, service);
  }
  const order = new Map(cluster.services.map((service, at) => [service, at]));
  const ofPod = (pod: Pod) =>
    [...pod.labels.values].flatMap(([key, value]) =>
      (byLabel.get(labelKey(pod.namespace, key, value)) ?? []).filter((service) => isSelected(pod, service)),
    );
  const services = new Map<Endpoint, readonly Service[]>();
  const behind = new Map<Service, Endpoint[]>();
  for (const subject of subjects) {
    const own = new Set(subject.members.flatMap(({ pods }) => pods.flatMap(ofPod)));
    services.set(
      subject,
      [...own].sort((a, b) => (order.get(a) as number) - (order.get(b) as number)),
    );
    for (const service of own) push(behind, service, subject);
  }
  return { services, behind };
}

function labelsAsked({ namespace, selector }: Service): string[] {
  return [...selector].map(([key, value]) => labelKey(namespace, key, value));
}

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace} ${key}=${value}`;
}

function sizeOf(lists: ReadonlyMap<string, readonly Service[]>, key: string): number {
  return lists.get(key)?.length ?? 0;
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const known = lists.get(key);
  if (known) known.push(value);
  else lists.set(key, [value]);
}
