import { compile } from "../../compile/compile.ts";
import { certainly, type Estimate } from "../../engine/extent.ts";
import { type Reachability, reach } from "../../engine/reach.ts";
import type { Cluster } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import type { Options } from "../../model/options.ts";
import { ascending } from "../../model/order.ts";
import type { Isolation, PartyIndex, Program } from "../../model/program.ts";
import { mapped, type Steps } from "../../model/steps.ts";
import { type Blame, Causes, isSame } from "./causes.ts";
import type { Cause, IsolationChange, PairChange, PairKind } from "./change.ts";
import { type Counterpart, counterparts } from "./counterparts.ts";
import { Estimates } from "./estimates.ts";
import { type EditedPolicy, editedPolicies, keyOfRef, withVersionsOf } from "./policy-versions.ts";
import { changedTraits, haveSameObjects } from "./traits.ts";

const NOTHING = certainly(ConnectionSet.NONE);

type Change = PairChange & { readonly kind: PairKind };

/** Two clusters compiled over one vocabulary, and their endpoints side by side. */
export class Comparison {
  readonly before: Reachability;
  readonly after: Reachability;
  readonly ends: readonly Counterpart[];
  private readonly old: Estimates;
  private readonly now: Estimates;
  private readonly edited: readonly EditedPolicy[];
  private readonly causes: Causes;
  /** Where nothing but policies differs: whom edited ones select. Pairs without such a subject come out as they did. */
  private readonly touched: { readonly [D in Direction]: ReadonlySet<PartyIndex> } | undefined;

  constructor(before: Cluster, after: Cluster, options: Options) {
    this.edited = editedPolicies(before, after);
    const keys = new Set(this.edited.map(({ key }) => key));
    // What a policy tells apart may hang on the nodes of the cluster it is in, so either side's policies speak in both.
    const among = [before, after, withVersionsOf(before, after, keys), withVersionsOf(after, before, keys)];
    const [old, now] = [before, after].map((cluster) => compile(cluster, options, among).program) as [Program, Program];
    this.before = reach(old);
    this.after = reach(now);
    this.old = new Estimates(old);
    this.now = new Estimates(now);
    this.ends = counterparts(old, now);
    this.causes = new Causes(before, this.now, this.edited, options, among);
    if (haveSameObjects(before, after))
      this.touched = { egress: this.causes.touched("egress"), ingress: this.causes.touched("ingress") };
  }

  /** The endpoints that only one of the clusters has. */
  only(side: "before" | "after") {
    const other = side === "before" ? "after" : "before";
    return this.ends.filter((end) => !end[other]).map(({ endpoint }) => endpoint);
  }

  /** Every pair that differs, in the order of endpoints. */
  *pairs(): Steps<readonly Change[]> {
    const position = new Map(this.ends.map((end, i) => [end.id, i]));
    const at = (id: string) => position.get(id) ?? 0;
    const groups = alike(this.ends);
    const destinations = groups.filter((group) => this.mayDiffer("ingress", group));
    const found = yield* mapped("comparing connections", groups, (from) =>
      (this.mayDiffer("egress", from) ? groups : destinations).flatMap((to) => this.between(from, to)),
    );
    return found.flat().sort((a, b) => ascending(at(a.from.id), at(b.from.id)) || ascending(at(a.to.id), at(b.to.id)));
  }

  isolation(): readonly IsolationChange[] {
    return this.ends.flatMap((end) =>
      (["ingress", "egress"] as const).flatMap((direction) => {
        const { endpoint, before, after } = end;
        if (!before || !after || endpoint.type === "address") return [];
        const [was, is] = [this.before.isolated(before, direction), this.after.isolated(after, direction)];
        if (was === is) return [];
        const because = this.isolationCauses(end, direction);
        return [{ endpoint, direction, before: was, after: is, because }];
      }),
    );
  }

  /** Whether what one side says of its subject may differ. */
  private mayDiffer(direction: Direction, { ends: [first] }: Group): boolean {
    return !this.touched || (first !== undefined && isAmong(this.touched[direction], first));
  }

  /** Like ends connect alike, but for what hangs on the nodes that pods run on. */
  private between(from: Group, to: Group): readonly Change[] {
    const [source, destination] = [from.ends[0], to.ends[0]];
    if (!source || !destination || (isAddress(source) && isAddress(destination))) return [];
    const each = () => from.ends.flatMap((a) => to.ends.flatMap((b) => (isPair(a, b) ? [[a, b] as const] : [])));
    if (from.onNodes || to.onNodes) return each().flatMap(([a, b]) => this.change(a, b) ?? []);
    const other = to.ends.find((end) => isPair(source, end));
    const change = other && this.change(source, other);
    if (!change) return [];
    return each().map(([a, b]) => ({
      ...change,
      from: a.endpoint,
      to: b.endpoint,
      because: this.named(change, a, b),
    }));
  }

  private change(a: Counterpart, b: Counterpart): Change | undefined {
    const [before, after] = this.bothOf(a, b, ConnectionSet.ALL_PORTS);
    const others = this.othersOf(a, b);
    const pair = { from: a.endpoint, to: b.endpoint, before, after, ...others, ...this.openings(a, b, after) };
    if (isOneSided(a) || isOneSided(b)) {
      const kind = turnoverOf(pair);
      return kind && { ...pair, kind, because: [] };
    }
    const because = (was: Estimate, of: ConnectionSet, isSettledAlike: boolean) => {
      const readings = isSettledAlike ? "every reading" : "expected";
      return this.because(this.causes.of(a, b, was, { of, readings }), a, b);
    };
    if (!isSame(before, after, "every reading")) {
      const kind = kindOf(before, after);
      return { ...pair, kind, because: because(before, ConnectionSet.ALL_PORTS, kind === "unsettled") };
    }
    if (!others.others) return undefined;
    const { before: was, after: is } = others.others;
    return { ...pair, kind: "others", because: because(was, ConnectionSet.OTHER, isSame(was, is, "expected")) };
  }

  private bothOf(a: Counterpart, b: Counterpart, asked: ConnectionSet): readonly [Estimate, Estimate] {
    return [
      a.before && b.before ? this.old.between(a.before, b.before, asked) : NOTHING,
      a.after && b.after ? this.now.between(a.after, b.after, asked) : NOTHING,
    ];
  }

  private othersOf(a: Counterpart, b: Counterpart): Pick<PairChange, "others"> {
    const [before, after] = this.bothOf(a, b, ConnectionSet.OTHER);
    return isSame(before, after, "every reading") ? {} : { others: { before, after } };
  }

  /** What opens either side after the change, or did before where nothing is open any more. */
  private openings(a: Counterpart, b: Counterpart, { expected }: Estimate): Pick<PairChange, "egress" | "ingress"> {
    const [side, reachability] = expected.isEmpty
      ? (["before", this.before] as const)
      : (["after", this.after] as const);
    const [from, to] = [a[side], b[side]];
    if (!from || !to) return { egress: "default", ingress: "default" };
    const { egress, ingress } = reachability.connection(from, to, ConnectionSet.ALL_PORTS);
    return { egress, ingress };
  }

  private because({ policies, byObjects }: Blame, ...ends: readonly Counterpart[]): readonly Cause[] {
    return [...policies.map(policyCause), ...(byObjects ? this.objectCauses(ends) : [])];
  }

  /** The causes of one pair, with the names of another of the same classes. */
  private named({ because }: Change, a: Counterpart, b: Counterpart): readonly Cause[] {
    const policies = because.filter(({ kind }) => kind === "policy");
    return policies.length === because.length ? because : [...policies, ...this.objectCauses([a, b])];
  }

  private objectCauses(ends: readonly Counterpart[]): readonly Cause[] {
    const [old, now] = [this.before.program.cluster, this.after.program.cluster];
    const found = [...new Set(ends)].flatMap(({ id, before, after }): readonly Cause[] => {
      const traits = before && after ? changedTraits(before, old, after, now) : [];
      return traits.length > 0 ? [{ kind: "endpoint", id, traits }] : [];
    });
    return found.length > 0 ? found : [{ kind: "surroundings" }];
  }

  /** Edited policies that isolate the endpoint in one cluster, or do so for other reasons than before; else what else is different. */
  private isolationCauses(end: Counterpart, direction: Direction): readonly Cause[] {
    const isolating = [
      ...isolatedBy(this.before.program, direction, end.before),
      ...isolatedBy(this.after.program, direction, end.after),
    ];
    const keys = new Set(isolating.map(({ policy }) => keyOfRef(policy)));
    const edited = this.edited.filter(({ key }) => keys.has(key)).map(policyCause);
    return edited.length > 0 ? edited : this.objectCauses([end]);
  }
}

function isAmong(parties: ReadonlySet<PartyIndex>, { after }: Counterpart): boolean {
  return after?.members.some(({ party }) => parties.has(party)) ?? false;
}

interface Group {
  readonly ends: readonly Counterpart[];
  /** Whether verdicts on them may hang on the nodes they run on. */
  readonly onNodes: boolean;
}

/** Ends of the same classes on both sides. */
function alike(ends: readonly Counterpart[]): readonly Group[] {
  const groups = new Map<string, Counterpart[]>();
  for (const end of ends) {
    const sides = [end.before, end.after].map((side) => side?.members.map(({ party }) => party).join() ?? "none");
    const key = isOnNodes(end) ? end.id : sides.join(" ");
    const group = groups.get(key);
    if (group) group.push(end);
    else groups.set(key, [end]);
  }
  return [...groups.values()].map((group) => ({ ends: group, onNodes: group.some(isOnNodes) }));
}

function isOnNodes({ before, after }: Counterpart): boolean {
  return [before, after].some((side) =>
    side?.members.some(({ pods }) => pods.some(({ network }) => network === "host")),
  );
}

function isAddress({ endpoint }: Counterpart): boolean {
  return endpoint.type === "address";
}

function isOneSided({ before, after }: Counterpart): boolean {
  return !before || !after;
}

/** An endpoint and itself are a pair where it stands for several pods. */
function isPair(a: Counterpart, b: Counterpart): boolean {
  return a !== b || [a.before, a.after].every((side) => side === undefined || side.pods > 1);
}

/** What is missing on one side connects to nothing there. */
function turnoverOf({ before, after, others }: Omit<PairChange, "because">): "opened" | "closed" | undefined {
  const passes = (...estimates: readonly (Estimate | undefined)[]) =>
    estimates.some((one) => one?.expected.isEmpty === false);
  if (passes(after, others?.after)) return "opened";
  return passes(before, others?.before) ? "closed" : undefined;
}

function kindOf(before: Estimate, after: Estimate): PairKind {
  if (before.expected.equals(after.expected)) return "unsettled";
  if (before.expected.isEmpty) return "added";
  return after.expected.isEmpty ? "removed" : "changed";
}

function policyCause({ before, after }: EditedPolicy): Cause {
  const policy = after ?? before;
  if (!policy) throw new Error("an edited policy is in one of the clusters");
  return { kind: "policy", change: !before ? "added" : after ? "changed" : "removed", policy };
}

function isolatedBy(program: Program, direction: Direction, end: Counterpart["after"]): readonly Isolation[] {
  const parties = (end?.members ?? []).map(({ party }) => party);
  return program.layers
    .flatMap(({ tiers }) => tiers[direction].flatMap(({ isolation }) => isolation))
    .filter(({ subject }) => parties.some((party) => subject.members.has(party)));
}
