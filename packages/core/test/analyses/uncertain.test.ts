import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uncertainty } from "../../src/analyses/uncertain.ts";
import { decide } from "../../src/engine/decide.ts";
import { ConnectionSet, compile, connectionsText, type Grouping, listConnections, reach } from "../../src/index.ts";
import { scenario } from "../arbitraries.ts";
import { runs } from "../properties/engine.ts";
import { deployment, policy, programOf } from "../report/listed.ts";

const web = deployment("shop", "web");
const db = deployment("shop", "db");
const inside = policy(
  "shop",
  "db",
  "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }",
);
const unread = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: x, namespace: shop }
spec: { endpointSelector: {} }
`;

function told(documents: readonly string[]): readonly string[] {
  const { pairs } = uncertainty(reach(programOf(...documents)));
  return (pairs ?? []).map(
    ({ from, to, allowed, possible, certainty }) => `${from.id} → ${to.id}: ${allowed}, ${possible} ${certainty}`,
  );
}

describe("what a listing leaves open", () => {
  test("is nothing where the input says all and the API settles it", () => {
    const named = policy("shop", "db", "{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }");
    expect(uncertainty(reach(programOf(web, db, named)))).toEqual({ pairs: [], assumptions: [] });
  });

  test("is a closed pair that an unknown address might open", () => {
    expect(told([web, db, inside])).toEqual(["shop/Deployment/web → shop/Deployment/db: none, all unknown"]);
  });

  test("is every pair that a policy of a dialect nobody reads might change", () => {
    const pairs = told([web, db, unread]);
    expect(pairs).toContain("shop/Deployment/web → shop/Deployment/db: all, all unknown");
    expect(pairs.some((pair) => pair.startsWith("shop/Deployment/db → 0.0.0.0/0"))).toBe(true);
  });

  test("is said under a listing, with what it hangs on", () => {
    const text = connectionsText(listConnections(reach(programOf(web, db, inside))));
    expect(text).toContain("Not certain: 1 pair hangs on what the input or the API leave open");
    expect(text).toMatch(/shop\/db +none, maybe all +shop\/web/);
    expect(text).toMatch(/- the input does not show the pod's IP.*\(--assume\s+podCIDRs=…\)/);
    expect(connectionsText(listConnections(reach(programOf(web, db))))).not.toContain("Not certain");
  });
});

test("the pairs of a listing that are not certain are those that a decision calls so", () => {
  fc.assert(
    fc.property(scenario, fc.constantFrom<Grouping>("workload", "pod", "namespace"), ({ cluster, options }, by) => {
      const { program } = compile(cluster, options);
      const reachability = reach(program, { by });
      const { endpoints } = reachability;
      const found = uncertainty(reachability).pairs?.map(
        ({ from, to, allowed, certainty }) => `${from.id} ${to.id} ${allowed} ${certainty}`,
      );
      const expected = endpoints.flatMap((source) =>
        endpoints.flatMap((destination) => {
          if (source === destination || (source.type === "address" && destination.type === "address")) return [];
          const { allowed, certainty } = decide(program, { source, destination, connections: ConnectionSet.ALL_PORTS });
          return certainty === "specified" ? [] : [`${source.id} ${destination.id} ${allowed} ${certainty}`];
        }),
      );
      expect(found).toEqual(expected);
    }),
    runs(60),
  );
}, 900_000);
