import { ownFact, pathFromOutside } from "./attack.ts";
import type { FindingRule } from "./rule.ts";
import { wayInto } from "./standing.ts";
import { certaintyOf, spanOf } from "./subjects.ts";
import { counted, listedEndpoints, shortId } from "./words.ts";

export const pivotAndExfil: FindingRule = {
  id: "NPG212",
  name: "pivot-and-exfil",
  severity: "high",
  title: "A workload that can be entered from outside may connect to the internet",
  description:
    "A workload with a door to the outside is the first to fall. If it may also connect to any address, whoever holds it can fetch tools, call home and carry data out by the same pod.",
  mappings: ["exposure", "egress"],
  *find(context) {
    for (const subject of context.subjects) {
      const way = wayInto(context, subject);
      if (way === undefined || context.allowed(subject, context.internet).isEmpty) continue;
      const reached = context.reached(subject);
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: subject.namespace ?? "",
        direction: "egress",
        span: spanOf(context, subject),
        fact: `${shortId(subject)} can be entered from outside and may connect to the internet.`,
        consequence: `${way} leads to it; from there ${counted(reached.length, "workload")} can be reached${reached.length > 0 ? `: ${listedEndpoints(reached)}` : ""}.`,
        advice: "Isolate it for egress and let out only what it needs, and DNS.",
        certainty: certaintyOf(context, subject, "egress"),
        witness: context.witness(subject, context.internet, "allow"),
        path: pathFromOutside(context, ownFact(context, subject.id) ?? -1),
      };
    }
  },
};
