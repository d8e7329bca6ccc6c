import type { FindingRule } from "./rule.ts";
import { statementsOf } from "./statements.ts";
import { capitalised, listedEndpoints } from "./words.ts";

/** More ports than any one service needs. */
const WIDE = 1000;

export const widePortRange: FindingRule = {
  id: "NPG218",
  name: "wide-port-range",
  severity: "low",
  title: "A rule allows a range of more than a thousand ports",
  description:
    "A wide range opens ports nobody thought of: debug listeners, sidecars, and the range from which connections are opened by the system.",
  mappings: ["ingress", "egress"],
  *find(context) {
    for (const { policy, written, direction, words, about } of statementsOf(context)) {
      const subjects = context.selected(policy);
      if (subjects.length === 0 || written.ports === "any") continue;
      for (const port of written.ports) {
        if (port.kind !== "range" || port.last - port.first < WIDE) continue;
        yield {
          about: `${about} ${port.protocol}/${port.first}-${port.last}`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: subjects,
          span: port.span,
          fact: `${capitalised(words)} allows ${port.last - port.first + 1} ports of ${port.protocol}, ${port.first} to ${port.last}.`,
          consequence: `It governs ${listedEndpoints(subjects)}.`,
          advice: "List the ports that are used.",
          under: [`NPG203 ${about}`],
        };
      }
    }
  },
};
