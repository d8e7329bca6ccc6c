import { compile } from "../compile/compile.ts";
import { decide } from "../engine/decide.ts";
import { reach } from "../engine/reach.ts";
import { type Attack, attackGraph } from "./attack/attack-graph.ts";
import { Cutter, type Goal } from "./attack/cuts.ts";
import { type EntryPoint, INTERNET } from "./attack/entry-points.ts";
import { type AttackRule, type Fact, type Remedy, remediesOf } from "./attack/fact.ts";
import { graphOf } from "./attack/graph.ts";
import { editsFor } from "./attack/narrowing.ts";
import { inferNeeds, type Need } from "./attack/needs.ts";
import { applySettings, isWritable, printSettings, type SettingChange } from "./attack/settings.ts";
import type { Statement } from "./attack/statements.ts";
import { blastRadii } from "./blast-radius.ts";
import { applyEdits, type Edit, printEdits } from "./edit.ts";

/** The smallest change that closes every way that can be closed from some places to some others. */
export interface ChokePoints {
  /** `smallest`: proved that fewer statements do not do. `best-found`: the search was cut short. `none`: nothing can be closed. */
  readonly proof: "smallest" | "best-found" | "none";
  readonly points: readonly ChokePoint[];
  /** Pairs of a start and a target that are connected, how many of them the change closes, and those it cannot. */
  readonly connected: number;
  readonly closes: number;
  readonly inherent: readonly { readonly from: string; readonly to: string }[];
  readonly edits: readonly Edit[];
  /** Each policy the change adds or replaces, in full. */
  readonly patch: string;
  /** What it changes of objects other than policies: strategic merge patches. */
  readonly merge: string;
  readonly verified: Verification;
  /** What the application needs, as far as is known. */
  readonly needs: readonly Need[];
}

/** One statement of the change. */
export interface ChokePoint {
  readonly edit: string;
  readonly statement: Statement;
  /** Pairs that changing it closes even alone. */
  readonly closes: number;
  /** Each policy that it alone adds or replaces, in full; empty for a setting. */
  readonly patch: string;
  /** Of a setting, the strategic merge patch that changes it; empty for policies, and for what is no field of an object of the input. */
  readonly merge: string;
}

/** What the engine says of the cluster once the edits are made. */
export interface Verification {
  /** Pairs that the change was to close and that are connected still. */
  readonly open: number;
  /** Needed flows that were allowed and are not any more. */
  readonly breaks: readonly Need[];
  /** Needed flows that rest on more than before: of those from outside, that policies see the client's address. */
  readonly doubts: readonly Need[];
  readonly meanBefore: number;
  readonly meanAfter: number;
}

/**
 * The choke points between starts and targets, with patches that have been tried: the cluster is compiled with them and asked again.
 *
 * Needed flows are inferred unless they are given; narrowing keeps them. Cost: a search for each start and round, two compilations.
 */
export function chokePoints(
  attack: Attack,
  from: readonly Fact[],
  to: readonly Fact[],
  given?: readonly Need[],
): ChokePoints {
  const { reachability, graph } = attack;
  const needs = given ?? inferNeeds(reachability.program.cluster, attack.footholds, attack.entries);
  const goals = from.flatMap((start) =>
    to.filter((target) => target !== start).map((target): Goal => ({ from: start.index, to: target.index })),
  );
  const cutter = new Cutter(attack, needs);
  const { statements, proof, closed, inherent } = cutter.cut(goals);
  const edits = editsFor(reachability, statements, needs);
  const { cluster } = reachability.program;
  const settings = settingsOf(attack, statements);
  const name = (fact: number) => graph.facts[fact]?.name ?? "";
  return {
    proof: closed.length === 0 ? "none" : proof,
    points: statements.map((statement) => ({
      edit: statementWords(statement),
      statement,
      closes: cutter.closedBy([statement], closed).length,
      patch: printEdits(editsFor(reachability, [statement], needs)),
      merge: printSettings(cluster, settingsOf(attack, [statement]).changes),
    })),
    connected: closed.length + inherent.length,
    closes: closed.length,
    inherent: inherent.map((goal) => ({ from: name(goal.from), to: name(goal.to) })),
    edits,
    patch: printEdits(edits),
    merge: printSettings(cluster, settings.changes),
    verified: verify(attack, edits, settings, closed, needs),
    needs,
  };
}

/** Settings to change: those that are fields of manifests, and the fixes in words of those that are not. */
interface Settings {
  readonly changes: readonly SettingChange[];
  readonly others: ReadonlySet<string>;
}

function settingsOf({ reachability }: Attack, statements: readonly Statement[]): Settings {
  const { cluster } = reachability.program;
  const settings = statements.flatMap((one) => (one.kind === "setting" ? [one] : []));
  const isWritten = ({ change }: Remedy) => change !== undefined && isWritable(cluster, change);
  return {
    changes: settings.filter(isWritten).flatMap(({ change }) => change ?? []),
    others: new Set(settings.filter((one) => !isWritten(one)).map(({ fix }) => fix)),
  };
}

/** What changing a statement is, in words. */
export function statementWords(statement: Statement): string {
  switch (statement.kind) {
    case "rule":
      return `narrow ${statement.direction} rule ${statement.index + 1} of ${statement.policy} to the flows it is needed for`;
    case "open":
      return `isolate ${statement.endpoint} for ${statement.direction}, but for the flows it needs`;
    case "setting":
      return statement.fix;
  }
}

function verify(
  attack: Attack,
  edits: readonly Edit[],
  settings: Settings,
  closed: readonly Goal[],
  needs: readonly Need[],
): Verification {
  const { program } = attack.reachability;
  const edited = applySettings(applyEdits(program.cluster, edits), settings.changes);
  const after = reach(compile(edited, program.options).program);
  const again = attackGraph(after, attack.options);
  const changed = withoutSettings(again, settings.others);
  const named = (goal: number) => {
    const fact = attack.graph.facts[goal];
    return fact && changed.graph.find(fact.kind, fact.name)?.index;
  };
  const goals = closed.flatMap((goal): readonly Goal[] => {
    const [from, to] = [named(goal.from), named(goal.to)];
    return from !== undefined && to !== undefined ? [{ from, to }] : [];
  });
  const still = new Cutter(changed, needs).closedBy([], goals);
  const isBroken = ({ from, to, ports }: Need) => {
    if (from === INTERNET) return standingOf(attack, to) < BLOCKED && standingOf(changed, to) === BLOCKED;
    const [source, destination] = [after.endpoint(from), after.endpoint(to)];
    const [before, target] = [attack.reachability.endpoint(from), attack.reachability.endpoint(to)];
    if (!source || !destination || !before || !target) return false;
    const was = decide(program, { source: before, destination: target, connections: ports }).allowed;
    return !was.isEmpty && !decide(after.program, { source, destination, connections: was }).allowed.equals(was);
  };
  return {
    open: goals.length - still.length,
    breaks: needs.filter(isBroken),
    doubts: needs.filter(
      ({ from, to }) =>
        from === INTERNET && standingOf(changed, to) > standingOf(attack, to) && standingOf(changed, to) < BLOCKED,
    ),
    meanBefore: blastRadii(attack).mean,
    meanAfter: blastRadii(changed).mean,
  };
}

const STANDINGS: readonly EntryPoint["standing"][] = ["proved", "assumed", "conditional", "blocked"];
const BLOCKED = STANDINGS.length - 1;

/** How sure the best way in that objects make is, as a position in {@link STANDINGS}; blocked where there is none. */
function standingOf({ entries }: Attack, workload: string): number {
  const own = entries.filter((entry) => entry.workload === workload && entry.provenance === "inferred");
  return Math.min(BLOCKED, ...own.map(({ standing }) => STANDINGS.indexOf(standing)));
}

/** The graph as it would be with settings changed that are no field of an object of the input. */
function withoutSettings(attack: Attack, settings: ReadonlySet<string>): Attack {
  if (settings.size === 0) return attack;
  const isGone = (rule: AttackRule) => {
    const remedies = remediesOf(rule);
    return remedies.length > 0 && remedies.every(({ fix }) => settings.has(fix));
  };
  const rules = attack.graph.rules.filter((rule) => !isGone(rule));
  return { ...attack, graph: graphOf({ ...attack.graph, rules }) };
}
