import type { Decision } from "../../engine/decide.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import type { Likelihood } from "../../engine/profile.ts";
import type { ConnectionSet } from "../../model/connections.ts";
import type { Assumption, Protocol } from "../../model/flow.ts";
import type { Program } from "../../model/program.ts";
import type { Span } from "../../model/source.ts";

/** What makes a way in: a kind of address of a Service, a port of a node, or a route through a proxy. */
export type EntryKind =
  | "load-balancer"
  | "node-port"
  | "external-ip"
  | "host-port"
  | "host-network"
  | "ingress"
  | "gateway"
  | "openshift-route"
  | "istio-gateway";

/** One way from the internet to the pods of an endpoint. */
export interface Entry {
  readonly kind: EntryKind;
  /** The workload, or part of one, where it ends. */
  readonly endpoint: Endpoint;
  /** The objects that make it, the outermost first. */
  readonly chain: readonly Link[];
  /** What hands requests on, where something does; the objects after it in the chain tell it to. */
  readonly controller?: Controller;
  /** The way into the controller itself that counts. */
  readonly through?: Entry;
  readonly ports: readonly EntryPort[];
  /** Hosts and paths it answers for; empty for all. */
  readonly hosts: readonly string[];
  /** Whose address policies see, the one that counts by default first. */
  readonly sources: readonly ObservedSource[];
  /** Whether objects lead from the internet to here, whatever policies say. */
  readonly published: Likelihood;
  /** Whether policies let through what comes this way, wherever it came from. */
  readonly permitted: Likelihood;
  /** Both. */
  readonly exposed: Likelihood;
  /** What policies let through on its ports, under the address that counts by default. */
  readonly open: ConnectionSet;
  /** What the readings rest on. */
  readonly assumptions: readonly Assumption[];
}

/** An object on the way. */
export interface Link {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly span: Span;
}

export interface EntryPort {
  readonly protocol: Protocol;
  /** The ports that are dialled; none where they are not known. */
  readonly fronts: readonly number[];
  /** The port of the pod. */
  readonly target: number;
}

/** What reads routes and hands requests on. */
export interface Controller {
  /** `assumed`: its pods are not in the input. `outside`: it has none, being a balancer of the cloud or part of the nodes. */
  readonly standing: "found" | "assumed" | "outside";
  /** The name it goes by in classes, such as `k8s.io/ingress-nginx`; empty where no class tells. */
  readonly name: string;
  /** The workload, where it was found. */
  readonly endpoint?: Endpoint;
  /** How it was found, or what it is taken to be. */
  readonly because: string;
}

/** Traffic of one entry under one address that policies may see. */
export interface ObservedSource {
  readonly as: "client" | "node" | "proxy" | "balancer";
  readonly endpoint: Endpoint;
  readonly passes: Likelihood;
  /** The engine's verdict, with its trail. */
  readonly decision: Decision;
  /** What the verdict is about: the program of the input, or the same with a stand-in for a controller it does not show. */
  readonly program: Program;
  /** Of a client: the addresses that get in, as CIDRs. */
  readonly admits?: "all" | readonly string[];
}

/** Whether policies certainly stop what an object leads here: most often an outage. */
export function isBlocked({ published, permitted }: Entry): boolean {
  return published.possible && !permitted.possible;
}

/** A route that leads nowhere, so that nothing is published by it. */
export interface DeadEnd {
  readonly object: Link;
  readonly reason:
    | "missing-service"
    | "missing-port"
    | "no-endpoints"
    | "leads-outside"
    | "not-a-service"
    | "not-attached"
    | "not-granted"
    | "not-served";
  readonly message: string;
}

/** `Ingress shop/web`. */
export function titleOfLink({ kind, namespace, name }: Link): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
