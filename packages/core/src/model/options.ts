import { parseCidr } from "./ip.ts";
import type { NamedPortContainers } from "./ports.ts";

/**
 * What the Kubernetes API leaves to the implementation, or to facts outside the input, and how it is taken here.
 * Source: docs/semantics.md "Options".
 */
export interface Options {
  /** Namespace of namespaced objects that name none. */
  readonly defaultNamespace: string;
  /** Whether an `ipBlock` matches a pod by its IP. Upstream's tests say yes, Cilium says no. */
  readonly ipBlockMatchesPods: boolean;
  /** Where pod addresses come from; settles `ipBlock` for pods whose IP the input does not show. */
  readonly podCIDRs: readonly string[];
  /** Host-network pods as their node (most implementations) or as ordinary pods. */
  readonly hostNetworkPods: "node" | "pod";
  /** Whether traffic from a pod to its own node is exempt from egress policy. Ingress from it always is. */
  readonly egressToOwnNode: "allow" | "evaluate";
  /**
   * Whether a peer that is nothing but an empty `namespaceSelector` lets in what comes from nodes and their host network. OVN-Kubernetes
   * does; by the API's text it stands for pods.
   */
  readonly emptyNamespaceSelectorAdmitsHostNetwork: boolean;
  /** Whether NetworkPolicy applies to a pod that reaches itself through a Service. ClusterNetworkPolicy always does. */
  readonly npHairpin: "allow" | "evaluate";
  readonly namedPortContainers: NamedPortContainers;
  /** An implementation without `endPort` enforces only `port`. */
  readonly endPortSupported: boolean;
  /**
   * What NetworkPolicy does to protocols without ports, such as ICMP, at a pod it isolates: they pass where a rule without `ports`
   * matches, always, or never.
   */
  readonly icmp: "rules-without-ports" | "allow" | "deny";
  /** CIDRs with bits beyond the prefix or leading zeros: a warning, or rejected as the API server's strict mode does. */
  readonly strictCIDR: "warn" | "error";
  /** Which fields admin policies may use: all, or only those of the standard channel, as clusters without the experimental one refuse the rest. */
  readonly cnpChannel: "experimental" | "standard";
  /** Which of two admin policies with equal priority comes first. Only the order of names is known to any implementation. */
  readonly tieBreak: "name";
  /** The address an `ipBlock` in egress is compared with on the way to a Service: the endpoint's, or the one that was dialled. */
  readonly serviceView: "post-dnat" | "cluster-ip";
  /** Under which address traffic from outside reaches the endpoint of a Service: a node's, the client's, or as its traffic policy says. */
  readonly snatView: "by-externalTrafficPolicy" | "node" | "client";
  /** Keep pods whose phase is Succeeded or Failed. */
  readonly includeFinishedPods: boolean;
  /** Keep one pod for workloads scaled to zero. */
  readonly includeScaledToZero: boolean;
}

export const UPSTREAM: Options = {
  defaultNamespace: "default",
  ipBlockMatchesPods: true,
  podCIDRs: [],
  hostNetworkPods: "node",
  egressToOwnNode: "allow",
  emptyNamespaceSelectorAdmitsHostNetwork: false,
  npHairpin: "allow",
  namedPortContainers: "main+sidecars",
  endPortSupported: true,
  icmp: "rules-without-ports",
  strictCIDR: "warn",
  cnpChannel: "experimental",
  tieBreak: "name",
  serviceView: "post-dnat",
  snatView: "by-externalTrafficPolicy",
  includeFinishedPods: false,
  includeScaledToZero: false,
};

/** Options that belong together, by the name `--preset` takes. */
export const PRESETS: Readonly<Record<string, Partial<Options>>> = {
  upstream: {},
  "cilium-like": { ipBlockMatchesPods: false },
  "ovn-like": { emptyNamespaceSelectorAdmitsHostNetwork: true },
};

/** The options for a preset and `name=value` assumptions, or the sentence that says what is wrong with one of them. */
export function readOptions(
  assumptions: readonly string[],
  preset = "upstream",
): { readonly options: Options } | { readonly problem: string } {
  const base = Object.hasOwn(PRESETS, preset) ? PRESETS[preset] : undefined;
  if (!base) return { problem: `unknown preset \`${preset}\`; there are: ${Object.keys(PRESETS).join(", ")}` };
  let options: Options = { ...UPSTREAM, ...base };
  for (const assumption of assumptions) {
    const [name = "", ...rest] = assumption.split("=");
    const value = rest.join("=");
    const reader = Object.hasOwn(READERS, name) ? READERS[name as keyof Options] : undefined;
    if (!reader) return { problem: `unknown option \`${name}\`; there are: ${Object.keys(READERS).join(", ")}` };
    const read = reader.read(value);
    if (read === undefined) return { problem: `\`${name}\` takes ${reader.takes}, not \`${value}\`` };
    options = { ...options, [name]: read };
  }
  return { options };
}

interface Reader<T> {
  readonly takes: string;
  readonly read: (value: string) => T | undefined;
}

function oneOf<T extends string>(...choices: readonly T[]): Reader<T> {
  return { takes: choices.join(" or "), read: (value) => choices.find((choice) => choice === value) };
}

const truth: Reader<boolean> = {
  takes: "true or false",
  read: (value) => (value === "true" ? true : value === "false" ? false : undefined),
};

const READERS: { readonly [Name in keyof Options]: Reader<Options[Name]> } = {
  defaultNamespace: {
    takes: "a namespace name",
    read: (value) => (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value) ? value : undefined),
  },
  ipBlockMatchesPods: truth,
  podCIDRs: { takes: "CIDRs separated by commas", read: (value) => (isCidrList(value) ? value.split(",") : undefined) },
  hostNetworkPods: oneOf("node", "pod"),
  egressToOwnNode: oneOf("allow", "evaluate"),
  emptyNamespaceSelectorAdmitsHostNetwork: truth,
  npHairpin: oneOf("allow", "evaluate"),
  namedPortContainers: oneOf("main", "main+sidecars", "all"),
  endPortSupported: truth,
  icmp: oneOf("rules-without-ports", "allow", "deny"),
  strictCIDR: oneOf("warn", "error"),
  cnpChannel: oneOf("experimental", "standard"),
  tieBreak: { ...oneOf("name"), takes: "only `name`, by which all known implementations that order them do" },
  serviceView: oneOf("post-dnat", "cluster-ip"),
  snatView: oneOf("by-externalTrafficPolicy", "node", "client"),
  includeFinishedPods: truth,
  includeScaledToZero: truth,
};

function isCidrList(value: string): boolean {
  return value.split(",").every((cidr) => parseCidr(cidr) !== undefined);
}
