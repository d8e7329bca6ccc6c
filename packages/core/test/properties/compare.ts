import fc, { type Arbitrary, type Parameters } from "fast-check";
import { expect } from "vitest";
import { type Cluster, compile } from "../../src/index.ts";
import { type Scenario, scenarioWith } from "../arbitraries.ts";
import { answers, oracle } from "../oracle/oracle.ts";
import { ask } from "./engine.ts";

/** How many flows of each cluster are asked about, and how many of them in every world that the input leaves open, which takes its time. */
export interface Effort {
  readonly flows: number;
  readonly inEveryWorld: number;
}

export interface Tally {
  readonly clusters: number;
  readonly flows: number;
  readonly allowed: number;
  readonly inEveryWorld: number;
  /** Flows of those whose verdict is not specified. */
  readonly open: number;
  /** Flows of those that are specified, and of which the engine is not sure. */
  readonly cautious: number;
  readonly tooManyWorlds: number;
}

/**
 * Compares engine and oracle: the verdict and both directions of every flow, and of some that the engine is never more certain. Prints
 * what was compared, and expects the engine not to be too cautious.
 */
export function compare(
  what: string,
  clusters: Arbitrary<Cluster>,
  { flows: perCluster, inEveryWorld }: Effort,
  parameters: Parameters<[Scenario]>,
): Tally {
  const count = { clusters: 0, flows: 0, allowed: 0, inEveryWorld: 0, open: 0, cautious: 0, tooManyWorlds: 0 };
  fc.assert(
    fc.property(scenarioWith(perCluster, clusters), ({ cluster, options, flows }) => {
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
        if (index >= inEveryWorld) return;

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
    parameters,
  );
  const told = Object.entries(count).map(([name, number]) => `${name} ${number}`);
  console.log(`${what}: ${told.join(", ")}`);
  expect(count.cautious).toBeLessThan((count.inEveryWorld - count.open) * 0.03 + 10);
  return count;
}
