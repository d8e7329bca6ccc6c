import { formatSelector } from "../../model/selector.ts";
import { nameOf } from "../edit.ts";
import { makerIn } from "./makers.ts";
import type { FindingRule } from "./rule.ts";

export const selectsNothing: FindingRule = {
  id: "NPG301",
  name: "selects-nothing",
  severity: "medium",
  title: "A policy selects no pod of its namespace",
  description:
    "A policy whose podSelector matches no pod does nothing. It is a leftover, or was meant for pods that are labelled differently and now are not governed.",
  mappings: ["dead"],
  tells: { code: "selector-matches-nothing" },
  *find(context) {
    for (const { written, policy, selects } of context.networkPolicies) {
      if (selects.length > 0 || written.podSelector.requirements.length === 0) continue;
      const name = nameOf(written);
      const isEmpty = !context.cluster.pods.some(({ namespace }) => namespace === written.namespace);
      const maker = makerIn(context, written.namespace);
      const claims = /deny|isolate|block|lockdown/i.test(written.name);
      yield {
        about: name,
        policy,
        namespace: written.namespace,
        span: written.span,
        fact: `${name} selects no pod: none in ${written.namespace} has ${formatSelector(written.podSelector)}.`,
        consequence: isEmpty
          ? "The input shows no pod of that namespace at all."
          : maker
            ? `Pods made at run time may have it: the input has ${maker}.`
            : "It has no effect.",
        advice: "Correct its podSelector, or remove it.",
        ...(isEmpty
          ? {
              severity: { is: "info", because: "the input shows no pod of its namespace" } as const,
              certainty: "assumed" as const,
            }
          : maker !== undefined
            ? { severity: { is: "info", because: "such pods may be made at run time" } as const }
            : claims && { severity: { is: "high", because: "its name says that it denies something" } as const }),
        under: [`NPG307 ${name} podSelector`, `NPG304 ${name}`],
      };
    }
  },
};
