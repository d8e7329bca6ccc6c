import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Attack,
  attackGraph,
  attackSteps,
  checkIn,
  compile,
  compileSteps,
  connectionsOverview,
  deltaAnswer,
  deltaReport,
  deltaReportSteps,
  FindingContext,
  findIn,
  findSteps,
  fixSteps,
  listConnections,
  overviewSteps,
  type Program,
  type Progress,
  pathsAnswer,
  pathsReport,
  pathsSteps,
  postureAnswer,
  postureOf,
  postureSteps,
  reach,
  type Steps,
} from "../../src/index.ts";
import { scenario } from "../arbitraries.ts";
import { runs } from "./engine.ts";

/** Runs work to its end, or gives it up at a pause; everything it said on the way. */
function run<T>(steps: Steps<T>, upTo = Number.POSITIVE_INFINITY): { readonly said: Progress[]; readonly value?: T } {
  const said: Progress[] = [];
  while (said.length < upTo) {
    const { done, value } = steps.next();
    if (done) return { said, value };
    said.push(value);
  }
  return { said };
}

/** Long work on a program: in steps, and at once. Each makes what it needs anew. */
const WORK: readonly {
  readonly title: string;
  readonly steps: (program: Program) => Steps<unknown>;
  readonly atOnce: (program: Program) => unknown;
}[] = [
  {
    title: "compiling",
    steps: ({ cluster, options }) => compiled(cluster, options),
    atOnce: ({ cluster, options }) => shapeOf(compile(cluster, options).program),
  },
  {
    title: "an overview",
    steps: (program) => overviewSteps(listed(program)),
    atOnce: (program) => connectionsOverview(listed(program)),
  },
  {
    title: "findings",
    steps: (program) => checking(new FindingContext(program)),
    atOnce: (program) => checkIn(new FindingContext(program)),
  },
  {
    title: "the posture",
    steps: (program) => standing(new FindingContext(program)),
    atOnce: (program) => postureAnswer(postureOf(new FindingContext(program))),
  },
  {
    title: "attack paths",
    steps: (program) => following(program),
    atOnce: (program) => answered(attackGraph(reach(program))),
  },
  {
    title: "a delta",
    steps: (program) => comparing(program),
    atOnce: (program) => deltaAnswer(deltaReport(program, withoutPolicies(program)), []),
  },
];

function* compiled(...[cluster, options]: Parameters<typeof compile>): Steps<unknown> {
  return shapeOf((yield* compileSteps(cluster, options)).program);
}

function* checking(context: FindingContext): Steps<unknown> {
  return yield* fixSteps(context, yield* findSteps(context));
}

function* standing(context: FindingContext): Steps<unknown> {
  return postureAnswer(yield* postureSteps(context));
}

function* following(program: Program): Steps<unknown> {
  const attack = yield* attackSteps(reach(program));
  return pathsAnswer(yield* pathsSteps(attack, { k: 2, needs: [] }), []);
}

function* comparing(program: Program): Steps<unknown> {
  return deltaAnswer(yield* deltaReportSteps(program, withoutPolicies(program)), []);
}

function shapeOf({ parties, layers, policies }: Program): unknown {
  return { parties, layers, policies };
}

function listed(program: Program) {
  return listConnections(reach(program, { by: "namespace" }));
}

function answered(attack: Attack): unknown {
  return pathsAnswer(pathsReport(attack, { k: 2, needs: [] }), []);
}

function withoutPolicies({ cluster, options }: Program): Program {
  return compile({ ...cluster, networkPolicies: [] }, options).program;
}

describe.each(WORK)("$title in steps", ({ steps, atOnce }) => {
  test("comes to what it comes to at once, and says how far it is: onwards, stage by stage, each to its end", () => {
    fc.assert(
      fc.property(scenario, ({ cluster, options }) => {
        const { program } = compile(cluster, options);
        const { said, value } = run(steps(program));
        expect(value).toEqual(atOnce(program));
        const stages = said.map(({ stage }) => stage).filter((stage, i, all) => stage !== all[i - 1]);
        expect(stages).toEqual([...new Set(stages)]);
        for (const stage of stages) {
          const done = said.filter((one) => one.stage === stage).map((one) => one.done);
          expect(done).toEqual([...done].sort((a, b) => a - b));
          expect(done[0]).toBeGreaterThanOrEqual(0);
          expect(done.at(-1)).toBe(1);
        }
      }),
      runs(4),
    );
  });

  test("leaves what it was given as good as before when it is given up", () => {
    fc.assert(
      fc.property(scenario, fc.integer({ min: 1, max: 60 }), ({ cluster, options }, pause) => {
        const { program } = compile(cluster, options);
        run(steps(program), pause);
        expect(atOnce(program)).toEqual(atOnce(compile(cluster, options).program));
      }),
      runs(2),
    );
  });
});

test("a context that was given up on finds what a new one finds", () => {
  fc.assert(
    fc.property(scenario, fc.integer({ min: 1, max: 80 }), ({ cluster, options }, pause) => {
      const { program } = compile(cluster, options);
      const context = new FindingContext(program);
      run(findSteps(context), pause);
      expect(findIn(context).findings).toEqual(findIn(new FindingContext(program)).findings);
    }),
    runs(4),
  );
});
