import type { AttackRule } from "../attack/fact.ts";
import { attackOn, heldFromOutside, pathFromOutside, stepsOf } from "./attack.ts";
import type { FindingRule } from "./rule.ts";
import { isSystem } from "./severity.ts";
import { listed } from "./words.ts";

export const segmentationEditable: FindingRule = {
  id: "NPG505",
  name: "segmentation-editable",
  severity: "high",
  title: "An account that can be had from outside may rewrite the policies",
  description:
    "Whoever may change NetworkPolicies, or the labels of namespaces, may take down every wall between workloads. If a workload with such an account can be reached from outside, the walls are only as strong as that workload.",
  mappings: ["control"],
  *find(context) {
    const { graph } = context.once(attackOn);
    const held = context.once(heldFromOutside);
    const byHolder = new Map<string, AttackRule[]>();
    for (const step of stepsOf(context, ["RB-NETPOL", "RB-NSLABEL"])) {
      const [need] = step.needs;
      const holder = need === undefined ? undefined : graph.facts[need];
      if (!holder || need === undefined || !held.has(need)) continue;
      byHolder.set(holder.name, [...(byHolder.get(holder.name) ?? []), step]);
    }
    for (const [holder, steps] of byHolder) {
      const account = holder.replace(/^serviceaccount:/, "");
      const [namespace = ""] = account.split("/");
      if (isSystem(namespace)) continue;
      const [first] = steps;
      yield {
        about: holder,
        ...(account.includes("/") && { namespace }),
        span: first?.evidence[0],
        fact: `${account} can be had from outside, in one step or several, and may change policies or labels of namespaces.`,
        consequence: `${listed([...new Set(steps.map(({ because }) => because))])}.`,
        advice:
          first?.fix === undefined ? "Narrow its role." : `${first.fix.charAt(0).toUpperCase()}${first.fix.slice(1)}.`,
        certainty: first?.certainty ?? "assumed",
        path: pathFromOutside(context, first?.needs[0] ?? -1),
      };
    }
  },
};
