import fc from "fast-check";
import { expect, test } from "vitest";
import { compile, type Endpoint, type Reachability, reach } from "../../src/index.ts";
import { cluster, options } from "../arbitraries.ts";
import { runs } from "../properties/engine.ts";

const listing = fc.record({ cluster, options, by: fc.constantFrom("pod", "workload", "namespace") });

test("a fan holds what asking for each pair gives, and nothing else", () => {
  fc.assert(
    fc.property(listing, ({ cluster, options, by }) => {
      const reachability = reach(compile(cluster, options).program, { by });
      const { endpoints } = reachability;
      for (const from of endpoints) {
        const { row, bonds } = reachability.fan(from);
        const reached = new Set(row.openPeers().peers);
        endpoints.forEach((to, position) => {
          const { connections, egress, ingress } = reachability.connection(from, to);
          expect(reached.has(position)).toBe(!connections.isEmpty);
          const bond = bonds.bond(row.at(position));
          expect(bond.connections.equals(connections)).toBe(true);
          if (!connections.isEmpty) expect(bond).toMatchObject({ egress, ingress });
        });
      }
    }),
    runs(30),
  );
}, 900_000);

test("what is reachable is what following connections reaches", () => {
  fc.assert(
    fc.property(listing, ({ cluster, options, by }) => {
      const reachability = reach(compile(cluster, options).program, { by });
      const { endpoints } = reachability;
      for (const from of endpoints) {
        if (from.type === "address") continue;
        const reached = reachability.reachableFrom(from);
        expect([...reached].map((position) => endpoints[position])).toEqual(followed(reachability, from));
      }
    }),
    runs(15),
  );
}, 900_000);

/** Endpoints by following connections until nothing new turns up. */
function followed(reachability: Reachability, from: Endpoint): readonly Endpoint[] {
  const found = new Set([from]);
  for (const source of found) {
    if (source.type === "address") continue;
    for (const to of reachability.endpoints)
      if (!reachability.connection(source, to).connections.isEmpty) found.add(to);
  }
  return reachability.endpoints.filter((endpoint) => found.has(endpoint));
}
