import type { Endpoint } from "../../engine/endpoints.ts";
import { nameOf } from "../edit.ts";
import { ownFact, pathFromOutside } from "./attack.ts";
import { type FindingContext, isOnHost, type NetworkPolicyMatch } from "./context.ts";
import type { FindingCertainty } from "./finding.ts";
import { onlyNeeded } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { isSurelyEntered, wayInto, worthOf } from "./standing.ts";
import { certaintyOf, firstOf, spanOf } from "./subjects.ts";
import { counted, listed, listedEndpoints, shortId } from "./words.ts";

export const pivotAndExfil: FindingRule = {
  id: "NPG212",
  name: "pivot-and-exfil",
  severity: "high",
  title: "A workload that can be entered from outside may connect to the internet",
  description:
    "A workload with a door to the outside is the first to fall. If it may also connect to any address, whoever holds it can fetch tools, call home and carry data out by the same pod.",
  mappings: ["exposure", "egress"],
  *find(context) {
    for (const subject of context.examined) {
      if (context.allowed(subject, context.internet).isEmpty) continue;
      const way = wayInto(context, subject);
      if (way === undefined) continue;
      const isolating = context.isolatedBy(subject, "egress");
      const reached = context.reached(subject);
      const worth = firstOf(reached, (one) => {
        const value = worthOf(context, one);
        return value && ` On the way lies ${shortId(one)}: ${value}.`;
      });
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: subject.namespace ?? "",
        direction: "egress",
        span: spanOf(context, subject),
        fact: `${shortId(subject)} can be entered from outside and may connect to the internet.`,
        consequence: `${way} leads to it; from there ${reached.length > 0 ? `${counted(reached.length, "workload")} can be reached: ${listedEndpoints(reached)}` : "no other workload can be reached"}.${worth ?? ""}`,
        advice: adviceFor(subject, isolating),
        certainty: certaintyIn(context, subject),
        witness: context.witness(subject, context.internet, "allow"),
        fixes: () =>
          isolating.length > 0 || isOnHost(subject)
            ? []
            : [
                {
                  title: `Add a policy that lets out of ${shortId(subject)} only what it is known to need, and DNS`,
                  edits: [onlyNeeded(context, subject, "egress")],
                },
              ],
        path: pathFromOutside(context, ownFact(context, subject.id) ?? -1),
        under: [`NPG502 ${subject.id}`],
      };
    }
  },
};

/** Whether a node's port is reached from outside hangs on the network before it. */
function certaintyIn(context: FindingContext, subject: Endpoint): FindingCertainty {
  if (certaintyOf(context, subject, "egress") === "assumed") return "assumed";
  return isSurelyEntered(context, subject) ? "proved" : "conditional";
}

function adviceFor(subject: Endpoint, isolating: readonly NetworkPolicyMatch[]): string {
  if (isOnHost(subject)) return "Run it without hostNetwork, so that policies hold it, and let out only what it needs.";
  if (isolating.length === 0) return "Isolate it for egress and let out only what it needs, and DNS.";
  const names = isolating.map(({ written }) => nameOf(written));
  return `Narrow what ${listed(names)} ${names.length === 1 ? "lets" : "let"} out to what it needs.`;
}
