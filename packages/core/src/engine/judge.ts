import { ConnectionSet } from "../model/connections.ts";
import { type Assumption, HOST_NETWORK } from "../model/flow.ts";
import type { Isolation, Layer, Program, Rule, Tier, TierName } from "../model/program.ts";
import { type Estimate, extentOf, type Side } from "./extent.ts";
import { hostNetworkOtherwise, isOpen, type Likelihood, NO, type Profile } from "./profile.ts";
import { Ties } from "./ties.ts";

const { NONE } = ConnectionSet;

export const NODE_UNKNOWN: Assumption = {
  code: "node-unknown",
  certainty: "unknown",
  message:
    "the input does not say on which nodes the pods run, so traffic with a host-network pod is taken as coming from another node",
};

/** What one side of a flow comes to, and how. */
export interface Judgement {
  readonly allowed: Estimate;
  /** What may come to a tier that may isolate the subject, so that silence denies it. */
  readonly mayMeetIsolation: ConnectionSet;
  /** In the order taken; each says what became of the connections that had come so far. */
  readonly steps: readonly Step[];
}

export interface Step {
  readonly tier: TierName | "default";
  /** `no-match`: the tier had nothing to say, so the next was asked. */
  readonly outcome: "allow" | "deny" | "pass" | "no-match";
  /**
   * `own-node`, `hairpin`: exempt, as traffic with the node the pod runs on, or with itself through a Service. `other-protocol`: a
   * protocol without ports, which isolation does not stop.
   */
  readonly reason: "rule" | "isolated" | "not-isolated" | "own-node" | "hairpin" | "other-protocol" | "default";
  readonly connections: ConnectionSet;
  readonly rule?: Rule;
  readonly isolatedBy?: readonly Isolation[];
}

/**
 * What a layer lets through on one side of a flow, out of the connections `asked` about. The heart: all verdicts come from here.
 *
 * Tiers are asked in order. Inside a tier the first rule that matches a connection decides it: allowed, denied, or passed on to
 * the next tier. What no rule decides is denied where the subject is isolated, else goes on; what no tier decides is the layer's
 * default. Two readings run side by side: the expected one, which leaves the trail, and the range of what could happen if open
 * questions were settled either way. Source: docs/semantics.md "Combined procedure".
 */
export function judge(
  program: Program,
  layer: Layer,
  profile: Profile,
  side: Side,
  asked = ConnectionSet.ALL,
): Judgement {
  const steps: Step[] = [];
  let undecided = asked;
  let allowed = ConnectionSet.NONE;
  let live = asked;
  let mayAllow = ConnectionSet.NONE;
  let mayDeny = ConnectionSet.NONE;
  let mayMeetIsolation = ConnectionSet.NONE;

  for (const { tier, rules, isolation, isolatedBy } of profile) {
    if (undecided.isEmpty && live.isEmpty) break;
    const exempt = exemption(program, tier, side);
    if (exempt.expected && !undecided.isEmpty)
      steps.push({ tier: tier.name, outcome: "no-match", reason: exempt.as, connections: undecided });
    if (exempt.certain) continue;
    if (isolation.possible) mayMeetIsolation = mayMeetIsolation.union(live);
    const exempted = exempt.expected ? undecided : ConnectionSet.NONE;
    const mayBeExempt = exempt.possible ? live : ConnectionSet.NONE;
    undecided = undecided.subtract(exempted);
    let passed = ConnectionSet.NONE;
    let mayPass = ConnectionSet.NONE;
    const ties = new Ties(side.open);

    for (const applicable of rules) {
      const { rule } = applicable;
      const extent = extentOf(program, applicable, side);
      const matched = undecided.intersect(extent.expected);
      const decided = tier.otherProtocols === "deny" ? matched.subtract(ConnectionSet.OTHER) : matched;
      if (!decided.isEmpty)
        steps.push({ tier: tier.name, outcome: rule.action, reason: "rule", connections: decided, rule });
      undecided = undecided.subtract(decided);
      const mayDecide = ties.reachable(rule, live).intersect(extent.possible);
      ties.decide(rule, extent.certain);
      live = live.subtract(extent.certain);
      if (rule.action === "allow") {
        allowed = allowed.union(decided);
        mayAllow = mayAllow.union(mayDecide);
      } else if (rule.action === "deny") mayDeny = mayDeny.union(mayDecide);
      else {
        passed = passed.union(decided);
        mayPass = mayPass.union(mayDecide);
      }
    }

    if (isolation.possible) mayDeny = mayDeny.union(live);
    if (isolation.certain) live = ConnectionSet.NONE;
    const spared =
      isolation.expected && tier.otherProtocols === "allow" ? undecided.intersect(ConnectionSet.OTHER) : NONE;
    if (!spared.isEmpty) {
      steps.push({ tier: tier.name, outcome: "allow", reason: "other-protocol", connections: spared });
      allowed = allowed.union(spared);
      undecided = undecided.subtract(spared);
    }
    if (!undecided.isEmpty) {
      steps.push(
        isolation.expected
          ? { tier: tier.name, outcome: "deny", reason: "isolated", connections: undecided, isolatedBy }
          : { tier: tier.name, outcome: "no-match", reason: "not-isolated", connections: undecided },
      );
      if (isolation.expected) undecided = ConnectionSet.NONE;
    }
    undecided = undecided.union(passed).union(exempted);
    live = live.union(mayPass).union(mayBeExempt);
  }

  if (!undecided.isEmpty)
    steps.push({ tier: "default", outcome: layer.final, reason: "default", connections: undecided });
  if (layer.final === "allow") {
    allowed = allowed.union(undecided);
    mayAllow = mayAllow.union(live);
  } else mayDeny = mayDeny.union(live);
  return {
    allowed: { expected: allowed, possible: mayAllow, certain: asked.subtract(mayDeny) },
    mayMeetIsolation,
    steps,
  };
}

/** Whether the tier leaves this side alone, and as what. */
interface Exempted extends Likelihood {
  readonly as: "own-node" | "hairpin";
}

/**
 * Whether the tier leaves this side alone because the other end is the node the pod runs on, a host-network pod there, or the pod
 * itself.
 */
function exemption(
  { parties, options }: Program,
  { ownNode, hairpin }: Tier,
  { placement, peer, open }: Side,
): Exempted {
  if (placement === "elsewhere") return { as: "own-node", ...NO };
  if (placement === "same-pod") {
    const expected = hairpin.exempt;
    const unsettled = hairpin.doubt !== undefined && isOpen(open, hairpin.doubt);
    return { as: "hairpin", expected, certain: expected && !unsettled, possible: expected || unsettled };
  }
  const isPod = parties[peer]?.kind === "pods";
  const asNode = !isPod || (hostNetworkOtherwise(open) ?? options.hostNetworkPods) === "node";
  const modelOpen = isPod && isOpen(open, HOST_NETWORK);
  const { exempt, doubt } = ownNode;
  const doubtOpen = doubt !== undefined && isOpen(open, doubt);
  const here = placement === "own-node";
  return {
    as: "own-node",
    expected: here && exempt && asNode,
    certain: here && exempt && asNode && !doubtOpen && !modelOpen,
    possible: (here || isOpen(open, NODE_UNKNOWN)) && (exempt || doubtOpen) && (asNode || modelOpen),
  };
}
