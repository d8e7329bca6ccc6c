import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import type { Attack } from "./attack-graph.ts";
import { cheapest, type Limits, type Use } from "./cheapest.ts";
import { type AttackRule, type FactIndex, remediesOf } from "./fact.ts";
import { type Choice, lightestHitting } from "./hitting-set.ts";
import type { Need } from "./needs.ts";
import { type Proof, proofOf } from "./proofs.ts";
import { type Bundle, type Statement, Statements, statementKey, weightOf } from "./statements.ts";

/** A way from somewhere to something, to be closed. */
export interface Goal {
  readonly from: FactIndex;
  readonly to: FactIndex;
}

/** The lightest statements to change so that no goal can be reached. */
export interface Cut {
  readonly statements: readonly Statement[];
  readonly proof: "smallest" | "best-found";
  /** Goals that changing them closes. */
  readonly closed: readonly Goal[];
  /** Goals that stay open whatever is changed: needed flows alone lead there. */
  readonly inherent: readonly Goal[];
}

/** How often the search asks for more paths before it gives the best it has. */
const MOST_ROUNDS = 200;

/** Works out what changing statements does to the graph, and which to change. */
export class Cutter {
  private readonly statements: Statements;
  private readonly needed: ReadonlySet<string>;
  private readonly byKey = new Map<string, Statement>();
  private readonly doors: ReadonlyMap<FactIndex, number>;
  /** All ports that lead into an endpoint: one door shut would only send packets to the next. */
  private readonly ports = new Map<Endpoint, ConnectionSet>();

  constructor(
    private readonly attack: Attack,
    needs: readonly Need[],
  ) {
    this.statements = new Statements(attack.reachability);
    this.needed = new Set(needs.map(({ from, to }) => `${from}>${to}`));
    for (const { endpoint, ports } of attack.graph.net.doors)
      this.ports.set(endpoint, (this.ports.get(endpoint) ?? ConnectionSet.NONE).union(ports));
    this.doors = new Map(attack.graph.net.doors.map(({ fact }, position) => [fact, position]));
  }

  /**
   * An implicit hitting set: the lightest statements that break every path known so far are changed, and the paths still open join
   * those known, until there is none. What is then changed is the lightest there is, since it is for a part of the paths already.
   * Source: docs/attack-paths.md "Choke points".
   */
  cut(goals: readonly Goal[]): Cut {
    const open = this.openUnder(goals, "nothing");
    const inherentProofs = this.openUnder(
      open.map(({ goal }) => goal),
      "everything",
    );
    const inherent = inherentProofs.map(({ goal }) => goal);
    const wanted = open.map(({ goal }) => goal).filter((goal) => !inherent.includes(goal));
    const choices: Choice[] = [];
    let chosen: ReadonlySet<string> = new Set();
    let proof: Cut["proof"] = "smallest";
    for (let round = 0; ; round++) {
      const still = this.openUnder(wanted, chosen);
      if (still.length === 0) break;
      if (round === MOST_ROUNDS) proof = "best-found";
      choices.push(...still.map((one) => this.choiceOf(one.proof)));
      const hitting = lightestHitting(choices, (key) => weightOf(this.byKey.get(key) as Statement));
      if (!hitting) break;
      if (hitting.proof === "best-found") proof = "best-found";
      // Past the limit whatever breaks the path at hand is taken as well, which ends as no path is broken twice.
      chosen = round < MOST_ROUNDS ? hitting.chosen : new Set([...chosen, ...hitting.chosen]);
    }
    const statements = [...chosen].sort().map((key) => this.byKey.get(key) as Statement);
    return { statements, proof, closed: wanted, inherent };
  }

  /** The goals that changing these statements alone closes. */
  closedBy(statements: readonly Statement[], goals: readonly Goal[]): readonly Goal[] {
    const still = new Set(this.openUnder(goals, new Set(statements.map(statementKey))).map(({ goal }) => goal));
    return goals.filter((goal) => !still.has(goal));
  }

  /** The goals that can be reached when some statements are changed, each with its cheapest proof. */
  private openUnder(
    goals: readonly Goal[],
    changed: ReadonlySet<string> | "nothing" | "everything",
  ): readonly { readonly goal: Goal; readonly proof: Proof }[] {
    const { graph } = this.attack;
    const limits = this.limits(changed);
    const starts = [...new Set(goals.map(({ from }) => from))];
    return starts.flatMap((start) => {
      const found = cheapest(graph, [start], { limits });
      return goals.flatMap((goal) => {
        const proof = goal.from === start ? proofOf(graph, found, goal.to) : undefined;
        return proof ? [{ goal, proof }] : [];
      });
    });
  }

  private limits(changed: ReadonlySet<string> | "nothing" | "everything"): Limits {
    const isChanged = (bundle: readonly Statement[]) =>
      changed === "everything" || (changed !== "nothing" && bundle.every((one) => changed.has(statementKey(one))));
    const { rules } = this.attack.graph;
    const banned = rules.flatMap((rule, position) => (bundlesOfRule(rule).some(isChanged) ? [position] : []));
    if (changed === "nothing") return { banned: new Set(), fixed: new Map() };
    return {
      banned: new Set(banned),
      fixed: new Map(),
      isStopped: (from, to) => this.bundlesOf(from, to).some(isChanged),
    };
  }

  private choiceOf({ uses }: Proof): Choice {
    return uses.flatMap((use) => this.bundlesFor(use)).map((bundle) => bundle.map((one) => this.keep(one)));
  }

  private bundlesFor(use: Use): readonly (readonly Statement[])[] {
    if (!("rule" in use)) return this.bundlesOf(use.from, use.to);
    return bundlesOfRule(this.attack.graph.rules[use.rule] as AttackRule);
  }

  /**
   * What stops packets; nothing does where they are needed, or where any of many could send them, nor at an end whose policies are put
   * aside.
   */
  private bundlesOf(from: FactIndex, to: FactIndex): readonly (readonly Statement[])[] {
    const { net } = this.attack.graph;
    const door = net.doors[this.doors.get(to) ?? -1];
    const sender = net.sender(from);
    const [origin = [], ...more] = sender?.origins ?? [];
    if (!door || !sender || more.length > 0) return [];
    const sides: readonly Direction[] = [
      ...(sender.aside === "all" || door.aside ? [] : (["ingress"] as const)),
      ...(sender.aside === "none" ? (["egress"] as const) : []),
    ];
    const ports = this.ports.get(door.endpoint) ?? door.ports;
    return origin.flatMap((source) =>
      this.isNeeded(source, door.endpoint) ? [] : this.statements.bundles(source, door.endpoint, ports, sides),
    );
  }

  private isNeeded(source: Endpoint, destination: Endpoint): boolean {
    return this.needed.has(`${source.id}>${destination.id}`);
  }

  private keep(statement: Statement): string {
    const key = statementKey(statement);
    this.byKey.set(key, statement);
    return key;
  }
}

/** All settings that make a rule possible have to change for it to be gone. */
function bundlesOfRule(rule: AttackRule): readonly Bundle[] {
  const bundle = remediesOf(rule).map((remedy): Statement => ({ kind: "setting", ...remedy }));
  return bundle.length > 0 ? [bundle] : [];
}
