import { ConnectionSet } from "../../../model/connections.ts";
import { accountName } from "../accounts.ts";
import { backendsOf } from "../backends.ts";
import type { Doors } from "../doors.ts";
import type { KnownContent } from "../knowledge.ts";
import { serviceMeant } from "../needs.ts";
import type { Site } from "../site.ts";
import { ADMIN } from "./pod-control.ts";

/** K-SA and K-DB: what the logins that Secrets and ConfigMaps are recognised to hold let in to. A key alone says not where. */
export function contentEdges(site: Site, doors: Doors): void {
  for (const known of site.knowledge.contents) {
    const { content } = known;
    if (content.kind === "token") tokenEdge(site, known, content);
    else if (content.kind === "kubeconfig" && content.admin) administratorEdge(site, known);
    else if (content.kind === "login") doorEdges(site, doors, known, content);
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

function administratorEdge({ builder }: Site, { fact, words, span }: KnownContent): void {
  builder.add({
    edge: "K-SA",
    needs: [fact, builder.fact("api-route", "api-route")],
    gives: builder.fact("admin", ADMIN),
    cost: 0,
    certainty: "conditional",
    because: `${words} holds a kubeconfig with the key of an administrator`,
    assumption: "it is for this cluster, and its certificate is still good",
    evidence: [span],
    fix: `take the kubeconfig out of ${words}, and replace its key`,
  });
}

/** An address that names a Service of the input leads to its pods, by the ports it leads there. */
function doorEdges(site: Site, doors: Doors, known: KnownContent, { host, port }: Of<"login">): void {
  const { builder, services } = site;
  const { fact, words, namespace, span } = known;
  const service = serviceMeant({ host }, namespace, services);
  if (!service) return;
  for (const { foothold, port: target, protocol, servicePort } of backendsOf(service, site)) {
    if (port !== undefined && port !== servicePort.port) continue;
    const listened = ConnectionSet.ports(protocol, target, target);
    for (const door of doors.of(foothold).filter(({ ports }) => !ports.intersect(listened).isEmpty))
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
