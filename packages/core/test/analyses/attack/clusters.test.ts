import fc from "fast-check";
import { expect, test } from "vitest";
import { attackGraph } from "../../../src/analyses/attack/attack-graph.ts";
import { blastRadii, blastRadius } from "../../../src/analyses/blast-radius.ts";
import { findFact, findPaths, whoCanReach } from "../../../src/analyses/paths.ts";
import { compile } from "../../../src/compile/compile.ts";
import { decide } from "../../../src/engine/decide.ts";
import { reach } from "../../../src/engine/reach.ts";
import { ConnectionSet } from "../../../src/model/connections.ts";
import { cluster } from "../../arbitraries.ts";

/** Which endpoints fall with each, by asking about every pair and following the answers. */
function fallen(reachability: ReturnType<typeof reach>): ReadonlyMap<string, ReadonlySet<string>> {
  const pods = reachability.endpoints.filter(({ type }) => type !== "address");
  const { program } = reachability;
  const next = new Map(
    pods.map((source) => [
      source.id,
      pods
        .filter((destination) => destination !== source)
        .filter(
          (destination) =>
            !decide(program, { source, destination, connections: ConnectionSet.ALL_PORTS }).allowed.isEmpty,
        )
        .map(({ id }) => id),
    ]),
  );
  return new Map(
    pods.map(({ id }) => {
      const held = new Set([id]);
      for (const one of held) for (const other of next.get(one) ?? []) held.add(other);
      held.delete(id);
      return [id, held];
    }),
  );
}

test("packets lead where asking about every pair and following the answers leads", () => {
  fc.assert(
    fc.property(cluster, (drawn) => {
      const reachability = reach(compile(drawn).program);
      const attack = attackGraph(reachability, { edges: "network" });
      const expected = fallen(reachability);
      const radii = blastRadii(attack);
      expect(radii.sizes).toMatchObject([...expected].map(([id, { size }]) => ({ id, endpoints: size })));
      for (const [id, others] of expected) {
        const from = findFact(attack, id, "start");
        if (!from) throw new Error(id);
        expect(new Set(blastRadius(attack, from).endpoints.map((one) => one.id))).toEqual(others);
        expect(whoCanReach(attack, from)).toEqual(
          [...expected].filter(([, set]) => set.has(id)).map(([other]) => other),
        );
        for (const other of expected.keys()) {
          const to = findFact(attack, other, "target");
          if (to && other !== id) expect(findPaths(attack, from, to, 1).length).toBe(others.has(other) ? 1 : 0);
        }
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("each step of a path starts where an earlier one ended", () => {
  fc.assert(
    fc.property(cluster, (drawn) => {
      const attack = attackGraph(reach(compile(drawn).program), { edges: "all", certainty: "conditional" });
      const [first, ...others] = attack.footholds;
      const from = first && findFact(attack, first.id, "start");
      for (const { id } of from ? others : []) {
        const to = findFact(attack, id, "target");
        for (const path of from && to ? findPaths(attack, from, to, 3) : []) {
          const held = new Set([from?.name]);
          for (const step of path.steps) {
            expect(held).toContain(step.from);
            for (const other of step.also) expect(held).toContain(other);
            expect(step.because.length).toBeGreaterThan(0);
            held.add(step.to);
          }
          expect(held).toContain(id);
        }
      }
    }),
    { numRuns: 20 },
  );
}, 120_000);
