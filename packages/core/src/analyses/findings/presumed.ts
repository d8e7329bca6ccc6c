import type { Endpoint } from "../../engine/endpoints.ts";
import type { Cluster, Pod } from "../../model/cluster.ts";
import type { Labels } from "../../model/selector.ts";
import { unseenPod, withUnseen } from "../exposure/unseen.ts";

/** What serves a whole cluster and is rarely in the manifests of an application. */
export type Role = "dns" | "prometheus";

export const ROLES: readonly Role[] = ["dns", "prometheus"];

interface Convention {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What such a workload is called, or its image is. */
  readonly pattern: RegExp;
}

/** Where each role is taken to be, with which labels, where the input does not show it. */
const CONVENTIONS: { readonly [R in Role]: Convention } = {
  dns: {
    namespace: "kube-system",
    name: "coredns",
    labels: { "k8s-app": "kube-dns" },
    pattern: /^(coredns|kube-dns|dns-default|node-local-dns)$/,
  },
  prometheus: {
    namespace: "monitoring",
    name: "prometheus",
    labels: { "app.kubernetes.io/name": "prometheus", "k8s-app": "prometheus" },
    pattern: /^prometheus(-server|-k8s|-operated)?$/,
  },
};

/** How a role is presumed, for people: `in kube-system with k8s-app=kube-dns`. */
export function presumption(role: Role): string {
  const { namespace, labels } = CONVENTIONS[role];
  const [key = "", value = ""] = Object.entries(labels)[0] ?? [];
  return `presumed in ${namespace} with ${key}=${value}`;
}

/** Whether an endpoint plays a role, by what it, its labels or its images are called. */
export function plays({ type, name = "", members }: Endpoint, role: Role): boolean {
  const pod = members[0]?.pods[0];
  if (type === "address" || !pod) return false;
  const { labels, pattern } = CONVENTIONS[role];
  const { values } = pod.labels;
  if (role === "dns" && values.get("k8s-app") === "kube-dns") return true;
  const isLabelled = Object.entries(labels).every(([key, value]) => values.get(key) === value);
  const called = [name, values.get("app.kubernetes.io/name"), values.get("app"), ...pod.spec.containers.map(imageName)];
  return isLabelled || called.some((one) => one !== undefined && pattern.test(one));
}

/** `docker.io/library/nginx:1.27` is called `nginx`. */
export function imageName({ image }: { readonly image: string }): string {
  return (image.split("@")[0] ?? "").split("/").pop()?.split(":")[0] ?? "";
}

/** The cluster with one pod for each role, as every cluster has it. */
export function withPresumed(cluster: Cluster): Cluster {
  const pods = ROLES.map(presumedPod);
  const labels = pods.map(({ namespace }) => [namespace, namespaceLabels(namespace)] as const);
  return withUnseen(cluster, pods, new Map(labels));
}

/** The id under which {@link withPresumed} has a role. */
export function presumedId(role: Role): string {
  const { namespace, name } = CONVENTIONS[role];
  return `${namespace}/Presumed/${name}`;
}

export function namespaceLabels(name: string): Labels {
  return { values: new Map([["kubernetes.io/metadata.name", name]]) };
}

export function presumedPod(role: Role): Pod {
  const pod = unseenPod(presumedId(role), { values: new Map(Object.entries(CONVENTIONS[role].labels)) });
  const ports = (["UDP", "TCP"] as const).map((protocol) => ({
    name: protocol === "UDP" ? "dns" : "dns-tcp",
    port: 53,
    protocol,
    container: "main" as const,
  }));
  return { ...pod, ports };
}
