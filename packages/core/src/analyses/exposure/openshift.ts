import { type Likelihood, NO, YES } from "../../engine/profile.ts";
import type { Assumption } from "../../model/flow.ts";
import type { OpenshiftIngressController, OpenshiftRoute } from "../../model/routes.ts";
import { matches } from "../../model/selector.ts";
import type { DeadEnd, Link } from "./entry.ts";
import { type Presumption, type Server, serversOf } from "./find-controller.ts";
import { allOf, LIKELY, UNLIKELY } from "./likelihood.ts";
import type { Route, Routing } from "./route.ts";
import type { Scene } from "./scene.ts";

const NAMESPACE = "openshift-ingress";
const OF = "ingresscontroller.operator.openshift.io/deployment-ingresscontroller";

/** OpenShift Routes, each by the routers that serve it. Source: docs/semantics.md EXP-21 to EXP-23. */
export function openshiftRoutes(scene: Scene): Routing {
  const each = scene.program.cluster.routes.openshiftRoutes.map((route) => routesOf(scene, route));
  return { routes: each.flatMap(({ routes }) => routes), deadEnds: each.flatMap(({ deadEnds }) => deadEnds) };
}

function routesOf(scene: Scene, route: OpenshiftRoute): Routing {
  const { ingressControllers } = scene.program.cluster.routes;
  const { namespace, name, host, path = "", targetPort, span } = route;
  const own: Link = { kind: "Route", namespace, name, span };
  const serving =
    ingressControllers.length === 0
      ? [undefined]
      : ingressControllers.filter((one) => serves(scene, one, route).possible);
  const unserved: DeadEnd = {
    object: own,
    reason: "not-served",
    message: `Route ${namespace}/${name} is served by no IngressController of the input`,
  };
  if (serving.length === 0) return { routes: [], deadEnds: [unserved] };
  const routes = serving.flatMap((controller) =>
    route.backends
      .filter(({ weight }) => weight > 0)
      .map(({ service }): Route => {
        const { opens, assumptions } = publishing(controller);
        return {
          kind: "openshift-route",
          chain: [...(controller ? [linkTo(controller)] : []), own],
          hosts:
            host === undefined
              ? []
              : [`${route.wildcard ? host.replace(/^[^.]+/, "*") : host}${path === "/" ? "" : path}`],
          fronts: frontsOf(route),
          servers: routersOf(scene, controller, opens),
          backend: { namespace, service, ...(targetPort !== undefined && { targetPort }) },
          holds: controller ? serves(scene, controller, route) : YES,
          assumptions,
        };
      }),
  );
  return { routes, deadEnds: [] };
}

/** Without TLS plain HTTP only; with it HTTP too where that is let through or sent on to HTTPS. */
function frontsOf({ tls }: OpenshiftRoute): readonly number[] {
  if (!tls) return [80];
  return tls.insecure === "None" ? [443] : [80, 443];
}

function linkTo({ namespace, name, span }: OpenshiftIngressController): Link {
  return { kind: "IngressController", namespace, name, span };
}

function serves({ program }: Scene, controller: OpenshiftIngressController, route: OpenshiftRoute): Likelihood {
  const { routeSelector, namespaceSelector } = controller;
  const labels = program.cluster.namespaces.find(({ name }) => name === route.namespace)?.labels;
  const byRoute = routeSelector ? matches(routeSelector, { values: route.labels }) : { holds: true };
  const byNamespace = namespaceSelector && labels ? matches(namespaceSelector, labels) : { holds: true };
  const unsure = "doubt" in byNamespace && byNamespace.doubt !== undefined;
  const ofNamespace = unsure ? (byNamespace.holds ? LIKELY : UNLIKELY) : byNamespace.holds ? YES : NO;
  return allOf([byRoute.holds ? YES : NO, ofNamespace]);
}

/** What the way an IngressController is published says of its routers; the operator sees to it, whatever else is in the input. */
function publishing(controller: OpenshiftIngressController | undefined): {
  readonly opens: Likelihood;
  readonly assumptions: readonly Assumption[];
} {
  const doubt = (message: string): readonly Assumption[] => [
    { code: "balancer-audience", certainty: "unknown", message },
  ];
  const name = controller?.name ?? "default";
  switch (controller?.publishing) {
    case "Private":
      return { opens: NO, assumptions: [] };
    case "LoadBalancerService":
      if (controller.scope === "Internal")
        return { opens: UNLIKELY, assumptions: doubt(`the load balancer of IngressController ${name} is internal`) };
      return { opens: YES, assumptions: [] };
    default:
      return {
        opens: LIKELY,
        assumptions: doubt(
          `whether the routers of IngressController ${name} face the internet depends on the platform`,
        ),
      };
  }
}

/** Its routers, if the input shows them; else as the operator makes them. */
function routersOf(
  scene: Scene,
  controller: OpenshiftIngressController | undefined,
  opens: Likelihood,
): readonly Server[] {
  const labels = new Map([[OF, controller?.name ?? "default"]]);
  const servers = serversOf(scene, {
    controller: "openshift.io/ingress-to-route",
    className: "",
    labelled: { namespace: NAMESPACE, labels },
  });
  const network = controller?.publishing === "HostNetwork" ? "host" : "pod";
  const group = network === "host" ? "host-network" : "ingress";
  const namespaceLabels = {
    "kubernetes.io/metadata.name": NAMESPACE,
    "network.openshift.io/policy-group": "ingress",
    [`policy-group.network.openshift.io/${group}`]: "",
  };
  return servers.map((server): Server => {
    if (server.controller.standing !== "assumed") return server;
    const presumed: Presumption = {
      namespace: NAMESPACE,
      labels: Object.fromEntries(labels),
      namespaceLabels,
      network,
    };
    return { ...server, opens, presumed };
  });
}
