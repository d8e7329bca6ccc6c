import type { Endpoint } from "../../engine/endpoints.ts";
import type { NetworkPolicy } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { nameOf } from "../edit.ts";
import type { FindingContext } from "./context.ts";
import { labelled } from "./dns-rule.ts";
import { revised } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { numericPorts } from "./statements.ts";
import { counted, listedEndpoints } from "./words.ts";

export const accidentalSelectAll: FindingRule = {
  id: "NPG405",
  name: "accidental-select-all",
  severity: "high",
  title: "A policy that reads as if it were about one application selects every pod of its namespace",
  description:
    "A podSelector that is missing, or has a key with nothing behind it, selects everything. What was meant for one application then isolates all others too, or opens them.",
  mappings: ["availability", "hygiene"],
  tells: { code: "field-null", field: "spec.podSelector" },
  each: "policy",
  *find(context) {
    for (const policy of context.networkPolicies) {
      const { written } = policy;
      const subjects = context.selected(policy);
      const oddity = written.oddities?.find((one) => one === "selector-null" || one === "selector-absent");
      if (
        !oddity ||
        subjects.length < 2 ||
        /(^|-)(default|deny|all|isolate|namespace|baseline)(-|$)/.test(written.name)
      )
        continue;
      const meant = meantBy(context, written, subjects);
      if (oddity === "selector-absent" && meant.length === 0) continue;
      const name = nameOf(written);
      const [only] = meant.length === 1 ? meant : [];
      const label = only && appLabel(only);
      yield {
        about: name,
        policy: policy.policy,
        namespace: written.namespace,
        endpoints: subjects,
        span: written.span,
        fact: `${name} selects every pod of ${written.namespace}: its podSelector ${oddity === "selector-absent" ? "is missing" : "has nothing in it"}.`,
        consequence: `It isolates ${counted(subjects.length, "workload")} for ${policy.isolates.join(" and ")}: ${listedEndpoints(subjects)}.`,
        advice: "Name the pods it is about, or write `podSelector: {}` if all are meant.",
        fixes: () =>
          label
            ? [
                {
                  title: `Select ${label[0]}=${label[1]} in ${name}`,
                  edits: [revised(written, { podSelector: labelled(...label), oddities: [] })],
                },
              ]
            : [],
      };
    }
  },
};

/** The one workload that a policy's name or the ports of its rules speak of; none where they speak of several. */
function meantBy(context: FindingContext, written: NetworkPolicy, subjects: readonly Endpoint[]): readonly Endpoint[] {
  const named = subjects.filter(({ name = "" }) => name.length > 2 && hasWord(written.name, name));
  if (named.length > 0) return named;
  const ports = ConnectionSet.union(written.ingress.map(numericPorts));
  if (ports.isEmpty || ports.isAllPorts) return [];
  const listening = subjects.filter((one) => !context.declaredPorts(one).isEmpty);
  const meant = listening.filter((one) => context.declaredPorts(one).includes(ports));
  return meant.length === 1 && listening.length > 1 ? meant : [];
}

/** Whether a name is made of words of which some are the other name. */
function hasWord(name: string, word: string): boolean {
  return `-${name}-`.includes(`-${word}-`);
}

function appLabel({
  members,
}: {
  readonly members: readonly {
    readonly pods: readonly { readonly labels: { readonly values: ReadonlyMap<string, string> } }[];
  }[];
}) {
  const labels = members[0]?.pods[0]?.labels.values;
  const key = ["app.kubernetes.io/name", "app", "k8s-app", "name"].find((one) => labels?.has(one));
  return key === undefined ? undefined : ([key, labels?.get(key) ?? ""] as const);
}
