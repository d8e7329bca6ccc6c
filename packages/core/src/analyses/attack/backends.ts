import type { Pod } from "../../model/cluster.ts";
import type { Protocol } from "../../model/flow.ts";
import type { Service, ServicePort } from "../../model/service.ts";
import type { Foothold } from "./foothold.ts";
import type { Site } from "./site.ts";

/** Where one port of a Service leads: the port its pods listen on. */
export interface Backend {
  readonly foothold: Foothold;
  readonly port: number;
  readonly protocol: Protocol;
  readonly servicePort: ServicePort;
}

/** The footholds a Service leads to, by its selector. Source: docs/semantics.md SVC-2, SVC-4. */
export function backendsOf(service: Service, site: Pick<Site, "inNamespace">): readonly Backend[] {
  if (service.selector.size === 0) return [];
  const selected = site
    .inNamespace(service.namespace)
    .filter(({ pods }) => pods.some((pod) => isSelected(service, pod)));
  return selected.flatMap((foothold) =>
    service.ports.flatMap((servicePort) =>
      targets(servicePort, service.addressing, foothold).map((port) => ({
        foothold,
        port,
        protocol: servicePort.protocol,
        servicePort,
      })),
    ),
  );
}

function isSelected({ selector }: Service, { labels }: Pod): boolean {
  return [...selector].every(([key, value]) => labels.values.get(key) === value);
}

/** Names are looked up by each pod; a headless Service translates nothing. */
function targets(
  { port, targetPort, protocol }: ServicePort,
  addressing: Service["addressing"],
  { pods }: Foothold,
): readonly number[] {
  if (addressing === "headless") return [typeof targetPort === "number" ? targetPort : port];
  if (typeof targetPort === "number") return [targetPort];
  const named = pods.flatMap(({ ports }) =>
    ports.filter((one) => one.name === targetPort && one.protocol === protocol),
  );
  return [...new Set(named.map((one) => one.port))];
}
