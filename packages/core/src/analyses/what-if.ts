import { type Prepared, withNamespaces, withPolicies, wordsOf } from "../compile/compile.ts";
import { asCompiled, classesOf, wordsOfPods } from "../compile/newcomers.ts";
import { together as bothWords, type Vocabulary } from "../compile/vocabulary.ts";
import type { Sides } from "../engine/bond-between.ts";
import { type Endpoint, endpointsOf, outsideOf } from "../engine/endpoints.ts";
import { Reachability } from "../engine/reach.ts";
import type { Cluster, NetworkPolicy, Pod } from "../model/cluster.ts";
import type { Direction } from "../model/flow.ts";
import { type Options, UPSTREAM } from "../model/options.ts";
import type { PartyIndex, PolicyRef, Program } from "../model/program.ts";
import { matches } from "../model/selector.ts";
import { type Change, type ClusterEdit, changed, changeOf, inTurn, NO_CHANGE } from "./cluster-edit.ts";
import { Differences, type Effects, joined } from "./differences.ts";
import { nameOf, UNWRITTEN } from "./edit.ts";
import { causesOf, type Move, movesBetween, type Placed, withoutMoved } from "./moves.ts";
import {
  editedBy,
  type Meaning,
  meaningOf,
  type NamespaceEdited,
  type PolicyChange,
  profilesUnder,
  resolved,
  sidesAfter,
  tiersMeaning,
  touchesPolicy,
} from "./policy-changes.ts";
import { type Base, type Objects, opened } from "./what-if-base.ts";

/**
 * A cluster under edit: what changing policies, pods and namespaces would do, worked out from what the change touches and nothing else.
 *
 * `apply` gives the cluster once edited and leaves this one as it is, so undoing is going on from this one. Only the subjects of policies
 * that are edited, or that mean an edited namespace, get new rows; a pod that comes, goes or is labelled otherwise is asked about in the
 * class it was in and the class it is in. Of the others nothing is computed again. A pod like none before, and those whom a policy tells
 * apart by labels nobody mentioned, get classes that join the others ({@link Base.shared}); only where a policy mentions other ports by
 * name or addresses, or classes are too many, is everything compiled again, once. Cost of opening: compiling, and the rows of every subject.
 */
export class WhatIf {
  private grouped: Differences | undefined;

  private constructor(
    private readonly base: Base,
    private readonly prepared: Prepared,
    private readonly sides: Sides,
    /** What has become of the base's objects. */
    private readonly edited: Change,
  ) {}

  static open(cluster: Cluster, options: Options = UPSTREAM, words?: Vocabulary): WhatIf {
    return WhatIf.over(cluster, options, words);
  }

  /** Over parties among which pods that are yet to come have their classes too. */
  private static over(cluster: Cluster, options: Options, words?: Vocabulary, come: readonly Pod[] = []): WhatIf {
    const { base, prepared, sides } = opened(cluster, options, words, come);
    return new WhatIf(base, prepared, sides, NO_CHANGE);
  }

  /** The cluster as edited so far. Cost: one look at each policy, and where pods were edited at each pod. */
  get cluster(): Cluster {
    return changed(this.base.cluster, this.edited);
  }

  /** What can be told apart. */
  get vocabulary(): Vocabulary {
    return this.prepared.vocabulary;
  }

  /** Who may reach whom as policies were edited so far. Cost: a look at every rule. Errors: throws where pods or namespaces were edited. */
  get reachability(): Reachability {
    const { base, edited, prepared, sides } = this;
    if (edited.pods.size + edited.namespaces.size > 0) throw new Error("only policies may have been edited");
    // Who opens it with words for all it will be asked about has no guests.
    if (prepared.program.parties.length > sides.egress.settled)
      return WhatIf.open(this.cluster, prepared.program.options, prepared.vocabulary).reachability;
    return Reachability.over(withPolicies(prepared, edited.policies), this.endpoints, sides, base.bonds);
  }

  /** What changes are told of, besides pods that are edited: workloads, and blocks of outside addresses. */
  get endpoints(): readonly Endpoint[] {
    return this.differences.endpoints;
  }

  /** The cluster once the edits are made, and what they change. What is added under a name already taken takes its place. */
  apply(edits: readonly ClusterEdit[]): { readonly after: WhatIf; readonly effects: Effects } {
    const change = changeOf(edits, {
      hasNamespace: (name) => this.object("namespaces", name) !== undefined,
      podsIn: (home) => this.objects("pods").filter(({ namespace }) => namespace === home),
      policiesIn: (home) => this.policiesIn(home),
    });
    return this.knowing(change).made(change);
  }

  private made(change: Change): { readonly after: WhatIf; readonly effects: Effects } {
    const edited = inTurn(this.edited, change);
    const { program } = this.prepared;
    const namespaces = this.namespaceEdits(change);
    const prepared =
      namespaces.length === 0
        ? this.prepared
        : withNamespaces(this.prepared, changed(this.base.cluster, edited).namespaces);
    const policies = [...this.policyEdits(change, prepared), ...this.policiesMeaning(namespaces, change, prepared)];
    const tiers = tiersMeaning(namespaces, program, prepared.program);
    const sides = sidesAfter(this.sides, policies, tiers);
    const causes = editedBy(policies, tiers);
    const after = new WhatIf(this.base, prepared, sides, edited);
    if (change.pods.size === 0) after.grouped = this.differences;
    const moves = this.movesIn(change);
    // Where nothing but namespaces is edited, and no admin tier means them, rows differ on their own pods alone.
    const isLocal = change.policies.size === 0 && tiers.length === 0;
    const among = isLocal ? prepared.resolver.partiesIn([...change.namespaces.keys()]) : undefined;
    if (moves.length === 0) return { after, effects: this.differences.between(this.sides, sides, causes, among) };

    const others = withoutMoved(this.differences, moves);
    const standing = { program, bonds: this.base.bonds, before: this.sides, after: sides };
    const own = movesBetween(standing, moves, others, causes);
    if (sides === this.sides) return { after, effects: own };
    return { after, effects: joined(own, this.grouping(others).between(this.sides, sides, causes, among)) };
  }

  /** This, or the same over parties that the edits' policies can tell apart, and with a class for each of their pods. */
  private knowing(change: Change): WhatIf {
    const { shared } = this.base;
    const { program, vocabulary } = this.prepared;
    const come = [...change.pods.values()].filter((pod) => pod !== undefined);
    const words = this.policyWords(change).reduce(bothWords, wordsOfPods(program.cluster, come));
    const isRoom = shared.heed(words) === "heeded" && come.every((pod) => shared.canSplit(pod));
    const state = isRoom
      ? this.with(come, shared.knows(vocabulary, words) ? "as they are" : "told apart anew")
      : undefined;
    if (state) return state;
    // What was known to be told apart is not in the vocabulary by itself.
    const known = this.policyWords(this.edited).reduce(bothWords, vocabulary);
    return WhatIf.over(this.cluster, program.options, bothWords(known, words), come);
  }

  private policyWords({ policies }: Change): readonly Vocabulary[] {
    const { program } = this.prepared;
    return [...policies.values()].flatMap((policy) => (policy ? [wordsOf(program, policy)] : []));
  }

  /** This, with classes for pods that come, where there is room; over the same parties, or as they are told apart by now. */
  private with(come: readonly Pod[], parties: "as they are" | "told apart anew"): WhatIf | undefined {
    const { base, sides, edited } = this;
    const { shared } = base;
    const { namespaces } = this.prepared.program.cluster;
    const has = (party: PartyIndex | undefined) => party !== undefined && sides.egress.has(party);
    if (parties === "as they are" && this.placed(come).every(({ party }) => has(party))) return this;
    const came = [...edited.pods.values()].filter((pod) => pod !== undefined);
    if (shared.welcome(asCompiled(shared, [...came, ...come])) === "too many") return undefined;
    const state = new WhatIf(base, shared.under(namespaces), sides, edited);
    const unseated = (pods: readonly Pod[]) =>
      state.placed(pods).flatMap(({ pod, party }) => (party === undefined || has(party) ? [] : [{ pod, party }]));
    const regrouped = [
      ...unseated(came),
      ...shared.parts.flatMap(({ index, pods: [pod] }) => (pod && !has(index) ? [{ pod, party: index }] : [])),
    ];
    const joined = state.joinedBy([...regrouped, ...unseated(come)]);
    // Those who come are not there yet; all they can add is addresses of a family that nobody spoke.
    const isTold = outsideOf(joined.prepared.program).length === outsideOf(this.prepared.program).length;
    if (regrouped.length === 0 && isTold) joined.grouped = this.grouped;
    return joined;
  }

  /** This, where classes that have no rows yet get them, each by one of its pods. */
  private joinedBy(guests: readonly Placed[]): WhatIf {
    const { base, edited, sides, prepared } = this;
    const selects = ({ namespace, podSelector }: NetworkPolicy) =>
      guests.some(({ pod }) => pod.namespace === namespace && matches(podSelector, pod.labels).holds);
    const policies = [...new Set(guests.map(({ pod }) => pod.namespace))]
      .flatMap((home) => this.policiesIn(home).filter(selects))
      .map((policy) => resolved(prepared, policy));
    const classes = new Set(guests.map(({ party }) => party));
    const joined = (direction: Direction) =>
      sides[direction].joinedBy(classes, (guest) => profilesUnder(prepared.program, direction, policies, guest));
    return new WhatIf(base, prepared, { egress: joined("egress"), ingress: joined("ingress") }, edited);
  }

  private policyEdits(change: Change, prepared: Prepared): readonly PolicyChange[] {
    return [...change.policies].map(([name, policy]) => {
      const before = this.object("policies", name);
      return {
        name,
        before: before && resolved(this.prepared, before),
        after: policy && resolved(prepared, policy),
      };
    });
  }

  /** The other policies that mean an edited namespace. */
  private policiesMeaning(
    namespaces: readonly NamespaceEdited[],
    change: Change,
    prepared: Prepared,
  ): readonly PolicyChange[] {
    if (namespaces.length === 0) return [];
    const isEdited = (policy: NetworkPolicy) =>
      change.policies.has(nameOf(policy)) || this.edited.policies.has(nameOf(policy));
    const standing = [...this.edited.policies].flatMap(([name, policy]) =>
      policy && !change.policies.has(name) ? [policy] : [],
    );
    const meaning = (differs: Meaning) => [
      ...this.base.meaning(differs).filter((policy) => !isEdited(policy)),
      ...standing.filter((policy) => touchesPolicy(policy, differs)),
    ];
    const found = new Map<NetworkPolicy, PolicyRef[]>();
    for (const { ref, differs } of namespaces)
      for (const policy of meaning(differs)) found.set(policy, [...(found.get(policy) ?? []), ref]);
    return [...found].map(([policy, because]) => {
      const [before, after] = [resolved(this.prepared, policy), resolved(prepared, policy)];
      return { name: nameOf(policy), before, after, because };
    });
  }

  private namespaceEdits({ namespaces }: Change): readonly NamespaceEdited[] {
    return [...namespaces].map(([name, after]) => {
      const before = this.object("namespaces", name);
      const span = after?.span ?? before?.span ?? UNWRITTEN;
      return { ref: { kind: "Namespace", name, span }, differs: meaningOf({ before, after }) };
    });
  }

  /** The edited pods, in their classes before and after. */
  private movesIn(change: Change): readonly Move[] {
    return [...change.pods].flatMap(([id, after]) => {
      const before = this.object("pods", id);
      const causes = causesOf(before, after, change);
      const [was, is] = [before, after].map(
        (pod) => new Map(this.placed(pod ? [pod] : []).map((placed) => [placed.pod.id, placed as Placed])),
      ) as [Map<string, Placed>, Map<string, Placed>];
      return [...new Set([...was.keys(), ...is.keys()])].map((piece) => ({
        before: was.get(piece),
        after: is.get(piece),
        causes,
      }));
    });
  }

  /** Pods as compiled, with their classes, as far as there are such. */
  private placed(pods: readonly Pod[]): readonly { readonly pod: Pod; readonly party: PartyIndex | undefined }[] {
    const pieces = asCompiled(this.prepared, pods);
    const classes = classesOf(this.prepared, pieces);
    return pieces.map((pod, i) => ({ pod, party: classes[i] }));
  }

  /** The program with the pods there are now. */
  private populated(): Program {
    const { base, edited, prepared } = this;
    const { program } = prepared;
    if (edited.pods.size === 0 && !base.shared.hasNewcomers) return program;
    const ids = [...edited.pods.keys()];
    const gone = new Set(
      asCompiled(
        prepared,
        ids.flatMap((id) => base.pods.get(id) ?? []),
      ).map(({ id }) => id),
    );
    const come = new Map<PartyIndex | undefined, Pod[]>();
    for (const { pod, party } of this.placed([...edited.pods.values()].filter((pod) => pod !== undefined)))
      come.set(party, [...(come.get(party) ?? []), pod]);
    const parties = program.parties.map((party) => {
      if (party.kind !== "pods") return party;
      const stay = party.pods.filter((pod) => !base.shared.isNewcomer(pod) && !gone.has(pod.id));
      return { ...party, pods: [...stay, ...(come.get(party.index) ?? [])] };
    });
    return { ...program, parties };
  }

  private get differences(): Differences {
    this.grouped ??= this.grouping(endpointsOf(this.populated(), "workload"));
    return this.grouped;
  }

  private grouping(endpoints: readonly Endpoint[]): Differences {
    return new Differences(this.prepared.program, this.base.columnsOf, endpoints, this.base.bonds);
  }

  /** The NetworkPolicies of a namespace there are now. */
  private policiesIn(home: string): readonly NetworkPolicy[] {
    const kept = (this.base.policiesIn.get(home) ?? []).filter((policy) => !this.edited.policies.has(nameOf(policy)));
    const come = [...this.edited.policies.values()].filter((policy) => policy !== undefined);
    return [...kept, ...come.filter(({ namespace }) => namespace === home)];
  }

  /** The object of a name or id there is now. */
  private object<K extends keyof Change>(kind: K, key: string): ObjectOf<K> | undefined {
    const edited = this.edited[kind] as Objects<ObjectOf<K> | undefined>;
    return edited.has(key) ? edited.get(key) : (this.base[kind] as Objects<ObjectOf<K>>).get(key);
  }

  /** The objects of a kind there are now. */
  private objects<K extends keyof Change>(kind: K): readonly ObjectOf<K>[] {
    const edited = this.edited[kind] as Objects<ObjectOf<K> | undefined>;
    const kept = [...(this.base[kind] as Objects<ObjectOf<K>>)].filter(([key]) => !edited.has(key));
    return [...kept.map(([, object]) => object), ...[...edited.values()].filter((object) => object !== undefined)];
  }
}

type ObjectOf<K extends keyof Change> = Exclude<Change[K] extends ReadonlyMap<string, infer T> ? T : never, undefined>;
