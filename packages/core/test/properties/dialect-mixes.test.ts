import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/index.ts";
import { scenarioWith } from "../arbitraries.ts";
import { clusterWith, MIX_NAMES } from "../arbitraries-admin.ts";
import { answers, oracle } from "../oracle/oracle.ts";
import { ask, runs } from "./engine.ts";

/** Flows asked about in one cluster; so many of them also in every world that the input leaves open, which takes its time. */
const FLOWS = 220;
const IN_EVERY_WORLD = 10;

/** With FC_NUM_RUNS=5000, as `npm run test:all` has it, each mix is compared on a million flows. */
describe("decide agrees with the oracle", () => {
  test.each(MIX_NAMES)(
    "on clusters with %s",
    (mix) => {
      const count = { clusters: 0, flows: 0, allowed: 0, inEveryWorld: 0, open: 0, cautious: 0, tooManyWorlds: 0 };
      fc.assert(
        fc.property(scenarioWith(FLOWS, clusterWith(mix)), ({ cluster, options, flows }) => {
          count.clusters++;
          const { program } = compile(cluster, options);
          const answer = answers(cluster, options);
          flows.forEach((flow, index) => {
            const decision = ask(program, flow);
            if (!decision) return;
            const { allowed, egress, ingress } = answer(flow);
            count.flows++;
            if (allowed) count.allowed++;
            const decided = [decision, decision.egress, decision.ingress].map(({ verdict }) => verdict === "allow");
            if (`${decided}` !== `${[allowed, egress, ingress]}`) {
              expect({ flow, allowed: decided }).toEqual({ flow, allowed: [allowed, egress, ingress] });
            }
            if (index >= IN_EVERY_WORLD) return;

            const { certainty, open, exhaustive } = oracle(cluster, options, flow);
            count.inEveryWorld++;
            if (certainty !== "specified") count.open++;
            else if (!exhaustive) count.tooManyWorlds++;
            else if (decision.certainty !== "specified") count.cautious++;
            if (decision.certainty === "specified") {
              expect({ flow, certainty, open }).toEqual({ flow, certainty: "specified", open: [] });
            }
          });
        }),
        runs(6),
      );
      console.log(
        `${mix}: ${Object.entries(count)
          .map(([what, number]) => `${what} ${number}`)
          .join(", ")}`,
      );
      expect(count.cautious).toBeLessThan((count.inEveryWorld - count.open) * 0.1 + 20);
    },
    3_600_000,
  );
});
