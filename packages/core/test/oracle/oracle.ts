import type { Cluster, NetworkPolicy, PolicyPeer, PolicyRule } from "../../src/model/cluster.ts";
import type { Direction, Family } from "../../src/model/flow.ts";
import type { Options } from "../../src/model/options.ts";
import type { PortMatch } from "../../src/model/ports.ts";
import { adminTier, madeOfMalformed } from "./admin.ts";
import {
  type Connection,
  type Context,
  type Endpoint,
  type OracleDestination,
  type OracleFlow,
  settingOf,
} from "./context.ts";
import { endpoint, familiesOf, isNode, isOwnNode, isSeenAsPod } from "./endpoints.ts";
import { peerMatches, selectsPod } from "./peers.ts";
import { portMatches } from "./ports.ts";
import { arrivals, type Backend, backendsOf, isSame, isWithinReach, serviceCalled } from "./services.ts";
import { byDefault, inEveryWorld, type Outcome } from "./worlds.ts";

export interface OracleVerdict extends OracleAnswer, Outcome {}

export interface OracleAnswer {
  readonly allowed: boolean;
  readonly egress: boolean;
  readonly ingress: boolean;
  /** The answer family by family: those both ends have. */
  readonly families: readonly FamilyVerdict[];
}

export interface FamilyVerdict {
  readonly family: Family;
  readonly allowed: boolean;
  readonly egress: boolean;
  readonly ingress: boolean;
}

/**
 * The specification once more, as slowly as it reads: one flow, one policy, one rule, one peer after the other. Nothing is prepared,
 * cached or shared with the engine. The ids in the comments are those of docs/semantics.md.
 */
export function oracle(cluster: Cluster, options: Options, flow: OracleFlow): OracleVerdict {
  const setting = settingOf(cluster, options);
  const usual = answer(flow, { ...setting, world: byDefault });
  return { ...usual, ...inEveryWorld((world) => isAllowed(flow, { ...setting, world })) };
}

/** The answers alone, with every open question answered by its default. */
export function answers(cluster: Cluster, options: Options): (flow: OracleFlow) => OracleAnswer {
  const context = { ...settingOf(cluster, options), world: byDefault };
  return (flow) => answer(flow, context);
}

/** The verdicts alone. */
export function verdicts(cluster: Cluster, options: Options): (flow: OracleFlow) => boolean {
  const context = { ...settingOf(cluster, options), world: byDefault };
  return (flow) => isAllowed(flow, context);
}

/** Every endpoint of a Service that a source may be led to on one of its ports, and the port it is reached at there. */
export function backends(
  cluster: Cluster,
  options: Options,
  service: string,
  { source, protocol, port }: Pick<OracleFlow, "source" | "protocol" | "port">,
): readonly Backend[] {
  const context = { ...settingOf(cluster, options), world: byDefault };
  const via = serviceCalled(service, context);
  const from = endpoint(source, context);
  return backendsOf(via, protocol, port, context).filter((one) => isWithinReach(from, one, via, context));
}

function answer(flow: OracleFlow, context: Context): OracleAnswer {
  const families = connectionsOf(flow, context).map((connection) => evaluate(connection, context));
  // IPB-4: allowed when some family is; the directions are those of that family.
  const told = families.find(({ allowed }) => allowed) ?? families[0];
  return {
    allowed: told?.allowed ?? false,
    egress: told?.egress ?? false,
    ingress: told?.ingress ?? false,
    families,
  };
}

/** The same without the directions: what does not matter to the verdict is not looked at, and no question about it comes up. */
function isAllowed(flow: OracleFlow, context: Context): boolean {
  return connectionsOf(flow, context).some((connection) => {
    const { source, destination } = connection;
    if (isSelf(connection)) return true;
    const made = madeOfMalformed([source, destination], context);
    if (made) return made === "allow";
    if (!judge("egress", source, destination, connection, context)) return false;
    return judge("ingress", destination, source, connection, context);
  });
}

/** IPB-4: one connection for each family. */
function connectionsOf(flow: OracleFlow, context: Context): readonly Connection[] {
  const source = endpoint(flow.source, context);
  if ("service" in flow.destination) return connectionsTo(flow.destination, flow, source, context);
  const destination = endpoint(flow.destination, context);
  const { protocol, port } = flow;
  return familiesOf(flow, source, destination, context).map((family) => ({
    source,
    destination,
    protocol,
    port,
    family,
  }));
}

/** SVC-1: to each endpoint of the Service, on the port it has there. */
function connectionsTo(
  { service, of }: Extract<OracleDestination, { service: string }>,
  flow: OracleFlow,
  source: Endpoint,
  context: Context,
): readonly Connection[] {
  const via = serviceCalled(service, context);
  const backends = backendsOf(via, flow.protocol, flow.port, context);
  const meant = of ? backends.filter((backend) => of.some((one) => isSame(one, backend))) : backends;
  const served = meant.filter((one) => isWithinReach(source, one, via, context));
  return served.flatMap(({ destination, port }) => {
    const families = familiesOf(flow, source, destination, context);
    const spoken = via.families.length === 0 ? families : families.filter((family) => via.families.includes(family));
    return spoken.flatMap((family) =>
      arrivals(source, destination, via, context).map((arriving) => ({
        source: arriving,
        destination,
        protocol: flow.protocol,
        port,
        family,
        via,
      })),
    );
  });
}

function evaluate(connection: Connection, context: Context): FamilyVerdict {
  const { source, destination, family } = connection;
  if (isSelf(connection)) return { family, allowed: true, egress: true, ingress: true };
  // §14.3 to §14.5, NP-4: both sides must allow; both are always worked out.
  const egress = judge("egress", source, destination, connection, context);
  const ingress = judge("ingress", destination, source, connection, context);
  return { family, allowed: egress && ingress, egress, ingress };
}

/** §14.2, EP-1, CNP-13: a pod reaches itself, whatever the policies. */
function isSelf({ source, destination, via }: Connection): boolean {
  if (via) return false;
  return source.kind === "pod" && destination.kind === "pod" && source.pod.id === destination.pod.id;
}

/** CNP-30: the Admin tier, the NetworkPolicy tier, the Baseline tier, and if nobody has decided, allowed. */
function judge(
  direction: Direction,
  subject: Endpoint,
  peer: Endpoint,
  connection: Connection,
  context: Context,
): boolean {
  // CNP-32: accepted or denied here is final; what is passed, or matched by no rule, is the next tier's.
  const admin = adminTier("admin", direction, subject, peer, connection, context);
  if (admin === "allow") return true;
  if (admin === "deny") return false;

  // CNP-33, BANP-2: what isolates a pod in this direction has the last word on it.
  const ruled = networkPolicyTier(direction, subject, peer, connection, context);
  if (ruled !== undefined) return ruled;

  // CNP-32: a Pass of the Baseline tier allows, like its silence.
  return adminTier("baseline", direction, subject, peer, connection, context) !== "deny";
}

/** `undefined` where NetworkPolicy has no say: nobody isolates the pod, or the traffic is exempt from the tier. */
function networkPolicyTier(
  direction: Direction,
  subject: Endpoint,
  peer: Endpoint,
  connection: Connection,
  context: Context,
): boolean | undefined {
  // NP-6: no policy at an end that is no pod. EP-5: nor at a host-network pod, which is its node.
  if (subject.kind === "address" || !isSeenAsPod(subject.pod, context)) return undefined;

  // NP-1: isolated by any policy of the pod's own namespace that selects it for this direction.
  const isolating: NetworkPolicy[] = [];
  for (const policy of context.cluster.networkPolicies) {
    if (policy.namespace !== subject.pod.of.namespace) continue;
    if (!policy.policyTypes.includes(direction)) continue;
    if (!selectsPod(policy.podSelector, subject.pod, context)) continue;
    isolating.push(policy);
  }
  if (isolating.length === 0) return undefined;

  if (isNode(peer, context) && isOwnNode(subject.pod, peer, context)) {
    // EP-2: a pod always accepts its own node. CNP-34: that goes for this tier.
    if (direction === "ingress") return undefined;
    // EP-3: the other way round, implementations differ.
    const exempt = context.world({
      id: "traffic to the own node",
      kind: "implementation-defined",
      answers: context.options.egressToOwnNode === "allow" ? ["allow", "evaluate"] : ["evaluate", "allow"],
    });
    if (exempt === "allow") return undefined;
  }

  // SVC-5: a pod that reaches itself through a Service.
  if (peer.kind === "pod" && peer.pod.id === subject.pod.id) {
    const hairpin = context.world({
      id: "hairpin",
      kind: "implementation-defined",
      answers: context.options.npHairpin === "allow" ? ["allow", "evaluate"] : ["evaluate", "allow"],
    });
    if (hairpin === "allow") return undefined;
  }

  if (connection.protocol === "other") {
    return otherProtocolPasses(direction, isolating, subject, peer, connection, context);
  }

  // NP-2: one matching rule of any isolating policy is enough.
  for (const policy of isolating) {
    for (const rule of policy[direction]) {
      if (ruleMatches(rule, policy, direction, subject, peer, connection, context)) return true;
    }
  }
  return false;
}

/** PORT-13: what policies do to protocols without ports is not defined; by default rules without ports let them pass. */
function otherProtocolPasses(
  direction: Direction,
  isolating: readonly NetworkPolicy[],
  subject: Endpoint,
  peer: Endpoint,
  connection: Connection,
  context: Context,
): boolean {
  const { icmp } = context.options;
  const effect = context.world({
    id: "protocols without ports",
    kind: "implementation-defined",
    answers: [icmp, ...["rules-without-ports", "allow", "deny"].filter((answer) => answer !== icmp)],
  });
  if (effect === "allow") return true;
  if (effect === "deny") return false;
  for (const policy of isolating) {
    for (const rule of policy[direction]) {
      if (rule.ports !== "any" && rule.ports.length > 0) continue;
      if (ruleMatches(rule, policy, direction, subject, peer, connection, context)) return true;
    }
  }
  return false;
}

/** NP-3: some entry of the peers and some entry of the ports; an absent or empty list matches all (NP-21, NP-25). */
function ruleMatches(
  rule: PolicyRule,
  policy: NetworkPolicy,
  direction: Direction,
  subject: Endpoint,
  peer: Endpoint,
  connection: Connection,
  context: Context,
): boolean {
  const peers: readonly (PolicyPeer | "any")[] = rule.peers === "any" || rule.peers.length === 0 ? ["any"] : rule.peers;
  const ports: readonly (PortMatch | "any")[] = rule.ports === "any" || rule.ports.length === 0 ? ["any"] : rule.ports;
  // PORT-1: the port is the destination's, and so is the pod that gives a name its number.
  const destination = direction === "ingress" ? subject : peer;

  for (const peerEntry of peers) {
    if (peerEntry !== "any" && !peerMatches(peerEntry, policy, direction, peer, connection, context)) continue;
    for (const portEntry of ports) {
      if (portEntry === "any") return true;
      // PORT-8: a name, and a pod found by its address.
      const byAddress = direction === "egress" && peerEntry !== "any" && peerEntry.kind === "ipBlock";
      if (portMatches(portEntry, destination, byAddress, connection, context)) return true;
    }
  }
  return false;
}
