import { type Account, accountName } from "../accounts.ts";
import type { EdgeName, FactIndex } from "../fact.ts";
import { allows, type Grant, type Holder, holderName } from "../grants.ts";
import type { Site } from "../site.ts";
import { ADMIN, type Power, powerOver, readsConfigMaps } from "./pod-control.ts";

/** A verb on a resource that is a step, and what it gives within a namespace. */
interface Lever {
  readonly edge: EdgeName;
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly gives: Power;
  /** `cluster`: only where the grant is not held to one namespace. */
  readonly scope: "any" | "cluster";
  readonly does: string;
  readonly cost?: number;
  readonly assumption?: string;
}

const RBAC = "rbac.authorization.k8s.io";
const WRITE = ["create", "update", "patch"];
const CHANGE = ["update", "patch"];

const WORKLOADS: readonly (readonly [group: string, resources: readonly string[]])[] = [
  ["", ["pods", "replicationcontrollers"]],
  ["apps", ["deployments", "statefulsets", "daemonsets", "replicasets"]],
  ["batch", ["jobs", "cronjobs"]],
];

const POLICY_KINDS: readonly (readonly [group: string, resources: readonly string[], scope: Lever["scope"]])[] = [
  ["networking.k8s.io", ["networkpolicies"], "any"],
  [
    "policy.networking.k8s.io",
    ["clusternetworkpolicies", "adminnetworkpolicies", "baselineadminnetworkpolicies"],
    "cluster",
  ],
  ["cilium.io", ["ciliumnetworkpolicies"], "any"],
  ["cilium.io", ["ciliumclusterwidenetworkpolicies"], "cluster"],
  ["crd.projectcalico.org", ["networkpolicies"], "any"],
  ["crd.projectcalico.org", ["globalnetworkpolicies"], "cluster"],
  ["projectcalico.org", ["networkpolicies"], "any"],
  ["projectcalico.org", ["globalnetworkpolicies"], "cluster"],
];

const LEVERS: readonly Lever[] = [
  lever("RB-SECRET", "", ["secrets"], ["get", "list", "watch"], "secrets", "read Secrets"),
  lever("RB-CONFIG", "", ["configmaps"], ["get", "list", "watch"], "configs", "read ConfigMaps"),
  ...WORKLOADS.map(([group, resources]) => lever("RB-CREATE", group, resources, ["create"], "pods", "create pods")),
  ...WORKLOADS.map(([group, resources]) => lever("RB-PATCH", group, resources, CHANGE, "exec", "change what pods run")),
  lever("RB-EXEC", "", ["pods/exec", "pods/attach"], ["create"], "exec", "run commands in pods, past every policy"),
  lever("RB-EXEC", "", ["pods/ephemeralcontainers"], CHANGE, "exec", "add containers to running pods"),
  lever("RB-FWD", "", ["pods/portforward"], ["create"], "forward", "forward ports of pods, past every policy"),
  ...POLICY_KINDS.map(([group, resources, scope]) => ({
    ...lever("RB-NETPOL", group, resources, [...WRITE, "delete"], "policies", "change network policies"),
    scope,
  })),
  lever("RB-NSLABEL", "", ["namespaces"], CHANGE, "labels", "change the labels of the namespace"),
  {
    ...lever("RB-SVC", "", ["services", "endpoints", "services/status"], WRITE, "traffic", "redirect Services"),
    cost: 2,
  },
  { ...lever("RB-SVC", "discovery.k8s.io", ["endpointslices"], WRITE, "traffic", "redirect Services"), cost: 2 },
  lever("RB-TOKENREQ", "", ["serviceaccounts/token"], ["create"], "tokens", "make tokens of ServiceAccounts"),
  lever("RB-IMPERS", "", ["serviceaccounts"], ["impersonate"], "accounts", "act as ServiceAccounts"),
  { ...lever("RB-IMPERS", "", ["users", "groups"], ["impersonate"], "admin", "act as anyone"), scope: "cluster" },
  {
    ...lever("RB-NODEPROXY", "", ["nodes/proxy"], ["get", "create"], "exec", "ask kubelets to run commands"),
    scope: "cluster",
  },
  {
    ...lever(
      "RB-HOOK",
      "admissionregistration.k8s.io",
      ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
      WRITE,
      "pods",
      "see and change what is created",
    ),
    scope: "cluster",
    cost: 2,
    assumption: "the API server reaches a webhook the attacker serves",
  },
  {
    ...lever("RB-PV", "", ["persistentvolumes"], ["create"], "nodes", "make volumes of any directory of a node"),
    scope: "cluster",
    cost: 2,
    assumption: "a pod can be made to use the volume",
  },
];

function lever(
  edge: EdgeName,
  group: string,
  resources: readonly string[],
  verbs: readonly string[],
  gives: Power,
  does: string,
): Lever {
  return { edge, group, resources, verbs, gives, scope: "any", does };
}

/** RB-*: what ServiceAccounts may ask the API server for. */
export function rbacEdges(site: Site, accounts: readonly Account[], grants: readonly Grant[]): void {
  for (const grant of grants) grantEdges(site, grant);
  combinedEdges(site, grants);
  memberEdges(site, accounts, grants);
}

/** The fact of acting with what a holder is granted. */
function holderFact({ builder }: Site, holder: Holder): FactIndex {
  if (holder.kind === "account") return builder.fact("act", accountName(holder.account));
  return builder.fact("hub", holderName(holder));
}

function grantEdges(site: Site, grant: Grant): void {
  const { builder } = site;
  const { rule, scope, certainty, evidence, words, holder } = grant;
  const needs = [holderFact(site, holder)];
  const base = { needs, certainty, evidence, fix: `narrow ${words}` };
  if (isEverything(grant)) {
    const because = `${words}: everything is allowed`;
    builder.add({ ...base, edge: "RB-STAR", gives: builder.fact("admin", ADMIN), cost: 0, because });
    return;
  }
  for (const one of LEVERS) {
    if (one.scope === "cluster" && scope !== "*") continue;
    if (one.gives === "configs" && !readsConfigMaps(site, scope)) continue;
    if (!allows(rule, one.group, one.resources, one.verbs)) continue;
    const common = {
      ...base,
      edge: one.edge,
      cost: one.cost ?? 1,
      because: `${words}: ${holderName(holder)} may ${one.does}${scope === "*" ? "" : ` in ${scope}`}`,
      ...(one.assumption && { assumption: one.assumption, certainty: "conditional" as const }),
    };
    const names = rule.resourceNames;
    for (const gives of names.length > 0 ? namedTargets(site, one, scope, names) : [powerOver(site, one.gives, scope)])
      builder.add({ ...common, gives });
  }
}

/** Every verb on every resource, in the whole cluster. */
function isEverything({ rule, scope }: Grant): boolean {
  return [rule.verbs, rule.resources, rule.apiGroups, [scope]].every((words) => words.includes("*"));
}

/** The namespaces over which some account is granted a power, sorted; those who may do everything are not counted. */
export function namespacesWith(site: Site, grants: readonly Grant[], power: Power): readonly string[] {
  const found = grants
    .filter((grant) => !isEverything(grant))
    .flatMap(({ rule, scope }) => {
      const given = LEVERS.filter(
        (one) =>
          one.gives === power &&
          (one.scope === "any" || scope === "*") &&
          allows(rule, one.group, one.resources, one.verbs),
      );
      if (given.length === 0) return [];
      if (rule.resourceNames.length > 0) return power === "labels" ? rule.resourceNames : [];
      return scope === "*" ? site.namespaces : [scope];
    });
  return site.namespaces.filter((name) => found.includes(name));
}

/** A rule held to names gives those objects only; creating takes no name, so such a rule creates nothing. */
function namedTargets(
  site: Site,
  { gives, verbs }: Lever,
  scope: string,
  names: readonly string[],
): readonly FactIndex[] {
  const { builder } = site;
  const homes = scope === "*" ? site.namespaces : [scope];
  if (verbs.length === 1 && verbs[0] === "create" && gives !== "tokens") return [];
  return names.flatMap((name) =>
    homes.flatMap((home): readonly FactIndex[] => {
      switch (gives) {
        case "secrets":
          return isKnown(site, home, name) ? site.knowledge.learnt("secret", home, name) : [];
        case "configs":
          return site.knowledge.learnt("configmap", home, name);
        case "tokens":
          return [builder.fact("hold", `token:${accountName({ namespace: home, name })}`)];
        case "accounts":
          return [builder.fact("act", accountName({ namespace: home, name }))];
        case "exec":
          return site
            .inNamespace(home)
            .filter(({ endpoint }) => endpoint.name === name)
            .map(({ own }) => own);
        case "labels":
          return site.namespaces.includes(name) ? [builder.fact("namespace-labels", `labels:${name}`)] : [];
        case "policies":
          return [powerOver(site, gives, home)];
        default:
          return [];
      }
    }),
  );
}

function isKnown({ cluster }: Site, namespace: string, name: string): boolean {
  return cluster.storage.secrets.some((secret) => secret.namespace === namespace && secret.name === name);
}

/** RB-BIND, RB-CSR and RB-TOKENREQ by Secrets: what takes two grants of one holder. */
function combinedEdges(site: Site, grants: readonly Grant[]): void {
  const { builder } = site;
  const byHolder = new Map<string, Grant[]>();
  for (const grant of grants.filter((one) => !isEverything(one))) {
    const name = holderName(grant.holder);
    byHolder.set(name, [...(byHolder.get(name) ?? []), grant]);
  }
  for (const own of byHolder.values()) {
    const [first] = own;
    if (!first) continue;
    for (const scope of new Set(own.map((grant) => grant.scope))) {
      const here = own.filter((grant) => grant.scope === scope || grant.scope === "*");
      const find = (group: string, resources: readonly string[], verbs: readonly string[]) =>
        here.find(({ rule }) => allows(rule, group, resources, verbs));
      const bindings = find(RBAC, [scope === "*" ? "clusterrolebindings" : "rolebindings"], WRITE);
      const escalates = find(RBAC, ["clusterroles", ...(scope === "*" ? [] : ["roles"])], ["bind", "escalate"]);
      const gains = scope === "*" ? builder.fact("admin", ADMIN) : powerOver(site, "everything", scope);
      pair(site, "RB-BIND", [bindings, escalates], gains, 1, "may bind roles it does not have itself");
      if (scope !== "*") continue;
      const signing = find("certificates.k8s.io", ["certificatesigningrequests"], ["create"]);
      const approving = find("certificates.k8s.io", ["certificatesigningrequests/approval"], CHANGE);
      pair(
        site,
        "RB-CSR",
        [signing, approving],
        builder.fact("admin", ADMIN),
        2,
        "may ask for certificates and approve them",
      );
    }
    for (const scope of new Set(own.map((grant) => grant.scope))) {
      const here = own.filter((grant) => grant.scope === scope || grant.scope === "*");
      const making = here.find(({ rule }) => allows(rule, "", ["secrets"], ["create", "patch"]));
      const reading = here.find(({ rule }) => allows(rule, "", ["secrets"], ["get", "list", "watch"]));
      pair(
        site,
        "RB-TOKENREQ",
        [making, reading],
        powerOver(site, "tokens", scope),
        1,
        "may make Secrets that are filled with tokens, and read them",
      );
    }
  }
}

function pair(
  site: Site,
  edge: EdgeName,
  [a, b]: readonly [Grant | undefined, Grant | undefined],
  gives: FactIndex,
  cost: number,
  does: string,
): void {
  if (!a || !b) return;
  site.builder.add({
    edge,
    needs: [holderFact(site, a.holder)],
    gives,
    cost,
    certainty: a.certainty === "assumed" || b.certainty === "assumed" ? "assumed" : "proved",
    because: `${a.words}${a.words === b.words ? "" : `, and ${b.words}`}: ${holderName(a.holder)} ${does}`,
    evidence: [...new Set([...a.evidence, ...b.evidence])],
    fix: `narrow ${a.words}`,
  });
}

/** Accounts have what the groups they are in are granted. */
function memberEdges(site: Site, accounts: readonly Account[], grants: readonly Grant[]): void {
  const groups = new Map(
    grants.flatMap(({ holder }) => (holder.kind === "account" ? [] : [[holderName(holder), holder] as const])),
  );
  for (const [name, holder] of groups) {
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
