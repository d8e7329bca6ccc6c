import { type Likelihood, NO, YES } from "../../engine/profile.ts";
import type { Assumption } from "../../model/flow.ts";
import type { Gateway, GatewayRoute, Listener, ReferenceGrant, RouteBackend, RouteParent } from "../../model/routes.ts";
import { matches } from "../../model/selector.ts";
import { type DeadEnd, type Link, titleOfLink } from "./entry.ts";
import { type Server, serversOf } from "./find-controller.ts";
import { hostsInCommon } from "./hostnames.ts";
import { LIKELY, UNLIKELY } from "./likelihood.ts";
import type { Route, Routing } from "./route.ts";
import type { Scene } from "./scene.ts";

const GROUP = "gateway.networking.k8s.io";

/** The routes of Gateway API that some listener takes. Source: docs/semantics.md EXP-15 to EXP-19. */
export function gatewayRoutes(scene: Scene): Routing {
  const each = scene.program.cluster.routes.gatewayRoutes.map((route) => routesOf(scene, route));
  return { routes: each.flatMap(({ routes }) => routes), deadEnds: each.flatMap(({ deadEnds }) => deadEnds) };
}

/** A listener that takes a route, and for which hosts. */
interface Attachment {
  readonly gateway: Gateway;
  readonly listener: Listener;
  readonly hosts: readonly string[];
  readonly holds: Likelihood;
}

function routesOf(scene: Scene, route: GatewayRoute): Routing {
  const parents = route.parents.filter(({ kind, group }) => kind === "Gateway" && group === GROUP);
  // A parent of kind Service steers traffic inside a mesh, which publishes nothing.
  if (parents.length === 0) return { routes: [], deadEnds: [] };
  const own = linkTo(route.kind, route);
  const attached = attachments(scene, route, parents);
  if (attached.length === 0)
    return {
      routes: [],
      deadEnds: [
        {
          object: own,
          reason: "not-attached",
          message: `${titleOfLink(own)} is taken by no listener of the Gateways it names`,
        },
      ],
    };
  const routes: Route[] = [];
  const deadEnds: DeadEnd[] = [];
  for (const backend of distinct(route.backends.filter(({ weight }) => weight > 0))) {
    const fault = faultOf(scene, route, backend);
    if (fault) {
      deadEnds.push({ object: own, ...fault, message: `${titleOfLink(own)} ${fault.message}` });
      continue;
    }
    for (const [gateway, listeners] of byGateway(attached))
      routes.push(toBackend(scene, own, gateway, listeners, backend));
  }
  return { routes, deadEnds };
}

function toBackend(
  scene: Scene,
  own: Link,
  gateway: Gateway,
  attached: readonly Attachment[],
  { namespace, name, port }: RouteBackend,
): Route {
  const { gatewayClasses } = scene.program.cluster.routes;
  const gatewayClass = gatewayClasses.find((one) => one.name === gateway.className);
  const hosts = [...new Set(attached.flatMap((one) => one.hosts))];
  const unsure = attached.every(({ holds }) => !holds.certain);
  const [{ holds = YES } = {}] = [...attached].sort((a, b) => Number(b.holds.certain) - Number(a.holds.certain));
  return {
    kind: "gateway",
    chain: [
      ...(gatewayClass ? [{ kind: "GatewayClass", name: gatewayClass.name, span: gatewayClass.span }] : []),
      linkTo("Gateway", gateway),
      own,
    ],
    hosts: hosts.includes("*") ? [] : hosts,
    fronts: [...new Set(attached.map(({ listener }) => listener.port))],
    servers: serversFor(scene, gateway, gatewayClass?.controllerName ?? ""),
    backend: { namespace, service: name, ...(port !== undefined && { port }) },
    holds,
    assumptions: unsure ? [LABELS_UNKNOWN] : [],
  };
}

const LABELS_UNKNOWN: Assumption = {
  code: "namespace-labels-unknown",
  certainty: "unknown",
  message: "whether a listener takes the route depends on labels of a namespace that the input does not show",
};

/** Pods that an implementation makes for a Gateway carry its name. */
function serversFor(scene: Scene, { namespace, name, className }: Gateway, controller: string): readonly Server[] {
  const labels = new Map([["gateway.networking.k8s.io/gateway-name", name]]);
  return serversOf(scene, { controller, className, kind: "GatewayClass", labelled: { namespace, labels } });
}

function linkTo(kind: string, { namespace, name, span }: Pick<Gateway, "namespace" | "name" | "span">): Link {
  return { kind, namespace, name, span };
}

function attachments(scene: Scene, route: GatewayRoute, parents: readonly RouteParent[]): readonly Attachment[] {
  const { gateways } = scene.program.cluster.routes;
  return parents.flatMap((parent) => {
    const gateway = gateways.find(({ namespace, name }) => namespace === parent.namespace && name === parent.name);
    return (gateway?.listeners ?? []).flatMap((listener) => {
      const isNamed =
        (parent.sectionName === undefined || parent.sectionName === listener.name) &&
        (parent.port === undefined || parent.port === listener.port);
      if (!gateway || !isNamed || !kindsOf(listener).includes(route.kind)) return [];
      const holds = admits(scene, gateway, listener, route.namespace);
      const hosts = hasHosts(route) ? hostsInCommon(listener.hostname, route.hostnames) : ["*"];
      return holds.possible && hosts.length > 0 ? [{ gateway, listener, hosts, holds }] : [];
    });
  });
}

function hasHosts({ kind }: GatewayRoute): boolean {
  return kind === "HTTPRoute" || kind === "GRPCRoute" || kind === "TLSRoute";
}

/** What it lists, else what goes over its protocol. */
function kindsOf({ kinds, protocol, tls }: Listener): readonly string[] {
  if (kinds.length > 0) return kinds;
  switch (protocol) {
    case "HTTP":
    case "HTTPS":
      return ["HTTPRoute", "GRPCRoute"];
    case "TLS":
      return tls === "Passthrough" ? ["TLSRoute"] : ["TLSRoute", "TCPRoute"];
    case "TCP":
      return ["TCPRoute"];
    case "UDP":
      return ["UDPRoute"];
    default:
      return [];
  }
}

/** Whether a listener takes routes of a namespace; all, its own, none, or those with some labels. */
function admits({ program }: Scene, gateway: Gateway, { from }: Listener, namespace: string): Likelihood {
  if (from === "All") return YES;
  if (from === "None") return NO;
  if (from === "Same") return gateway.namespace === namespace ? YES : NO;
  const labels = program.cluster.namespaces.find(({ name }) => name === namespace)?.labels;
  if (!labels) return NO;
  const { holds, doubt } = matches(from, labels);
  if (doubt) return holds ? LIKELY : UNLIKELY;
  return holds ? YES : NO;
}

/** What keeps a backend from being used, if anything does. */
function faultOf(
  { program }: Scene,
  route: GatewayRoute,
  backend: RouteBackend,
): Pick<DeadEnd, "reason" | "message"> | undefined {
  const { namespace, name, kind, group } = backend;
  if (kind !== "Service" || group !== "")
    return { reason: "not-a-service", message: `leads to ${kind} ${namespace}/${name}, which is no Service` };
  if (backend.port === undefined)
    return { reason: "missing-port", message: `names no port of Service ${namespace}/${name}` };
  const { referenceGrants } = program.cluster.routes;
  if (namespace === route.namespace || referenceGrants.some((grant) => permits(grant, route, backend)))
    return undefined;
  return {
    reason: "not-granted",
    message: `leads to Service ${namespace}/${name}, and no ReferenceGrant there lets routes of ${route.namespace} do that`,
  };
}

function permits({ namespace, from, to }: ReferenceGrant, route: GatewayRoute, backend: RouteBackend): boolean {
  return (
    namespace === backend.namespace &&
    from.some((one) => one.group === GROUP && one.kind === route.kind && one.namespace === route.namespace) &&
    to.some(
      (one) =>
        one.group === "" &&
        one.kind === "Service" &&
        (one.name === undefined || one.name === "" || one.name === backend.name),
    )
  );
}

function distinct(backends: readonly RouteBackend[]): readonly RouteBackend[] {
  const keyOf = ({ group, kind, namespace, name, port }: RouteBackend) =>
    JSON.stringify([group, kind, namespace, name, port]);
  return [...new Map(backends.map((one) => [keyOf(one), one])).values()];
}

function byGateway(attached: readonly Attachment[]): ReadonlyMap<Gateway, readonly Attachment[]> {
  const found = new Map<Gateway, Attachment[]>();
  for (const one of attached) found.set(one.gateway, [...(found.get(one.gateway) ?? []), one]);
  return found;
}
