import type { Endpoint } from "../../engine/endpoints.ts";
import { formatSelector } from "../../model/selector.ts";
import { tellingSelector } from "../flip/labels.ts";
import type { FindingContext } from "./context.ts";
import { deniesNewcomers } from "./newcomers.ts";
import { onlyNeeded } from "./repair.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { servedPorts, servicesOf } from "./services.ts";
import { entryOf } from "./standing.ts";
import { causesOf, certaintyOf, spanOf } from "./subjects.ts";
import { capitalised, counted, shortId } from "./words.ts";

export const podIngressOpen: FindingRule = {
  id: "NPG101",
  name: "pod-ingress-open",
  severity: "medium",
  title: "Anybody may connect to a workload, since no policy isolates it for ingress",
  description:
    "A pod that no policy selects for ingress accepts connections from every pod of the cluster and from every address that routes to it, on every port. One fallen pod anywhere is then enough to reach it.",
  mappings: ["ingress"],
  weighs: "exposure",
  *find(context) {
    for (const subject of context.examined) {
      const to = context.open(subject, "ingress");
      if (to !== "nobody") yield observe(context, subject, to);
    }
  },
};

function observe(context: FindingContext, subject: Endpoint, to: "anyone" | "some"): Observation {
  const { namespace = "" } = subject;
  const reachers = context.reachers(subject);
  const needed = new Set(context.needed.filter((flow) => flow.to.id === subject.id).map(({ from }) => from.id));
  const whom = to === "anyone" ? "any pod and any address" : "pods and addresses that no admin policy denies";
  const isWhole = to === "some" || context.reachability.governed(subject, "ingress") === "no";
  const which = isWhole ? "" : " that no admin policy denies";
  const known = needed.size > 0 ? `, ${needed.size} of which ${needed.size === 1 ? "is" : "are"} known to need it` : "";
  const from = reachers[0] ?? context.outside[0];
  const lesser = isEntryByDesign(context, subject)
    ? "it is an entry by design and declares no other port"
    : deniesNewcomers(context, namespace, "ingress")
      ? "an admin policy denies every pod, and addresses outside remain"
      : undefined;
  return {
    about: subject.id,
    endpoints: [subject],
    namespace,
    direction: "ingress",
    span: spanOf(context, subject),
    fact: `No policy isolates ${shortId(subject)} for ingress.`,
    consequence: `${capitalised(whom)} may open any port of it${which}; ${counted(reachers.length, "workload")} can reach it now${known}.`,
    advice: `Select ${formatSelector(tellingSelector(context.cluster, subject))} with a policy that allows ingress only from those that need it.`,
    certainty: certaintyOf(context, subject, "ingress"),
    witness: from && context.witness(from, subject, "allow"),
    ...(lesser !== undefined && { severity: { is: "low", because: lesser } as const }),
    fixes: () => [
      {
        title: `Add a policy that admits to ${shortId(subject)} only what is known to need it`,
        edits: [onlyNeeded(context, subject, "ingress")],
      },
    ],
    under: causesOf(subject, "ingress"),
  };
}

function isEntryByDesign(context: FindingContext, subject: Endpoint): boolean {
  const declared = context.declaredPorts(subject);
  if (declared.isEmpty || entryOf(context, subject) === undefined) return false;
  return servicesOf(context, subject).some((service) => servedPorts(service, subject).includes(declared));
}
