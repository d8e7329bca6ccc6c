import { closest } from "../../engine/names.ts";
import { formatSelector, type LabelSelector, matches } from "../../model/selector.ts";
import type { FindingContext } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { isSystem } from "./severity.ts";
import { statementsOf } from "./statements.ts";
import { capitalised, listed, PEER_WORD } from "./words.ts";

const NAME_LABEL = "kubernetes.io/metadata.name";

export const peerMatchesNoNamespace: FindingRule = {
  id: "NPG303",
  name: "peer-matches-no-namespace",
  severity: "medium",
  title: "A namespaceSelector matches no namespace",
  description:
    "A peer in namespaces that do not exist allows nothing. Often the label was never put on the namespace: only kubernetes.io/metadata.name is there by itself.",
  mappings: ["dead"],
  *find(context) {
    const { namespaces } = context.cluster;
    // Without it the input is part of a cluster, and any label may be on a namespace of the rest.
    const isWhole = namespaces.some(({ name, span }) => name === "kube-system" && span !== undefined);
    for (const { policy, written, direction, words, about } of statementsOf(context)) {
      if (written.peers === "any" || context.selected(policy).length === 0) continue;
      for (const [at, peer] of written.peers.entries()) {
        if (peer.kind !== "namespaces" || isMatched(context, peer.namespaceSelector)) continue;
        const wanted = namesIn(peer.namespaceSelector);
        if (wanted.length > 0 && wanted.every(isSystem)) continue;
        if (!isWhole && isOfPlatform(peer.namespaceSelector)) continue;
        const known = namespaces.map(({ name }) => ({ id: name, spellings: [name] }));
        const similar = wanted.flatMap((name) => closest(name, known)).slice(0, 3);
        const isNamed = valuesIn(peer.namespaceSelector).some((value) => namespaces.some(({ name }) => name === value));
        const isOffInput = similar.length === 0 && (wanted.length > 0 || (!isWhole && !isNamed));
        yield {
          about: `${about}.${PEER_WORD[direction]}[${at}]`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: context.selected(policy),
          span: peer.span,
          fact: `${capitalised(words)} names namespaces with ${formatSelector(peer.namespaceSelector)}, and the input has none.`,
          consequence:
            similar.length > 0
              ? `There is ${listed(similar)}.`
              : isOffInput
                ? "The peer allows nothing, unless a namespace that the input does not show has it."
                : "The peer then allows nothing.",
          advice: "Correct the label, put it on the namespace, or use kubernetes.io/metadata.name.",
          ...(isOffInput && {
            severity: { is: "low", because: "the namespace may be one that the input does not show" } as const,
          }),
          ...((isOffInput || !isWhole) && { certainty: "assumed" as const }),
        };
      }
    }
  },
};

/** Whether some namespace has the labels, or may have: of one that is not declared only the name is known. */
function isMatched({ cluster }: FindingContext, selector: LabelSelector): boolean {
  return cluster.namespaces.some(({ labels }) => {
    const { holds, doubt } = matches(selector, labels);
    return holds || doubt !== undefined;
  });
}

/** Whether a selector asks for a label that a platform puts on its own namespaces. */
function isOfPlatform({ requirements }: LabelSelector): boolean {
  return requirements.some(({ key }) => /(?:^|\.)network\.openshift\.io\//.test(key));
}

function valuesIn({ requirements }: LabelSelector): readonly string[] {
  return requirements.flatMap(({ values }) => values);
}

/** Namespaces a selector asks for by name. */
function namesIn({ requirements }: LabelSelector): readonly string[] {
  return requirements.flatMap(({ key, operator, values }) => (key === NAME_LABEL && operator === "In" ? values : []));
}
