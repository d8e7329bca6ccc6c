import type { Endpoint } from "../../engine/endpoints.ts";
import type { Cluster, Namespace, Pod } from "../../model/cluster.ts";
import { PLAIN_SPEC } from "../../model/security.ts";
import { UNWRITTEN } from "../edit.ts";

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
  const pods = ROLES.map((role) => presumedPod(CONVENTIONS[role]));
  const names = new Set(cluster.namespaces.map(({ name }) => name));
  const namespaces = [...new Set(pods.map(({ namespace }) => namespace))].filter((name) => !names.has(name));
  return {
    ...cluster,
    namespaces: [...cluster.namespaces, ...namespaces.map(presumedNamespace)],
    pods: [...cluster.pods, ...pods],
  };
}

/** The id under which {@link withPresumed} has a role. */
export function presumedId(role: Role): string {
  const { namespace, name } = CONVENTIONS[role];
  return `${namespace}/Presumed/${name}`;
}

function presumedNamespace(name: string): Namespace {
  const labels = { values: new Map([["kubernetes.io/metadata.name", name]]) };
  return { name, labels, annotations: new Map() };
}

function presumedPod({ namespace, name, labels }: Convention): Pod {
  const id = `${namespace}/Presumed/${name}`;
  return {
    id,
    workload: id,
    namespace,
    name,
    labels: { values: new Map(Object.entries(labels)) },
    ports: (["UDP", "TCP"] as const).map((protocol) => ({
      name: protocol === "UDP" ? "dns" : "dns-tcp",
      port: 53,
      protocol,
      container: "main",
    })),
    addresses: [],
    nodeAddresses: [],
    network: "pod",
    replicas: 1,
    annotations: new Map(),
    spec: PLAIN_SPEC,
    span: UNWRITTEN,
  };
}
