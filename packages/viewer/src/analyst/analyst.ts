import {
  type Attack,
  compileSteps,
  connectionsAnswer,
  type Decision,
  type Diagnostic,
  decide,
  type Endpoint,
  explain,
  type FindingContext,
  findPolicy,
  listConnections,
  type Options,
  type Parsed,
  type Program,
  policiesReport,
  policyAnswer,
  policyList,
  type Reachability,
  reach,
  readPort,
  type Steps,
  sortDiagnostics,
} from "@watertight/core";
import { graphSteps } from "../model/assemble.ts";
import { Coarse, MOST_WHOLE } from "../model/coarse.ts";
import type { Graph } from "../model/graph.ts";
import type { Answer, Ask, ConnectionQuestion, Name, Overview, Refusal, RouteQuestion, Ruling } from "./catalogue.ts";
import { governingOf, standingOf } from "./governing.ts";
import { problemWith } from "./names.ts";
import { labelsOf, vocabularyOf } from "./vocabulary.ts";

/** Knows one input and answers questions about it, the first of a kind at core's cost; it keeps what it may be asked for again. */
export class Analyst {
  readonly overview: Overview;
  readonly program: Program;
  private readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** What the rules know of the input; there once somebody asks what they find. */
  private context: FindingContext | undefined;
  private readonly attacks = new Map<RouteQuestion["edges"], Attack>();

  private constructor(
    private readonly reachability: Reachability,
    /** Where there are too many workloads to look at every pair. */
    private readonly coarse: Coarse | undefined,
    /** Of all there is, as it is seen first. */
    private readonly graph: Graph,
    private readonly diagnostics: readonly Diagnostic[],
  ) {
    const { endpoints, program } = reachability;
    this.program = program;
    this.endpoints = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.overview = { graph, endpoints: endpoints.length, diagnostics };
  }

  /** Compiles an input and makes its graph. Cost: core's; half a second for 200 workloads. */
  static *opening(parsed: Parsed, options: Options): Steps<Analyst> {
    const { program, diagnostics } = yield* compileSteps(parsed.cluster, options);
    const reachability = reach(program, { by: "workload" });
    const workloads = reachability.endpoints.filter(({ type }) => type !== "address").length;
    const coarse = workloads > MOST_WHOLE ? new Coarse(reachability) : undefined;
    const graph = yield* coarse ? coarse.steps(new Set(), new Set()) : graphSteps(reachability);
    return new Analyst(reachability, coarse, graph, sortDiagnostics([...parsed.diagnostics, ...diagnostics]));
  }

  /** The answer, or of what takes longer, the steps to it. `inputs` has those other answers may be about, by number. */
  answer<N extends Name>(
    name: N,
    ask: Ask<N>,
    inputs: ReadonlyMap<number, Analyst>,
  ): Answer<N> | Promise<Steps<Answer<N>>> {
    return this.answers[name](ask, inputs);
  }

  private readonly answers: {
    readonly [N in Name]: (ask: Ask<N>, inputs: ReadonlyMap<number, Analyst>) => Answer<N> | Promise<Steps<Answer<N>>>;
  } = {
    graph: ({ apart, whole }) => this.coarse?.graph(new Set(apart), new Set(whole)) ?? this.graph,
    endpoint: (ids) => {
      const endpoints = this.known(ids);
      const side = (direction: "ingress" | "egress") => ({
        standing: standingOf(this.reachability, endpoints, direction),
        governing: governingOf(this.program, endpoints, direction),
      });
      const named = new Set(ids.map((id) => id.replace(/#.*$/, "")));
      const workload = this.program.cluster.workloads.find(({ id }) => named.has(id));
      return { ingress: side("ingress"), egress: side("egress"), ...(workload && { declared: workload.span }) };
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
    doubts: async () => (await import("./deep.ts")).doubts(this.reachability, this.coarse ? "many" : "few"),
    connections: () =>
      connectionsAnswer(
        listConnections(
          this.coarse ? reach(this.program, { by: "namespace" }) : this.reachability,
          {},
          this.diagnostics,
        ),
      ),
    findings: async () => {
      const deep = await import("./deep.ts");
      this.context ??= deep.contextOf(this.program);
      return deep.findings(this.context, this.diagnostics);
    },
    posture: async () => {
      const deep = await import("./deep.ts");
      this.context ??= deep.contextOf(this.program);
      return deep.posture(this.context);
    },
    paths: async (question) => {
      const deep = await import("./deep.ts");
      return deep.paths(this.attacks, this.reachability, question, this.diagnostics);
    },
    policies: ({ policy }) => {
      if (policy === undefined) return policiesReport(policyList(this.program), this.diagnostics);
      const found = findPolicy(this.program, policy);
      return found.kind === "policy"
        ? policiesReport(policyAnswer(this.program, found.policy), this.diagnostics)
        : { problem: `no policy is called ${policy}` };
    },
    change: async (since, inputs) => {
      const before = openedAs(since, inputs).program;
      return (await import("./deep.ts")).change(before, this.program);
    },
    turnover: async (since, inputs) => {
      const before = openedAs(since, inputs).program;
      return (await import("./deep.ts")).turnover(before, this.program);
    },
    vocabulary: () => vocabularyOf(this.program.cluster),
    labels: (id) =>
      labelsOf(this.program.cluster, id.replace(/#\d+$/, "")) ?? { problem: `${id} is no workload with labels` },
  };

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
}

function openedAs(number: number, inputs: ReadonlyMap<number, Analyst>): Analyst {
  const analyst = inputs.get(number);
  if (!analyst) throw new Error("what it is compared with is no longer open");
  return analyst;
}

function rulingOf(program: Program, decision: Decision): Ruling {
  const { question, verdict, scope, allowed, possible, certainty, assumptions } = decision;
  const { egress, ingress } = explain(program, decision);
  return {
    from: question.source.id,
    to: question.destination.id,
    ...{ verdict, scope, allowed: allowed.toString(), egress, ingress, assumptions },
    ...(certainty !== "specified" && { possible: possible.toString() }),
  };
}
