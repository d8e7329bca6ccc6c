import { allows, holderName } from "../grants.ts";
import type { Site } from "../site.ts";
import { ADMIN, holderFact } from "./powers.ts";

/** The group whose members the API server asks nothing. Source: kubernetes.io, Using RBAC Authorization, Default roles. */
const MASTERS = { kind: "group", name: "system:masters" } as const;

/** The users and groups that somebody may come to act as: those of kubeconfigs in the input, and those a role names to be impersonated. */
export function peopleIn({ cluster, knowledge }: Pick<Site, "cluster" | "knowledge">): ReadonlySet<string> {
  const named = cluster.identities.roles.flatMap(({ rules }) =>
    rules.flatMap((rule) =>
      (["user", "group"] as const).flatMap((kind) =>
        allows(rule, "", [`${kind}s`], ["impersonate"])
          ? rule.resourceNames.map((name) => holderName({ kind, name }))
          : [],
      ),
    ),
  );
  const shown = knowledge.contents.flatMap(({ content }) =>
    content.kind === "kubeconfig"
      ? content.users.flatMap(({ name, groups }) => [
          holderName({ kind: "user", name }),
          ...groups.map((group) => holderName({ kind: "group", name: group })),
        ])
      : [],
  );
  return new Set([...named, ...shown]);
}

/** RB-STAR: what the API server grants a group by itself. */
export function peopleEdges(site: Site): void {
  if (!peopleIn(site).has(holderName(MASTERS))) return;
  site.builder.add({
    edge: "RB-STAR",
    needs: [holderFact(site, MASTERS)],
    gives: site.builder.fact("admin", ADMIN),
    cost: 0,
    certainty: "proved",
    because: `whoever is of ${MASTERS.name} may do everything`,
    evidence: [],
  });
}
