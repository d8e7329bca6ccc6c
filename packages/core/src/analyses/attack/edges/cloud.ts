import type { ServiceAccount } from "../../../model/identity.ts";
import { type Account, accountName } from "../accounts.ts";
import type { Site } from "../site.ts";

/** Annotations by which clouds give a ServiceAccount a role of theirs. */
const ROLE_ANNOTATIONS = [
  "eks.amazonaws.com/role-arn",
  "iam.gke.io/gcp-service-account",
  "azure.workload.identity/client-id",
] as const;

/** The roles a ServiceAccount is annotated with, by which key: `cloud:arn:aws:iam::1:role/app`. */
export function cloudRoles({
  annotations,
}: ServiceAccount): readonly { readonly role: string; readonly key: string }[] {
  return ROLE_ANNOTATIONS.flatMap((key) => {
    const role = annotations.get(key);
    return role ? [{ role: `cloud:${role}`, key }] : [];
  });
}

/** WID: a pod has the cloud role its account is annotated with. */
export function cloudEdges({ builder, footholds }: Site, accounts: readonly Account[]): void {
  const byName = new Map(accounts.map((account) => [accountName(account), account]));
  for (const { id, own, namespace, pods } of footholds) {
    for (const { spec } of pods) {
      const name = accountName({ namespace, name: spec.serviceAccountName });
      const object = byName.get(name)?.object;
      for (const { role, key } of object ? cloudRoles(object) : [])
        builder.add({
          edge: "WID",
          needs: [own],
          gives: builder.fact("cloud", role),
          cost: 1,
          certainty: "proved",
          because: `${id} runs as ${name}, which is annotated with ${key}`,
          evidence: object ? [object.span] : [],
        });
    }
  }
}
