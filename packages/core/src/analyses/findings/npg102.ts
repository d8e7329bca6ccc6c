import type { Endpoint } from "../../engine/endpoints.ts";
import { formatSelector } from "../../model/selector.ts";
import { tellingSelector } from "../flip/labels.ts";
import type { FindingContext } from "./context.ts";
import { onlyNeeded } from "./repair.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { causesOf, certaintyOf, spanOf } from "./subjects.ts";
import { counted, shortId } from "./words.ts";

export const podEgressOpen: FindingRule = {
  id: "NPG102",
  name: "pod-egress-open",
  severity: "medium",
  title: "A workload may connect to anybody, since no policy isolates it for egress",
  description:
    "A pod that no policy selects for egress may connect to every address on the internet, to the metadata service of the cloud, and to every pod that does not refuse it. Whoever takes it over can carry data out and move on.",
  mappings: ["egress"],
  weighs: "exposure",
  *find(context) {
    for (const subject of context.examined) {
      if (context.open(subject, "egress") !== "nobody") yield observe(context, subject);
    }
  },
};

function observe(context: FindingContext, subject: Endpoint): Observation {
  const { namespace = "" } = subject;
  const reached = context.reached(subject);
  const world = context.allowed(subject, context.internet).isEmpty ? "" : "the internet and ";
  return {
    about: subject.id,
    endpoints: [subject],
    namespace,
    direction: "egress",
    span: spanOf(context, subject),
    fact: `No policy isolates ${shortId(subject)} for egress.`,
    consequence: `It can send to ${world}${counted(reached.length, "workload")} of this input.`,
    advice: `Select ${formatSelector(tellingSelector(context.cluster, subject))} with a policy of type Egress that allows what it needs, and DNS.`,
    certainty: certaintyOf(context, subject, "egress"),
    witness: context.witness(subject, context.internet, "allow") ?? firstWitness(context, subject, reached),
    fixes: () => [
      {
        title: `Add a policy that lets out of ${shortId(subject)} only what it is known to need, and DNS`,
        edits: [onlyNeeded(context, subject, "egress")],
      },
    ],
    under: causesOf(subject, "egress"),
  };
}

function firstWitness(context: FindingContext, subject: Endpoint, [to]: readonly Endpoint[]) {
  return to && context.witness(subject, to, "allow");
}
