import type { AttackRule, Fact } from "../attack/fact.ts";
import { attackOn, heldFromOutside, pathFromOutside, stepsOf } from "./attack.ts";
import { withoutSteps } from "./remedies.ts";
import type { FindingRule } from "./rule.ts";
import { isSystem } from "./severity.ts";
import { listed } from "./words.ts";

export const segmentationEditable: FindingRule = {
  id: "NPG505",
  name: "segmentation-editable",
  severity: "high",
  title: "An account that can be had from outside may rewrite the policies",
  description:
    "Whoever may change NetworkPolicies, the labels of namespaces, or those of pods in namespaces of others, may take down every wall between workloads. If a workload with such an account can be reached from outside, the walls are only as strong as that workload.",
  mappings: ["control"],
  *find(context) {
    const { graph } = context.once(attackOn);
    const held = context.once(heldFromOutside);
    const byHolder = new Map<string, AttackRule[]>();
    for (const step of stepsOf(context, ["RB-NETPOL", "RB-NSLABEL", "RB-PATCH"])) {
      const [need] = step.needs;
      const holder = need === undefined ? undefined : graph.facts[need];
      if (!holder || need === undefined || !held.has(need) || !isGranted(step, holder)) continue;
      if (step.edge === "RB-PATCH" && !relabelsOthers(graph.facts[step.gives], holder)) continue;
      byHolder.set(holder.name, [...(byHolder.get(holder.name) ?? []), step]);
    }
    for (const [holder, steps] of byHolder) {
      const account = holder.replace(/^serviceaccount:/, "");
      const [namespace = ""] = account.split("/");
      if (isSystem(namespace)) continue;
      const [first] = steps;
      const isDeployer = DEPLOYER.test(account.split("/")[1] ?? "");
      yield {
        about: holder,
        ...(account.includes("/") && { namespace }),
        span: first?.evidence[0],
        fact: `${account} can be had from outside, in one step or several, and may change ${listed(powersIn(steps))}.`,
        consequence: `${listed([...new Set(steps.map(({ because }) => because))])}.`,
        advice:
          first?.fix === undefined ? "Narrow its role." : `${first.fix.charAt(0).toUpperCase()}${first.fix.slice(1)}.`,
        certainty: first?.certainty ?? "assumed",
        ...(isDeployer
          ? { severity: { is: "low", because: "it applies what a repository declares, and has to" } as const }
          : { fixes: () => withoutSteps(context, steps) }),
        path: pathFromOutside(context, first?.needs[0] ?? -1),
      };
    }
  },
};

/** Accounts of the controllers of Argo CD, Flux, Fleet, Config Sync and kapp, whose work it is to write whatever a repository holds. */
const DEPLOYER =
  /(^|-)(argocd-application-controller|kustomize-controller|helm-controller|fleet-agent|kapp-controller(-sa)?|root-reconciler)($|-)/;

/** Whether a role gives a step to its holder: not what only follows from a power, such as one over all namespaces. */
function isGranted({ because }: AttackRule, { kind }: Fact): boolean {
  return because !== "" && (kind === "act" || kind === "hub");
}

/** Whether a step lets its holder change the labels of pods in a namespace that is not its own; who may in all may in each. */
function relabelsOthers(gained: Fact | undefined, holder: Fact): boolean {
  const [power, namespace] = gained?.name.split(":") ?? [];
  const [own] = holder.name.replace(/^serviceaccount:/, "").split("/");
  return power === "relabel" && namespace !== own && !holder.name.startsWith(`${power}:`);
}

function powersIn(steps: readonly AttackRule[]): readonly string[] {
  const POWERS = [
    ["RB-NETPOL", "policies"],
    ["RB-NSLABEL", "labels of namespaces"],
    ["RB-PATCH", "labels of other namespaces' pods"],
  ] as const;
  return POWERS.flatMap(([edge, power]) => (steps.some((step) => step.edge === edge) ? [power] : []));
}
