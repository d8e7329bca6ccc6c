import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Service } from "../../model/service.ts";
import type { Span } from "../../model/source.ts";
import { type Actors, actorsOf } from "./actors.ts";
import type { FindingContext } from "./context.ts";
import { selects, servedPorts } from "./services.ts";

/** A way that leads from outside the cluster to a workload. */
export interface Entry {
  readonly endpoint: Endpoint;
  /** `LoadBalancer Service shop/web`. */
  readonly through: string;
  readonly ports: ConnectionSet;
  /** Who the pods see: the client itself or a node, or the controller that hands the request on. */
  readonly by: "client" | Actors;
  /** What of it policy lets through. */
  readonly open: ConnectionSet;
  readonly service?: Service;
  readonly span: Span;
}

/**
 * Every way in from outside that the input shows: Services of type LoadBalancer and NodePort, host ports, and routes through an
 * ingress controller.
 *
 * Cost: entry objects × workloads of their namespace.
 */
export function entriesOf(context: FindingContext): readonly Entry[] {
  return [...servicesIn(context), ...hostPortsIn(context), ...routesIn(context)];
}

function* servicesIn(context: FindingContext): Generator<Entry> {
  for (const service of context.cluster.services) {
    if (service.type !== "LoadBalancer" && service.type !== "NodePort") continue;
    for (const endpoint of context.subjects) {
      if (!selects(service, endpoint)) continue;
      const ports = servedPorts(service, endpoint);
      const open = context.allowed(context.internet, endpoint).intersect(ports);
      const through = `${service.type} Service ${service.namespace}/${service.name}`;
      yield { endpoint, through, ports, by: "client", open, service, span: service.span };
    }
  }
}

function* hostPortsIn(context: FindingContext): Generator<Entry> {
  for (const endpoint of context.subjects) {
    for (const { hostPort, containerPort, protocol, span } of endpoint.members[0]?.pods[0]?.spec.hostPorts ?? []) {
      const ports = ConnectionSet.ports(protocol, containerPort, containerPort);
      const open = context.allowed(context.internet, endpoint).intersect(ports);
      yield { endpoint, through: `port ${hostPort} of its node`, ports, by: "client", open, span };
    }
  }
}

function* routesIn(context: FindingContext): Generator<Entry> {
  const routes = backendsIn(context);
  if (routes.length === 0) return;
  const controllers = actorsOf(context, "ingress-controller");
  for (const { through, namespace, service: name, port, span } of routes) {
    const service = context.cluster.services.find((one) => one.name === name && one.namespace === namespace);
    if (!service) continue;
    const meant = service.ports.filter((one) => port === undefined || one.port === port || one.name === port);
    for (const endpoint of context.subjects) {
      if (!selects(service, endpoint)) continue;
      const ports = servedPorts({ ...service, ports: meant }, endpoint);
      const open = controllers.to(endpoint).intersect(ports);
      yield { endpoint, through, ports, by: controllers, open, service, span };
    }
  }
}

/** A Service that a route leads to. */
export interface Backend {
  readonly through: string;
  readonly namespace: string;
  readonly service: string;
  /** Number or name of the Service's port; absent for any. */
  readonly port?: number | string;
  readonly span: Span;
}

/** The Services that Ingresses, Gateway routes and OpenShift Routes lead to. */
export function backendsIn({ cluster: { routes } }: FindingContext): readonly Backend[] {
  const ingresses = routes.ingresses.flatMap(({ namespace, name, paths, defaultBackend, span }) => {
    const all = [...paths, ...(defaultBackend ? [{ backend: defaultBackend, span }] : [])];
    return all.flatMap((path): readonly Backend[] =>
      path.backend.kind === "service"
        ? [
            {
              through: `Ingress ${namespace}/${name}`,
              namespace,
              service: path.backend.service,
              port: path.backend.port,
              span: path.span,
            },
          ]
        : [],
    );
  });
  const gateways = routes.gatewayRoutes.flatMap(({ kind, namespace, name, backends }) =>
    backends
      .filter((backend) => backend.kind === "Service" && backend.weight > 0)
      .map(
        (backend): Backend => ({
          through: `${kind} ${namespace}/${name}`,
          namespace: backend.namespace,
          service: backend.name,
          ...(backend.port !== undefined && { port: backend.port }),
          span: backend.span,
        }),
      ),
  );
  const openshift = routes.openshiftRoutes.flatMap(({ namespace, name, backends, span }) =>
    backends
      .filter(({ weight }) => weight > 0)
      .map(({ service }): Backend => ({ through: `Route ${namespace}/${name}`, namespace, service, span })),
  );
  return [...ingresses, ...gateways, ...openshift];
}
