import type { EdgeName, FactIndex } from "../fact.ts";
import { allows, boundRole, type Grant, holderName, isEverything } from "../grants.ts";
import { groupBy } from "../group-by.ts";
import { revocation, type Wanted } from "../revocation.ts";
import type { Site } from "../site.ts";
import { CHANGE, RBAC, WRITE } from "./levers.ts";
import { ADMIN, holderFact, powerOver } from "./powers.ts";

/**
 * RB-BIND, RB-CSR, RB-IMPERS and RB-TOKENREQ by Secrets: what takes two grants of one holder. Given are the rules of the roles that
 * somebody may bind by name, as grants of whoever does.
 */
export function combinedEdges(site: Site, grants: readonly Grant[]): readonly Grant[] {
  const own = grants.filter((one) => !isEverything(one));
  return [...groupBy(own, ({ holder }) => holderName(holder)).values()].flatMap((ofHolder) =>
    [...new Set(ofHolder.map(({ scope }) => scope))].flatMap((scope) => {
      const here = ofHolder.filter((grant) => grant.scope === scope || grant.scope === "*");
      const pair = new Pair(site, here);
      if (scope === "*") clusterEdges(site, pair);
      pair.add(
        "RB-TOKENREQ",
        [pair.find("", ["secrets"], ["create"]), pair.find("", READ_SECRETS.resources, READ_SECRETS.verbs)],
        READ_SECRETS,
        [powerOver(site, "tokens", scope)],
        "may make Secrets that are filled with tokens, and read them",
      );
      escalationEdges(site, pair, scope);
      return bindingEdges(site, pair, scope);
    }),
  );
}

const READ_SECRETS: Wanted = { group: "", resources: ["secrets"], verbs: ["get", "list", "watch"] };

/** Two grants that hold in one place, of one holder. */
class Pair {
  constructor(
    private readonly site: Site,
    readonly here: readonly Grant[],
  ) {}

  /** Those that allow something, for objects of any name. */
  find(group: string, resources: readonly string[], verbs: readonly string[]): Grant | undefined {
    return this.all(group, resources, verbs).find(({ rule }) => rule.resourceNames.length === 0);
  }

  all(group: string, resources: readonly string[], verbs: readonly string[]): readonly Grant[] {
    return this.here.filter(({ rule }) => allows(rule, group, resources, verbs));
  }

  /** `taken`: what of the second grant would have to go for the pair to give nothing. */
  add(
    edge: EdgeName,
    [a, b]: readonly [Grant | undefined, Grant | undefined],
    taken: Wanted,
    gains: readonly FactIndex[],
    does: string,
    cost = 1,
  ): void {
    if (!a || !b) return;
    const alike = this.all(taken.group, taken.resources, taken.verbs).filter(
      ({ rule }) => rule.resourceNames.join() === b.rule.resourceNames.join(),
    );
    const remedies = new Map([b, ...alike].map((grant) => revocation(grant, taken)).map((one) => [one.fix, one]));
    const [first, ...besides] = remedies.values();
    for (const gives of gains)
      this.site.builder.add({
        edge,
        needs: [holderFact(this.site, a.holder)],
        gives,
        cost,
        certainty: a.certainty === "assumed" || b.certainty === "assumed" ? "assumed" : "proved",
        because: `${a.words}${a.words === b.words ? "" : `, and ${b.words}`}: ${holderName(a.holder)} ${does}`,
        evidence: [...new Set([...a.evidence, ...b.evidence])],
        ...first,
        ...(besides.length > 0 && { besides }),
      });
  }
}

/**
 * Who writes bindings may give itself what it may `bind`: roles by name, or any there are. Without it a binding gives no more than one has.
 * Source: kubernetes.io, Using RBAC Authorization, Restrictions on role binding creation or update.
 */
function bindingEdges(site: Site, pair: Pair, scope: string): readonly Grant[] {
  const rest = "may bind roles it does not have itself";
  const everywhere = pair.find(RBAC, ["clusterrolebindings"], WRITE);
  const inside = pair.find(RBAC, ["rolebindings"], WRITE);
  const ways = [
    ...(scope === "*" && everywhere ? [{ writing: everywhere, homes: ["*"] }] : []),
    ...(inside && !(scope === "*" && everywhere)
      ? [{ writing: inside, homes: scope === "*" ? site.namespaces : [scope] }]
      : []),
  ];
  return ways.flatMap(({ writing, homes }) => {
    const binds = [
      ...pair.all(RBAC, ["clusterroles"], ["bind"]).map((grant) => ({ grant, kind: "ClusterRole" as const })),
      ...(homes.includes("*")
        ? []
        : pair.all(RBAC, ["roles"], ["bind"]).map((grant) => ({ grant, kind: "Role" as const }))),
    ];
    return binds.flatMap(({ grant, kind }) => {
      const names = grant.rule.resourceNames;
      if (names.length === 0 && kind === "ClusterRole") {
        const gains = homes.map((home) => (home === "*" ? adminFact(site) : powerOver(site, "everything", home)));
        pair.add("RB-BIND", [writing, grant], bindingOf("clusterroles"), gains, rest);
        return [];
      }
      return homes.flatMap((home) => boundBy(site, pair, [writing, grant], kind, home));
    });
  });
}

function bindingOf(resource: "roles" | "clusterroles"): Wanted {
  return { group: RBAC, resources: [resource], verbs: ["bind"] };
}

/** The rules of the roles that a grant names, or of all Roles of a namespace, for whoever binds them there. */
function boundBy(
  site: Site,
  pair: Pair,
  [writing, binding]: readonly [Grant, Grant],
  kind: "Role" | "ClusterRole",
  home: string,
): readonly Grant[] {
  const { roles } = site.cluster.identities;
  const names = binding.rule.resourceNames;
  const meant = names.length > 0 ? names : roles.flatMap((role) => (role.namespace === home ? [role.name] : []));
  const byId = new Map(
    roles.map((role) => [role.namespace === undefined ? role.name : `${role.namespace}/${role.name}`, role]),
  );
  return meant.flatMap((name): readonly Grant[] => {
    const bound = boundRole({ role: { kind, name }, ...(home !== "*" && { namespace: home }) }, byId);
    if (!bound) return [];
    const holder = { kind: "role", words: bound.words, scope: home } as const;
    const taken = bindingOf(kind === "Role" ? "roles" : "clusterroles");
    pair.add("RB-BIND", [writing, binding], taken, [holderFact(site, holder)], `may bind ${bound.words}`);
    return bound.rules.map((rule) => ({
      holder,
      rule,
      scope: home,
      role: bound.words,
      words: bound.words,
      certainty: bound.certainty,
      evidence: bound.certainty === "proved" ? [rule.span] : [],
      origin: bound.role ? { role: bound.role } : {},
    }));
  });
}

/**
 * Who may `escalate` and change a role it is bound to writes into it what it likes. Source: as {@link bindingEdges}, Restrictions on
 * role creation or update.
 */
function escalationEdges(site: Site, pair: Pair, scope: string): void {
  const kinds = scope === "*" ? (["clusterroles", "roles"] as const) : (["roles"] as const);
  for (const kind of kinds) {
    const own = pair.here.filter(
      ({ role, scope: held }) =>
        role.startsWith(kind === "roles" ? "Role " : "ClusterRole ") && (kind === "roles" || held === "*"),
    );
    for (const target of own) {
      const isMeant = ({ rule: { resourceNames } }: Grant) =>
        resourceNames.length === 0 ||
        resourceNames.some((name) => target.role.endsWith(` ${name}`) || target.role.endsWith(`/${name}`));
      const escalating = pair.all(RBAC, [kind], ["escalate"]).find(isMeant);
      const changing = pair.all(RBAC, [kind], CHANGE).find(isMeant);
      const gains = target.scope === "*" ? adminFact(site) : powerOver(site, "everything", target.scope);
      pair.add(
        "RB-BIND",
        [changing, escalating],
        { group: RBAC, resources: [kind], verbs: ["escalate"] },
        [gains],
        `may write what it likes into ${target.role}, which it is bound to`,
      );
    }
  }
}

const SIGNER = "kubernetes.io/kube-apiserver-client";

function clusterEdges(site: Site, pair: Pair): void {
  const admin = adminFact(site);
  const group = "certificates.k8s.io";
  const isForClients = ({ rule: { resourceNames } }: Grant) =>
    resourceNames.length === 0 || resourceNames.some((name) => name === SIGNER || name === "kubernetes.io/*");
  if (pair.all(group, ["signers"], ["approve"]).some(isForClients))
    pair.add(
      "RB-CSR",
      [
        pair.find(group, ["certificatesigningrequests"], ["create"]),
        pair.find(group, ["certificatesigningrequests/approval"], CHANGE),
      ],
      { group, resources: ["certificatesigningrequests/approval"], verbs: CHANGE },
      [admin],
      "may ask for certificates and approve them",
      2,
    );
  const someone = pair.all("", ["users"], ["impersonate"])[0] ?? pair.all("", ["serviceaccounts"], ["impersonate"])[0];
  for (const grant of pair.all("", ["groups"], ["impersonate"])) {
    const names = grant.rule.resourceNames;
    const gains = names.length === 0 ? [admin] : names.map((name) => holderFact(site, { kind: "group", name }));
    const taken = { group: "", resources: ["groups"], verbs: ["impersonate"] };
    pair.add("RB-IMPERS", [someone, grant], taken, gains, "may act as somebody of a group");
  }
}

function adminFact({ builder }: Site): FactIndex {
  return builder.fact("admin", ADMIN);
}
