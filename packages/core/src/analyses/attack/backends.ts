import type { Cluster } from "../../model/cluster.ts";
import type { Protocol } from "../../model/flow.ts";
import type { EndpointGroup, Service, ServicePort } from "../../model/service.ts";
import { isSelected, servedBy } from "../service-targets.ts";
import type { Foothold } from "./foothold.ts";

/** Where one port of a Service leads: the port its pods listen on. */
export interface Backend {
  readonly foothold: Foothold;
  readonly port: number;
  readonly protocol: Protocol;
  readonly servicePort: ServicePort;
}

/** The footholds Services lead to: by their selectors, and by the addresses of pods that somebody wrote down, of any namespace. */
export class Backends {
  private readonly byNamespace = new Map<string, Foothold[]>();
  private readonly byAddress = new Map<string, Foothold>();
  /** By `namespace/name` of the Service. */
  private readonly written = new Map<string, EndpointGroup[]>();

  constructor(cluster: Cluster, footholds: readonly Foothold[]) {
    for (const foothold of footholds) {
      const own = this.byNamespace.get(foothold.namespace);
      if (own) own.push(foothold);
      else this.byNamespace.set(foothold.namespace, [foothold]);
      for (const { pods } of foothold.endpoint.members)
        for (const { addresses } of pods) for (const address of addresses) this.byAddress.set(address, foothold);
    }
    for (const { namespace, service, origin, groups } of cluster.serviceEndpoints) {
      if (origin !== "written") continue;
      const id = `${namespace}/${service}`;
      this.written.set(id, [...(this.written.get(id) ?? []), ...groups]);
    }
  }

  /** Each port once. Source: docs/semantics.md SVC-2. */
  of(service: Service): readonly Backend[] {
    const found = [...this.selected(service), ...this.listed(service)];
    const key = ({ foothold, servicePort, port }: Backend) =>
      `${foothold.id} ${servicePort.protocol}/${servicePort.port} ${port}`;
    return [...new Map(found.map((one) => [key(one), one])).values()];
  }

  private selected(service: Service): readonly Backend[] {
    return (this.byNamespace.get(service.namespace) ?? []).flatMap((foothold) =>
      foothold.pods
        .filter((pod) => isSelected(pod, service))
        .flatMap((pod) => servedBy(pod, service))
        .map(({ port, target }) => backend(foothold, port, target)),
    );
  }

  private listed({ namespace, name, ports }: Service): readonly Backend[] {
    return (this.written.get(`${namespace}/${name}`) ?? []).flatMap((group) =>
      group.endpoints.flatMap(({ addresses }) => {
        const foothold = addresses.map((address) => this.byAddress.get(address)).find((one) => one !== undefined);
        if (!foothold) return [];
        return ports.flatMap((port) => {
          const listed = group.ports.find((one) => one.name === port.name && one.protocol === port.protocol);
          return listed ? [backend(foothold, port, listed.port ?? port.port)] : [];
        });
      }),
    );
  }
}

function backend(foothold: Foothold, servicePort: ServicePort, port: number): Backend {
  return { foothold, port, protocol: servicePort.protocol, servicePort };
}
