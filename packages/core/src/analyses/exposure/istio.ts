import { YES } from "../../engine/profile.ts";
import type { IstioGateway, VirtualService } from "../../model/routes.ts";
import type { Link } from "./entry.ts";
import { serversOf } from "./find-controller.ts";
import type { Route, Routing } from "./route.ts";
import type { Scene } from "./scene.ts";

/** VirtualServices that are bound to an Istio Gateway. Source: docs/semantics.md EXP-20. */
export function istioRoutes(scene: Scene): Routing {
  const { istioGateways, virtualServices } = scene.program.cluster.routes;
  const routes = virtualServices.flatMap((service) =>
    istioGateways.filter((gateway) => isBound(service, gateway)).flatMap((gateway) => through(scene, gateway, service)),
  );
  return { routes, deadEnds: [] };
}

function isBound({ namespace, gateways }: VirtualService, gateway: IstioGateway): boolean {
  return gateways.some(
    (name) => (name.includes("/") ? name : `${namespace}/${name}`) === `${gateway.namespace}/${gateway.name}`,
  );
}

function through(scene: Scene, gateway: IstioGateway, service: VirtualService): readonly Route[] {
  const link = (kind: string, { namespace, name, span }: IstioGateway | VirtualService): Link => ({
    kind,
    namespace,
    name,
    span,
  });
  const servers = serversOf(scene, { controller: "", className: "istio", labelled: { labels: gateway.selector } });
  const hosts = service.hosts.includes("*") ? [] : service.hosts;
  return service.destinations.map(({ host, port }): Route => {
    const [name = "", namespace = service.namespace] = host.split(".");
    return {
      kind: "istio-gateway",
      chain: [link("Gateway", gateway), link("VirtualService", service)],
      hosts,
      fronts: [...new Set(gateway.servers.map((one) => one.port))],
      servers,
      backend: { namespace, service: name, ...(port !== undefined && { port }) },
      holds: YES,
      assumptions: [],
    };
  });
}
