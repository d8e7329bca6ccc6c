import type { Cluster, Pod } from "../../model/cluster.ts";
import type { ServiceAccount } from "../../model/identity.ts";
import type { Span } from "../../model/source.ts";
import type { Foothold } from "./foothold.ts";

/** A ServiceAccount, in the input or only spoken of. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
  readonly object?: ServiceAccount;
}

/** Every ServiceAccount there is: those of the input, those pods and bindings name, and `default` of each namespace. */
export function accountsOf(cluster: Cluster, footholds: readonly Foothold[]): readonly Account[] {
  const { serviceAccounts, bindings } = cluster.identities;
  const objects = new Map(serviceAccounts.map((object) => [accountId(object), object]));
  const spoken = [
    ...serviceAccounts,
    ...cluster.namespaces.map(({ name }) => ({ namespace: name, name: "default" })),
    ...footholds.flatMap(({ namespace, pods }) =>
      pods.map(({ spec }) => ({ namespace, name: spec.serviceAccountName })),
    ),
    ...bindings.flatMap(({ subjects }) =>
      subjects.flatMap(({ kind, name, namespace }) =>
        kind === "ServiceAccount" && namespace !== undefined ? [{ namespace, name }] : [],
      ),
    ),
  ];
  const ids = [...new Set(spoken.map(accountId))].sort();
  return ids.map((id) => {
    const [namespace = "", name = ""] = id.split("/");
    const object = objects.get(id);
    return { namespace, name, ...(object && { object }) };
  });
}

export function accountId({ namespace, name }: Pick<Account, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

/** `serviceaccount:shop/web`. */
export function accountName(account: Pick<Account, "namespace" | "name">): string {
  return `serviceaccount:${accountId(account)}`;
}

/** Why a pod is given its account's token, and the volumes of its own that hold it. */
export interface TokenMount {
  readonly because: string;
  readonly evidence: readonly Span[];
  readonly volumes: readonly string[];
}

/** Whether a pod is given its account's token; `undefined` when it is not. The pod's word counts before the account's. */
export function tokenMount({ spec }: Pod, object: ServiceAccount | undefined): TokenMount | undefined {
  const projected = spec.volumes.filter(
    (volume) =>
      volume.kind === "projected" &&
      volume.sources.some((source) => source.kind === "serviceAccountToken" && source.audience === undefined),
  );
  const [first] = projected;
  const volumes = projected.map(({ name }) => name);
  if (first) return { because: `volume ${first.name} projects it`, evidence: [first.span], volumes };
  if (spec.automountServiceAccountToken === true) return { because: "the pod asks for it", evidence: [], volumes };
  if (spec.automountServiceAccountToken === false) return undefined;
  if (object?.automountServiceAccountToken === false) return undefined;
  if (object?.automountServiceAccountToken === true)
    return { because: "its ServiceAccount asks for it", evidence: [object.span], volumes };
  return { because: "nothing turns automounting off", evidence: [], volumes };
}
