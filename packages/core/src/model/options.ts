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
  /** What else of NetworkPolicy the implementation is said not to enforce. Verdicts are by the API's text all the same. */
  readonly notEnforced: readonly PolicyFeature[];
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

/** Parts of NetworkPolicy that some implementations leave out: names in place of port numbers, in any rule or in egress only; SCTP; IPv6. */
export const POLICY_FEATURES = ["named-ports", "named-egress-ports", "SCTP", "IPv6"] as const;

export type PolicyFeature = (typeof POLICY_FEATURES)[number];

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
  notEnforced: [],
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
  "ovn-like": { emptyNamespaceSelectorAdmitsHostNetwork: true, notEnforced: ["named-ports"] },
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

/** What `--assume` can settle, in the words of a help text. */
export interface AssumptionHelp {
  readonly name: keyof Options;
  /** What it settles, as a phrase. */
  readonly settles: string;
  /** What it takes, as a phrase. */
  readonly takes: string;
  /** The values there are; none where they cannot be listed. */
  readonly choices: readonly string[];
  /** What holds when nothing is said. */
  readonly default: string;
}

/** Everything `name=value` can settle, in the order of {@link Options}. */
export function assumptionsHelp(): readonly AssumptionHelp[] {
  return (Object.keys(READERS) as (keyof Options)[]).map((name) => {
    const { settles, takes, choices } = READERS[name];
    return { name, settles, takes, choices, default: String(UPSTREAM[name]) || "none" };
  });
}

interface Reader<T> {
  readonly settles: string;
  readonly takes: string;
  readonly choices: readonly string[];
  readonly read: (value: string) => T | undefined;
}

function oneOf<T extends string>(settles: string, ...choices: readonly T[]): Reader<T> {
  return {
    settles,
    takes: choices.join(" or "),
    choices,
    read: (value) => choices.find((choice) => choice === value),
  };
}

function truth(settles: string): Reader<boolean> {
  const read = (value: string) => (value === "true" ? true : value === "false" ? false : undefined);
  return { settles, takes: "true or false", choices: ["true", "false"], read };
}

const READERS: { readonly [Name in keyof Options]: Reader<Options[Name]> } = {
  defaultNamespace: {
    settles: "the namespace of objects and endpoints that name none",
    takes: "a namespace name",
    choices: [],
    read: (value) => (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value) ? value : undefined),
  },
  ipBlockMatchesPods: truth("whether an ipBlock matches a pod by its IP"),
  podCIDRs: {
    settles: "where pod addresses come from, for pods whose IP the input does not show",
    takes: "CIDRs separated by commas",
    choices: [],
    read: (value) => (isCidrList(value) ? value.split(",") : undefined),
  },
  hostNetworkPods: oneOf("host-network pods as their node, or as ordinary pods", "node", "pod"),
  egressToOwnNode: oneOf("traffic from a pod to its own node: let through, or judged", "allow", "evaluate"),
  emptyNamespaceSelectorAdmitsHostNetwork: truth(
    "whether a peer that is only an empty namespaceSelector lets in nodes and their host network",
  ),
  npHairpin: oneOf(
    "NetworkPolicy where a pod reaches itself through a Service: not asked, or asked",
    "allow",
    "evaluate",
  ),
  namedPortContainers: oneOf(
    "whose ports a named port is looked up in: containers, sidecars with them, or init containers too",
    "main",
    "main+sidecars",
    "all",
  ),
  endPortSupported: truth("whether the implementation knows endPort"),
  notEnforced: {
    settles: "what else the implementation does not enforce, for findings; verdicts are by the API's text",
    takes: `${POLICY_FEATURES.join(", ")}, separated by commas`,
    choices: POLICY_FEATURES,
    read: (value) => {
      const features = value.split(",").map((one) => POLICY_FEATURES.find((known) => known === one));
      return features.every((one) => one !== undefined) ? features : undefined;
    },
  },
  icmp: oneOf(
    "protocols without ports at an isolated pod: pass where a rule lists no ports, always, or never",
    "rules-without-ports",
    "allow",
    "deny",
  ),
  strictCIDR: oneOf("CIDRs with bits beyond their prefix: a warning, or refused", "warn", "error"),
  cnpChannel: oneOf("fields that admin policies may use: all, or the standard ones", "experimental", "standard"),
  tieBreak: {
    ...oneOf("which of two admin policies with equal priority comes first", "name"),
    takes: "only `name`, by which all known implementations that order them do",
  },
  serviceView: oneOf(
    "the address an ipBlock in egress is held against on the way to a Service: its endpoint's, or the dialled one",
    "post-dnat",
    "cluster-ip",
  ),
  snatView: oneOf(
    "the address that traffic from outside comes under: as its traffic policy says, a node's, or the client's",
    "by-externalTrafficPolicy",
    "node",
    "client",
  ),
  includeFinishedPods: truth("whether pods that have ended count"),
  includeScaledToZero: truth("whether a workload scaled to zero counts as one pod"),
};

function isCidrList(value: string): boolean {
  return value.split(",").every((cidr) => parseCidr(cidr) !== undefined);
}
