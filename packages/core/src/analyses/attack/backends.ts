import type { Protocol } from "../../model/flow.ts";
import type { Service, ServicePort } from "../../model/service.ts";
import { isSelected, servedBy } from "../service-targets.ts";
import type { Foothold } from "./foothold.ts";
import type { Site } from "./site.ts";

/** Where one port of a Service leads: the port its pods listen on. */
export interface Backend {
  readonly foothold: Foothold;
  readonly port: number;
  readonly protocol: Protocol;
  readonly servicePort: ServicePort;
}

/** The footholds a Service leads to, by its selector, each port once. Source: docs/semantics.md SVC-2. */
export function backendsOf(service: Service, site: Pick<Site, "inNamespace">): readonly Backend[] {
  return site.inNamespace(service.namespace).flatMap((foothold) => {
    const served = foothold.pods.filter((pod) => isSelected(pod, service)).flatMap((pod) => servedBy(pod, service));
    const distinct = new Map(served.map((one) => [`${one.port.protocol}/${one.port.port} ${one.target}`, one]));
    return [...distinct.values()].map(({ port: servicePort, target }) => ({
      foothold,
      port: target,
      protocol: servicePort.protocol,
      servicePort,
    }));
  });
}
