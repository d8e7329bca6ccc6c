import type { Cluster, Namespace } from "../../model/cluster.ts";
import { ascending } from "../../model/order.ts";
import type { Service } from "../../model/service.ts";
import { printManifests } from "../../parse/print.ts";
import type { PodEdit } from "../cluster-edit.ts";
import type { Patch } from "./patch.ts";
import { applyPodSettings, isPatchable, type PodChange, workloadPatches } from "./pod-settings.ts";
import { applyRights, type RightsChange, rightsPatches } from "./rights.ts";

/** What of one object's manifest would be otherwise for a step or a finding to be gone. */
export type SettingChange =
  | PodChange
  | RightsChange
  | { readonly kind: "label"; readonly namespace: string; readonly key: string; readonly value: string }
  | { readonly kind: "no-annotation"; readonly namespace: string; readonly key: string }
  /** What comes from outside is not sent on to other nodes. `service` is `shop/web`. */
  | { readonly kind: "local-traffic"; readonly service: string };

/** Whether a change can be written down as a patch of an object of the input. */
export function isWritable(cluster: Pick<Cluster, "workloads" | "pods">, change: SettingChange): boolean {
  return !isOfPods(change) || isPatchable(cluster, change.workload);
}

/** The cluster once settings are changed. */
export function applySettings(cluster: Cluster, changes: readonly SettingChange[]): Cluster {
  if (changes.length === 0) return cluster;
  return {
    ...cluster,
    pods: applyPodSettings(cluster.pods, changes.filter(isOfPods)),
    namespaces: cluster.namespaces.map((namespace) => changes.reduce(namespaceAfter, namespace)),
    services: cluster.services.map((service) => changes.reduce(serviceAfter, service)),
    identities: applyRights(cluster.identities, changes.filter(isOfRights)),
  };
}

function isOfPods(change: SettingChange): change is PodChange {
  return "workload" in change;
}

function isOfRights(change: SettingChange): change is RightsChange {
  return "role" in change || "binding" in change;
}

function namespaceAfter(namespace: Namespace, change: SettingChange): Namespace {
  if (!("namespace" in change) || change.namespace !== namespace.name) return namespace;
  if (change.kind === "label") {
    const values = new Map([...namespace.labels.values, [change.key, change.value]]);
    return { ...namespace, labels: { ...namespace.labels, values } };
  }
  return { ...namespace, annotations: new Map([...namespace.annotations].filter(([key]) => key !== change.key)) };
}

function serviceAfter(service: Service, change: SettingChange): Service {
  if (!("service" in change) || change.service !== `${service.namespace}/${service.name}`) return service;
  return { ...service, externalTrafficPolicy: "Local" };
}

/** The pods of which policies see something else once the changes are made: those that leave the network of their node. */
export function movedPods(cluster: Cluster, changes: readonly SettingChange[]): readonly PodEdit[] {
  const after = applyPodSettings(cluster.pods, changes.filter(isOfPods));
  return cluster.pods.flatMap((before, at): readonly PodEdit[] => {
    const pod = after[at];
    return pod && pod.network !== before.network ? [{ kind: "pod", before, after: pod }] : [];
  });
}

/**
 * The changes as strategic merge patches, a document for each object: what `kubectl patch --patch-file` and the `patches` of a
 * kustomization take. Not whole objects, so not to be applied by themselves.
 */
export function printSettings(cluster: Cluster, changes: readonly SettingChange[]): string {
  const patches = [
    ...workloadPatches(cluster, changes.filter(isOfPods)),
    ...namespacePatches(changes),
    ...servicePatches(changes),
    ...rightsPatches(cluster.identities, changes.filter(isOfRights)),
  ];
  return patches
    .map(({ object, note }) => `${note === undefined ? "" : `# ${inOneLine(note)}\n`}${printManifests([object])}`)
    .join("---\n");
}

function inOneLine(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]+/gu, " ");
}

function namespacePatches(changes: readonly SettingChange[]): readonly Patch[] {
  const own = changes.filter((one) => "namespace" in one);
  const names = [...new Set(own.map(({ namespace }) => namespace))].sort(ascending);
  return names.map((name) => {
    const here = own.filter(({ namespace }) => namespace === name);
    const labels = here.flatMap((one) => (one.kind === "label" ? [[one.key, one.value] as const] : []));
    const gone = here.flatMap((one) => (one.kind === "no-annotation" ? [[one.key, null] as const] : []));
    return {
      object: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name,
          ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
          ...(gone.length > 0 && { annotations: Object.fromEntries(gone) }),
        },
      },
    };
  });
}

function servicePatches(changes: readonly SettingChange[]): readonly Patch[] {
  const ids = [...new Set(changes.flatMap((one) => ("service" in one ? [one.service] : [])))].sort(ascending);
  return ids.map((id) => {
    const [namespace = "", name = ""] = id.split("/");
    return {
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace },
        spec: { externalTrafficPolicy: "Local" },
      },
      note: "nodes without a pod of it then answer nothing from outside",
    };
  });
}
