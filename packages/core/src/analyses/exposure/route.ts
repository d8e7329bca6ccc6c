import type { Likelihood } from "../../engine/profile.ts";
import type { Assumption } from "../../model/flow.ts";
import { type Service, type ServicePort, serviceId } from "../../model/service.ts";
import { serviceCalled } from "../find-destination.ts";
import { arriving, type ServiceTarget, targetsOf } from "../service-targets.ts";
import { type DeadEnd, type EntryKind, type Link, type ObservedSource, titleOfLink } from "./entry.ts";
import type { Server } from "./find-controller.ts";
import { allOf, LIKELY } from "./likelihood.ts";
import { asBalancer, asNode, asProxy } from "./observed.ts";
import type { Scene } from "./scene.ts";
import { linkOf, portsOf, withoutPods } from "./service-entries.ts";
import type { StandIns } from "./stand-ins.ts";
import type { Way } from "./way.ts";

/** An order to controllers: what comes for these hosts goes to that Service. Ingress, Gateway API and OpenShift all come to this. */
export interface Route {
  readonly kind: EntryKind;
  /** The objects that give the order, the outermost first. */
  readonly chain: readonly Link[];
  readonly hosts: readonly string[];
  /** Ports on which the controller takes it; none where they are not known. */
  readonly fronts: readonly number[];
  readonly servers: readonly Server[];
  readonly backend: Backend;
  /** Whether it is in force. */
  readonly holds: Likelihood;
  readonly assumptions: readonly Assumption[];
}

export interface Backend {
  readonly namespace: string;
  readonly service: string;
  /** Of the Service, by number or name; absent for all. */
  readonly port?: number | string;
  /** Of its endpoints, by number or by the name of the Service's port; absent for all. */
  readonly targetPort?: number | string;
}

/** What a kind of route makes of the input. */
export interface Routing {
  readonly routes: readonly Route[];
  readonly deadEnds: readonly DeadEnd[];
}

/** What a route comes to: a way for each server and each target, or the reason why it leads nowhere. */
export function followRoute(
  scene: Scene,
  standIns: StandIns | undefined,
  route: Route,
): { readonly ways: readonly Way[]; readonly deadEnds: readonly DeadEnd[] } {
  const found = targetsBehind(scene, route);
  if ("reason" in found) return { ways: [], deadEnds: [found] };
  const { service, targets, alias } = found;
  const fronts = () => route.fronts;
  const ways = route.servers.flatMap((server) =>
    targets.map((target): Way => {
      const { controller, opens } = server;
      return {
        kind: route.kind,
        endpoint: target.endpoint,
        chain: [...route.chain, linkOf(service)],
        controller,
        ports: portsOf(target, fronts),
        hosts: route.hosts,
        sources: sourcesOf(scene, standIns, server, service, target),
        opens: allOf([route.holds, opens, ...(alias.length > 0 ? [LIKELY] : [])]),
        assumptions: [...route.assumptions, ...assumptionsOf(server), ...alias],
      };
    }),
  );
  return { ways, deadEnds: [] };
}

interface Behind {
  readonly service: Service;
  readonly targets: readonly ServiceTarget[];
  readonly alias: readonly Assumption[];
}

function targetsBehind(scene: Scene, route: Route): Behind | DeadEnd {
  const { program } = scene;
  const { namespace, service: name, port } = route.backend;
  const object = route.chain[route.chain.length - 1] as Link;
  const end = (reason: DeadEnd["reason"], message: string): DeadEnd => ({
    object,
    reason,
    message: `${titleOfLink(object)} ${message}`,
  });
  const named = program.cluster.services.find((one) => one.namespace === namespace && one.name === name);
  if (!named) return end("missing-service", `leads to Service ${namespace}/${name}, which the input does not have`);
  const service = behindAlias(scene, named);
  if (!service)
    return end("leads-outside", `leads to ${named.externalName ?? ""}, as which Service ${namespace}/${name} is known`);
  const ports = service.ports.filter((one) => isMeant(one, route.backend));
  if (ports.length === 0)
    return end(
      "missing-port",
      `leads to port ${port ?? route.backend.targetPort} of Service ${namespace}/${name}, which has no such port`,
    );
  const targets = targetsOf(program, { ...service, ports }).filter((target) => target.ports.length > 0);
  const inside = targets.filter(({ endpoint }) => endpoint.type !== "address");
  if (inside.length === 0) {
    const { reason, message } = withoutPods(service, targets.length > 0);
    return end(reason, `leads nowhere: ${message}`);
  }
  return { service, targets: inside, alias: service === named ? [] : [followed(named, service)] };
}

function isMeant({ port, name, targetPort }: ServicePort, wanted: Backend): boolean {
  if (wanted.port !== undefined && wanted.port !== "") return wanted.port === port || wanted.port === name;
  if (wanted.targetPort === undefined) return true;
  return wanted.targetPort === targetPort || wanted.targetPort === name;
}

/** An ExternalName that names a Service of the cluster leads there, if the controller follows it. */
function behindAlias({ program }: Scene, service: Service): Service | undefined {
  const seen = new Set<Service>();
  let last: Service | undefined = service;
  while (last?.type === "ExternalName") {
    if (seen.has(last)) return undefined;
    seen.add(last);
    last = serviceCalled(program, last.externalName ?? "");
  }
  return last;
}

function followed(alias: Service, service: Service): Assumption {
  const crosses = alias.namespace === service.namespace ? "" : ", across the border of its namespace";
  return {
    code: "alias-followed",
    certainty: "implementation-defined",
    message: `the controller follows \`${serviceId(alias)}\` to \`${serviceId(service)}\`${crosses}; not every one does`,
  };
}

/** Under whose address what a controller hands on arrives. */
function sourcesOf(
  scene: Scene,
  standIns: StandIns | undefined,
  { controller, presumed }: Server,
  service: Service,
  target: ServiceTarget,
): readonly ObservedSource[] {
  const arrival = { destination: target.endpoint, connections: arriving(target), families: service.families };
  const { program, everywhere } = scene;
  if (controller.endpoint) return [asProxy(program, controller.endpoint, { ...arrival, families: [] })];
  if (standIns && controller.standing === "assumed") return [standIns.observe(presumed, { ...arrival, families: [] })];
  return [asNode(program, everywhere, arrival), asBalancer(program, everywhere, arrival)];
}

function assumptionsOf({ controller, opens }: Server): readonly Assumption[] {
  const { standing, name, because } = controller;
  if (standing === "found") {
    if (opens.certain) return [];
    return [
      {
        code: "controller-several",
        certainty: "unknown",
        message: `several workloads may serve ${name || "routes without a class"}: ${because}`,
      },
    ];
  }
  const who = name === "" ? "the ingress controller" : `the controller ${name}`;
  if (standing === "assumed")
    return [
      {
        code: "controller-assumed",
        certainty: "unknown",
        message: `${who} is taken to be reached from the internet: ${because}`,
      },
    ];
  return [
    {
      code: "controller-outside",
      certainty: "unknown",
      message: `${who} sends under an address that the input does not show: ${because}`,
    },
  ];
}
