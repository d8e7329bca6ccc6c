import type { Cluster } from "../../model/cluster.ts";
import type { AuthorizationPolicy } from "../../model/control.ts";
import type { Span } from "../../model/source.ts";

/** Something of the input that may lead further, and from which no step is made, since what it opens is not in the input or not evaluated. */
export interface Unfollowed {
  /** `key id_rsa of secret shop/deploy`, `Server shop/db`. */
  readonly what: string;
  readonly because: string;
  readonly span: Span;
}

/** Policies of meshes by which no step is made dearer, though they may refuse callers. */
export function meshesUnfollowed({ controls, unusedPolicies }: Cluster): readonly Unfollowed[] {
  const istio = controls.authorizationPolicies.flatMap((policy): readonly Unfollowed[] => {
    const because = policy.dryRun ? undefined : istioDoubt(policy);
    return because === undefined ? [] : [{ what: titleOf(policy), because, span: policy.span }];
  });
  const known = new Set(controls.authorizationPolicies.map(titleOf));
  const linkerd = unusedPolicies
    .filter(
      ({ kind, namespace = "", name }) =>
        kind === "Server" ||
        kind === "ServerAuthorization" ||
        (kind === "AuthorizationPolicy" && !known.has(titleOf({ namespace, name }))),
    )
    .map(({ kind, namespace, name, span }) => ({
      what: `${kind} ${namespace}/${name}`,
      because: "policies of Linkerd are not evaluated; they may refuse callers",
      span,
    }));
  return [...istio, ...linkerd];
}

function titleOf({ namespace, name }: Pick<AuthorizationPolicy, "namespace" | "name">): string {
  return `AuthorizationPolicy ${namespace}/${name}`;
}

function istioDoubt({ about, action, clauses }: AuthorizationPolicy): string | undefined {
  if (action === "AUDIT") return undefined;
  if (about === "referenced")
    return "it is for a gateway or a waypoint, which whoever sends to the pods themselves passes by";
  if (action === "CUSTOM") return "an authoriser outside the input decides";
  return action === "DENY" && clauses.some(({ requests }) => requests === "some")
    ? "it denies some requests only, and which a flaw takes is not known"
    : undefined;
}
