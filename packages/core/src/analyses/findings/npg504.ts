import type { EdgeName } from "../attack/fact.ts";
import { heldFromOutside, ownFact, pathFromOutside, stepsOf } from "./attack.ts";
import { withoutSteps } from "./remedies.ts";
import type { FindingRule } from "./rule.ts";
import { spanOf } from "./subjects.ts";
import { listed, shortId } from "./words.ts";

const ESCAPES: readonly EdgeName[] = [
  "ESC-PRIV",
  "ESC-PID",
  "ESC-MOD",
  "ESC-SOCK",
  "ESC-HP-W",
  "ESC-HP-R",
  "ESC-LOG",
  "ESC-CORE",
];

export const escapeVoidsSegmentation: FindingRule = {
  id: "NPG504",
  name: "escape-voids-segmentation",
  severity: "high",
  title: "A workload that can be reached from outside can take over its node",
  description:
    "Policies bind pods. From a privileged container, a mounted runtime socket or a writable path of the host it is a short step to the node, and who holds the node reaches every pod on it past all policies.",
  mappings: ["host"],
  *find(context) {
    const held = context.once(heldFromOutside);
    const steps = stepsOf(context, ESCAPES);
    for (const subject of context.subjects) {
      const own = ownFact(context, subject.id);
      if (own === undefined || !held.has(own)) continue;
      const ways = steps.filter(({ needs }) => needs.includes(own));
      const [first] = ways;
      if (!first) continue;
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: subject.namespace ?? "",
        span: first.evidence[0] ?? spanOf(context, subject),
        fact: `${shortId(subject)} can be reached from outside, in one step or several, and can take over its node.`,
        consequence: `${listed([...new Set(ways.map(({ because }) => because))])}. A policy on it does not contain who holds its node.`,
        advice:
          first.fix === undefined
            ? "Take that access away."
            : `${first.fix.charAt(0).toUpperCase()}${first.fix.slice(1)}.`,
        certainty: first.certainty,
        fixes: () => withoutSteps(context, ways),
        path: pathFromOutside(context, own),
      };
    }
  },
};
