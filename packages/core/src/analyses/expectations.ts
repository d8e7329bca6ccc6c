import { type Decision, decide } from "../engine/decide.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { findEndpoint } from "../engine/names.ts";
import { reach } from "../engine/reach.ts";
import type { ConnectionSet } from "../model/connections.ts";
import {
  type EndPattern,
  type Expectation,
  type FlowExpectation,
  formatEnd,
  type GapsExpectation,
  matchesGlob,
  type PathExpectation,
} from "../model/expectation.ts";
import { PROTOCOLS } from "../model/flow.ts";
import type { Program } from "../model/program.ts";
import type { Span } from "../model/source.ts";
import type { Suppression } from "../model/suppression.ts";
import { type Attack, attackGraph } from "./attack/attack-graph.ts";
import type { Declared } from "./attack/declared.ts";
import { Estimates } from "./delta/estimates.ts";
import { type Explanation, explain } from "./explain.ts";
import { findDestination } from "./find-destination.ts";
import { findIn } from "./findings/check.ts";
import { FindingContext } from "./findings/context.ts";
import { FINDING_SEVERITIES, type Finding } from "./findings/finding.ts";
import { screen } from "./findings/screen.ts";
import { annotatedSuppressions } from "./findings/suppressions.ts";
import { fulfilment } from "./fulfilment.ts";
import { findFact, findPaths } from "./paths.ts";
import { connectionsAsked } from "./query.ts";
import { decideService } from "./service.ts";

/** An expectation held against a cluster. */
export interface Tested {
  readonly expectation: Expectation;
  readonly holds: boolean;
  /** How many pairs of endpoints, or findings, it is about. */
  readonly looked: number;
  /** How many of them are against it. */
  readonly against: number;
  /** What shows that it does not hold; absent where it does. */
  readonly failure?: Failure;
}

export interface Failure {
  /** `shop/Deployment/web may reach shop/StatefulSet/db on TCP 80`. */
  readonly message: string;
  /** One concrete flow, path or finding. */
  readonly witness?: {
    readonly from: string;
    readonly to: string;
    readonly port?: string;
    readonly steps?: readonly string[];
  };
  /** Why, a sentence each, with policies and places. */
  readonly lines: readonly string[];
  /** Where the policies that decided are written. */
  readonly places: readonly Span[];
}

/** What every expectation of a run shares. */
export interface TestOptions {
  /** Today, as `2027-01-31`, for suppressed findings. */
  readonly today: string;
  /** What a person says besides the manifests: jewels and ways in, for paths and findings. */
  readonly declared?: Declared;
  /** Findings to live with, besides those that annotations name. */
  readonly ignore?: readonly Suppression[];
}

/**
 * Whether each expectation holds of a program, whichever way open questions are settled: `deny` if nothing may get through, `allow`
 * if everything must, for every pair of endpoints it is about. One that is about nobody does not hold.
 *
 * Cost: a verdict for each pair, judged once for each case that can differ; attack graph and findings when they are asked for.
 */
export function testExpectations(
  program: Program,
  expectations: readonly Expectation[],
  options: TestOptions,
): readonly Tested[] {
  const test = new ExpectationTest(program, options);
  return expectations.map((expectation) => test.of(expectation));
}

class ExpectationTest {
  private readonly estimates: Estimates;
  private readonly endpoints: readonly Endpoint[];
  private readonly attacks = new Map<string, Attack>();
  private findings: readonly Finding[] | undefined;

  constructor(
    private readonly program: Program,
    private readonly options: TestOptions,
  ) {
    this.estimates = new Estimates(program);
    this.endpoints = reach(program).endpoints.filter(({ type }) => type !== "address");
  }

  of(expectation: Expectation): Tested {
    switch (expectation.kind) {
      case "flow":
        return this.flow(expectation);
      case "path":
        return this.path(expectation);
      case "gaps":
        return this.gaps(expectation);
    }
  }

  private flow(expectation: FlowExpectation): Tested {
    const { from, to, port } = expectation;
    const asked = connectionsAsked(port?.protocol, port?.port);
    const sources = this.ends(from);
    if ("problem" in sources) return failed(expectation, sources.problem);
    const service = to.kind === "name" ? findDestination(this.program, to.text) : undefined;
    if (service?.kind === "service") {
      const decisions = sources.found.map((source) =>
        decideService(this.program, { source, service: service.service, ...port }),
      );
      const wrong = decisions.find((decision) => "problem" in decision);
      if (wrong && "problem" in wrong) return failed(expectation, wrong.problem);
      return this.decided(expectation, decisions as readonly Decision[]);
    }
    const destinations = this.ends(to);
    if ("problem" in destinations) return failed(expectation, destinations.problem);
    const pairs = sources.found.flatMap((source) =>
      destinations.found.flatMap((destination) => (source.id === destination.id ? [] : [{ source, destination }])),
    );
    if (pairs.length === 0)
      return failed(expectation, `${formatEnd(from)} and ${formatEnd(to)} are the same, so there is no pair`);
    const against = pairs.filter((pair) => !this.isMet(pair.source, pair.destination, asked, expectation));
    return this.decided(
      expectation,
      against.slice(0, 1).map((pair) => decide(this.program, { ...pair, connections: asked })),
      { looked: pairs.length, against: against.length },
    );
  }

  private isMet(source: Endpoint, destination: Endpoint, asked: ConnectionSet, { verdict }: FlowExpectation): boolean {
    const { certain, possible } = this.estimates.between(source, destination, asked);
    return verdict === "deny" ? possible.isEmpty : certain.includes(asked);
  }

  private decided(
    expectation: FlowExpectation,
    decisions: readonly Decision[],
    counted?: { readonly looked: number; readonly against: number },
  ): Tested {
    const wrong = decisions.filter((decision) => !fulfilment(decision, expectation.verdict).holds);
    const [first] = wrong;
    const { looked, against } = counted ?? { looked: decisions.length, against: wrong.length };
    if (!first) return { expectation, holds: true, looked, against: 0 };
    return { expectation, holds: false, looked, against, failure: flowFailure(this.program, first, expectation) };
  }

  private path(expectation: PathExpectation): Tested {
    const [sources, targets] = [this.names(expectation.from), this.names(expectation.to)];
    if ("problem" in sources) return failed(expectation, sources.problem);
    if ("problem" in targets) return failed(expectation, targets.problem);
    const attack = this.attack(expectation.edges);
    const pairs = sources.found.flatMap((from) => targets.found.flatMap((to) => (from === to ? [] : [{ from, to }])));
    let looked = 0;
    const wrong = pairs.flatMap(({ from, to }) => {
      const [start, target] = [findFact(attack, from, "start"), findFact(attack, to, "target")];
      looked++;
      const [path] = start && target ? findPaths(attack, start, target, 1) : [];
      return (path !== undefined) === expectation.exists ? [] : [{ from, to, path }];
    });
    const [first] = wrong;
    if (pairs.length === 0) return failed(expectation, "both ends are the same, so there is no path to look for");
    if (!first) return { expectation, holds: true, looked, against: 0 };
    const { from, to, path } = first;
    const steps = path?.steps.map(
      (step) => `${step.from} → ${step.to} (${step.edge}${step.port ? ` ${step.port}` : ""})`,
    );
    return {
      expectation,
      holds: false,
      looked,
      against: wrong.length,
      failure: {
        message: path
          ? `who has ${from} can come to have ${to} in ${path.hops} steps`
          : `no path leads from ${from} to ${to}`,
        witness: { from, to, ...(steps && { steps }) },
        lines: path ? path.steps.flatMap(({ because }) => because) : [],
        places: path ? path.steps.flatMap(({ evidence }) => evidence) : [],
      },
    };
  }

  private gaps(expectation: GapsExpectation): Tested {
    const { namespace, severity, rule, none } = expectation;
    this.findings ??= findingsOf(this.program, this.options);
    const found = this.findings.filter(
      (finding) =>
        (rule === undefined || finding.id === rule) &&
        (namespace === undefined || matchesGlob(namespace, finding.namespace ?? "")) &&
        FINDING_SEVERITIES.indexOf(finding.severity) <= FINDING_SEVERITIES.indexOf(severity),
    );
    const holds = none === (found.length === 0);
    const [first] = found;
    const counted = { expectation, holds, looked: found.length, against: holds ? 0 : found.length };
    if (holds) return counted;
    if (!first) return { ...counted, failure: { message: "there is no such finding", lines: [], places: [] } };
    const { id, fact, witness, span } = first;
    return {
      ...counted,
      failure: {
        message: `${id}: ${fact}`,
        ...(witness && {
          witness: { from: witness.from, to: witness.to, port: `${witness.protocol}/${witness.port}` },
        }),
        lines: [],
        places: span ? [span] : [],
      },
    };
  }

  private attack(edges: PathExpectation["edges"]): Attack {
    const { declared } = this.options;
    const known = this.attacks.get(edges) ?? attackGraph(reach(this.program), { edges, ...(declared && { declared }) });
    this.attacks.set(edges, known);
    return known;
  }

  /** Names of what a path may start at or lead to: endpoints, or what only attack graphs know, as it is written. */
  private names(end: EndPattern): Found<string> {
    if (end.kind === "name" && /^[a-z-]+(:|$)/.test(end.text) && findFact(this.attack("all"), end.text, "target"))
      return { found: [end.text] };
    if (end.kind === "name" && end.text === "internet") return { found: ["internet"] };
    const ends = this.ends(end);
    return "problem" in ends ? ends : { found: ends.found.map(({ id }) => id) };
  }

  private ends(end: EndPattern): Found<Endpoint> {
    if (end.kind === "name" && !end.text.includes("*")) {
      const named = findEndpoint(this.program, end.text);
      if (named.kind === "endpoint") return { found: [named.endpoint] };
      const others = named.kind === "ambiguous" ? named.candidates : named.similar;
      const what =
        named.kind === "ambiguous" ? `\`${end.text}\` may mean` : `there is no endpoint \`${end.text}\`; did you mean`;
      return {
        problem: others.length > 0 ? `${what} ${others.join(", ")}` : `there is no endpoint \`${end.text}\``,
      };
    }
    const found = this.endpoints.filter((endpoint) => isMeant(end, endpoint));
    return found.length > 0 ? { found } : { problem: `nothing in the input is \`${formatEnd(end)}\`` };
  }
}

type Found<T> = { readonly found: readonly T[] } | { readonly problem: string };

function isMeant(end: EndPattern, { id, namespace = "", name, members }: Endpoint): boolean {
  if (end.kind === "name")
    return end.text === "*" || [id, `${namespace}/${name}`].some((own) => matchesGlob(end.text, own));
  if (end.namespace !== undefined && !matchesGlob(end.namespace, namespace)) return false;
  return members.every(({ pods }) =>
    pods.every(({ labels }) => [...end.labels].every(([key, value]) => labels.values.get(key) === value)),
  );
}

function failed(expectation: Expectation, message: string): Tested {
  return { expectation, holds: false, looked: 0, against: 0, failure: { message, lines: [], places: [] } };
}

function flowFailure(program: Program, decision: Decision, { verdict }: FlowExpectation): Failure {
  const { question, possible, certain } = decision;
  const { source, destination, connections: asked } = question;
  const wrong = verdict === "deny" ? possible : asked.subtract(certain);
  const explanation: Explanation = explain(program, decision);
  const steps = [...explanation.egress.steps, ...explanation.ingress.steps];
  const port = onePort(wrong);
  const may = verdict === "deny" ? (decision.verdict === "allow" ? "may reach" : "may come to reach") : "may not reach";
  return {
    message: `${source.id} ${may} ${destination.id}${port ? ` on ${port}` : ""}`,
    witness: { from: source.id, to: destination.id, ...(port !== undefined && { port }) },
    lines: explanation.lines.slice(1),
    places: steps.flatMap(({ span }) => span ?? []),
  };
}

/** The first port of a set, such as `TCP/80`. */
function onePort(connections: ConnectionSet): string | undefined {
  for (const protocol of PROTOCOLS) {
    const [[first] = []] = connections.portRanges(protocol);
    if (first !== undefined) return `${protocol}/${first}`;
  }
  return undefined;
}

/** All findings but those that are suppressed, those under the root cause of another too. */
function findingsOf(program: Program, { today, declared, ignore = [] }: TestOptions): readonly Finding[] {
  const { findings } = findIn(new FindingContext(program, declared));
  const { suppressions } = annotatedSuppressions(program.cluster);
  return screen(findings, { severity: "info", suppressions: [...ignore, ...suppressions], today }).shown.flatMap(
    (finding) => [finding, ...finding.covers],
  );
}
