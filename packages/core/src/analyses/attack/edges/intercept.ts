import type { Endpoint } from "../../../engine/endpoints.ts";
import type { Service } from "../../../model/service.ts";
import type { Doors } from "../doors.ts";
import type { EntryPoint } from "../entry-points.ts";
import type { FactIndex } from "../fact.ts";
import type { Grant } from "../grants.ts";
import { groupBy } from "../group-by.ts";
import { type ServiceMention, serviceMeant } from "../needs.ts";
import type { Site } from "../site.ts";
import { interceptFact, powerOver } from "./powers.ts";
import { namespacesWith } from "./rbac.ts";
import { objectsGiven } from "./secrets.ts";

/**
 * RB-SVC: what somebody has who makes a Service lead elsewhere. Its clients read what he answers and log in with him, and a proxy that
 * leads traffic in from outside hands his requests on to whatever its Service names. Given are the facts that send as such a proxy.
 *
 * Only where somebody is granted such a power over some Service.
 * Source: kubernetes.io, RBAC Good Practices; CVE-2021-25740 for addresses of other namespaces behind a Service.
 */
export function interceptEdges(
  site: Site,
  doors: Doors,
  grants: readonly Grant[],
  entries: readonly EntryPoint[],
): ReadonlyMap<FactIndex, readonly Endpoint[]> {
  const { builder, cluster } = site;
  const homes = new Set(namespacesWith(site, grants, "traffic"));
  const services = cluster.services.filter(({ namespace }) => homes.has(namespace));
  const senders = new Map<FactIndex, readonly Endpoint[]>();
  if (services.length === 0) return senders;
  const clients = groupBy(site.mentions(), ({ service }) => serviceId(service));
  for (const service of services) {
    const { namespace, name } = service;
    const id = serviceId(service);
    const fact = interceptFact(site, namespace, name);
    builder.add({
      edge: "RB-SVC",
      needs: [powerOver(site, "traffic", namespace)],
      gives: fact,
      cost: 0,
      certainty: "proved",
      because: `whoever redirects Services of ${namespace} redirects ${id}`,
      evidence: [service.span],
    });
    for (const mention of clients.get(id) ?? []) clientEdges(site, fact, mention);
    for (const entry of entries) {
      const proxy = entry.service === id && site.footholds.find((one) => one.id === entry.controller);
      if (!proxy) continue;
      const sent = builder.fact("hub", `requests through ${proxy.id}, wherever they are led`);
      senders.set(sent, [proxy.endpoint]);
      for (const door of doors.of(proxy))
        builder.add({
          edge: "RB-SVC",
          needs: [fact, door.fact],
          gives: sent,
          cost: 0,
          certainty: "assumed",
          because: `${proxy.id} hands on what comes for Service ${id}`,
          assumption: `${proxy.id} sends it to whatever addresses or name the Service is given`,
          evidence: [entry.span],
        });
    }
  }
  return senders;
}

function serviceId({ namespace, name }: Service): string {
  return `${namespace}/${name}`;
}

/** What a client reads from the Service, and the logins there that it is given. */
function clientEdges(site: Site, need: FactIndex, { foothold, service, where, span }: ServiceMention): void {
  const { builder, knowledge, services } = site;
  const { id, namespace } = foothold;
  const base = { edge: "RB-SVC", needs: [need], cost: 0, certainty: "assumed" } as const;
  const because = `${where} of ${id} names Service ${serviceId(service)}`;
  const assumption = `${id} does not check whom it speaks to, and policies let it reach where the Service is led`;
  builder.add({
    ...base,
    gives: builder.fact("tamper", `data of ${id}`),
    because,
    assumption,
    evidence: [span],
  });
  const given = foothold.pods.flatMap((pod) => objectsGiven(pod));
  for (const { kind, name, keys } of given)
    for (const { content, fact, key } of knowledge.heldBy(kind, namespace, name)) {
      if (content.kind !== "login" || (keys !== undefined && !keys.includes(key))) continue;
      if (serviceMeant(content, namespace, services) !== service) continue;
      builder.add({ ...base, gives: fact, because: `${because}, where it logs in`, assumption, evidence: [span] });
    }
}
