import type { Endpoint } from "../../engine/endpoints.ts";
import type { Span } from "../../model/source.ts";
import { groupBy } from "../attack/group-by.ts";
import type { FindingContext } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { isSystem } from "./severity.ts";
import { certaintyOf, firstOf, spanOf } from "./subjects.ts";
import { capitalised, counted, listedEndpoints } from "./words.ts";

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
  mappings: ["ingress", "separation"],
  *find(context) {
    const places = placesIn(context);
    for (const lower of places) {
      for (const higher of places) {
        if (lower.stage >= higher.stage) continue;
        const reached = higher.endpoints.filter((to) =>
          lower.endpoints.some((from) => !context.allowed(from, to).isEmpty),
        );
        const [first] = reached;
        if (!first) continue;
        yield {
          about: `${lower.name} to ${higher.name}`,
          endpoints: reached,
          namespace: higher.namespace,
          direction: "ingress",
          span: higher.span ?? spanOf(context, first),
          fact: `${capitalised(lower.words)} (${wordOf(lower.stage)}) can reach ${counted(reached.length, "workload")} of ${higher.words} (${wordOf(higher.stage)}).`,
          consequence: `Those are ${listedEndpoints(reached)}.`,
          advice: `Isolate ${higher.words} for ingress and admit only its own pods and what it needs.`,
          certainty: certaintyOf(context, first, "ingress"),
          witness: firstOf(reached, (to) => firstOf(lower.endpoints, (one) => context.witness(one, to, "allow"))),
        };
      }
    }
  },
};

/** What belongs to one stage: a namespace, or those workloads of it whose own labels say so. */
interface Place {
  readonly name: string;
  readonly words: string;
  readonly namespace: string;
  readonly stage: number;
  readonly endpoints: readonly Endpoint[];
  readonly span: Span | undefined;
}

/** Namespaces in which workloads are of different stages, with what those are called. */
export function mixedNamespaces(
  context: FindingContext,
): readonly { readonly namespace: string; readonly stages: readonly string[] }[] {
  return [...groupBy(placesIn(context), ({ namespace }) => namespace)].flatMap(([namespace, places]) => {
    const stages = [...new Set(places.flatMap(({ stage, endpoints }) => (endpoints.length > 0 ? [stage] : [])))].sort();
    return stages.length > 1 ? [{ namespace, stages: stages.map(wordOf) }] : [];
  });
}

function placesIn(context: FindingContext): readonly Place[] {
  const users = context.cluster.namespaces.filter(({ name }) => !isSystem(name) && !isShared(name));
  return users.flatMap(({ name: namespace, labels, span }): readonly Place[] => {
    const inside = context.subjects.filter((one) => one.namespace === namespace);
    const whole = stageOf(labels.values, namespace);
    const groups = groupBy(inside, (one) => stageOf(podLabels(one)) ?? whole);
    return [...groups].flatMap(([stage, endpoints]): readonly Place[] => {
      if (stage === undefined) return [];
      const place = { namespace, stage, endpoints };
      return stage === whole
        ? [{ ...place, name: namespace, words: `namespace ${namespace}`, span }]
        : [
            {
              ...place,
              name: `${namespace} ${wordOf(stage)}`,
              words: `what is labelled so in ${namespace}`,
              span: undefined,
            },
          ];
    });
  });
}

function podLabels({ members }: Endpoint): ReadonlyMap<string, string> | undefined {
  return members[0]?.pods[0]?.labels.values;
}

/** Namespaces that serve every environment. */
function isShared(name: string): boolean {
  return name.split("-").some((word) => SHARED.has(word));
}

const SHARED: ReadonlySet<string> = new Set(
  "ingress gateway dns monitoring observability logging tracing prometheus istio linkerd".split(" "),
);

/** From the labels, else from a word of the name. */
function stageOf(labels: ReadonlyMap<string, string> | undefined, name = ""): number | undefined {
  const written = STAGE_LABELS.map((key) => labels?.get(key)).find((value) => value !== undefined);
  const words = written === undefined ? name.split("-") : [written.toLowerCase()];
  const stage = STAGES.findIndex((names) => words.some((word) => names.includes(word)));
  return stage === -1 ? undefined : stage;
}

function wordOf(stage: number): string {
  return ["development", "test", "staging", "production"][stage] ?? "";
}
