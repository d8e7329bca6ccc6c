import { ConnectionSet } from "../../../model/connections.ts";
import { accountName } from "../accounts.ts";
import type { Doors } from "../doors.ts";
import type { FactIndex, StepCertainty } from "../fact.ts";
import { type Holder, holderName } from "../grants.ts";
import type { KnownContent } from "../knowledge.ts";
import { serviceMeant } from "../needs.ts";
import type { Site } from "../site.ts";
import type { Unfollowed } from "../unfollowed.ts";
import { isApiServer } from "./identity.ts";
import { ADMIN, holderFact } from "./powers.ts";

/** K-SA and K-DB: what the logins that Secrets and ConfigMaps are recognised to hold let in to; those that let in to nothing known are given. */
export function contentEdges(site: Site, doors: Doors): readonly Unfollowed[] {
  const bound = new Set(
    site.cluster.identities.bindings.flatMap(({ subjects }) =>
      subjects.flatMap(({ kind, name }) =>
        kind === "ServiceAccount" ? [] : [holderName({ kind: kind === "User" ? "user" : "group", name })],
      ),
    ),
  );
  return site.knowledge.contents.flatMap((known): readonly Unfollowed[] => {
    const because = leadNowhere(site, doors, known, bound);
    return because === undefined ? [] : [{ what: known.words, because, span: known.span }];
  });
}

/** Adds the steps there are; without any, why. */
function leadNowhere(site: Site, doors: Doors, known: KnownContent, bound: ReadonlySet<string>): string | undefined {
  const { content } = known;
  switch (content.kind) {
    case "token":
      tokenEdge(site, known, content);
      return undefined;
    case "kubeconfig":
      return kubeconfigEdges(site, known, content, bound);
    case "private-key":
      return signingEdge(site, known)
        ? undefined
        : `a private key${content.format === "ssh" ? " for SSH" : ""}: what takes it is not in the input`;
    case "login":
      return doorEdges(site, doors, known, content) > 0
        ? undefined
        : `a login at ${content.host}, which no Service of the input is`;
  }
}

type Of<K extends KnownContent["content"]["kind"]> = KnownContent["content"] & { readonly kind: K };

function tokenEdge({ builder }: Site, { fact, words, span }: KnownContent, { namespace, account }: Of<"token">): void {
  const name = accountName({ namespace, name: account });
  builder.add({
    edge: "K-SA",
    needs: [fact],
    gives: builder.fact("hold", `token:${name}`),
    cost: 0,
    certainty: "assumed",
    because: `${words} holds a token of ${name}`,
    assumption: "the token is one of this cluster and still good",
    evidence: [span],
    fix: `take the token out of ${words}, and revoke it`,
  });
}

/** Whoever has a client certificate is whom it names, if its cluster is this one: which its address shows, or that bindings know the name. */
function kubeconfigEdges(
  site: Site,
  known: KnownContent,
  { admin, users, servers }: Of<"kubeconfig">,
  bound: ReadonlySet<string>,
): string | undefined {
  const { builder } = site;
  const { fact, words, span } = known;
  const isHere = servers.some((host) => isApiServer(site, host));
  const add = (gives: FactIndex, whose: string, certainty: StepCertainty) =>
    builder.add({
      edge: "K-SA",
      needs: [fact, builder.fact("api-route", "api-route")],
      gives,
      cost: 0,
      certainty,
      because: `${words} holds a kubeconfig with the key of ${whose}`,
      assumption: isHere
        ? "its certificate is still good"
        : "it is for this cluster, and its certificate is still good",
      evidence: [span],
      fix: `take the kubeconfig out of ${words}, and replace its key`,
    });
  const holders = users.flatMap(({ name, groups }): readonly Holder[] => [
    { kind: "user", name },
    ...groups.map((group) => ({ kind: "group" as const, name: group })),
  ]);
  const meant = holders.filter((one) => bound.has(holderName(one)));
  for (const holder of meant) add(holderFact(site, holder), holderName(holder), "assumed");
  const isMaster = holders.some((one) => holderName(one) === "group:system:masters");
  const isAdministrator = isMaster || (admin && meant.length === 0);
  if (isAdministrator) add(builder.fact("admin", ADMIN), "an administrator", isHere ? "assumed" : "conditional");
  if (isAdministrator || meant.length > 0) return undefined;
  if (site.knowledge.contents.some(({ content, fact: other }) => other === fact && content.kind === "token"))
    return undefined;
  const [first] = holders;
  return first
    ? `a kubeconfig with the key of ${holderName(first)}, to whom the input binds no role`
    : "a kubeconfig whose user it does not show";
}

/** Keys by which the control plane vouches for others, as kubeadm calls them. */
const SIGNING: ReadonlyMap<string, string> = new Map([
  ["sa.key", "with which tokens of ServiceAccounts are signed"],
  ["ca.key", "with which certificates of clients are signed"],
  ["front-proxy-ca.key", "with which proxies of the API server are vouched for"],
]);

/** A key of kube-system that is called as one the API server trusts is taken for it. Source: kubernetes.io, PKI certificates and requirements. */
function signingEdge({ builder }: Site, { fact, namespace, key, words, span }: KnownContent): boolean {
  const use = SIGNING.get(key);
  if (use === undefined || namespace !== "kube-system") return false;
  builder.add({
    edge: "K-SA",
    needs: [fact, builder.fact("api-route", "api-route")],
    gives: builder.fact("admin", ADMIN),
    cost: 0,
    certainty: "conditional",
    because: `${words} is called as the key ${use}`,
    assumption: "it is that of this cluster",
    evidence: [span],
    fix: `take the key out of ${words}, and replace it`,
  });
  return true;
}

/** An address that names a Service of the input leads to its pods, by the ports it leads there; how many steps that makes. */
function doorEdges(site: Site, doors: Doors, known: KnownContent, { host, port }: Of<"login">): number {
  const { builder, services } = site;
  const { fact, words, namespace, span } = known;
  const service = serviceMeant({ host }, namespace, services);
  if (!service) return 0;
  let steps = 0;
  for (const { foothold, port: target, protocol, servicePort } of site.backends.of(service)) {
    if (port !== undefined && port !== servicePort.port) continue;
    const listened = ConnectionSet.ports(protocol, target, target);
    for (const door of doors.of(foothold).filter(({ ports }) => !ports.intersect(listened).isEmpty)) {
      steps++;
      builder.add({
        edge: "K-DB",
        needs: [door.inside, fact],
        gives: foothold.own,
        cost: 1,
        certainty: "assumed",
        because: `${words} holds a login at Service ${service.namespace}/${service.name}, which leads to ${foothold.id}`,
        assumption: `the login is still good, and gives control of ${foothold.id}`,
        evidence: [span],
        fix: `take the login out of ${words}, and change it`,
      });
    }
  }
  return steps;
}
