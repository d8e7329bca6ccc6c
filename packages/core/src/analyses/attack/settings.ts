import type { Cluster, Namespace, Pod } from "../../model/cluster.ts";
import type { Container, PodSpec } from "../../model/security.ts";
import { printManifests } from "../../parse/print.ts";

/** What of one object's manifest would be otherwise for a step to be gone. */
export type SettingChange =
  | ({ readonly workload: string } & PodSetting)
  | { readonly namespace: string; readonly kind: "label"; readonly key: string; readonly value: string };

/** Of a pod's template. */
export type PodSetting =
  /** Neither by itself nor by volumes of the pod's own. */
  | { readonly kind: "no-token"; readonly volumes: readonly string[] }
  | { readonly kind: "unprivileged"; readonly container: string }
  /** All capabilities that are still added. */
  | { readonly kind: "capabilities"; readonly container: string; readonly keep: readonly string[] }
  | { readonly kind: "own-namespace"; readonly field: "hostPID" | "hostNetwork" }
  | { readonly kind: "no-volume"; readonly volume: string };

/** The cluster once settings are changed. Pods that shared a spec share the changed one. */
export function applySettings(cluster: Cluster, changes: readonly SettingChange[]): Cluster {
  if (changes.length === 0) return cluster;
  const specs = new Map<PodSpec, PodSpec>();
  return {
    ...cluster,
    pods: cluster.pods.map((pod) => {
      const own = changesOf(changes, pod.workload);
      if (own.length === 0) return pod;
      const spec = specs.get(pod.spec) ?? own.reduce(changed, pod.spec);
      specs.set(pod.spec, spec);
      const leavesHost = own.some((one) => one.kind === "own-namespace" && one.field === "hostNetwork");
      return { ...pod, spec, ...(leavesHost && { network: "pod" as const }) };
    }),
    namespaces: cluster.namespaces.map((namespace) => changes.reduce(labelled, namespace)),
  };
}

function changesOf(changes: readonly SettingChange[], workload: string): readonly PodSetting[] {
  return changes.flatMap((change) => ("workload" in change && change.workload === workload ? [change] : []));
}

function labelled(namespace: Namespace, change: SettingChange): Namespace {
  if (!("namespace" in change) || change.namespace !== namespace.name) return namespace;
  const values = new Map([...namespace.labels.values, [change.key, change.value]]);
  return { ...namespace, labels: { ...namespace.labels, values } };
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

/**
 * The changes as strategic merge patches, a document for each object: what `kubectl patch --patch-file` and the `patches` of a
 * kustomization take. Not whole objects, so not to be applied by themselves.
 */
export function printSettings(cluster: Cluster, changes: readonly SettingChange[]): string {
  const workloads = [...new Set(changes.flatMap((one) => ("workload" in one ? [one.workload] : [])))];
  const namespaces = [...new Set(changes.flatMap((one) => ("namespace" in one ? [one.namespace] : [])))];
  const patches = workloads.flatMap((workload) => {
    const pod = cluster.pods.find((one) => one.workload === workload);
    return pod ? [workloadPatch(workload, specPatch(pod, changesOf(changes, workload)))] : [];
  });
  const labels = namespaces.map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: new Map(
        changes.flatMap((one) => ("namespace" in one && one.namespace === name ? [[one.key, one.value]] : [])),
      ),
    },
  }));
  return printManifests([...patches, ...labels]);
}

const API_VERSIONS: Readonly<Record<string, string>> = {
  Pod: "v1",
  ReplicationController: "v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
};

function workloadPatch(workload: string, spec: object): object {
  const [namespace = "", kind = "", ...name] = workload.split("/");
  const template = { template: { spec } };
  return {
    apiVersion: API_VERSIONS[kind] ?? "apps/v1",
    kind,
    metadata: { name: name.join("/"), namespace },
    spec: kind === "Pod" ? spec : kind === "CronJob" ? { jobTemplate: { spec: template } } : template,
  };
}

function specPatch({ spec }: Pod, settings: readonly PodSetting[]): object {
  const gone = new Set(
    settings.flatMap((one) => (one.kind === "no-volume" ? [one.volume] : one.kind === "no-token" ? one.volumes : [])),
  );
  const patched = spec.containers.flatMap((container) => {
    const own = settings.filter((one) => "container" in one && one.container === container.name);
    const mounts = container.mounts.filter(({ volume }) => gone.has(volume));
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

function containerPatch(name: string, settings: readonly PodSetting[], mounts: Container["mounts"]): object {
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
    ...(mounts.length > 0 && { volumeMounts: mounts.map(({ path }) => ({ $patch: "delete", mountPath: path })) }),
  };
}
