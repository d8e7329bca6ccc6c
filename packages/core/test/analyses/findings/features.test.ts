import { describe, expect, test } from "vitest";
import type { Finding, Options } from "../../../src/index.ts";
import { policy } from "../../report/listed.ts";
import { found } from "./found.ts";

const daemonSet = (name: string, image: string, more = "") =>
  `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ${name}, namespace: kube-system }
spec:
  selector: { matchLabels: { app: plugin } }
  template:
    metadata: { labels: { app: plugin } }
    spec: { containers: [{ name: main, image: "${image}"${more} }] }
`;

const ciliumConfig = (sctp: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cilium-config, namespace: kube-system }\ndata: { ${sctp} }\n`;

const node = (name: string, rest: string) => `apiVersion: v1\nkind: Node\nmetadata: { name: ${name}, ${rest}\n`;

const pod = (name: string, port: number) =>
  `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: main, image: web, ports: [{ name: http, containerPort: ${port} }] }] }
`;

const all = policy(
  "shop",
  "web",
  `{
    podSelector: {},
    policyTypes: [Ingress, Egress],
    ingress: [{ ports: [{ port: http }, { port: 8000, endPort: 8003 }, { port: 9000, protocol: SCTP }] }],
    egress: [{ to: [{ podSelector: {} }], ports: [{ port: http }] }, { to: [{ ipBlock: { cidr: "2001:db8::/32" } }] }]
  }`,
);

const join = (...documents: readonly string[]) => documents.join("---\n");

describe("what an implementation leaves out", () => {
  const aboutOf = ({ key }: Finding) => key.replace("NPG506 shop/web ", "");
  const uses = (plugin: readonly string[], options: Partial<Options> = {}) =>
    found(join(pod("web", 80), all, ...plugin), "NPG506", options)
      .map(aboutOf)
      .sort();

  const RANGE = ["ingress[0] TCP/8000-8003"];
  const SCTP = ["ingress[0] SCTP SCTP 9000"];
  const EGRESS_NAMES = ["egress[0] TCP/http"];
  const NAMES = [...EGRESS_NAMES, "ingress[0] TCP/http"];

  const cilium = (tag: string) => daemonSet("cilium", `quay.io/cilium/cilium${tag}`);
  const ovn = daemonSet("ovnkube-node", "ovn-kube");

  test.each<[string, readonly string[], readonly string[]]>([
    ["Cilium before 1.16", [cilium(":v1.15.9")], RANGE],
    ["Cilium by tag and digest", [cilium(":v1.14.0@sha256:abc")], RANGE],
    ["Cilium from 1.16 on", [cilium(":v1.16.0")], []],
    ["Cilium of no known version", [cilium("@sha256:abc")], []],
    ["Cilium without SCTP", [cilium(":v1.17.1"), ciliumConfig('enable-sctp: "false"')], SCTP],
    ["Cilium whose settings say nothing of SCTP", [cilium(":v1.17.1"), ciliumConfig('debug: "false"')], SCTP],
    ["Cilium with SCTP", [cilium(":v1.17.1"), ciliumConfig('enable-sctp: "true"')], []],
    ["OVN-Kubernetes", [ovn], NAMES],
    ["Weave Net", [daemonSet("weave-net", "weave-kube")], [...NAMES, ...RANGE].sort()],
    ["Calico", [daemonSet("calico-node", "calico/node")], []],
    ["two plugins, of which one supports it", [ovn, daemonSet("calico-node", "calico/node")], []],
    ["flannel, which enforces nothing at all", [daemonSet("kube-flannel", "flannel")], []],
    ["no plugin shown", [], []],
  ])("%s", (_, plugin, expected) => {
    expect(uses(plugin)).toEqual(expected);
  });

  test.each<[Partial<Options>, readonly string[]]>([
    [{ endPortSupported: false }, RANGE],
    [{ notEnforced: ["named-ports"] }, NAMES],
    [{ notEnforced: ["named-egress-ports"] }, EGRESS_NAMES],
    [{ notEnforced: ["SCTP"] }, SCTP],
    [{ notEnforced: ["IPv6"] }, ["egress[1] 2001:db8::/32"]],
  ])("said to be so: %j", (options, expected) => {
    expect(uses([], options)).toEqual(expected);
  });

  test("is sure where it is said, and depends on the version where it is known", () => {
    const certainty = (plugin: readonly string[], options: Partial<Options> = {}) => [
      ...new Set(found(join(pod("web", 80), all, ...plugin), "NPG506", options).map((one) => one.certainty)),
    ];
    expect(certainty([ovn])).toEqual(["conditional"]);
    expect(certainty([ovn], { notEnforced: ["named-ports"] })).toEqual(["proved"]);
  });

  test("is mended by numbers, where there is one number to write", () => {
    const titles = (...pods: readonly string[]) =>
      found(join(...pods, all, ovn), "NPG506").map(({ fix }) => fix?.title);
    expect(titles(pod("web", 80))).toEqual([
      "Write 80 in place of http in egress rule 1 of shop/web",
      "Write 80 in place of http in ingress rule 1 of shop/web",
    ]);
    expect(titles(pod("web", 80), pod("api", 81))).toEqual([undefined, undefined]);
    const [range] = found(join(pod("web", 80), all), "NPG506", { endPortSupported: false });
    expect(range?.fix?.patch).toMatch(/port: 8000[\s\S]*port: 8001[\s\S]*port: 8002[\s\S]*port: 8003/);
  });
});

describe("who enforces policies", () => {
  const severityOf = (...plugin: readonly string[]) =>
    found(join(pod("web", 80), policy("shop", "deny", "{ podSelector: {} }"), ...plugin), "NPG501")[0]?.severity;
  const k3s = (more: string) => node("k3s", `${more} }\nstatus: { nodeInfo: { kubeletVersion: v1.31.2+k3s1 } }`);
  const flannel = daemonSet("kube-flannel-ds", "flannel");

  test.each<[string, readonly string[], string | undefined]>([
    ["is not known", [], "info"],
    ["is nobody under flannel alone", [flannel], "critical"],
    ["is Calico beside flannel", [flannel, daemonSet("canal", "hardened-calico")], undefined],
    ["is Calico on RKE2", [daemonSet("rke2-canal", "hardened-calico")], undefined],
    [
      "is Cilium in Dataplane V2",
      [node("gke", "labels: { cloud.google.com/gke-nodepool: a } }"), daemonSet("anetd", "cilium")],
      undefined,
    ],
    ["depends on the settings of GKE", [node("gke", "labels: { cloud.google.com/gke-nodepool: a } }")], "medium"],
    ["depends on the settings of AKS", [node("aks", "labels: { kubernetes.azure.com/cluster: a } }")], "medium"],
    ["is k3s itself", [k3s("labels: {}")], undefined],
    [
      "is not k3s where that is switched off",
      [k3s(`annotations: { k3s.io/node-args: '["server","--disable-network-policy"]' }`)],
      "medium",
    ],
    ["is kind from 0.24 on", [daemonSet("kindnet", "kindest/kindnetd:v20240813-c6f155d6")], undefined],
    ["is nobody under kind up to 0.23", [daemonSet("kindnet", "kindest/kindnetd:v20240513-cd2ac642")], "critical"],
    ["depends on which kind it is", [daemonSet("kindnet", "kindest/kindnetd")], "medium"],
    ["depends on the agent of AWS", [daemonSet("aws-node", "amazon-k8s-cni")], "medium"],
    [
      "is the agent of AWS",
      [daemonSet("aws-node", "amazon-k8s-cni", ", args: [--enable-network-policy=true]")],
      undefined,
    ],
  ])("%s", (_, plugin, severity) => {
    expect(severityOf(...plugin)).toBe(severity);
  });
});
