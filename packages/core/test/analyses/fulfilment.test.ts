import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, decide, fulfilment, parse } from "../../src/index.ts";
import { scenario } from "../arbitraries.ts";
import { deployment, policy, programOf, shop } from "../report/listed.ts";

const blocked = policy(
  "shop",
  "block",
  "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }",
);
const ask = { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 } as const;

function unsupported(kind: string, apiVersion: string): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: other, namespace: shop }\nspec: {}\n`;
}

describe("an expectation", () => {
  test("holds where nothing is open", () => {
    const program = programOf(...shop);
    const allowed = decide(program, ask);
    const denied = decide(program, { ...ask, port: 80 });
    expect([fulfilment(allowed, "allow"), fulfilment(denied, "deny")].map(({ holds }) => holds)).toEqual([true, true]);
    expect(fulfilment(allowed, "deny")).toEqual({ holds: false, open: [] });
    expect(fulfilment(denied, "allow")).toEqual({ holds: false, open: [] });
  });

  test("of an allow that is one in part does not hold", () => {
    expect(
      fulfilment(decide(programOf(...shop), { source: ask.source, destination: ask.destination }), "allow"),
    ).toEqual({
      holds: false,
      open: [],
    });
  });

  test("of a deny that hangs on a fact nobody wrote down does not hold, and says on which", () => {
    const program = programOf(deployment("shop", "web"), deployment("shop", "db"), blocked);
    const decision = decide(program, ask);
    expect([decision.verdict, decision.possible.isEmpty]).toEqual(["deny", false]);
    const { holds, open } = fulfilment(decision, "deny");
    expect([holds, open.map(({ code }) => code)]).toEqual([false, ["pod-address-unknown", "ip-block-matches-pods"]]);
  });

  test.each([
    ["CiliumNetworkPolicy", "cilium.io/v2", false, false],
    ["AuthorizationPolicy", "security.istio.io/v1", false, true],
  ])("beside a %s that is not evaluated holds only as far as that cannot matter", (kind, version, allow, deny) => {
    const { cluster } = parse([{ path: "a.yaml", text: [...shop, unsupported(kind, version)].join("---\n") }]);
    const { program } = compile(cluster);
    expect(fulfilment(decide(program, ask), "allow").holds).toBe(allow);
    expect(fulfilment(decide(program, { ...ask, port: 80 }), "deny").holds).toBe(deny);
  });
});

test("what must get through does, and what does may; where all is specified the last two are one", () => {
  fc.assert(
    fc.property(scenario, ({ cluster, options, flows }) => {
      const { program } = compile(cluster, options);
      for (const { source, destination, protocol, port } of flows) {
        const name = (end: typeof destination) => ("address" in end ? end.address : undefined);
        const [from, to] = [name(source) ?? "0.0.0.0/0", name(destination) ?? "0.0.0.0/0"];
        const ends = program.cluster.workloads.map(({ id }) => id);
        for (const [a, b] of [
          [from, ends[0]],
          [ends[0], to],
          [ends[0], ends.at(-1)],
        ] as const) {
          if (!a || !b) continue;
          const { allowed, possible, certain, certainty } = decide(program, {
            source: a,
            destination: b,
            protocol,
            ...(port !== undefined && { port }),
          });
          expect([allowed.includes(certain), possible.includes(allowed)]).toEqual([true, true]);
          if (certainty === "specified") expect(possible.equals(allowed)).toBe(true);
        }
      }
    }),
  );
});
