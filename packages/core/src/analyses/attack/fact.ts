import type { Span } from "../../model/source.ts";
import type { SettingChange } from "./settings.ts";

/**
 * Something an attacker may hold. Facts are monotone: once held they are kept, so what follows from a set of them is a least
 * fixpoint and the order of steps means nothing.
 */
export interface Fact {
  readonly index: FactIndex;
  readonly kind: FactKind;
  /**
   * What a person calls it: the id of an endpoint, `secret:shop/db`, `serviceaccount:shop/web`, `node:n1`, `internet`, `admin`.
   * Unique among the facts of a kind; for the kinds that lead somewhere else, among them all.
   */
  readonly name: string;
  /** `step`: only on the way to something else, so that paths are shown without it. */
  readonly role: "goal" | "step";
}

/** Index into {@link AttackGraph.facts}. */
export type FactIndex = number;

export type FactKind =
  /** Sends packets from outside the cluster, or as a node. */
  | "send"
  /** Packets get through to a workload, on a port that answers. */
  | "reach"
  /** Runs code in a pod of a workload. */
  | "own"
  /** Changes what a workload reads. */
  | "tamper"
  /** Controls a node. */
  | "root"
  /** Has the token of a ServiceAccount, or acts as it towards the API server. */
  | "hold"
  | "act"
  | "api-route"
  /** Has read a Secret, or a key of a Secret or ConfigMap that holds a login. */
  | "know"
  /** Creates pods, or changes policies or the labels of the namespace, or redirects traffic. */
  | "pod-control"
  | "policy-control"
  | "namespace-labels"
  | "intercept"
  | "admin"
  | "cloud"
  /** Takes data out of the cluster. */
  | "exfiltrate"
  /** Reaches many things at once; never shown. */
  | "hub";

/**
 * How far a step can be trusted: `proved` follows from the input, `assumed` needs something that is not in it, such as two pods on one
 * node, `conditional` depends on settings of the running cluster.
 */
export type StepCertainty = "proved" | "assumed" | "conditional";

/** From the most certain on. */
export const STEP_CERTAINTIES: readonly StepCertainty[] = ["proved", "assumed", "conditional"];

/** The least certain of several. */
export function leastCertain(certainties: Iterable<StepCertainty>): StepCertainty {
  let worst = 0;
  for (const certainty of certainties) worst = Math.max(worst, STEP_CERTAINTIES.indexOf(certainty));
  return STEP_CERTAINTIES[worst] as StepCertainty;
}

/** Names of the steps, as docs/attack-paths.md explains them. */
export type EdgeName =
  | "NET"
  | "EXPOSE"
  | "HOSTNET"
  | "LOCAL"
  | "ESC-PRIV"
  | "ESC-PID"
  | "ESC-PIDREAD"
  | "ESC-MOD"
  | "ESC-SOCK"
  | "ESC-HP-W"
  | "ESC-HP-R"
  | "ESC-LOG"
  | "ESC-CORE"
  | "NODE-PODS"
  | "NODE-SA"
  | "NODE-ID"
  | "TOKEN"
  | "API"
  | "RB-SECRET"
  | "RB-CONFIG"
  | "RB-CREATE"
  | "RB-EXEC"
  | "RB-FWD"
  | "RB-PATCH"
  | "RB-NETPOL"
  | "RB-NSLABEL"
  | "RB-SVC"
  | "RB-TOKENREQ"
  | "RB-IMPERS"
  | "RB-BIND"
  | "RB-NODEPROXY"
  | "RB-CSR"
  | "RB-HOOK"
  | "RB-PV"
  | "RB-STAR"
  | "PC-SPOOF"
  | "PC-SA"
  | "PC-NODE"
  | "POLCTL"
  | "MOUNT"
  | "K-SA"
  | "K-DB"
  | "IMDS"
  | "WID"
  | "EXFIL"
  | "SHARE"
  | "KUBELET";

/** What would take a rule away, for a person. */
export interface Remedy {
  readonly fix: string;
  /** The same as a change of a manifest, where it is one that can be written. */
  readonly change?: SettingChange;
}

/** Who holds all of `needs` may hold `gives` too, at a cost. */
export interface AttackRule {
  readonly edge: EdgeName;
  readonly needs: readonly FactIndex[];
  readonly gives: FactIndex;
  /**
   * Ordinal: 0 free by construction, 1 abuse of configuration, 2 a weak default, 3 a flaw or a stolen login, more for what needs
   * yet another unknown. Not a probability.
   */
  readonly cost: number;
  readonly certainty: StepCertainty;
  /** Why it holds, in the words of the input. */
  readonly because: string;
  /** What else has to be true; absent where nothing has. */
  readonly assumption?: string;
  readonly evidence: readonly Span[];
  /** {@link Remedy}; absent where nothing in the cluster's configuration would take the rule away. */
  readonly fix?: string;
  readonly change?: SettingChange;
  /** What has to be done as well, since other objects give the same. */
  readonly besides?: readonly Remedy[];
}

/** All that has to be done for a rule to be gone, each thing once; nothing where that is of no use. */
export function remediesOf({ fix, change, besides = [] }: AttackRule): readonly Remedy[] {
  return fix === undefined ? [] : [{ fix, ...(change && { change }) }, ...besides];
}
