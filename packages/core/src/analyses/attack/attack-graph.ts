import type { Reachability } from "../../engine/reach.ts";
import { finish, type Steps, within } from "../../model/steps.ts";
import { type ExposureReport, findExposure } from "../exposure/exposure.ts";
import { accountsOf } from "./accounts.ts";
import { type Declared, NOTHING_DECLARED } from "./declared.ts";
import { declaredEntryPoints } from "./declared-entries.ts";
import { doorsOf } from "./doors.ts";
import { cloudEdges } from "./edges/cloud.ts";
import { contentEdges } from "./edges/contents.ts";
import { escapeEdges } from "./edges/escape.ts";
import { apiRouteEdges, identityEdges } from "./edges/identity.ts";
import { interceptEdges } from "./edges/intercept.ts";
import { kubeletEdges } from "./edges/kubelet.ts";
import { latentEdges } from "./edges/latent.ts";
import { exposeEdges, hostNetworkEdges, outwardEdges } from "./edges/network.ts";
import { nodeEdges } from "./edges/node.ts";
import { peopleEdges, peopleIn } from "./edges/people.ts";
import { podControlEdges, spoofFact } from "./edges/pod-control.ts";
import { policyControlEdges } from "./edges/policy-control.ts";
import { rbacEdges } from "./edges/rbac.ts";
import { loginEdges, mountEdges, tokenSecretEdges } from "./edges/secrets.ts";
import { shareEdges } from "./edges/share.ts";
import { type EntryPoint, entryPoints } from "./entry-points.ts";
import { type AttackRule, type FactIndex, STEP_CERTAINTIES, type StepCertainty } from "./fact.ts";
import type { Foothold } from "./foothold.ts";
import { grantsOf } from "./grants.ts";
import type { AttackGraph } from "./graph.ts";
import { isStore, type Jewel, jewelsOf } from "./jewels.ts";
import { type Door, netTable, type Sender, senderOf } from "./net.ts";
import { nodeSenders } from "./node-senders.ts";
import { outlooksOf } from "./outlook.ts";
import { Planes } from "./planes.ts";
import { type AttackMode, siteOf } from "./site.ts";
import { meshesUnfollowed, type Unfollowed } from "./unfollowed.ts";
import { unseenSecretEdges, unseenSecrets } from "./unseen-secrets.ts";

/** What counts as a step, and how it is judged. */
export interface AttackOptions {
  /** `network`: packets only. */
  readonly edges: "network" | "all";
  /** `reach` stops where packets arrive; `assume-breach` takes each workload they reach, at a cost. Their numbers do not mix. */
  readonly mode: AttackMode;
  /** Steps less certain than this are left out. */
  readonly certainty: StepCertainty;
  /** What a person declared besides what annotations say: names as {@link Fact.name} gives them. */
  readonly jewels: readonly string[];
  /** What a person declares in a file: jewels, entry points and what serves classes; needs are for those who ask about them. */
  readonly declared: Declared;
}

export const ATTACK_OPTIONS: AttackOptions = {
  edges: "all",
  mode: "assume-breach",
  certainty: "assumed",
  jewels: [],
  declared: NOTHING_DECLARED,
};

/** What can follow from what in a cluster, with the ways in and what is worth protecting. */
export interface Attack {
  readonly reachability: Reachability;
  readonly options: AttackOptions;
  readonly graph: AttackGraph;
  readonly footholds: readonly Foothold[];
  readonly entries: readonly EntryPoint[];
  readonly jewels: readonly Jewel[];
  /** What may lead further, though no step is made of it. */
  readonly unfollowed: readonly Unfollowed[];
}

/**
 * The attack graph of a cluster, over the engine's verdicts.
 *
 * Whoever has the exposure of the program already hands it over. Cost: a verdict for each pair of groups of workloads that policies
 * treat alike, then linear in what the input says; without the exposure that of {@link findExposure}.
 * Errors: none. Source: docs/attack-paths.md.
 */
export function attackGraph(
  reachability: Reachability,
  options: Partial<AttackOptions> = {},
  exposure?: ExposureReport,
): Attack {
  return finish(attackSteps(reachability, options, exposure));
}

/** {@link attackGraph} with pauses. */
export function* attackSteps(
  reachability: Reachability,
  options: Partial<AttackOptions> = {},
  given?: ExposureReport,
): Steps<Attack> {
  yield { stage: "collecting attack steps", done: 0 };
  const exposure = given ?? findExposure(reachability.program, options.declared);
  yield { stage: "collecting attack steps", done: 0.2 };
  const chosen = { ...ATTACK_OPTIONS, ...options };
  const site = siteOf(reachability, chosen.mode);
  const doors = doorsOf(site, chosen.certainty === "proved" ? "declared" : "any");
  const { declared } = chosen;
  const entries = [...entryPoints(exposure), ...declaredEntryPoints(site.footholds, declared)];
  const granted = chosen.edges === "all" ? grantsOf(site, peopleIn(site)) : [];
  const jewels = jewelsOf(site, chosen, unseenSecrets(site, granted));
  exposeEdges(site, doors, entries);
  const senders = new Map<FactIndex, Sender>(site.footholds.map(({ own, endpoint }) => [own, senderOf(endpoint)]));
  const unfollowed = [...meshesUnfollowed(site.cluster)];
  let planes = new Planes(site.plane, []);
  let aside: readonly Door[] = [];
  if (chosen.edges === "all") {
    const accounts = accountsOf(site.cluster, site.footholds);
    identityEdges(site, accounts);
    const grants = rbacEdges(site, accounts, doors, granted);
    unseenSecretEdges(site, grants);
    peopleEdges(site);
    podControlEdges(site, accounts, doors);
    latentEdges(site, doors, grants);
    for (const [fact, endpoints] of interceptEdges(site, doors, grants, entries))
      senders.set(fact, senderOf(...endpoints));
    escapeEdges(site);
    nodeEdges(site, accounts);
    hostNetworkEdges(site, doors);
    mountEdges(site);
    tokenSecretEdges(site);
    unfollowed.push(...contentEdges(site, doors));
    loginEdges(site, doors, isStore);
    cloudEdges(site, accounts);
    shareEdges(site);
    if (chosen.certainty === "conditional") kubeletEdges(site);
    for (const namespace of site.namespaces) {
      const inside = site.inNamespace(namespace).map(({ endpoint }) => endpoint);
      if (inside.length > 0) senders.set(spoofFact(site, namespace), senderOf(...inside));
    }
    for (const [fact, sender] of nodeSenders(site)) senders.set(fact, sender);
    const changed = policyControlEdges(site, doors, senders, grants);
    planes = new Planes(site.plane, changed.namespaces);
    aside = changed.doors;
    for (const { fact, sender } of changed.senders) senders.set(fact, sender);
    const outlooks = outlooksOf(site, planes, changed.senders);
    apiRouteEdges(site, outlooks);
    outwardEdges(site, outlooks);
  }
  const isKept = ({ certainty }: AttackRule) =>
    STEP_CERTAINTIES.indexOf(certainty) <= STEP_CERTAINTIES.indexOf(chosen.certainty);
  yield { stage: "collecting attack steps", done: 0.4 };
  const table = netTable(planes, [...doors.all, ...aside], senders);
  const graph = site.builder.finish(yield* within("collecting attack steps", table, 0.4, 1), isKept);
  return { reachability, options: chosen, graph, footholds: site.footholds, entries, jewels, unfollowed };
}
