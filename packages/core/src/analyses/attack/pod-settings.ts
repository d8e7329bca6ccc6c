import type { Cluster, Pod, Workload } from "../../model/cluster.ts";
import type { Container, PodSpec } from "../../model/security.ts";
import type { Patch } from "./patch.ts";

/** What of a workload's template would be otherwise. */
export type PodChange = { readonly workload: string } & PodSetting;

/** Of a pod's template. */
export type PodSetting =
  /** Neither by itself nor by volumes of the pod's own. */
  | { readonly kind: "no-token"; readonly volumes: readonly string[] }
  | { readonly kind: "unprivileged"; readonly container: string }
  /** All capabilities that are still added. */
  | { readonly kind: "capabilities"; readonly container: string; readonly keep: readonly string[] }
  | { readonly kind: "own-namespace"; readonly field: "hostPID" | "hostNetwork" }
  | { readonly kind: "no-volume"; readonly volume: string }
  /** Nobody writes to it. */
  | { readonly kind: "read-only"; readonly volume: string };

/** Pods once settings of their workloads are changed. Pods of one workload that shared a spec share the changed one. */
export function applyPodSettings(pods: readonly Pod[], changes: readonly PodChange[]): readonly Pod[] {
  const settings = byWorkload(changes);
  const specs = new Map<string, Map<PodSpec, PodSpec>>();
  return pods.map((pod) => {
    const own = settings.get(pod.workload);
    if (!own) return pod;
    const known = specs.get(pod.workload) ?? new Map<PodSpec, PodSpec>();
    specs.set(pod.workload, known);
    const spec = known.get(pod.spec) ?? own.reduce(changed, pod.spec);
    known.set(pod.spec, spec);
    const leavesHost = own.some((one) => one.kind === "own-namespace" && one.field === "hostNetwork");
    return { ...pod, spec, ...(leavesHost && { network: "pod" as const }) };
  });
}

function byWorkload(changes: readonly PodChange[]): ReadonlyMap<string, readonly PodChange[]> {
  const groups = new Map<string, PodChange[]>();
  for (const change of changes) groups.set(change.workload, [...(groups.get(change.workload) ?? []), change]);
  return groups;
}

function changed(spec: PodSpec, setting: PodSetting): PodSpec {
  const inContainer = (name: string, change: (container: Container) => Container) => ({
    ...spec,
    containers: spec.containers.map((one) => (one.name === name ? change(one) : one)),
  });
  switch (setting.kind) {
    case "no-token":
      return { ...withoutVolumes(spec, setting.volumes), automountServiceAccountToken: false };
    case "unprivileged":
      return inContainer(setting.container, (one) => ({ ...one, security: { ...one.security, privileged: false } }));
    case "capabilities":
      return inContainer(setting.container, (one) => ({
        ...one,
        security: { ...one.security, addedCapabilities: setting.keep },
      }));
    case "own-namespace":
      return setting.field === "hostPID" ? { ...spec, hostPID: false } : spec;
    case "no-volume":
      return withoutVolumes(spec, [setting.volume]);
    case "read-only":
      return {
        ...spec,
        containers: spec.containers.map((one) => ({
          ...one,
          mounts: one.mounts.map((mount) => (mount.volume === setting.volume ? { ...mount, readOnly: true } : mount)),
        })),
      };
  }
}

function withoutVolumes(spec: PodSpec, gone: readonly string[]): PodSpec {
  return {
    ...spec,
    volumes: spec.volumes.filter(({ name }) => !gone.includes(name)),
    containers: spec.containers.map((one) => ({
      ...one,
      mounts: one.mounts.filter(({ volume }) => !gone.includes(volume)),
    })),
  };
}

/** Kinds whose template can be patched as `kubectl` merges lists, which it does for those of Kubernetes itself. */
const API_VERSIONS: Readonly<Record<string, string>> = {
  Pod: "v1",
  ReplicationController: "v1",
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  DaemonSet: "apps/v1",
  ReplicaSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
};

/** What runs once is made anew, since its spec is fixed. */
const FIXED: ReadonlySet<string> = new Set(["Pod", "Job"]);

const MIRROR = "kubernetes.io/config.mirror";

/** Whether the template of a workload is an object of the input that a patch can be merged into. */
export function isPatchable({ workloads, pods }: Pick<Cluster, "workloads" | "pods">, id: string): boolean {
  const workload = workloads.find((one) => one.id === id);
  const pod = pods.find((one) => one.workload === id);
  if (!workload || !pod || !Object.hasOwn(API_VERSIONS, workload.kind) || pod.annotations.has(MIRROR)) return false;
  return workload.kind === "Pod" || isWritten(workload, pod);
}

/** Of a workload that is not in the input only its pods are known, whose place stands for it. */
function isWritten({ span }: Workload, pod: Pod): boolean {
  return span !== pod.span || pod.id !== `${pod.namespace}/${pod.name}`;
}

/** The changes as patches, one for each workload. */
export function workloadPatches({ pods }: Pick<Cluster, "pods">, changes: readonly PodChange[]): readonly Patch[] {
  return [...byWorkload(changes)].flatMap(([workload, own]): readonly Patch[] => {
    const pod = pods.find((one) => one.workload === workload);
    return pod ? [workloadPatch(workload, specPatch(pod, own))] : [];
  });
}

function workloadPatch(workload: string, spec: object): Patch {
  const [namespace = "", kind = "", ...name] = workload.split("/");
  const template = { template: { spec } };
  return {
    object: {
      apiVersion: API_VERSIONS[kind] ?? "apps/v1",
      kind,
      metadata: { name: name.join("/"), namespace },
      spec: kind === "Pod" ? spec : kind === "CronJob" ? { jobTemplate: { spec: template } } : template,
    },
    ...(FIXED.has(kind) && { note: `a ${kind} that is there keeps its spec: make it anew` }),
  };
}

function specPatch({ spec }: Pod, settings: readonly PodSetting[]): object {
  const gone = new Set(
    settings.flatMap((one) => (one.kind === "no-volume" ? [one.volume] : one.kind === "no-token" ? one.volumes : [])),
  );
  const kept = new Set(settings.flatMap((one) => (one.kind === "read-only" ? [one.volume] : [])));
  const patched = spec.containers.flatMap((container) => {
    const own = settings.filter((one) => "container" in one && one.container === container.name);
    const mounts = container.mounts.flatMap(({ volume, path, readOnly }): readonly object[] => {
      if (gone.has(volume)) return [{ $patch: "delete", mountPath: path }];
      return kept.has(volume) && !readOnly ? [{ mountPath: path, name: volume, readOnly: true }] : [];
    });
    if (own.length === 0 && mounts.length === 0) return [];
    return [{ container, patch: containerPatch(container.name, own, mounts) }];
  });
  const isMain = ({ container }: (typeof patched)[number]) => container.kind === "main";
  const [main, init] = [patched.filter(isMain), patched.filter((one) => !isMain(one))];
  const fields = settings.flatMap((one) => (one.kind === "own-namespace" ? [one.field] : []));
  return {
    ...(settings.some(({ kind }) => kind === "no-token") && { automountServiceAccountToken: false }),
    ...Object.fromEntries(fields.map((field) => [field, false])),
    ...(main.length > 0 && { containers: main.map(({ patch }) => patch) }),
    ...(init.length > 0 && { initContainers: init.map(({ patch }) => patch) }),
    ...(gone.size > 0 && { volumes: [...gone].map((name) => ({ $patch: "delete", name })) }),
  };
}

function containerPatch(name: string, settings: readonly PodSetting[], volumeMounts: readonly object[]): object {
  const isUnprivileged = settings.some(({ kind }) => kind === "unprivileged");
  const kept = settings.flatMap((one) => (one.kind === "capabilities" ? [one.keep] : []));
  const add = kept.reduce((all, one) => all.filter((capability) => one.includes(capability)), kept[0] ?? []);
  const securityContext = {
    ...(isUnprivileged && { privileged: false }),
    ...(kept.length > 0 && { capabilities: { add } }),
  };
  return {
    name,
    ...(settings.length > 0 && { securityContext }),
    ...(volumeMounts.length > 0 && { volumeMounts }),
  };
}
