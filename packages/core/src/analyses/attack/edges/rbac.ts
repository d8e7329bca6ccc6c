import { type Account, accountName } from "../accounts.ts";
import type { Doors } from "../doors.ts";
import type { FactIndex } from "../fact.ts";
import type { Foothold } from "../foothold.ts";
import { type Grant, holderName, isEverything } from "../grants.ts";
import { nodeName } from "../nodes.ts";
import { revocation } from "../revocation.ts";
import type { Site } from "../site.ts";
import { combinedEdges } from "./combined-grants.ts";
import { isPulled, LEVERS, type Lever } from "./levers.ts";
import { ADMIN, holderFact, interceptFact, type Power, powerOver, readsConfigMaps } from "./powers.ts";
import { secretsGiven } from "./secrets.ts";

/**
 * RB-*: what ServiceAccounts, and those people whose login somebody can have, may ask the API server for. Given are all grants: those
 * that holders give themselves too.
 */
export function rbacEdges(
  site: Site,
  accounts: readonly Account[],
  doors: Doors,
  grants: readonly Grant[],
): readonly Grant[] {
  const all = [...grants, ...combinedEdges(site, grants)];
  for (const grant of all) grantEdges({ ...site, doors }, grant);
  memberEdges(site, accounts, grants);
  return all;
}

type Gated = Site & { readonly doors: Doors };

function grantEdges(site: Gated, grant: Grant): void {
  const { builder } = site;
  const { scope, certainty, evidence, words, holder } = grant;
  const needs = [holderFact(site, holder)];
  const base = { needs, certainty, evidence };
  if (isEverything(grant)) {
    const because = `${words}: everything is allowed`;
    builder.add({
      ...base,
      ...revocation(grant),
      edge: "RB-STAR",
      gives: builder.fact("admin", ADMIN),
      cost: 0,
      because,
    });
    return;
  }
  for (const one of LEVERS) {
    if (one.gives === "configs" && !readsConfigMaps(site, scope)) continue;
    if (!isPulled(one, grant.rule, scope)) continue;
    const common = {
      ...base,
      ...revocation(grant, one),
      edge: one.edge,
      cost: one.cost ?? 1,
      because: `${words}: ${holderName(holder)} may ${one.does}${scope === "*" ? "" : ` in ${scope}`}`,
      ...(one.certainty && { certainty: one.certainty }),
      ...(one.assumption && { assumption: one.assumption }),
    };
    for (const gives of targetsOf(site, one, grant)) builder.add({ ...common, gives });
  }
}

/** The namespaces over which some account is granted a power, sorted; those who may do everything are not counted. */
export function namespacesWith(site: Site, grants: readonly Grant[], power: Power): readonly string[] {
  const found = grants
    .filter((grant) => !isEverything(grant))
    .flatMap(({ rule, scope }) => {
      const given = LEVERS.filter((one) => one.gives === power && isPulled(one, rule, scope));
      if (given.length === 0) return [];
      if (rule.resourceNames.length > 0 && power === "labels") return rule.resourceNames;
      return scope === "*" ? site.namespaces : [scope];
    });
  return site.namespaces.filter((name) => found.includes(name));
}

function targetsOf(site: Gated, lever: Lever, { rule, scope }: Grant): readonly FactIndex[] {
  const names = rule.resourceNames;
  if (names.length > 0) {
    const homes = scope === "*" ? site.namespaces : [scope];
    return lever.scope === "cluster"
      ? clusterTargets(site, lever, names)
      : homes.flatMap((home) => names.flatMap((name) => namedTargets(site, lever, home, name)));
  }
  if (!lever.kinds) return [powerOver(site, lever.gives, scope)];
  const meant = site.footholds.filter((one) => isOf(one, lever) && (scope === "*" || one.namespace === scope));
  if (meant.length === 0) return [];
  if (lever.gives === "exec") return [hubOver(site, `${lever.resources.join()} of ${scope}`, meant)];
  return [...new Set(meant.map(({ namespace }) => powerOver(site, lever.gives, namespace)))];
}

function isOf({ kind }: Foothold, { kinds }: Lever): boolean {
  return kinds === undefined || kinds.includes(kind);
}

/** A fact that leads to running code in each of some workloads, so that many holders cost no more. */
function hubOver({ builder }: Site, name: string, footholds: readonly Foothold[]): FactIndex {
  const hub = builder.fact("hub", name);
  for (const { own } of footholds)
    builder.add({
      edge: "RB-PATCH",
      needs: [hub],
      gives: own,
      cost: 0,
      certainty: "proved",
      because: "",
      evidence: [],
    });
  return hub;
}

/** Of what stands outside namespaces, the objects a rule names. */
function clusterTargets(site: Site, { gives }: Lever, names: readonly string[]): readonly FactIndex[] {
  const { builder } = site;
  if (gives === "kubelets") return names.map((name) => builder.fact("hub", `pods on ${nodeName(name)}`));
  if (gives === "people") return names.map((name) => holderFact(site, { kind: "user", name }));
  return [powerOver(site, gives, "*")];
}

/** A rule held to a name gives that object only. */
function namedTargets(site: Gated, lever: Lever, home: string, name: string): readonly FactIndex[] {
  const { builder } = site;
  const inside = site.inNamespace(home);
  switch (lever.gives) {
    case "secrets":
      return isKnown(site, home, name) ? site.knowledge.learnt("secret", home, name) : [];
    case "configs":
      return site.knowledge.learnt("configmap", home, name);
    case "tokens":
      return [builder.fact("hold", `token:${accountName({ namespace: home, name })}`)];
    case "accounts":
      return [builder.fact("act", accountName({ namespace: home, name }))];
    case "exec":
      return inside.filter((one) => isNamed(one, lever, name)).map(({ own }) => own);
    case "forward":
      return inside
        .filter((one) => isNamed(one, lever, name))
        .flatMap((one) => site.doors.of(one).slice(0, 1))
        .map((door) => door.inside);
    case "pods":
    case "relabel":
      return inside.some((one) => isNamed(one, lever, name)) ? [powerOver(site, lever.gives, home)] : [];
    case "labels":
      return site.namespaces.includes(name) ? [builder.fact("namespace-labels", `labels:${name}`)] : [];
    case "policies":
      return [powerOver(site, "policies", home)];
    case "traffic":
      return servicesNamed(site, lever, home, name).map((service) => interceptFact(site, home, service));
    default:
      return [];
  }
}

/** The Service of that name; of a slice its own, which where the input has no such slice its name begins with. */
function servicesNamed(site: Site, { resources }: Lever, home: string, name: string): readonly string[] {
  if (!resources.includes("endpointslices")) return site.services.has(`${home}/${name}`) ? [name] : [];
  const slice = site.cluster.serviceEndpoints.find((one) => one.namespace === home && one.name === name);
  if (slice) return [slice.service];
  const prefixed = site.cluster.services.filter((one) => one.namespace === home && name.startsWith(`${one.name}-`));
  return prefixed.map((service) => service.name);
}

/** Whether a name in a rule is that of a workload, or of a pod where pods are meant. */
function isNamed(foothold: Foothold, { kinds }: Lever, name: string): boolean {
  const { endpoint, kind } = foothold;
  if (kinds) return kinds.includes(kind) && endpoint.name === name;
  if (kind === "Pod") return endpoint.name === name;
  return endpoint.members.some(({ pods }) =>
    pods.some((pod) => pod.name === name || (kind === "StatefulSet" && isReplica(name, pod.name, pod.replicas))),
  );
}

/** `db-0`, of a StatefulSet that the input shows as its template only. */
function isReplica(name: string, set: string, replicas: number): boolean {
  const [, own, ordinal] = /^(.+)-(\d+)$/.exec(name) ?? [];
  return own === set && Number(ordinal) < replicas;
}

function isKnown({ cluster, inNamespace }: Site, namespace: string, name: string): boolean {
  return (
    cluster.storage.secrets.some((secret) => secret.namespace === namespace && secret.name === name) ||
    inNamespace(namespace).some(({ pods }) => pods.some((pod) => secretsGiven(pod).some((one) => one.name === name)))
  );
}

/** Accounts have what the groups they are in are granted; so has everybody else who is in them. */
function memberEdges(site: Site, accounts: readonly Account[], grants: readonly Grant[]): void {
  const groups = new Map(grants.map(({ holder }) => [holderName(holder), holder] as const));
  for (const [name, holder] of groups) {
    if (holder.kind !== "namespace" && holder.kind !== "everyone") continue;
    for (const account of accounts) {
      if (holder.kind === "namespace" && account.namespace !== holder.namespace) continue;
      site.builder.add({
        edge: "API",
        needs: [site.builder.fact("act", accountName(account))],
        gives: site.builder.fact("hub", name),
        cost: 0,
        certainty: "proved",
        because: `${accountName(account)} is one of ${name}`,
        evidence: [],
      });
    }
  }
}
