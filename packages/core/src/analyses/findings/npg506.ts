import type { FindingRule } from "./rule.ts";
import { statementsOf } from "./statements.ts";
import { capitalised } from "./words.ts";

export const featureNotSupported: FindingRule = {
  id: "NPG506",
  name: "feature-not-supported",
  severity: "medium",
  title: "A rule uses what the implementation is said not to support",
  description:
    "An implementation without endPort enforces only the first port of a range, and says nothing. Told of it with --assume endPortSupported=false, or by a preset, the verdicts follow, and the rules it concerns are listed.",
  mappings: ["enforcement"],
  *find(context) {
    if (context.program.options.endPortSupported) return;
    for (const { policy, written, direction, words, about } of statementsOf(context)) {
      if (written.ports === "any") continue;
      for (const port of written.ports) {
        if (port.kind !== "range" || port.last === port.first) continue;
        yield {
          about: `${about} ${port.protocol}/${port.first}-${port.last}`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: context.selected(policy),
          span: port.span,
          fact: `${capitalised(words)} has a range of ports, and the implementation is said not to support endPort.`,
          consequence: `Of ${port.protocol} ${port.first} to ${port.last} only ${port.first} is allowed.`,
          advice: "List the ports one by one.",
        };
      }
    }
  },
};
