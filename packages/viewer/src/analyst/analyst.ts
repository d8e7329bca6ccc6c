import {
  type Attack,
  annotatedSuppressions,
  attackGraph,
  check,
  compile,
  connectionsAnswer,
  type Decision,
  type Diagnostic,
  decide,
  deltaAnswer,
  deltaReport,
  type Endpoint,
  explain,
  findEndpoint,
  findFact,
  findingsAnswer,
  findPolicy,
  listConnections,
  type Options,
  type Parsed,
  type Program,
  pathsAnswer,
  pathsReport,
  policiesReport,
  policyAnswer,
  policyList,
  type Reachability,
  reach,
  readPort,
  screen,
  sortDiagnostics,
} from "@watertight/core";
import { Coarse, MOST_WHOLE } from "../model/coarse.ts";
import { type Graph, graphOf } from "../model/graph.ts";
import type { Answer, Ask, ConnectionQuestion, Name, Overview, Refusal, RouteQuestion, Ruling } from "./catalogue.ts";
import { governingOf, standingOf } from "./governing.ts";

/** Paths for one start and one target. */
const PATHS = 5;

/** Knows one input and answers questions about it, the first of a kind at core's cost; it keeps what it may be asked for again. */
export class Analyst {
  readonly overview: Overview;
  readonly program: Program;
  private readonly reachability: Reachability;
  private readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** Where there are too many workloads to look at every pair. */
  private readonly coarse: Coarse | undefined;
  private readonly diagnostics: readonly Diagnostic[];
  private readonly attacks = new Map<RouteQuestion["edges"], Attack>();

  /** Cost: core's; half a second for 200 workloads. */
  constructor(parsed: Parsed, options: Options) {
    const { program, diagnostics } = compile(parsed.cluster, options);
    this.program = program;
    this.reachability = reach(program, { by: "workload" });
    this.endpoints = new Map(this.reachability.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.diagnostics = sortDiagnostics([...parsed.diagnostics, ...diagnostics]);
    const workloads = this.reachability.endpoints.filter(({ type }) => type !== "address").length;
    this.coarse = workloads > MOST_WHOLE ? new Coarse(this.reachability) : undefined;
    this.overview = {
      graph: this.graph([]),
      endpoints: this.reachability.endpoints.length,
      diagnostics: this.diagnostics,
    };
  }

  /** `inputs` has those other answers may be about, by number. */
  answer<N extends Name>(name: N, ask: Ask<N>, inputs: ReadonlyMap<number, Analyst>): Answer<N> {
    return this.answers[name](ask, inputs);
  }

  private readonly answers: {
    readonly [N in Name]: (ask: Ask<N>, inputs: ReadonlyMap<number, Analyst>) => Answer<N>;
  } = {
    graph: (apart) => this.graph(apart),
    endpoint: (ids) => {
      const endpoints = this.known(ids);
      const side = (direction: "ingress" | "egress") => ({
        standing: standingOf(this.reachability, endpoints, direction),
        governing: governingOf(this.program, endpoints, direction),
      });
      return { ingress: side("ingress"), egress: side("egress") };
    },
    namespace: (id) => {
      const members = this.reachability.endpoints.filter(({ namespace }) => namespace === id);
      const parties = members.flatMap((endpoint) => endpoint.members);
      return this.program.policies
        .filter(({ policy, subject }) =>
          policy.namespace === undefined
            ? parties.some(({ party }) => subject.members.has(party))
            : policy.namespace === id,
        )
        .map(({ policy, tier, isolates }) => ({ policy, tier, isolates }));
    },
    decision: (question) => {
      const decision = this.decide(question);
      return "problem" in decision ? decision : rulingOf(this.program, decision);
    },
    connections: () =>
      connectionsAnswer(
        listConnections(
          this.coarse ? reach(this.program, { by: "namespace" }) : this.reachability,
          {},
          this.diagnostics,
        ),
      ),
    findings: () => {
      const { findings, withoutTrial } = check(this.program);
      const { suppressions } = annotatedSuppressions(this.program.cluster);
      const today = new Date().toISOString().slice(0, 10);
      const screened = screen(findings, { severity: "info", suppressions, today });
      return findingsAnswer({ screened, withoutTrial }, this.diagnostics);
    },
    paths: (question) => this.paths(question),
    policies: ({ policy }) => {
      if (policy === undefined) return policiesReport(policyList(this.program), this.diagnostics);
      const found = findPolicy(this.program, policy);
      return found.kind === "policy"
        ? policiesReport(policyAnswer(this.program, found.policy), this.diagnostics)
        : { problem: `no policy is called ${policy}` };
    },
    change: (since, inputs) => {
      const before = inputs.get(since);
      if (!before) throw new Error("what it is compared with is no longer open");
      return deltaAnswer(deltaReport(before.program, this.program), this.diagnostics);
    },
  };

  private graph(apart: readonly string[]): Graph {
    return this.coarse ? this.coarse.graph(new Set(apart)) : graphOf(this.reachability);
  }

  private known(ids: readonly string[]): readonly Endpoint[] {
    return ids.flatMap((id) => this.endpoints.get(id) ?? []);
  }

  /** The decision on a typed question, or what is wrong with it. */
  private decide({ from, to, port }: ConnectionQuestion): Decision | Refusal {
    for (const text of [from, to]) {
      const problem = problemWith(this.program, text);
      if (problem) return { problem };
    }
    const asked = port === "" ? {} : readPort(port);
    if (!asked) return { problem: `${port} is not a port; write TCP/5432, 5432 or UDP` };
    return decide(this.program, { source: from, destination: to, ...asked });
  }

  private paths({ from, to, edges }: RouteQuestion): Answer<"paths"> {
    let attack = this.attacks.get(edges);
    if (!attack) {
      attack = attackGraph(this.reachability, { edges, mode: "assume-breach", certainty: "conditional", jewels: [] });
      this.attacks.set(edges, attack);
    }
    const ends = { from: this.fact(attack, from, "start"), to: this.fact(attack, to, "target") };
    for (const end of Object.values(ends)) if (end && "problem" in end) return end;
    const { from: start, to: target } = ends;
    return pathsAnswer(
      pathsReport(attack, {
        k: PATHS,
        needs: [],
        ...(start && !("problem" in start) && { from: start }),
        ...(target && !("problem" in target) && { to: target }),
      }),
      this.diagnostics,
    );
  }

  /** What stands for an end a person typed; nothing where the end was left open. */
  private fact(attack: Attack, text: string, as: "start" | "target"): ReturnType<typeof findFact> | Refusal {
    if (text === "") return undefined;
    const known = findFact(attack, text, as);
    if (known) return known;
    const named = text === "internet" || text.includes(":") ? undefined : findEndpoint(this.program, text);
    if (named?.kind === "endpoint") {
      const fact = findFact(attack, named.endpoint.id, as);
      return fact ?? { problem: `${text} is no workload that could be taken` };
    }
    const problem = named ? problemWith(this.program, text) : undefined;
    return { problem: problem ?? (as === "start" ? `nothing leads in from ${text}` : `nothing leads to ${text}`) };
  }
}

function rulingOf(program: Program, decision: Decision): Ruling {
  const { question, verdict, scope, allowed, assumptions } = decision;
  const { egress, ingress } = explain(program, decision);
  return {
    from: question.source.id,
    to: question.destination.id,
    ...{ verdict, scope, allowed: allowed.toString(), egress, ingress, assumptions },
  };
}

function problemWith(program: Program, text: string): string | undefined {
  const found = findEndpoint(program, text);
  if (found.kind === "ambiguous") return `${text} may mean ${found.candidates.join(" or ")}`;
  if (found.kind !== "none") return undefined;
  const hint = found.similar.length > 0 ? `; did you mean ${found.similar.join(", ")}?` : "";
  return `nothing is called ${text}${hint}`;
}
