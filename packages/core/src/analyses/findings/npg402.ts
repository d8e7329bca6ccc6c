import type { Endpoint } from "../../engine/endpoints.ts";
import type { Direction } from "../../model/flow.ts";
import { nameOf } from "../edit.ts";
import type { NetworkPolicyMatch } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { amountToEverything } from "./statements.ts";
import { listedEndpoints } from "./words.ts";

export const nameContradictsEffect: FindingRule = {
  id: "NPG402",
  name: "name-contradicts-effect",
  severity: "low",
  title: "A policy does the opposite of what its name says",
  description:
    "People trust names. A policy called deny that admits everybody, or one called allow that admits nobody, misleads whoever reads a list of policies.",
  mappings: ["hygiene"],
  *find(context) {
    for (const policy of context.networkPolicies) {
      const subjects = context.selected(policy);
      const contradiction = subjects.length > 0 ? contradictionIn(policy, subjects) : undefined;
      if (!contradiction) continue;
      const { written } = policy;
      yield {
        about: nameOf(written),
        policy: policy.policy,
        namespace: written.namespace,
        endpoints: subjects,
        span: written.span,
        fact: `${nameOf(written)} ${contradiction}.`,
        consequence: `It governs ${listedEndpoints(subjects)}.`,
        advice: "Give it the name of what it does, or make it do what its name says.",
      };
    }
  },
};

function contradictionIn({ written, isolates }: NetworkPolicyMatch, subjects: readonly Endpoint[]): string | undefined {
  const name = withoutNames(written.name, subjects);
  const saysDeny = /(^|-)(deny|isolate|block|reject|lockdown)(-|$)/.test(name) && !/except|but|allow/.test(name);
  const saysAllow = /(^|-)(allow|permit|open)(-|$)/.test(name) && !/deny|disallow|only/.test(name);
  const meant = isolates.filter((direction) => isMeant(name, direction));
  const wideOpen = meant.find((direction) => amountToEverything(written[direction]));
  if (saysDeny && wideOpen) return `is called a deny and allows all ${wideOpen}`;
  if (saysAllow && meant.length > 0 && meant.every((direction) => written[direction].length === 0))
    return `is called an allow and allows no ${meant.join(" or ")} at all`;
  return undefined;
}

/** What is left of a policy's name without those of its workloads, which may be called `open-policy-agent` or `deny-list`. */
function withoutNames(name: string, subjects: readonly Endpoint[]): string {
  const names = subjects.flatMap(({ name: own, members }) => [
    own,
    ...["app", "app.kubernetes.io/name"].map((key) => members[0]?.pods[0]?.labels.values.get(key)),
  ]);
  return names.reduce(
    (rest: string, own) =>
      own && /deny|isolate|block|reject|lockdown|allow|permit|open/.test(own) ? rest.replace(own, "") : rest,
    name,
  );
}

/** A name that mentions one direction speaks of that one only. */
function isMeant(name: string, direction: Direction): boolean {
  const mentions = (["ingress", "egress"] as const).filter((one) => name.includes(one));
  return mentions.length !== 1 || mentions[0] === direction;
}
