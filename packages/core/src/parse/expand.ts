import type { Pod, Workload } from "../model/cluster.ts";
import type { Options } from "../model/options.ts";
import type { Labels } from "../model/selector.ts";
import type { Span } from "../model/source.ts";
import type { Inventory } from "./inventory.ts";
import { type Owner, Owners, ownerOf } from "./owners.ts";
import type { Report } from "./text.ts";
import type { Controller, LivePod } from "./workload.ts";

/**
 * The pods of the cluster and the workloads they belong to.
 *
 * Pods that are there are taken as they are, and join the topmost owner known; a workload without any is expanded from its
 * template, unless something above it is. Source: docs/semantics.md WL-1 to WL-8.
 */
export function expand(inventory: Inventory, options: Options, report: Report): { pods: Pod[]; workloads: Workload[] } {
  const owners = new Owners(inventory.controllers);
  const workloads = new Map<string, Workload>();
  const busy = new Set<Controller>();
  /** Jobs with pods that have finished: they speak for it, since a Job, unlike other workloads, does not replace what is done. */
  const worked = new Set<Controller>();
  const pods: Pod[] = [];
  for (const pod of inventory.pods.values()) {
    if (pod.finished && !options.includeFinishedPods) {
      report(skipped(pod.span, `pod \`${pod.namespace}/${pod.name}\` has finished`));
      const job = owners.ofPod(pod)?.controller;
      if (job?.kind === "Job") worked.add(job);
    } else pods.push(joinPod(pod, owners, workloads, busy));
  }
  for (const controller of inventory.controllers.values()) {
    if (busy.has(controller) || isPartOfAnother(controller, owners)) continue;
    if (worked.has(controller)) {
      const { namespace, kind, name, span } = controller;
      report(skipped(span, `${kind} \`${namespace}/${name}\` has no pods but finished ones`));
      continue;
    }
    const pod = expandController(controller, inventory.nodes.size, options, report);
    if (!pod) continue;
    const workload = workloadOf(
      controller.namespace,
      topmost(owners.chain(ownerOf(controller))),
      controller.span,
      workloads,
    );
    pods.push({ ...pod, workload: workload.id });
  }
  return { pods, workloads: [...workloads.values()] };
}

function topmost(chain: readonly Owner[]): Owner {
  return chain[chain.length - 1] as Owner;
}

/** Whether an owner of the input speaks for this workload's pods. */
function isPartOfAnother(controller: Controller, owners: Owners): boolean {
  return owners.above(ownerOf(controller))?.controller !== undefined;
}

function joinPod(pod: LivePod, owners: Owners, workloads: Map<string, Workload>, busy: Set<Controller>): Pod {
  const owner = owners.ofPod(pod);
  const chain = owner ? owners.chain(owner) : [];
  for (const { controller } of chain) if (controller) busy.add(controller);
  const top = owner ? topmost(chain) : { kind: "Pod", name: pod.name };
  const isHost = pod.network === "host";
  return {
    id: `${pod.namespace}/${pod.name}`,
    namespace: pod.namespace,
    name: pod.name,
    workload: workloadOf(pod.namespace, top, pod.span, workloads).id,
    labels: { values: pod.labels },
    ports: pod.ports,
    addresses: isHost ? [] : pod.addresses,
    network: pod.network,
    nodeAddresses: isHost ? [...new Set([...pod.hostAddresses, ...pod.addresses])] : pod.hostAddresses,
    replicas: 1,
    annotations: pod.annotations,
    spec: pod.spec,
    node: pod.node,
    readiness: pod.readiness,
    span: pod.span,
  };
}

const NOTHING: ReadonlyMap<string, string> = new Map();

function workloadOf(namespace: string, owner: Owner, span: Span, workloads: Map<string, Workload>): Workload {
  const id = `${namespace}/${owner.kind}/${owner.name}`;
  const known = workloads.get(id);
  if (known) return known;
  const { controller } = owner;
  const workload = {
    id,
    namespace,
    kind: owner.kind,
    name: owner.name,
    labels: controller?.labels ?? NOTHING,
    annotations: controller?.annotations ?? NOTHING,
    span: controller?.span ?? span,
  };
  workloads.set(id, workload);
  return workload;
}

function expandController(controller: Controller, nodes: number, options: Options, report: Report): Pod | undefined {
  const { namespace, kind, name, template, ordinals, span } = controller;
  const id = `${namespace}/${kind}/${name}`;
  if (controller.finished && !options.includeFinishedPods) {
    report(skipped(span, `${kind} \`${namespace}/${name}\` has finished`));
    return undefined;
  }
  const asked = controller.replicas === "one-per-node" ? Math.max(nodes, 1) : controller.replicas;
  if (asked === 0 && !options.includeScaledToZero) {
    report(skipped(span, `${kind} \`${namespace}/${name}\` is scaled to zero`));
    return undefined;
  }
  return {
    id,
    namespace,
    name,
    workload: id,
    labels: labelsOf(controller),
    ports: template.ports,
    addresses: [],
    network: template.network,
    ...(template.node !== undefined && { node: template.node }),
    nodeAddresses: [],
    replicas: Math.max(asked, 1),
    ...(ordinals && { ordinals }),
    annotations: template.annotations,
    spec: template.spec,
    span,
  };
}

/** The template's labels, less those its controller overwrites with values of its own. */
function labelsOf({ template, valueUnknown, ordinals }: Controller): Labels {
  const values = new Map(template.labels);
  for (const key of valueUnknown) values.delete(key);
  for (const { key } of ordinals?.labels ?? []) values.delete(key);
  return valueUnknown.length > 0 ? { values, valueUnknown: new Set(valueUnknown) } : { values };
}

function skipped(span: Span, message: string) {
  return { code: "object-skipped", severity: "info", message: `${message}; it takes no part`, span } as const;
}
