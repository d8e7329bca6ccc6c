import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generate, SCENARIOS, type Shape } from "../../../../bench/cluster.ts";
import { type Cluster, compile, parse, reach, UPSTREAM } from "../../src/index.ts";
import type { OracleEnd, OracleFlow } from "../oracle/context.ts";
import { answers } from "../oracle/oracle.ts";
import { runs } from "./engine.ts";

/** Clusters far larger than the random ones, where rows are long, words are full and ten thousand subjects share a few hundred rows. */
describe("what rows of a large cluster say of a flow is what the oracle says", () => {
  test("of ten thousand pods and two thousand policies", () => {
    expectAgreement({ pods: 10_000, namespaces: 300, policies: 2_000, seed: 7 }, 1_000);
  }, 900_000);

  test.each(SCENARIOS.filter((scenario) => scenario !== "typical"))(
    "of a cluster of the shape %s",
    (scenario) => {
      expectAgreement({ scenario, pods: 2_000, namespaces: 60, policies: 400, seed: 8 }, 200);
    },
    900_000,
  );
});

const PORTS = [
  ["TCP", 80],
  ["TCP", 8000],
  ["TCP", 8080],
  ["TCP", 8100],
  ["TCP", 9090],
  ["UDP", 53],
  ["UDP", 9090],
] as const;

/** An end of flows, and the position of the endpoint it is part of. */
interface End {
  readonly position: number;
  readonly flowEnd: OracleEnd;
}

function expectAgreement(shape: Shape, flows: number): void {
  const cluster = clusterOf(shape);
  const reachability = reach(compile(cluster, UPSTREAM).program);
  const { endpoints } = reachability;
  // Whoever names the address of a pod means the pod, although a block of outside addresses holds it.
  const taken = new Set(cluster.pods.flatMap(({ addresses }) => addresses));
  const ends = endpoints.flatMap(({ type, cidrs = [], members }, position): readonly End[] =>
    type === "address"
      ? cidrs
          .map((cidr) => cidr.slice(0, cidr.indexOf("/")))
          .filter((address) => !taken.has(address))
          .map((address) => ({ position, flowEnd: { address } }))
      : members.flatMap(({ pods }) => pods.map(({ id }) => ({ position, flowEnd: { pod: id } }))),
  );
  const answer = answers(cluster, UPSTREAM);
  const end = fc.constantFrom(...ends);
  const inside = fc.constantFrom(...ends.filter(({ flowEnd }) => "pod" in flowEnd));
  const tally = { allowed: 0, denied: 0 };
  fc.assert(
    fc.property(inside, end, fc.nat(), fc.constantFrom(...PORTS), (from, anyone, near, [protocol, port]) => {
      const { row, bonds } = reachability.fan(endpoints[from.position] as (typeof endpoints)[number]);
      const { peers } = row.openPeers();
      // Most pairs of most shapes are closed: every other flow goes to somebody who is reached.
      const position = near % 2 === 0 && peers.length > 0 ? (peers[near % peers.length] as number) : anyone.position;
      const to = position === anyone.position ? anyone : ends.find((one) => one.position === position);
      fc.pre(to !== undefined && to !== from);
      const allowed = bonds.bond(row.at(position)).connections.contains(protocol, port);
      const flow: OracleFlow = { source: from.flowEnd, destination: to?.flowEnd ?? anyone.flowEnd, protocol, port };
      tally[allowed ? "allowed" : "denied"]++;
      expect({ flow, allowed }).toEqual({ flow, allowed: answer(flow).allowed });
    }),
    runs(flows),
  );
  expect(Math.min(tally.allowed, tally.denied)).toBeGreaterThan(0);
}

function clusterOf(shape: Shape): Cluster {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: generate(shape) });
  return parse([{ path: "dump.json", text }]).cluster;
}
