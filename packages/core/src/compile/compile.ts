import type { Cluster, NetworkPolicy } from "../model/cluster.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Direction } from "../model/flow.ts";
import { type Options, UPSTREAM } from "../model/options.ts";
import { type Layer, type PolicyRef, type Program, policyId, type Tier } from "../model/program.ts";
import { adminDrafts, adminTier } from "./admin-policy.ts";
import { cutIntoBlocks } from "./blocks.ts";
import { caveatsOf } from "./caveats.ts";
import type { PolicyDraft, TierDraft } from "./draft.ts";
import { networkPolicyDrafts, networkPolicyTier } from "./network-policy.ts";
import { partiesOf } from "./parties.ts";
import { priorityDiagnostics } from "./priority.ts";
import { splitReplicas } from "./replicas.ts";
import { Resolver } from "./resolve.ts";
import { NO_WORDS, together, type Vocabulary, vocabularyOf } from "./vocabulary.ts";

export interface Compilation {
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The program of a cluster: every dialect's rules in one form, over the parties that rules can tell apart.
 *
 * Never fails: what could not be read is already absent from the cluster, and noted as a caveat. Diagnostics name policies that
 * select nothing.
 * Cost: one visit for each label of a pod; for each distinct selector, the words of the sets it combines.
 *
 * `among` are clusters to be compared, this one with them: what the policies of any tell apart is told apart in all, so that an
 * address block of one program is one of each, and pods of unknown address have the same families.
 */
export function compile(cluster: Cluster, options: Options = UPSTREAM, among?: readonly Cluster[]): Compilation {
  const { program, diagnostics } = prepare(cluster, options, { among });
  return { program, diagnostics };
}

/** A program, and what it takes to resolve more policies over the same parties. */
export interface Prepared extends Compilation {
  readonly vocabulary: Vocabulary;
  readonly resolver: Resolver;
}

/** The same, with parties that the clusters `among` which it is, and `more` words, can tell apart too. */
export function prepare(
  cluster: Cluster,
  options: Options,
  {
    among = [cluster],
    more = NO_WORDS,
  }: { readonly among?: readonly Cluster[] | undefined; readonly more?: Vocabulary } = {},
): Prepared {
  const drafts = draftsOf(cluster, options);
  const policies = policyDrafts(cluster);
  const own = vocabularyOf(
    among.flatMap(policyDrafts),
    among.flatMap((one) => (one === cluster ? drafts : draftsOf(one, options))),
    among,
  );
  const vocabulary = together(own, more);
  const pods = splitReplicas(cluster.pods, vocabulary);
  const blocks = cutIntoBlocks(vocabulary.addresses);
  const grouped = partiesOf(cluster, pods, blocks, vocabulary, options);
  const { parties } = grouped;
  const resolver = new Resolver(cluster, grouped, blocks, vocabulary, options);
  const tiersOf = (direction: Direction) =>
    drafts.filter((draft) => draft.direction === direction).map((draft) => resolveTier(draft, resolver));
  const network: Layer = {
    name: "network",
    tiers: { ingress: tiersOf("ingress"), egress: tiersOf("egress") },
    final: "allow",
  };
  return {
    program: {
      cluster,
      options,
      parties,
      layers: [network],
      policies: policies.map(({ subject, ...policy }) => ({ ...policy, subject: resolver.pods(subject) })),
      caveats: caveatsOf(cluster, parties, resolver),
    },
    diagnostics: [...idlePolicies(network), ...priorityDiagnostics(cluster)],
    vocabulary,
    resolver,
  };
}

/** The tiers of both directions. */
function draftsOf(cluster: Cluster, options: Options): readonly TierDraft[] {
  return (["ingress", "egress"] as const).flatMap((direction) => tierDrafts(cluster, options, direction));
}

/** What one NetworkPolicy would add to its tier in each direction it is in force in. */
export function resolvePolicy(
  { program, resolver }: Prepared,
  policy: NetworkPolicy,
): readonly (readonly [Direction, Tier])[] {
  return policy.policyTypes.map((direction) => [direction, resolveTier(draftOf(program, policy, direction), resolver)]);
}

/** What telling the parties apart for one NetworkPolicy takes. */
export function wordsOf(program: Program, policy: NetworkPolicy): Vocabulary {
  const drafts = policy.policyTypes.map((direction) => draftOf(program, policy, direction));
  return vocabularyOf(networkPolicyDrafts({ ...program.cluster, networkPolicies: [policy] }), drafts, []);
}

function draftOf({ cluster, options }: Program, policy: NetworkPolicy, direction: Direction): TierDraft {
  return networkPolicyTier({ ...cluster, networkPolicies: [policy] }, options, direction);
}

/** Every policy, in the order in which tiers are asked. */
function policyDrafts(cluster: Cluster): readonly PolicyDraft[] {
  return [...adminDrafts(cluster, "admin"), ...networkPolicyDrafts(cluster), ...adminDrafts(cluster, "baseline")];
}

/** The tiers of a direction in the order they are asked, as far as some policy is in them. */
function tierDrafts(cluster: Cluster, options: Options, direction: Direction): readonly TierDraft[] {
  const tiers = [
    adminTier(cluster, "admin", direction),
    networkPolicyTier(cluster, options, direction),
    adminTier(cluster, "baseline", direction),
  ];
  return tiers.filter(({ name, rules }) => name === "network-policy" || rules.length > 0);
}

/** Policies whose selector matches no pod, once each. Source: docs/semantics.md L-9. */
function idlePolicies({ tiers }: Layer): Diagnostic[] {
  const idle = new Map<string, PolicyRef>();
  for (const { isolation } of [...tiers.ingress, ...tiers.egress]) {
    for (const { policy, subject } of isolation) {
      if (subject.members.isEmpty && subject.doubts.length === 0) idle.set(policyId(policy), policy);
    }
  }
  return [...idle.values()].map(({ kind, span, ...policy }) => ({
    code: "selector-matches-nothing",
    severity: "warning",
    message: `${kind} \`${policyId({ kind, span, ...policy })}\` selects no pod of the input, so it has no effect`,
    span,
  }));
}

function resolveTier({ direction: _, rules, isolation, ...tier }: TierDraft, resolver: Resolver): Tier {
  return {
    ...tier,
    allowing: rules.every(({ action }) => action === "allow"),
    rules: rules.map(({ peers, subject, ...rule }) => ({
      ...rule,
      subject: resolver.pods(subject),
      peers: peers === "any" ? peers : peers.map((peer) => resolver.peer(peer)),
    })),
    isolation: isolation.map(({ policy, subject }) => ({ policy, subject: resolver.pods(subject) })),
  };
}
