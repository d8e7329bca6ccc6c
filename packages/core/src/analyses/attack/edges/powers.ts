import { accountName } from "../accounts.ts";
import type { FactIndex, FactKind } from "../fact.ts";
import { type Holder, holderName } from "../grants.ts";
import { SOME_NODE } from "../nodes.ts";
import type { Site } from "../site.ts";

/** What an account can have over a namespace, or over all of them. */
export type Power =
  | "secrets"
  | "configs"
  | "pods"
  | "relabel"
  | "exec"
  | "forward"
  | "policies"
  | "labels"
  | "traffic"
  | "tokens"
  | "accounts"
  | "everything"
  /** Over the cluster only. */
  | "cluster-policies"
  | "baseline-policies"
  | "kubelets"
  | "people"
  | "nodes"
  | "admin";

/** The name of the fact of holding the whole cluster. */
export const ADMIN = "cluster-admin";

const SHOWN: { readonly [P in Power]?: readonly [FactKind, string] } = {
  pods: ["pod-control", "pods"],
  policies: ["policy-control", "policies"],
  "cluster-policies": ["policy-control", "cluster-policies"],
  "baseline-policies": ["policy-control", "baseline-policies"],
  labels: ["namespace-labels", "labels"],
  traffic: ["intercept", "services"],
};

/** The fact of having a power over a namespace; `*` for all of them. Who acts as anyone, or commands every kubelet, has more. */
export function powerOver(site: Pick<Site, "builder" | "nodes">, power: Power, scope: string): FactIndex {
  const { builder, nodes } = site;
  if (power === "admin" || power === "people") return builder.fact("admin", ADMIN);
  if (power === "nodes") return nodes.root(SOME_NODE);
  if (power === "kubelets") return powerOver(site, "exec", "*");
  const [kind, word] = SHOWN[power] ?? ["hub" as const, power];
  return builder.fact(kind, `${word}:${scope}`);
}

/** The fact of acting with what a holder is granted. */
export function holderFact({ builder }: Pick<Site, "builder">, holder: Holder): FactIndex {
  switch (holder.kind) {
    case "account":
      return builder.fact("act", accountName(holder.account));
    case "user":
    case "group":
      return builder.fact("act", holderName(holder));
    default:
      return builder.fact("hub", holderName(holder));
  }
}

/** Whether reading ConfigMaps teaches anything. */
export function readsConfigMaps({ knowledge }: Pick<Site, "knowledge">, scope: string): boolean {
  return knowledge.inConfigMaps(scope).length > 0;
}

/** The fact of a Service leading where an attacker wants it to. */
export function interceptFact({ builder }: Pick<Site, "builder">, namespace: string, service: string): FactIndex {
  return builder.fact("intercept", `service:${namespace}/${service}`);
}
