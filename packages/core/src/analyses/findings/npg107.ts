import type { Endpoint } from "../../engine/endpoints.ts";
import { DIRECTIONS, type FindingContext, isOnHost } from "./context.ts";
import { identityKey } from "./identity.ts";
import type { FindingRule } from "./rule.ts";
import { certaintyOf, spanOf } from "./subjects.ts";
import { listedEndpoints } from "./words.ts";

export const partialCoverage: FindingRule = {
  id: "NPG107",
  name: "partial-coverage",
  severity: "medium",
  title: "Some workloads of one application are isolated and others are not",
  description:
    "Workloads that carry the same application label usually deserve the same protection. A second version, a canary, a Job or a migration is easily left out of a selector, and gives whoever gets in the same access as the others.",
  mappings: ["ingress", "egress"],
  weighs: "exposure",
  *find(context) {
    for (const [group, members] of applications(context)) {
      for (const direction of DIRECTIONS) {
        const open = members.filter((subject) => context.open(subject, direction) === "anyone");
        const closed = members.filter((subject) => context.reachability.isolated(subject, direction) === "yes");
        const [missed] = open;
        const policies = closed.flatMap((subject) => context.isolatedBy(subject, direction));
        if (!missed || closed.length === 0) continue;
        const missing = missingLabels(
          missed,
          policies.flatMap(({ written }) => written.podSelector.requirements),
        );
        yield {
          about: `${group} ${direction}`,
          endpoints: open,
          namespace: missed.namespace ?? "",
          direction,
          span: spanOf(context, missed),
          fact: `${listedEndpoints(open)} ${open.length === 1 ? "is" : "are"} not isolated for ${direction}, unlike ${listedEndpoints(closed)} of the same application.`,
          consequence:
            missing.length > 0
              ? `The selectors ask for ${missing.join(" and ")}, which it does not carry.`
              : "No selector takes it in.",
          advice: "Give it the labels the policies select, or widen the selectors.",
          certainty: certaintyOf(context, missed, direction),
          related: policies
            .slice(0, 3)
            .map(({ written }) => ({ message: `isolates the others: ${written.name}`, span: written.span })),
        };
      }
    }
  },
};

/** Workloads by namespace and application, of those that have more than one. */
function applications(context: FindingContext): readonly (readonly [string, readonly Endpoint[]])[] {
  const groups = new Map<string, Endpoint[]>();
  for (const subject of context.subjects) {
    const identity = identityKey(subject);
    if (identity === undefined || isOnHost(subject)) continue;
    const key = `${subject.namespace} ${identity}`;
    const known = groups.get(key);
    if (known) known.push(subject);
    else groups.set(key, [subject]);
  }
  return [...groups].filter(([, members]) => members.length > 1);
}

function missingLabels(
  { members }: Endpoint,
  requirements: readonly { key: string; operator: string; values: readonly string[] }[],
) {
  const labels = members[0]?.pods[0]?.labels.values;
  const missing = requirements
    .filter(({ operator, key, values }) => operator === "In" && !values.includes(labels?.get(key) ?? "\0"))
    .map(({ key, values }) => `${key}=${values.join("|")}`);
  return [...new Set(missing)];
}
