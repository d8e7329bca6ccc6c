import { expect, test } from "vitest";
import { decide } from "../../src/engine/decide.ts";
import { ConnectionSet, compile, type Endpoint, reach } from "../../src/index.ts";
import { situationsOf } from "../cases/case.ts";
import { CASES } from "../cases/every-case.ts";

test("reach agrees with decide on every pair of every case", () => {
  let pairs = 0;
  for (const { name, file } of CASES) {
    const [situation] = situationsOf(file);
    if (!situation) continue;
    const reachability = reach(compile(situation.cluster, situation.options).program, { by: "pod" });
    const { program, endpoints } = reachability;
    for (const source of endpoints) {
      for (const destination of endpoints) {
        if (isOnePod(source, destination)) continue;
        pairs++;
        const pair = `${name}: ${source.id} → ${destination.id}`;
        const reached = reachability.connection(source, destination).connections;
        const { allowed } = decide(program, { source, destination, connections: ConnectionSet.ALL });
        expect([pair, reached.toString(), reached.equals(allowed)]).toEqual([pair, allowed.toString(), true]);
      }
    }
  }
  expect(pairs).toBeGreaterThan(CASES.length);
}, 120_000);

/** One and the same pod at both ends: what it may always do, a listing leaves out. */
function isOnePod(from: Endpoint, to: Endpoint): boolean {
  return from === to && (from.pods === 1 || from.type === "address");
}
