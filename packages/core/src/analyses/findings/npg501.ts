import type { Workload } from "../../model/cluster.ts";
import type { FindingContext } from "./context.ts";
import { imageName } from "./presumed.ts";
import type { FindingRule } from "./rule.ts";

/** Network plugins by the DaemonSet they run as, and what they do about NetworkPolicy. */
const PLUGINS: readonly {
  readonly pattern: RegExp;
  readonly name: string;
  readonly does: "enforce" | "not" | "if-told";
}[] = [
  { pattern: /^(calico-node|canal|node)$/, name: "Calico", does: "enforce" },
  { pattern: /^cilium(-agent)?$/, name: "Cilium", does: "enforce" },
  { pattern: /^antrea-agent/, name: "Antrea", does: "enforce" },
  { pattern: /^kube-router/, name: "kube-router", does: "enforce" },
  { pattern: /^(ovnkube-node|ovn-kubernetes|ovs-ovn|kube-ovn)/, name: "OVN", does: "enforce" },
  { pattern: /^kube-network-policies/, name: "kube-network-policies", does: "enforce" },
  { pattern: /^weave-net/, name: "Weave Net", does: "enforce" },
  { pattern: /^kindnet/, name: "kindnet", does: "enforce" },
  { pattern: /^aws-node$/, name: "the AWS VPC CNI", does: "if-told" },
  { pattern: /^(kube-)?flannel/, name: "flannel", does: "not" },
];

export const enforcementUnknownOrAbsent: FindingRule = {
  id: "NPG501",
  name: "enforcement-unknown-or-absent",
  severity: "info",
  title: "Nothing in the input enforces the policies, or nothing shows what does",
  description:
    "The API server stores NetworkPolicies and does nothing else with them: the network plugin enforces them, and some do not. Without one that does, every connection is allowed, whatever the policies say.",
  mappings: ["enforcement"],
  *find(context) {
    const [policy] = context.networkPolicies;
    if (!policy) return;
    const enforcement = enforcementOf(context);
    if (enforcement.is === "shown") return;
    const absent = enforcement.is === "absent" ? enforcement.plugin : undefined;
    const conditional = enforcement.is === "if-told" ? enforcement.plugin : undefined;
    const plugin = absent ?? conditional;
    yield {
      about: "cluster",
      span: plugin?.workload.span ?? policy.written.span,
      ...(absent
        ? {
            fact: `The network plugin of the input is ${absent.name}, which does not enforce NetworkPolicy.`,
            consequence: `Every connection is allowed, whatever the ${context.networkPolicies.length} policies say.`,
            advice: "Add an implementation of NetworkPolicy, or change to a plugin that has one.",
            severity: { is: "critical" as const, because: "the plugin is known not to enforce policies" },
          }
        : conditional
          ? {
              fact: `The network plugin of the input is ${conditional.name}, which enforces NetworkPolicy only if told to.`,
              consequence: "Unless its policy agent is switched on, every connection is allowed.",
              advice: "Switch its network policy agent on.",
              certainty: "conditional" as const,
              severity: { is: "medium" as const, because: "the plugin enforces policies only if told to" },
            }
          : {
              fact: "Nothing in the input shows which network plugin the cluster has.",
              consequence: "If it does not enforce NetworkPolicy, every connection is allowed.",
              certainty: "conditional" as const,
            }),
    };
  },
};

/** What the input shows of who enforces NetworkPolicy. */
export type Enforcement =
  | { readonly is: "shown" | "absent" | "if-told"; readonly plugin: Plugin }
  | { readonly is: "unknown" };

export interface Plugin {
  readonly name: string;
  readonly does: "enforce" | "not" | "if-told";
  readonly workload: Workload;
}

export function enforcementOf(context: FindingContext): Enforcement {
  const plugins = pluginsIn(context);
  for (const [does, is] of [
    ["enforce", "shown"],
    ["not", "absent"],
    ["if-told", "if-told"],
  ] as const) {
    const plugin = plugins.find((one) => one.does === does);
    if (plugin) return { is, plugin };
  }
  return { is: "unknown" };
}

function pluginsIn({ cluster }: FindingContext): readonly Plugin[] {
  const images = new Map<string, readonly string[]>(
    cluster.pods.map((pod) => [pod.workload, pod.spec.containers.map(imageName)]),
  );
  const names = ({ id, name }: Workload) => [name, ...(images.get(id) ?? []).filter((image) => image !== "node")];
  return cluster.workloads
    .filter(({ kind, name }) => kind === "DaemonSet" && name !== "node")
    .flatMap((workload) => {
      const plugin = PLUGINS.find(({ pattern }) => names(workload).some((name) => pattern.test(name)));
      const isAgent = plugin?.does === "if-told" && isToldTo(cluster, workload.id);
      return plugin ? [{ ...plugin, does: isAgent ? ("enforce" as const) : plugin.does, workload }] : [];
    });
}

/** Whether the policy agent of the AWS plugin is switched on. */
function isToldTo({ pods }: FindingContext["cluster"], workload: string): boolean {
  const texts = pods
    .filter((pod) => pod.workload === workload)
    .flatMap(({ spec }) =>
      spec.containers.flatMap(({ args, env }) => [
        ...args,
        ...env.map((one) => (one.kind === "value" ? `${one.name}=${one.value}` : "")),
      ]),
    );
  return texts.some((text) => /^(--enable-network-policy|ENABLE_NETWORK_POLICY)=true$/i.test(text));
}
