import type { Endpoint } from "../../engine/endpoints.ts";
import type { Pod } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { accountId, type TokenMount, tokenMount } from "../attack/accounts.ts";
import { isPulled, LEVERS } from "../attack/edges/levers.ts";
import type { FactIndex, StepCertainty } from "../attack/fact.ts";
import { type Grant, grantsOf, holderName, isEverything } from "../attack/grants.ts";
import type { SettingChange } from "../attack/settings.ts";
import { ownFact, stepsOf } from "./attack.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import { isFit } from "./remedies.ts";
import type { FindingRule, FixProposal } from "./rule.ts";
import { statementsIn, unlimitedKeys } from "./statements.ts";
import { certaintyOf, spanOf } from "./subjects.ts";
import { shortId } from "./words.ts";

export const apiServerReachableUnneeded: FindingRule = {
  id: "NPG211",
  name: "api-server-reachable-unneeded",
  severity: "low",
  title: "A workload that no role is bound to may connect to the API server",
  description:
    "Most applications never speak to the API server. Where one may, and carries a token besides, whoever takes it over can ask the API server what that token is good for.",
  mappings: ["control", "egress", "apiServer"],
  *find(context) {
    const holders = context.once(accountsWithGrants);
    const common = grantsOf(context).filter(({ holder }) => holder.kind === "everyone" || holder.kind === "namespace");
    for (const subject of context.subjects) {
      const pod = subject.members[0]?.pods[0];
      if (!pod || isOnHost(subject) || !reachesApi(context, subject)) continue;
      const account = accountId({ namespace: pod.namespace, name: pod.spec.serviceAccountName });
      if (holders.has(account)) continue;
      const object = context.cluster.identities.serviceAccounts.find((one) => accountId(one) === account);
      const token = tokenMount(pod, object);
      const power = token && common.find((grant) => isHeldIn(grant, pod.namespace) && isRisky(grant));
      const statements = context.isolatedBy(subject, "egress").flatMap((policy) => statementsIn(policy, "egress"));
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: pod.namespace,
        direction: "egress",
        span: spanOf(context, subject),
        fact: `${shortId(subject)} may connect to the API server, and no role is bound to its account ${account}.`,
        consequence: power
          ? `It carries a token of that account, and as ${holderName(power.holder)} that has ${power.words}.`
          : token
            ? `It carries a token of that account: ${token.because}.`
            : "It carries no token, so that the API server knows it as anonymous.",
        advice: "Set automountServiceAccountToken: false, and leave the API server out of what its egress rules allow.",
        certainty: certaintyOf(context, subject, "egress") === "assumed" ? "assumed" : "conditional",
        ...(power
          ? { severity: { is: "high", because: `${power.words} lets every account do what is risky` } as const }
          : token && { severity: { is: "medium", because: "a token of its account is mounted" } as const }),
        fixes: () => (token ? withoutToken(context, pod, token) : []),
        under: [`NPG102 ${subject.id}`, ...statements.flatMap((one) => [...unlimitedKeys(one), `NPG203 ${one.about}`])],
      };
    }
  },
};

/** Nobody gave its account anything of its own that it could ask for with the token. */
function withoutToken({ cluster }: FindingContext, { workload }: Pod, { volumes }: TokenMount): readonly FixProposal[] {
  const change: SettingChange = { workload, kind: "no-token", volumes };
  if (!isFit(cluster, change)) return [];
  const title = `Set automountServiceAccountToken: false in ${workload}${volumes.length === 0 ? "" : `, and remove ${volumes.join(", ")}`}`;
  return [{ title, edits: [], settings: [change], aim: "less" }];
}

function isHeldIn({ holder }: Grant, namespace: string): boolean {
  return holder.kind === "everyone" || (holder.kind === "namespace" && holder.namespace === namespace);
}

/** Whether a grant is a step towards something else for whoever holds it. */
function isRisky(grant: Grant): boolean {
  return isEverything(grant) || LEVERS.some((lever) => isPulled(lever, grant.rule, grant.scope));
}

/** Whether a workload may connect to the API server: where the input shows it to be, else wherever it is. */
export function reachesApi(context: FindingContext, subject: Endpoint): boolean {
  const own = ownFact(context, subject.id);
  const route = context.once(apiRoutes).get(own ?? -1);
  return route === "proved" || (route !== undefined && reachesAnywhere(context, subject));
}

function apiRoutes(context: FindingContext): ReadonlyMap<FactIndex, StepCertainty> {
  const steps = stepsOf(context, ["API"]).filter(({ needs }) => needs.length === 1);
  return new Map(steps.flatMap(({ needs, certainty }) => needs.map((need) => [need, certainty] as const)));
}

/** Whether wherever the API server is, the workload may connect to it. */
function reachesAnywhere(context: FindingContext, subject: Endpoint): boolean {
  return API_PORTS.some((port) =>
    context.outside.every((one) => !context.allowed(subject, one).intersect(port).isEmpty),
  );
}

const API_PORTS = [443, 6443].map((port) => ConnectionSet.ports("TCP", port, port));

/** Accounts that some binding names; those that hold a role of everybody's are not among them. */
export function accountsWithGrants(context: FindingContext): ReadonlySet<string> {
  return new Set(
    grantsOf(context).flatMap(({ holder }) => (holder.kind === "account" ? accountId(holder.account) : [])),
  );
}
