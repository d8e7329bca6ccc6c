import type { Span } from "../../model/source.ts";
import { isPulled, LEVERS } from "./edges/levers.ts";
import { holderFact, powerOver } from "./edges/powers.ts";
import { secretsGiven } from "./edges/secrets.ts";
import type { FactIndex } from "./fact.ts";
import { type Grant, holderName, isEverything } from "./grants.ts";
import { secretName } from "./knowledge.ts";
import { revocation } from "./revocation.ts";
import type { Site } from "./site.ts";

/** A Secret that the input speaks of and does not have, or all there are of a namespace or the cluster. */
export interface UnseenSecret {
  /** Having read it: `secret:shop/db`; or whatever there is, `secrets:shop`, `secrets:*`. */
  readonly fact: FactIndex;
  readonly because: string;
  readonly span: Span;
}

/**
 * What Secrets there are to know where the input has no Secret at all, as manifests under version control mostly have none: those that
 * pods are given and roles name, and whatever there is where a role may read all.
 */
export function unseenSecrets(site: Site, grants: readonly Grant[]): readonly UnseenSecret[] {
  const { builder, footholds } = site;
  if (!isBlind(site)) return [];
  const given = footholds.flatMap(({ id, namespace, pods }) =>
    pods.flatMap(secretsGiven).map(({ name, span }) => ({
      fact: builder.fact("know", secretName(namespace, name)),
      because: `${id} is given it; the input does not have it`,
      span,
    })),
  );
  const readable = readersIn(grants).flatMap(({ grant: { rule, scope, role } }) => {
    const about = { because: `${role} lets somebody read it; the input does not have it`, span: rule.span };
    return targetsOf(scope, rule.resourceNames).map((name) => ({ ...about, fact: builder.fact("know", name) }));
  });
  return [...new Map([...readable, ...given].map((one) => [one.fact, one])).values()];
}

/** RB-SECRET: who may read Secrets reads those that the input does not have, if there are any. */
export function unseenSecretEdges(site: Site, grants: readonly Grant[]): void {
  const { builder } = site;
  if (!isBlind(site)) return;
  for (const { grant, lever } of readersIn(grants)) {
    const { rule, scope, holder, words, evidence } = grant;
    const all = rule.resourceNames.length === 0;
    for (const name of targetsOf(scope, rule.resourceNames))
      builder.add({
        edge: "RB-SECRET",
        needs: [all ? powerOver(site, "secrets", scope) : holderFact(site, holder)],
        gives: builder.fact("know", name),
        cost: all ? 0 : 1,
        certainty: "assumed",
        because: all
          ? `whoever may read Secrets ${scope === "*" ? "of every namespace" : `of ${scope}`} reads whatever there is`
          : `${words}: ${holderName(holder)} may ${lever.does}`,
        assumption: `${all ? `there are Secrets ${scope === "*" ? "in the cluster" : `in ${scope}`}` : `${name} is there`}; the input has none`,
        evidence,
        ...(!all && revocation(grant, lever)),
      });
  }
}

/** Whether the input shows nothing of what Secrets there are. */
function isBlind({ cluster }: Site): boolean {
  return cluster.storage.secrets.length === 0;
}

/** The grants to read Secrets; who may do everything reads them otherwise. */
function readersIn(grants: readonly Grant[]) {
  return grants.flatMap((grant) => {
    const lever = LEVERS.find((one) => one.gives === "secrets" && isPulled(one, grant.rule, grant.scope));
    return lever && !isEverything(grant) ? [{ grant, lever }] : [];
  });
}

/** What a rule lets somebody read; where a name is that of any namespace nobody can tell which is meant. */
function targetsOf(scope: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [`secrets:${scope}`];
  return scope === "*" ? [] : names.map((name) => secretName(scope, name));
}
