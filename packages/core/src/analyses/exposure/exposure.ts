import type { Endpoint } from "../../engine/endpoints.ts";
import { anyOf, type Likelihood } from "../../engine/profile.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { ascending } from "../../model/order.ts";
import type { Program } from "../../model/program.ts";
import type { ControllerMapping } from "./controller-mapping.ts";
import type { DeadEnd, Entry, ObservedSource } from "./entry.ts";
import { gatewayRoutes } from "./gateway.ts";
import { hostEntries } from "./host-entries.ts";
import { ingressRoutes } from "./ingress.ts";
import { istioRoutes } from "./istio.ts";
import { asClient } from "./observed.ts";
import { openshiftRoutes } from "./openshift.ts";
import { followRoute, type Route, type Routing } from "./route.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { serviceEntries } from "./service-entries.ts";
import { StandIns } from "./stand-ins.ts";
import { best, entriesOf } from "./way.ts";

/** How a workload stands towards the internet. Published, permitted and exposed are answers of their own: none follows from the others. */
export interface Exposure {
  readonly endpoint: Endpoint;
  /** Whether some object leads from the internet to it. */
  readonly published: Likelihood;
  /** Whether policies would let the internet in, were it published: on these connections, from these addresses. */
  readonly permitted: Likelihood;
  readonly open: ConnectionSet;
  readonly direct: ObservedSource;
  /** Whether some entry both leads there and is let through. */
  readonly exposed: Likelihood;
  /** Let in, and certainly published by nothing: whatever publishes it later meets no policy. */
  readonly isLatent: boolean;
  readonly entries: readonly Entry[];
  /** The entry that the answers rest on. */
  readonly witness?: Entry;
}

export interface ExposureReport {
  readonly program: Program;
  /** Every workload, by id. */
  readonly exposures: readonly Exposure[];
  /** Objects that would publish something, and do not. */
  readonly deadEnds: readonly DeadEnd[];
}

/**
 * Which workloads can be reached from the internet, through which objects, and whether policies let it.
 *
 * Every verdict is the engine's, for each address under which traffic may arrive. A proxy has to be exposed itself for what lies
 * behind it to be; one that the input does not show is stood in for, unless `controllers` says which pods it is.
 * Cost: entries × address blocks, and one more compilation where a controller is not shown. Errors: none.
 * Source: docs/semantics.md "Exposure".
 */
export function findExposure(
  program: Program,
  { controllers = [] }: { readonly controllers?: readonly ControllerMapping[] } = {},
): ExposureReport {
  const scene = sceneOf(program, controllers);
  const services = serviceEntries(scene);
  const routings = [ingressRoutes, gatewayRoutes, openshiftRoutes, istioRoutes].map((routesIn) => routesIn(scene));
  const routed = followAll(scene, routings);
  const entries = entriesOf([...services.ways, ...hostEntries(scene), ...routed.ways]);
  return {
    program,
    exposures: scene.workloads.map((endpoint) => exposureOf(scene, endpoint, entries)),
    deadEnds: [...services.deadEnds, ...routed.deadEnds].sort((a, b) => ascending(a.message, b.message)),
  };
}

function followAll(scene: Scene, routings: readonly Routing[]) {
  const routes = routings.flatMap((routing) => routing.routes);
  const standIns = standInsFor(scene, routes);
  const followed = routes.map((route) => followRoute(scene, standIns, route));
  const broken = [...routings, ...followed].flatMap(({ deadEnds }) => deadEnds);
  return {
    ways: followed.flatMap(({ ways }) => ways),
    deadEnds: [...new Map(broken.map((one) => [one.message, one])).values()],
  };
}

/** Stand-ins for the controllers that routes assume; none where the input shows them all. */
function standInsFor({ program }: Scene, routes: readonly Route[]): StandIns | undefined {
  const assumed = routes.filter(({ servers }) => servers.some(({ controller }) => controller.standing === "assumed"));
  if (assumed.length === 0) return undefined;
  const presumptions = assumed.flatMap(({ servers }) => servers.flatMap(({ presumed }) => presumed ?? []));
  return new StandIns(program, presumptions, [...new Set(program.cluster.pods.map(({ namespace }) => namespace))]);
}

function exposureOf({ program, internet, world }: Scene, endpoint: Endpoint, all: readonly Entry[]): Exposure {
  const entries = all.filter((entry) => entry.endpoint.id === endpoint.id);
  const published = anyOf(entries.map((entry) => entry.published));
  const direct = asClient(program, internet, world, {
    destination: endpoint,
    connections: ConnectionSet.ALL_PORTS,
    families: [],
  });
  const witness = best(entries);
  return {
    endpoint,
    published,
    permitted: direct.passes,
    open: direct.decision.allowed,
    direct,
    exposed: anyOf(entries.map((entry) => entry.exposed)),
    isLatent: direct.passes.expected && !published.possible,
    entries,
    ...(witness && { witness }),
  };
}
