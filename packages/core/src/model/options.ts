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
  readonly namedPortContainers: NamedPortContainers;
  /** An implementation without `endPort` enforces only `port`. */
  readonly endPortSupported: boolean;
  /** CIDRs with bits beyond the prefix or leading zeros: a warning, or rejected as the API server's strict mode does. */
  readonly strictCIDR: "warn" | "error";
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
  namedPortContainers: "main+sidecars",
  endPortSupported: true,
  strictCIDR: "warn",
  includeFinishedPods: false,
  includeScaledToZero: false,
};

/** Options that belong together, by the name `--preset` takes. */
export const PRESETS: Readonly<Record<string, Partial<Options>>> = {
  upstream: {},
  "cilium-like": { ipBlockMatchesPods: false },
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
  namedPortContainers: oneOf("main", "main+sidecars", "all"),
  endPortSupported: truth,
  strictCIDR: oneOf("warn", "error"),
  includeFinishedPods: truth,
  includeScaledToZero: truth,
};

function isCidrList(value: string): boolean {
  return value.split(",").every((cidr) => parseCidr(cidr) !== undefined);
}
