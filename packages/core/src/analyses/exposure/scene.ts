import { type Endpoint, podEndpoints } from "../../engine/endpoints.ts";
import { addresses, internet } from "../../engine/names.ts";
import type { Likelihood } from "../../engine/profile.ts";
import type { Assumption } from "../../model/flow.ts";
import { IpSet, parseAddress, parseCidr, publicAddresses } from "../../model/ip.ts";
import type { Program } from "../../model/program.ts";
import type { ControllerMapping } from "./controller-mapping.ts";
import { LIKELY, UNLIKELY } from "./likelihood.ts";

/** What every kind of entry looks at. */
export interface Scene {
  readonly program: Program;
  /** Public addresses that are not the cluster's own. */
  readonly world: IpSet;
  readonly internet: Endpoint;
  /** Every address there is. */
  readonly everywhere: Endpoint;
  /** All workloads, split where policies tell their pods apart. */
  readonly workloads: readonly Endpoint[];
  /** What a person says serves which class. */
  readonly controllers: readonly ControllerMapping[];
  /** Whether nodes are reached from the internet, and what that rests on. */
  readonly nodes: { readonly reached: Likelihood; readonly assumption: Assumption };
}

export function sceneOf(program: Program, controllers: readonly ControllerMapping[]): Scene {
  const world = internet(program);
  return {
    program,
    world,
    internet: addresses(program, "internet", world),
    everywhere: addresses(program, "everywhere", IpSet.ALL),
    workloads: podEndpoints(program, "workload"),
    controllers,
    nodes: nodesIn(program),
  };
}

/** Nodes with a public address are taken to be reached, those with private ones only not to be; a firewall may make it otherwise. */
function nodesIn({ cluster }: Program): Scene["nodes"] {
  const known = cluster.nodes.flatMap(({ addresses: listed }) => listed);
  const isPrivate = known.length > 0 && !known.some(isPublic);
  return {
    reached: isPrivate ? UNLIKELY : LIKELY,
    assumption: {
      code: "nodes-reachable",
      certainty: "unknown",
      message: isPrivate
        ? "the nodes' addresses are private; whether anything outside leads to them, the input does not show"
        : "the input does not show whether the nodes' addresses can be reached from outside; they are taken to be",
    },
  };
}

export function isPublic(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && publicAddresses().has(address);
}

/** The public addresses in some CIDRs; all of them without any. */
export function clientsIn({ program, world, internet: all }: Scene, cidrs: readonly string[]): [Endpoint, IpSet] {
  if (cidrs.length === 0) return [all, world];
  const ranges = cidrs.reduce((set, cidr) => set.union(parseCidr(cidr)?.set ?? IpSet.NONE), IpSet.NONE);
  const wanted = ranges.intersect(world);
  return [addresses(program, cidrs.join(","), wanted), wanted];
}
