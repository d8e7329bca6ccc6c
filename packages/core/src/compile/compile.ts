import type { Cluster, Namespace, NetworkPolicy } from "../model/cluster.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Direction } from "../model/flow.ts";
import { Memory } from "../model/memory.ts";
import { type Options, UPSTREAM } from "../model/options.ts";
import {
  type Layer,
  type Party,
  type PolicyRef,
  type Program,
  policyId,
  type Rule,
  type Tier,
  type TierName,
} from "../model/program.ts";
import { finish, mapped, type Steps, within } from "../model/steps.ts";
import { adminDrafts, adminTier } from "./admin-policy.ts";
import { type Block, cutIntoBlocks } from "./blocks.ts";
import { caveatsOf } from "./caveats.ts";
import type { PolicyDraft, RuleDraft, TierDraft } from "./draft.ts";
import { JoinedResolver } from "./guests.ts";
import { type Headed, headed, networkPolicyDrafts, networkPolicyTier } from "./network-policy.ts";
import { partiesOf } from "./parties.ts";
import { priorityDiagnostics } from "./priority.ts";
import { splitReplicas } from "./replicas.ts";
import { Resolver } from "./resolve.ts";
import type { Varied } from "./variants.ts";
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
  return finish(compileSteps(cluster, options, among));
}

/** {@link compile} with pauses. */
export function* compileSteps(
  cluster: Cluster,
  options: Options = UPSTREAM,
  among?: readonly Cluster[],
): Steps<Compilation> {
  const { program, diagnostics } = yield* preparing(cluster, options, { among });
  return { program, diagnostics };
}

/** A program, and what it takes to resolve more policies over the same parties. */
export interface Prepared extends Compilation {
  readonly vocabulary: Vocabulary;
  readonly varied: Varied;
  readonly blocks: readonly Block[];
  readonly resolver: JoinedResolver;
}

/** What besides its own policies tells the parties of a cluster apart: the clusters `among` which it is, and `more` words. */
interface Company {
  readonly among?: readonly Cluster[] | undefined;
  readonly more?: Vocabulary;
}

/** The same, with parties that its company can tell apart too. */
export function prepare(cluster: Cluster, options: Options, company: Company = {}): Prepared {
  return finish(preparing(cluster, options, company));
}

function* preparing(
  cluster: Cluster,
  options: Options,
  { among = [cluster], more = NO_WORDS }: Company,
): Steps<Prepared> {
  yield { stage: "telling pods apart", done: 0 };
  const drafts = draftsOf(cluster, options);
  const all = among.map((one) => (one === cluster ? drafts : draftsOf(one, options)));
  const own = vocabularyOf(
    all.flatMap(({ policies }) => policies),
    all.flatMap(({ tiers }) => tiers),
    among,
  );
  const vocabulary = together(own, more);
  const pods = splitReplicas(cluster.pods, vocabulary);
  const blocks = cutIntoBlocks(vocabulary.addresses);
  yield { stage: "telling pods apart", done: 0.5 };
  const grouped = partiesOf(cluster, pods, blocks, vocabulary, options);
  const { parties } = grouped;
  const settled = Resolver.over(cluster, grouped, blocks, vocabulary, options);
  const resolver = new JoinedResolver(settled, cluster);
  yield { stage: "telling pods apart", done: 1 };
  const { network, policies } = yield* inForce(drafts, resolver);
  const caveats = caveatsOf(cluster, parties, resolver);
  return {
    program: { cluster, options, parties, layers: [network], policies, caveats, memory: new Memory() },
    diagnostics: [...idlePolicies(network), ...priorityDiagnostics(cluster)],
    vocabulary,
    varied: grouped.varied,
    blocks,
    resolver,
  };
}

/**
 * The same over the same parties, for namespaces that are labelled otherwise: what is resolved from now on, and the admin tiers. What
 * NetworkPolicies come to stays as it was; those that the labels touch have to be resolved again.
 */
export function withNamespaces(prepared: Prepared, namespaces: readonly Namespace[]): Prepared {
  const cluster = { ...prepared.program.cluster, namespaces };
  return over(prepared, { ...prepared.program, cluster }, prepared.resolver.within(cluster));
}

/** The same over more parties, after those there are. What NetworkPolicies come to stays as it was. */
export function withParties(prepared: Prepared, parties: readonly Party[], resolver: JoinedResolver): Prepared {
  return over(prepared, { ...prepared.program, parties }, resolver);
}

/** Admin tiers resolved anew. */
function over(prepared: Prepared, program: Program, resolver: JoinedResolver): Prepared {
  const { cluster } = program;
  const again = (tiers: readonly Tier[], direction: Direction) =>
    tiers.map((tier) =>
      tier.name === "network-policy" ? tier : finish(resolveTier(adminTier(cluster, tier.name, direction), resolver)),
    );
  const layers = program.layers.map((layer) => ({
    ...layer,
    tiers: { ingress: again(layer.tiers.ingress, "ingress"), egress: again(layer.tiers.egress, "egress") },
  }));
  return { ...prepared, program: { ...program, layers, memory: new Memory() }, resolver };
}

/**
 * The same parties where NetworkPolicies, by `namespace/name`, are others, or gone. They may tell apart only what the vocabulary does.
 * Those that come are the last, since among them order means nothing. Cost: a look at every rule.
 */
export function withPolicies(
  { program, resolver }: Prepared,
  edited: ReadonlyMap<string, NetworkPolicy | undefined>,
): Program {
  if (edited.size === 0) return program;
  const come = [...edited.values()].filter((policy) => policy !== undefined);
  const homes = new Set([...edited.keys()].map((name) => name.slice(0, name.indexOf("/"))));
  const stays = ({ namespace, name }: Pick<PolicyRef, "namespace" | "name">) =>
    namespace === undefined || !homes.has(namespace) || !edited.has(`${namespace}/${name}`);
  const isOther = ({ policy }: { readonly policy: PolicyRef }) => stays(policy);
  const networkPolicies = [...program.cluster.networkPolicies.filter(stays), ...come];
  const drafts = headed(come);
  const withNew = (tier: Tier, direction: Direction): Tier => {
    if (tier.name !== "network-policy") return tier;
    const added = finish(resolveTier(networkPolicyTier(drafts, program.options, direction), resolver));
    const rules = [...tier.rules.filter(isOther), ...added.rules];
    return { ...tier, rules, isolation: [...tier.isolation.filter(isOther), ...added.isolation] };
  };
  const layers = program.layers.map((layer) => ({
    ...layer,
    tiers: {
      ingress: layer.tiers.ingress.map((tier) => withNew(tier, "ingress")),
      egress: layer.tiers.egress.map((tier) => withNew(tier, "egress")),
    },
  }));
  const kept = program.policies.filter(isOther);
  const isBelow = ({ tier }: { readonly tier: TierName }) => tier === "baseline";
  const policies = [
    ...kept.filter((one) => !isBelow(one)),
    ...governing(networkPolicyDrafts(drafts), resolver),
    ...kept.filter(isBelow),
  ];
  // What is remembered of a program hangs on its parties, or on a layer.
  return { ...program, cluster: { ...program.cluster, networkPolicies }, layers, policies };
}

/** What drafts come to over parties. */
function* inForce(
  drafts: Drafts,
  resolver: JoinedResolver,
): Steps<{ readonly network: Layer } & Pick<Program, "policies">> {
  const tiers: { readonly [D in Direction]: Tier[] } = { ingress: [], egress: [] };
  const whole = Math.max(
    drafts.tiers.reduce((sum, { rules }) => sum + rules.length, 0),
    1,
  );
  let before = 0;
  for (const draft of drafts.tiers) {
    const after = before + draft.rules.length;
    const tier = yield* within("resolving policies", resolveTier(draft, resolver), before / whole, after / whole);
    tiers[draft.direction].push(tier);
    before = after;
  }
  const policies = governing(drafts.policies, resolver);
  yield { stage: "resolving policies", done: 1 };
  return { network: { name: "network", tiers, final: "allow" }, policies };
}

function governing(drafts: readonly PolicyDraft[], resolver: JoinedResolver): Program["policies"] {
  return drafts.map((draft) => ({ ...draft, subject: resolver.subject(draft.subject) }));
}

/** What the dialects make of a cluster. */
interface Drafts {
  /** Those of both directions, in the order they are asked, as far as some policy is in them. */
  readonly tiers: readonly TierDraft[];
  /** Every policy, in the order in which tiers are asked. */
  readonly policies: readonly PolicyDraft[];
}

function draftsOf(cluster: Cluster, options: Options): Drafts {
  const policies = headed(cluster.networkPolicies);
  const tiers = (["ingress", "egress"] as const).flatMap((direction) => [
    adminTier(cluster, "admin", direction),
    networkPolicyTier(policies, options, direction),
    adminTier(cluster, "baseline", direction),
  ]);
  return {
    tiers: tiers.filter(({ name, rules }) => name === "network-policy" || rules.length > 0),
    policies: [...adminDrafts(cluster, "admin"), ...networkPolicyDrafts(policies), ...adminDrafts(cluster, "baseline")],
  };
}

/** What one NetworkPolicy would add to its tier in each direction it is in force in. */
export function resolvePolicy(
  { program, resolver }: Prepared,
  policy: NetworkPolicy,
): readonly (readonly [Direction, Tier])[] {
  return tiersOf(program, headed([policy])).map((tier) => [tier.direction, finish(resolveTier(tier, resolver))]);
}

/** What telling the parties apart for one NetworkPolicy takes. */
export function wordsOf(program: Program, policy: NetworkPolicy): Vocabulary {
  const alone = headed([policy]);
  return vocabularyOf(networkPolicyDrafts(alone), tiersOf(program, alone), []);
}

/** The tier of one policy in each direction it is in force in. */
function tiersOf({ options }: Program, alone: readonly Headed[]): readonly TierDraft[] {
  return alone.flatMap(({ policy }) =>
    policy.policyTypes.map((direction) => networkPolicyTier(alone, options, direction)),
  );
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

/** How many rules are resolved between two pauses. */
const STRIDE = 256;

function* resolveTier(draft: TierDraft, resolver: JoinedResolver): Steps<Tier> {
  const { name, rules, isolation, ownNode, hairpin, otherProtocols } = draft;
  return {
    name,
    rules: yield* mapped("resolving policies", rules, (rule) => resolveRule(rule, resolver), STRIDE),
    allowing: rules.every(({ action }) => action === "allow"),
    isolation: isolation.map(({ policy, subject }) => ({ policy, subject: resolver.subject(subject) })),
    ownNode,
    hairpin,
    otherProtocols,
  };
}

function resolveRule(draft: RuleDraft, resolver: JoinedResolver): Rule {
  const { policy, index, subject, peers, ports, ranges, action, tie, span } = draft;
  return {
    policy,
    index,
    subject: resolver.subject(subject),
    peers: peers === "any" ? peers : peers.map((peer) => resolver.peer(peer)),
    ports,
    ranges,
    action,
    tie,
    span,
  };
}
