import { testExpectations } from "./analyses/expectations.ts";
import { readPort } from "./analyses/query.ts";
import { compile } from "./compile/compile.ts";
import type { Cluster } from "./model/cluster.ts";
import type { EndPattern, Expectation } from "./model/expectation.ts";
import type { Program } from "./model/program.ts";
import { expectationsText, expectationTitle } from "./report/expectations.ts";

/** What a matcher hands back to `expect`. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** An end of an expectation: a name or glob, or a namespace and labels. */
export type End = string | { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };

/**
 * Matchers for vitest, and for whatever else has its `expect.extend`; nothing of vitest is imported.
 *
 * ```ts
 * expect.extend(matchers);
 * expect(cluster).toAllow("shop/web", "shop/db", "TCP/5432");
 * expect(cluster).toDeny("dev/*", { namespace: "prod" });
 * expect(cluster).toHaveNoPath("internet", "shop/db");
 * ```
 *
 * What is expected is a cluster as `parse` gives it, or a program where options matter. They judge as `watertight test` does: for
 * every pair, whichever way open questions are settled. A port that is none throws.
 */
export const matchers = {
  toAllow: (received: Cluster | Program, from: End, to: End, port?: string): MatcherResult =>
    matched(received, flow("allow", from, to, port)),
  toDeny: (received: Cluster | Program, from: End, to: End, port?: string): MatcherResult =>
    matched(received, flow("deny", from, to, port)),
  toHaveNoPath: (received: Cluster | Program, from: End, to: End, edges: "network" | "all" = "all"): MatcherResult =>
    matched(received, { kind: "path", from: end(from), to: end(to), edges, exists: false, span: IN_CODE }),
};

/** What `expect(cluster)` can be asked once the matchers are in. */
export interface WatertightMatchers<R = unknown> {
  /** Every flow gets through, on the port, or on every port. */
  toAllow(from: End, to: End, port?: string): R;
  /** No flow gets through, on the port, or on any. */
  toDeny(from: End, to: End, port?: string): R;
  /** Who has one end cannot come to have the other, in any number of steps. */
  toHaveNoPath(from: End, to: End, edges?: "network" | "all"): R;
}

/** Expectations in code have the place of the call, which the test runner shows. */
const IN_CODE = { path: "(code)", line: 1, column: 1, endLine: 1, endColumn: 1 };

const programs = new WeakMap<Cluster, Program>();

function programOf(received: Cluster | Program): Program {
  if ("parties" in received) return received;
  const program = programs.get(received) ?? compile(received).program;
  programs.set(received, program);
  return program;
}

function matched(received: Cluster | Program, expectation: Expectation): MatcherResult {
  const results = testExpectations(programOf(received), [expectation], { today: "9999-12-31" });
  return {
    pass: results.every(({ holds }) => holds),
    message: () =>
      results.every(({ holds }) => holds)
        ? `expected not: ${expectationTitle(expectation)}`
        : expectationsText(results).trimEnd(),
  };
}

function flow(verdict: "allow" | "deny", from: End, to: End, port: string | undefined): Expectation {
  const asked = port === undefined ? undefined : readPort(port);
  if (port !== undefined && !asked) throw new TypeError(`\`${port}\` is no port such as TCP/5432, 8080, UDP or ICMP`);
  return { kind: "flow", from: end(from), to: end(to), verdict, span: IN_CODE, ...(asked && { port: asked }) };
}

function end(given: End): EndPattern {
  if (typeof given === "string") return { kind: "name", text: given };
  const { namespace, labels = {} } = given;
  return { kind: "selected", labels: new Map(Object.entries(labels)), ...(namespace !== undefined && { namespace }) };
}
