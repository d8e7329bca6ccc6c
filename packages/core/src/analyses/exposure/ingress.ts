import { type Likelihood, YES } from "../../engine/profile.ts";
import type { Assumption } from "../../model/flow.ts";
import type { Ingress, IngressBackend, IngressClass } from "../../model/routes.ts";
import type { DeadEnd, Link } from "./entry.ts";
import { type Server, serversOf } from "./find-controller.ts";
import { UNLIKELY } from "./likelihood.ts";
import type { Route, Routing } from "./route.ts";
import type { Scene } from "./scene.ts";

/** The routes of Ingresses, with the controllers of their classes. Source: docs/semantics.md EXP-11 to EXP-13. */
export function ingressRoutes(scene: Scene): Routing {
  const each = scene.program.cluster.routes.ingresses.map((ingress) => routesOf(scene, ingress));
  return { routes: each.flatMap(({ routes }) => routes), deadEnds: each.flatMap(({ deadEnds }) => deadEnds) };
}

function routesOf(scene: Scene, ingress: Ingress): Routing {
  const { ingressClasses } = scene.program.cluster.routes;
  const ingressClass = classOf(ingress, ingressClasses);
  const className = ingress.className ?? ingressClass?.name ?? "";
  const servers = serversOf(scene, { controller: ingressClass?.controller ?? "", className, kind: "IngressClass" });
  const own: Link = { kind: "Ingress", namespace: ingress.namespace, name: ingress.name, span: ingress.span };
  const chain: Link[] = [...(ingressClass ? [classLink(ingressClass)] : []), own];
  const fronts = ingress.tls.length > 0 ? [80, 443] : [80];
  const routes: Route[] = [];
  const deadEnds: DeadEnd[] = [];
  for (const { backend, hosts } of backendsOf(ingress)) {
    if (backend.kind === "resource") {
      const message = `Ingress ${ingress.namespace}/${ingress.name} leads to ${backend.resource}, which is no Service`;
      deadEnds.push({ object: own, reason: "not-a-service", message });
      continue;
    }
    const { service, port } = backend;
    const to = { namespace: ingress.namespace, service, port };
    const audience = audienceOf(ingress, className, servers);
    routes.push({ kind: "ingress", chain, hosts, fronts, servers, backend: to, ...audience });
  }
  return { routes, deadEnds };
}

/** The class it names, else the default one. A name without its object is still a name. */
function classOf({ className }: Ingress, classes: readonly IngressClass[]): IngressClass | undefined {
  if (className !== undefined) return classes.find(({ name }) => name === className);
  return classes.find(({ isDefault }) => isDefault);
}

function classLink({ name, span }: IngressClass): Link {
  return { kind: "IngressClass", name, span };
}

/** Distinct backends with the hosts and paths that lead to them; a default backend answers for all others. */
function backendsOf({
  paths,
  defaultBackend,
}: Ingress): readonly { backend: IngressBackend; hosts: readonly string[] }[] {
  const found = new Map<string, { backend: IngressBackend; hosts: string[] }>();
  const add = (backend: IngressBackend, host: string) => {
    const key = JSON.stringify(backend);
    const known = found.get(key) ?? { backend, hosts: [] };
    if (!known.hosts.includes(host)) known.hosts.push(host);
    found.set(key, known);
  };
  for (const { host = "*", path = "/", backend } of paths) add(backend, `${host}${path === "/" ? "" : path}`);
  if (defaultBackend) add(defaultBackend, "*");
  return [...found.values()].map(({ backend, hosts }) => ({ backend, hosts: hosts.includes("*") ? [] : hosts }));
}

const SCHEME = "alb.ingress.kubernetes.io/scheme";

/** Whether a balancer of the cloud faces the internet: AWS's only where that is written, Google's unless its class is internal. */
function audienceOf(
  { namespace, name, annotations }: Ingress,
  className: string,
  servers: readonly Server[],
): { readonly holds: Likelihood; readonly assumptions: readonly Assumption[] } {
  if (servers[0]?.controller.standing !== "outside") return { holds: YES, assumptions: [] };
  const isAws = servers[0].controller.name === "ingress.k8s.aws/alb" || className === "alb";
  const isInternal = isAws ? annotations.get(SCHEME) !== "internet-facing" : className.includes("internal");
  if (!isInternal) return { holds: YES, assumptions: [] };
  const message = `the load balancer of Ingress ${namespace}/${name} is internal, as its ${isAws ? "scheme" : "class"} says`;
  return { holds: UNLIKELY, assumptions: [{ code: "balancer-audience", certainty: "unknown", message }] };
}
