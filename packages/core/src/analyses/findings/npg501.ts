import type { FindingContext } from "./context.ts";
import { type Plugin, pluginsIn } from "./plugins.ts";
import type { FindingRule } from "./rule.ts";

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
      span: plugin?.span ?? policy.written.span,
      ...(absent
        ? {
            fact: `The network plugin of the input is ${absent.name}, which does not enforce NetworkPolicy.`,
            consequence: `Every connection is allowed, whatever the ${context.networkPolicies.length} policies say.`,
            advice: "Add an implementation of NetworkPolicy, or change to a plugin that has one.",
            severity: { is: "critical" as const, because: "the plugin is known not to enforce policies" },
          }
        : conditional
          ? {
              fact: `The network plugin of the input is ${conditional.name}, which may or may not enforce NetworkPolicy.`,
              consequence: `It takes ${conditional.proviso}; without that every connection is allowed.`,
              advice: "Make sure of it, or add an implementation of NetworkPolicy.",
              certainty: "conditional" as const,
              severity: { is: "medium" as const, because: "not every such plugin enforces policies" },
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

export function enforcementOf({ cluster }: FindingContext): Enforcement {
  const plugins = pluginsIn(cluster);
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
