import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { APART, type Bond, Bonds } from "../../src/engine/bonds.ts";
import { type SideVerdict, Verdicts } from "../../src/engine/verdicts.ts";
import { ConnectionSet } from "../../src/model/connections.ts";

const ports = (first: number, last = first) => ConnectionSet.ports("TCP", first, last);
const verdict = (allowed: ConnectionSet, byDefault = ConnectionSet.NONE): SideVerdict => ({ allowed, byDefault });

/** Sides that let out, or in, some of ten ports, part of it by default. */
const side = fc
  .record({ first: fc.nat({ max: 5 }), length: fc.nat({ max: 4 }), ruled: fc.nat({ max: 5 }) })
  .map(({ first, length, ruled }) =>
    verdict(
      ports(first + 1, first + length + 1),
      ruled > length ? ConnectionSet.NONE : ports(first + 1 + ruled, first + length + 1),
    ),
  );

function openingOf({ byDefault }: SideVerdict, connections: ConnectionSet): Bond["egress"] {
  const open = byDefault.intersect(connections);
  if (open.equals(connections)) return "default";
  return open.isEmpty ? "policy" : "mixed";
}

describe("bonds", () => {
  test("are what both sides let through of what was asked, however often and in whatever order", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(side, side, fc.boolean()), { minLength: 1, maxLength: 30 }), (pairs) => {
        const verdicts = { egress: new Verdicts(), ingress: new Verdicts() };
        const asked = ports(2, 8);
        const bonds = new Bonds(verdicts, asked);
        const met: { readonly number: number; readonly bond: Bond }[] = [];
        for (const [out, into, twice] of pairs) {
          const [egress, ingress] = [verdicts.egress.label(out), verdicts.ingress.label(into)];
          const number = bonds.meet(egress, ingress);
          if (twice) expect(bonds.meet(egress, ingress)).toBe(number);
          const connections = out.allowed.intersect(into.allowed).intersect(asked);
          if (connections.isEmpty) expect(number).toBe(APART);
          else {
            const bond = { connections, egress: openingOf(out, connections), ingress: openingOf(into, connections) };
            expect(bonds.bond(number)).toEqual(bond);
            met.push({ number, bond });
          }
        }
        for (const { number: a, bond: one } of met) {
          expect([bonds.join(a, APART), bonds.join(APART, a), bonds.join(a, a)]).toEqual([a, a, a]);
          for (const { number: b, bond: other } of met) {
            const joined = bonds.join(a, b);
            expect(bonds.join(b, a)).toBe(joined);
            expect(bonds.bond(joined)).toEqual({
              connections: one.connections.union(other.connections),
              egress: one.egress === other.egress ? one.egress : "mixed",
              ingress: one.ingress === other.ingress ? one.ingress : "mixed",
            });
          }
        }
      }),
    );
  });

  test("are one for equal ones, and nothing is the same nothing", () => {
    const verdicts = { egress: new Verdicts(), ingress: new Verdicts() };
    const bonds = new Bonds(verdicts, ConnectionSet.ALL);
    const all = verdicts.egress.label(verdict(ConnectionSet.ALL, ConnectionSet.ALL));
    const web = verdicts.ingress.label(verdict(ports(80)));
    const webAndMore = verdicts.egress.label(verdict(ports(80, 90), ports(80, 90)));
    expect(bonds.meet(all, web)).toBe(bonds.meet(webAndMore, web));
    expect(bonds.meet(all, verdicts.ingress.label(verdict(ConnectionSet.NONE)))).toBe(APART);
    expect(bonds.bond(APART)).toEqual({ connections: ConnectionSet.NONE, egress: "default", ingress: "default" });
    // Labels that came later than the first meeting.
    const later = verdicts.ingress.label(verdict(ports(81)));
    expect(bonds.bond(bonds.meet(webAndMore, later)).connections).toEqual(ports(81));
    expect(bonds.bond(bonds.meet(webAndMore, web)).connections).toEqual(ports(80));
  });
});
