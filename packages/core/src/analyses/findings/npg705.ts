import type { LabelSelector } from "../../model/selector.ts";
import { nameOf } from "../edit.ts";
import type { FindingRule } from "./rule.ts";
import { statementsIn } from "./statements.ts";
import { listed } from "./words.ts";

/** Keys whose values change with a roll-out or a new release. */
const PASSING: ReadonlySet<string> = new Set([
  "pod-template-hash",
  "controller-revision-hash",
  "controller-uid",
  "batch.kubernetes.io/controller-uid",
  "pod-template-generation",
  "helm.sh/chart",
  "chart",
  "app.kubernetes.io/version",
]);

export const fragileSelector: FindingRule = {
  id: "NPG705",
  name: "fragile-selector",
  severity: "low",
  title: "A selector asks for a label that the next release or roll-out changes",
  description:
    "Hashes of templates, ids of controllers and versions of charts are given anew with each roll-out. A policy that selects by them silently stops to apply.",
  mappings: ["hygiene"],
  *find(context) {
    for (const policy of context.networkPolicies) {
      const { written } = policy;
      const name = nameOf(written);
      const parts: { where: string; selector: LabelSelector; span: typeof written.span }[] = [
        { where: "podSelector", selector: written.podSelector, span: written.span },
        ...statementsIn(policy).flatMap(({ about, written: rule }) =>
          rule.peers === "any"
            ? []
            : rule.peers.flatMap((peer) =>
                peer.kind === "ipBlock"
                  ? []
                  : { where: about.slice(name.length + 1), selector: peer.podSelector, span: peer.span },
              ),
        ),
      ];
      for (const { where, selector, span } of parts) {
        const keys = selector.requirements.map(({ key }) => key).filter((key) => PASSING.has(key));
        if (keys.length === 0) continue;
        yield {
          about: `${name} ${where}`,
          policy: policy.policy,
          namespace: written.namespace,
          endpoints: context.selected(policy),
          span,
          fact: `${name} selects by ${listed(keys)} in its ${where}.`,
          consequence: "The value changes with the next release or roll-out, and the selector then matches nothing.",
          advice: "Select by labels that stay, such as app.kubernetes.io/name.",
        };
      }
    }
  },
};
