import type { Endpoint } from "../../engine/endpoints.ts";
import type { FindingContext } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { isSystem } from "./severity.ts";
import { certaintyOf, firstOf, spanOf } from "./subjects.ts";
import { counted, listedEndpoints } from "./words.ts";

/** How far each stage on the way to production is trusted. */
const STAGES: readonly (readonly string[])[] = [
  ["sandbox", "playground", "dev", "develop", "development"],
  ["test", "testing", "qa", "ci", "int", "integration"],
  ["staging", "stage", "stg", "uat", "preprod", "pre-prod", "preproduction"],
  ["prod", "production", "prd", "live"],
];

const STAGE_LABELS = ["env", "environment", "stage", "app.kubernetes.io/environment"];

export const environmentCrossing: FindingRule = {
  id: "NPG213",
  name: "environment-crossing",
  severity: "high",
  title: "Workloads of a less trusted environment can reach those of a more trusted one",
  description:
    "A namespace by itself separates nothing. Where what is developed or tested may open connections to production, whoever gets into the weaker environment is at the door of the stronger one.",
  mappings: ["ingress"],
  *find(context) {
    const namespaces = context.cluster.namespaces.flatMap(({ name }) => {
      const stage = stageOf(context, name);
      return stage === undefined || isSystem(name) ? [] : [{ name, stage }];
    });
    for (const lower of namespaces) {
      for (const higher of namespaces) {
        if (lower.stage >= higher.stage) continue;
        const from = inNamespace(context, lower.name);
        const reached = inNamespace(context, higher.name).filter((to) =>
          from.some((one) => !context.allowed(one, to).isEmpty),
        );
        const [first] = reached;
        if (!first) continue;
        yield {
          about: `${lower.name} to ${higher.name}`,
          endpoints: reached,
          namespace: higher.name,
          direction: "ingress",
          span: context.cluster.namespaces.find(({ name }) => name === higher.name)?.span ?? spanOf(context, first),
          fact: `Namespace ${lower.name} (${wordOf(lower.stage)}) can reach ${counted(reached.length, "workload")} of ${higher.name} (${wordOf(higher.stage)}).`,
          consequence: `Those are ${listedEndpoints(reached)}.`,
          advice: `Isolate ${higher.name} for ingress and admit only its own namespace and what it needs.`,
          certainty: certaintyOf(context, first, "ingress"),
          witness: firstOf(reached, (to) => firstOf(from, (one) => context.witness(one, to, "allow"))),
        };
      }
    }
  },
};

function inNamespace(context: FindingContext, name: string): readonly Endpoint[] {
  return context.subjects.filter(({ namespace }) => namespace === name);
}

/** From the namespace's labels, else from a word of its name. */
function stageOf({ cluster }: FindingContext, name: string): number | undefined {
  const labels = cluster.namespaces.find((one) => one.name === name)?.labels.values;
  const written = STAGE_LABELS.map((key) => labels?.get(key)).find((value) => value !== undefined);
  const words = written === undefined ? name.split("-") : [written.toLowerCase()];
  const stage = STAGES.findIndex((names) => words.some((word) => names.includes(word)));
  return stage === -1 ? undefined : stage;
}

function wordOf(stage: number): string {
  return ["development", "test", "staging", "production"][stage] ?? "";
}
