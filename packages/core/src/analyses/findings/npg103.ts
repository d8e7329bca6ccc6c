import type { FindingContext } from "./context.ts";
import { DIRECTIONS } from "./context.ts";
import { governsNewcomers } from "./newcomers.ts";
import { defaultDeny } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { certaintyOf } from "./subjects.ts";
import { listedEndpoints, TYPE_WORD } from "./words.ts";

export const namespaceNoDefaultDeny: FindingRule = {
  id: "NPG103",
  name: "namespace-no-default-deny",
  severity: "medium",
  title: "A namespace has no policy that isolates all of its pods in a direction",
  description:
    "Without a policy whose empty podSelector takes in every pod, whatever no other policy happens to select is open, and every new pod starts so. Policies only ever add to each other: one that allows everything elsewhere does not count as a deny, and does not undo one either.",
  mappings: ["ingress", "egress"],
  *find(context) {
    for (const { name: namespace, span } of context.namespaces) {
      for (const direction of DIRECTIONS) {
        const open = openIn(context, namespace, direction);
        if (open.length === 0 || governsNewcomers(context, namespace, direction)) continue;
        const whom = open.some((one) => context.open(one, direction) === "some")
          ? "whomever no admin policy denies"
          : "anybody";
        yield {
          about: `${namespace} ${direction}`,
          namespace,
          direction,
          endpoints: open,
          span: span ?? open[0]?.members[0]?.pods[0]?.span,
          fact: `No policy isolates all pods of namespace ${namespace} for ${direction}.`,
          consequence: `${listedEndpoints(open)} ${open.length === 1 ? "is" : "are"} ${direction === "ingress" ? "open to" : "free to connect to"} ${whom}, and so is every pod to come.`,
          advice: `Add a policy with \`podSelector: {}\` and policyTypes [${TYPE_WORD[direction]}]; let DNS out at once.`,
          certainty: open.every((one) => certaintyOf(context, one, direction) === "assumed") ? "assumed" : "proved",
          fixes: () => [defaultDeny(context, namespace, [direction], open)],
          under: [`NPG104 ${namespace}`],
        };
      }
    }
  },
};

/** The workloads of a namespace that some peer finds open in a direction. */
export function openIn(context: FindingContext, namespace: string, direction: "ingress" | "egress") {
  return context.subjects.filter(
    (subject) => subject.namespace === namespace && context.open(subject, direction) !== "nobody",
  );
}
