import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Certainty, ConnectionSet, compile, decide, type Endpoint, reach } from "../../src/index.ts";
import { cluster, options, scenario } from "../arbitraries.ts";
import { oracle } from "../oracle/oracle.ts";
import { ask, runs } from "./engine.ts";

describe("decide agrees with the oracle", () => {
  test("on the verdict, on each direction, and never more certain than it", () => {
    const tally: Record<Certainty, Record<Certainty, number>> = {
      specified: { specified: 0, "implementation-defined": 0, unknown: 0 },
      "implementation-defined": { specified: 0, "implementation-defined": 0, unknown: 0 },
      unknown: { specified: 0, "implementation-defined": 0, unknown: 0 },
    };
    fc.assert(
      fc.property(scenario, ({ cluster, options, flows }) => {
        const { program } = compile(cluster, options);
        for (const flow of flows) {
          const decision = ask(program, flow);
          if (!decision) continue;
          const truth = oracle(cluster, options, flow);
          expect({
            flow,
            verdict: decision.verdict,
            egress: decision.egress.verdict,
            ingress: decision.ingress.verdict,
          }).toEqual({
            flow,
            verdict: truth.allowed ? "allow" : "deny",
            egress: truth.egress ? "allow" : "deny",
            ingress: truth.ingress ? "allow" : "deny",
          });
          tally[truth.certainty][decision.certainty]++;
          if (decision.certainty === "specified") {
            expect({ flow, certainty: truth.certainty, open: truth.open }).toEqual({
              flow,
              certainty: "specified",
              open: [],
            });
          }
        }
      }),
      runs(150),
    );
    const caution = tally.specified["implementation-defined"] + tally.specified.unknown;
    const sure = tally.specified.specified;
    console.log(`more cautious than the oracle: ${caution} of ${caution + sure} flows that are specified`);
    console.table(tally);
    expect(caution).toBeLessThan((caution + sure) * 0.02 + 10);
  }, 900_000);
});

describe("reach agrees with decide", () => {
  test("on every pair of pods, and of pods and blocks of outside addresses", () => {
    fc.assert(
      fc.property(cluster, options, (cluster, options) => {
        const { program } = compile(cluster, options);
        const reachability = reach(program, { by: "pod" });
        for (const from of reachability.endpoints) {
          for (const to of reachability.endpoints) {
            if (isOnePod(from, to)) continue;
            const decided = decide(program, { source: from.id, destination: to.id }).allowed;
            const reached = reachability.between(from.id, to.id).intersect(ConnectionSet.ALL_PORTS);
            expect(`${from.id} → ${to.id}: ${reached}`).toBe(`${from.id} → ${to.id}: ${decided}`);
          }
        }
      }),
      runs(15),
    );
  }, 900_000);

  test("a listing by workload is the union of its pods", () => {
    fc.assert(
      fc.property(cluster, options, (cluster, options) => {
        const { program } = compile(cluster, options);
        const byPod = reach(program, { by: "pod" });
        for (const by of ["workload", "namespace"] as const) {
          const listing = reach(program, { by });
          for (const from of listing.endpoints) {
            for (const to of listing.endpoints) {
              if (from === to) continue;
              let union = ConnectionSet.NONE;
              for (const source of membersOf(from, byPod.endpoints)) {
                for (const destination of membersOf(to, byPod.endpoints)) {
                  union = union.union(byPod.between(source.id, destination.id));
                }
              }
              const whole = listing.between(from.id, to.id);
              expect(`${from.id} → ${to.id}: ${whole}`).toBe(`${from.id} → ${to.id}: ${union}`);
            }
          }
        }
      }),
      runs(15),
    );
  }, 900_000);
});

/** One and the same pod at both ends: what it may always do, a listing leaves out. */
function isOnePod(from: Endpoint, to: Endpoint): boolean {
  return from === to && (from.pods === 1 || from.type === "address");
}

function membersOf(group: Endpoint, pods: readonly Endpoint[]): readonly Endpoint[] {
  if (group.type === "address") return pods.filter(({ id }) => id === group.id);
  const ids = new Set(group.members.flatMap((member) => member.pods.map(({ id }) => id)));
  return pods.filter(({ members }) => members.some((member) => member.pods.some(({ id }) => ids.has(id))));
}
