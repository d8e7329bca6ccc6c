import { closest, findEndpoint, type Named } from "../engine/names.ts";
import { parseAddress } from "../model/ip.ts";
import type { Program } from "../model/program.ts";
import { type Service, serviceId } from "../model/service.ts";

/** What the name of a destination stands for: an endpoint, or a Service that leads to some. */
export type NamedDestination =
  | Named
  | { readonly kind: "service"; readonly service: Service; readonly address?: string };

/**
 * The endpoint or Service a person means as a destination: what {@link findEndpoint} understands, `namespace/Service/name`, an
 * address that belongs to a Service, or its DNS name, as `db.shop` or `db.shop.svc.cluster.local`.
 *
 * Most workloads share their name with their Service. Short forms mean the workload, and a DNS name means a Service only where
 * nothing else is called that.
 */
export function findDestination(program: Program, text: string): NamedDestination {
  const { services } = program.cluster;
  const byId = services.find((service) => serviceId(service) === text);
  if (byId) return { kind: "service", service: byId };
  const address = parseAddress(text);
  if (address) {
    const [first, ...more] = services.filter((service) => holds(service, address.point));
    if (!first) return findEndpoint(program, text);
    if (more.length === 0) return { kind: "service", service: first, address: text };
    return { kind: "ambiguous", candidates: [first, ...more].map(serviceId) };
  }
  const named = findEndpoint(program, text);
  if (named.kind !== "none") return named;
  const service = serviceCalled(program, text);
  if (service) return { kind: "service", service };
  const spelled = services.map((one) => ({
    id: serviceId(one),
    spellings: [serviceId(one), `${one.name}.${one.namespace}`],
  }));
  return text.includes("/Service/") || text.includes(".") ? { kind: "none", similar: closest(text, spelled) } : named;
}

/** The Service with this DNS name, with or without the cluster's domain. */
export function serviceCalled({ cluster }: Program, name: string): Service | undefined {
  const [, wanted, namespace] = /^([^./]+)\.([^./]+)(?:\.svc(?:\.cluster\.local)?)?\.?$/.exec(name.toLowerCase()) ?? [];
  return cluster.services.find((service) => service.name === wanted && service.namespace === namespace);
}

function holds({ clusterIPs, externalIPs, loadBalancerIPs }: Service, point: bigint): boolean {
  return [...clusterIPs, ...externalIPs, ...loadBalancerIPs].some((own) => parseAddress(own)?.point === point);
}
