import type { Cluster, Node, Pod, Workload } from "../../model/cluster.ts";
import type { Span } from "../../model/source.ts";
import { imageName } from "./presumed.ts";

/** What a network plugin does about NetworkPolicy: enforces it, does not, or does if it is told to or is new enough. */
export type Enforces = "enforce" | "not" | "if-told";

/** A part of NetworkPolicy that a plugin does not enforce as the API has it. */
export interface Lack {
  readonly feature: "endPort" | "named-ports" | "SCTP";
  /** `before 1.16`, `unless cilium-config has enable-sctp`: when it is lacking. */
  readonly when?: string;
  /** What it does instead, as a sentence. */
  readonly instead: string;
}

/** A network plugin that the input shows. */
export interface Plugin {
  readonly name: string;
  readonly does: Enforces;
  /** What it takes for it to enforce policies, where it may or may not. */
  readonly proviso?: string;
  readonly lacks: readonly Lack[];
  /** The DaemonSet or Node that shows it. */
  readonly object: string;
  readonly span: Span;
}

/** A plugin by the DaemonSet it runs as. What is said of it is looked up in the input: its image, its settings. */
interface KnownPlugin {
  readonly pattern: RegExp;
  readonly name: string;
  readonly does: Enforces | ((evidence: Evidence) => Pick<Plugin, "does" | "proviso">);
  readonly lacks?: (evidence: Evidence) => readonly Lack[];
}

interface Evidence {
  readonly cluster: Cluster;
  readonly pods: readonly Pod[];
}

const KNOWN: readonly KnownPlugin[] = [
  { pattern: /^(calico-node|(rke2-)?canal)$/, name: "Calico", does: "enforce" },
  { pattern: /^(cilium(-agent)?|anetd)$/, name: "Cilium", does: "enforce", lacks: ciliumLacks },
  { pattern: /^antrea-agent/, name: "Antrea", does: "enforce" },
  { pattern: /^kube-router/, name: "kube-router", does: "enforce" },
  { pattern: /^(ovnkube-node|ovn-kubernetes)/, name: "OVN-Kubernetes", does: "enforce", lacks: () => [OVN_NAMES] },
  { pattern: /^(ovs-ovn|kube-ovn)/, name: "Kube-OVN", does: "enforce" },
  { pattern: /^kube-network-policies/, name: "kube-network-policies", does: "enforce" },
  { pattern: /^azure-npm/, name: "Azure Network Policy Manager", does: "enforce" },
  { pattern: /^weave-net/, name: "Weave Net", does: "enforce", lacks: () => [WEAVE_RANGES, WEAVE_NAMES] },
  { pattern: /^kindnet/, name: "kindnet", does: kindnetEnforces },
  { pattern: /^aws-node$/, name: "the AWS VPC CNI", does: awsEnforces },
  { pattern: /^(kube-)?flannel/, name: "flannel", does: "not" },
];

/** A name of a port is read as the number 0, which stands for every port. Source: its gress policies; its issue 2117. */
const OVN_NAMES: Lack = {
  feature: "named-ports",
  instead: "It takes a name for every port of the protocol",
};

/** Both are handed to iptables as they are. Source: weave-npc, analysis of policies; its issue 3032. */
const WEAVE_RANGES: Lack = { feature: "endPort", instead: "It allows the first port only" };
const WEAVE_NAMES: Lack = {
  feature: "named-ports",
  instead: "It takes a name for a well-known service of the node, not for a port of the pod",
};

/** Source: release notes of Cilium 1.16 and its issue 28684; docs.cilium.io, "SCTP support". */
function ciliumLacks({ cluster, pods }: Evidence): readonly Lack[] {
  const [major = 0, minor = 0] = versionOf(pods, /^cilium$/) ?? [];
  const config = cluster.storage.configMaps.find(({ name }) => name === "cilium-config");
  const sctp = config?.entries.find(({ key }) => key === "enable-sctp")?.value;
  return [
    ...(major === 1 && minor < 16
      ? [{ feature: "endPort" as const, when: "before 1.16", instead: "It allows the first port only" }]
      : []),
    ...(config && sctp !== "true"
      ? [
          {
            feature: "SCTP" as const,
            when: "unless cilium-config sets enable-sctp",
            instead: "SCTP does not get through, whatever the rule allows",
          },
        ]
      : []),
  ];
}

/** kind enforces policies since 0.24, whose images are of August 2024; those of 0.23 are of May 2024. */
function kindnetEnforces({ pods }: Evidence): Pick<Plugin, "does" | "proviso"> {
  const date = pods.flatMap(({ spec }) => spec.containers.map(({ image }) => /:v(\d{8})/.exec(image)?.[1]))[0];
  if (date !== undefined && date >= "20240813") return { does: "enforce" };
  if (date !== undefined && date <= "20240513") return { does: "not" };
  return { does: "if-told", proviso: "that of kind from 0.24 on" };
}

function awsEnforces({ pods }: Evidence): Pick<Plugin, "does" | "proviso"> {
  const texts = pods.flatMap(({ spec }) =>
    spec.containers.flatMap(({ args, env }) => [
      ...args,
      ...env.map((one) => (one.kind === "value" ? `${one.name}=${one.value}` : "")),
    ]),
  );
  const isTold = texts.some((text) => /^(--enable-network-policy|ENABLE_NETWORK_POLICY)=true$/i.test(text));
  return isTold ? { does: "enforce" } : { does: "if-told", proviso: "its network policy agent switched on" };
}

/** The first two numbers of an image's version. */
function versionOf(pods: readonly Pod[], image: RegExp): readonly number[] | undefined {
  const images = pods.flatMap(({ spec }) => spec.containers.filter((one) => image.test(imageName(one))));
  const [, major, minor] = images.map((one) => /:v?(\d+)\.(\d+)/.exec(one.image)).find((match) => match) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

/** The network plugins of a cluster: those that run as DaemonSets, and those that its nodes tell of. */
export function pluginsIn(cluster: Cluster): readonly Plugin[] {
  return [...daemonsIn(cluster), ...cluster.nodes.flatMap(pluginOf)];
}

function daemonsIn(cluster: Cluster): readonly Plugin[] {
  const daemons = cluster.workloads.filter(({ kind }) => kind === "DaemonSet");
  return daemons.flatMap((workload) => {
    const pods = cluster.pods.filter((pod) => pod.workload === workload.id);
    const names = namesOf(workload, pods);
    const known = KNOWN.find(({ pattern }) => names.some((name) => pattern.test(name)));
    if (!known) return [];
    const { name, does, lacks } = known;
    const evidence = { cluster, pods };
    return [
      {
        name,
        ...(typeof does === "string" ? { does } : does(evidence)),
        lacks: lacks?.(evidence) ?? [],
        object: workload.id,
        span: workload.span,
      },
    ];
  });
}

function namesOf({ name }: Workload, pods: readonly Pod[]): readonly string[] {
  return [name, ...pods.flatMap(({ spec }) => spec.containers.map(imageName))];
}

/** k3s has a policy controller within itself; managed nodes have what their cluster is set to, which shows as a DaemonSet. */
function pluginOf({ name, labels, annotations, kubeletVersion = "", span }: Node): readonly Plugin[] {
  const shown = { lacks: [], object: `Node ${name}`, span };
  if (kubeletVersion.includes("+k3s")) {
    const isOff = annotations.get("k3s.io/node-args")?.includes("--disable-network-policy") === true;
    return [{ name: "k3s", ...(isOff ? K3S_OFF : { does: "enforce" }), ...shown }];
  }
  const managed = MANAGED.find(({ label }) => labels.values.has(label));
  return managed ? [{ name: managed.name, does: "if-told", proviso: managed.proviso, ...shown }] : [];
}

const K3S_OFF = {
  does: "if-told" as const,
  proviso: "another plugin, since its own controller is switched off by --disable-network-policy",
};

const MANAGED: readonly { readonly label: string; readonly name: string; readonly proviso: string }[] = [
  {
    label: "cloud.google.com/gke-nodepool",
    name: "GKE",
    proviso: "Dataplane V2 or its network policy setting switched on",
  },
  { label: "kubernetes.azure.com/cluster", name: "AKS", proviso: "a network policy engine chosen for the cluster" },
];
