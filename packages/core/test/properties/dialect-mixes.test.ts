import { describe, expect, test } from "vitest";
import type { Scenario } from "../arbitraries.ts";
import { clusterWith, MIX_NAMES } from "../arbitraries-admin.ts";
import { EXCESSES } from "../arbitraries-pathological.ts";
import { compare } from "./compare.ts";
import { runs } from "./engine.ts";

/** Flows that each mix is compared on by `npm run test:all`, which sets it to a million. */
const { FLOWS } = process.env;

const EFFORT = { flows: 220, inEveryWorld: 10 };
/** Most of the time goes into random clusters and into compiling them: many flows are asked of each. */
const MANY = { flows: 1_000, inEveryWorld: 3 };

describe("decide agrees with the oracle", () => {
  test.each(MIX_NAMES)(
    "on clusters with %s",
    (mix) => {
      // One of several like replicas has no name of its own, so not every flow can be asked: a tenth more are drawn.
      const wanted = Number(FLOWS ?? 0);
      const parameters = FLOWS ? { numRuns: Math.ceil((wanted * 1.1) / MANY.flows) } : runs<[Scenario]>(6);
      const { flows } = compare(mix, clusterWith(mix), FLOWS ? MANY : EFFORT, parameters);
      expect(flows).toBeGreaterThanOrEqual(wanted);
    },
    3_600_000,
  );

  test.each(Object.entries(EXCESSES))(
    "on clusters with %s",
    (what, clusters) => {
      compare(what, clusters, { flows: 120, inEveryWorld: 3 }, runs(6));
    },
    3_600_000,
  );
});
