import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConnectionSet, formatConnections } from "../../src/model/connections.ts";
import { PROTOCOLS } from "../../src/model/flow.ts";

const protocol = fc.constantFrom(...PROTOCOLS);
/** Ports around which ranges begin, end and touch. */
const port = fc.oneof(fc.constantFrom(1, 2, 80, 81, 65534, 65535), fc.integer({ min: 1, max: 65535 }));
const range = fc
  .tuple(protocol, port, port)
  .map(([name, a, b]) => ConnectionSet.ports(name, Math.min(a, b), Math.max(a, b)));
const set = fc
  .tuple(fc.array(range, { maxLength: 5 }), fc.boolean())
  .map(([ranges, other]) =>
    ranges.reduce((all, one) => all.union(one), other ? ConnectionSet.OTHER : ConnectionSet.NONE),
  );

describe("connection sets obey the algebra of sets", () => {
  test("union is what either contains, intersection what both do, difference what only the first does", () => {
    fc.assert(
      fc.property(set, set, protocol, port, (a, b, name, at) => {
        const [inA, inB] = [a.contains(name, at), b.contains(name, at)];
        expect(a.union(b).contains(name, at)).toBe(inA || inB);
        expect(a.intersect(b).contains(name, at)).toBe(inA && inB);
        expect(a.subtract(b).contains(name, at)).toBe(inA && !inB);
      }),
    );
  });

  test("a range contains its own ports of its own protocol", () => {
    const web = ConnectionSet.ports("TCP", 80, 90);
    const asked = [79, 80, 85, 90, 91].map((at) => web.contains("TCP", at));
    expect(asked).toEqual([false, true, true, true, false]);
    expect(PROTOCOLS.map((name) => web.contains(name, 80))).toEqual([true, false, false]);
    expect(ConnectionSet.NONE.contains("UDP", 1)).toBe(false);
  });

  test("equal members mean equal sets, however they were put together", () => {
    fc.assert(
      fc.property(set, set, set, (a, b, c) => {
        expect(a.union(b).equals(b.union(a))).toBe(true);
        expect(a.union(b.union(c)).equals(a.union(b).union(c))).toBe(true);
        expect(a.intersect(b.union(c)).equals(a.intersect(b).union(a.intersect(c)))).toBe(true);
        expect(a.subtract(b).union(a.intersect(b)).equals(a)).toBe(true);
        expect(ConnectionSet.ALL.subtract(ConnectionSet.ALL.subtract(a)).equals(a)).toBe(true);
      }),
    );
  });

  test("one includes another exactly when nothing is left of the other without it", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(a.includes(b)).toBe(b.subtract(a).isEmpty);
        expect(a.union(b).includes(a)).toBe(true);
      }),
    );
  });

  test("what changes nothing makes no new set, so that equal verdicts share one", () => {
    fc.assert(
      fc.property(set, (a) => {
        for (const same of [a, ConnectionSet.NONE]) expect(a.union(same)).toBe(a);
        expect(ConnectionSet.NONE.union(a)).toBe(a.isEmpty ? ConnectionSet.NONE : a);
        expect(a.union(ConnectionSet.ALL)).toBe(ConnectionSet.ALL);
        expect(ConnectionSet.ALL.union(a)).toBe(ConnectionSet.ALL);
        for (const same of [a, ConnectionSet.ALL]) expect(a.intersect(same)).toBe(a);
        expect(ConnectionSet.ALL.intersect(a)).toBe(a);
        expect(a.subtract(ConnectionSet.NONE)).toBe(a);
        for (const all of [a, ConnectionSet.ALL]) expect(a.subtract(all)).toBe(ConnectionSet.NONE);
      }),
    );
  });

  test("the JSON form rebuilds the ports of the set", () => {
    fc.assert(
      fc.property(set, (a) => {
        const json = a.toJSON();
        const rebuilt =
          json === "all"
            ? ConnectionSet.ALL_PORTS
            : PROTOCOLS.flatMap((name) =>
                (json[name] ?? []).map(([first, last]) => ConnectionSet.ports(name, first, last)),
              ).reduce((all, one) => all.union(one), ConnectionSet.NONE);
        expect(rebuilt.equals(a.intersect(ConnectionSet.ALL_PORTS))).toBe(true);
      }),
    );
  });
});

describe("the written forms of a connection set", () => {
  const web = ConnectionSet.ports("TCP", 80, 80);

  test.each([
    [ConnectionSet.NONE, "none"],
    [ConnectionSet.ALL, "all"],
    [ConnectionSet.ALL_PORTS, "all"],
    [ConnectionSet.OTHER, "other protocols"],
    [web, "TCP 80"],
    [web.union(ConnectionSet.ports("TCP", 81, 90)), "TCP 80-90"],
    [web.union(ConnectionSet.ports("UDP", 53, 53)), "TCP 80; UDP 53"],
    [ConnectionSet.ports("SCTP"), "SCTP all"],
    [ConnectionSet.ports("TCP", 2), "TCP 2-65535"],
    [ConnectionSet.ports("TCP", 1, 65534), "TCP 1-65534"],
    [ConnectionSet.ports("TCP").subtract(web), "TCP 1-79,81-65535"],
    [web.union(ConnectionSet.OTHER), "TCP 80"],
  ])("%# reads as the ranges of each protocol", (connections, text) => {
    expect(connections.toString()).toBe(text);
  });

  test("all ports of TCP, UDP and SCTP are `all` with or without other protocols", () => {
    expect(ConnectionSet.ALL.toJSON()).toBe("all");
    expect(ConnectionSet.ALL_PORTS.toJSON()).toBe("all");
    expect(ConnectionSet.ALL.subtract(web).toJSON()).not.toBe("all");
  });

  test("the JSON form names only protocols of which some port is open", () => {
    expect(web.union(ConnectionSet.OTHER).toJSON()).toStrictEqual({ TCP: [[80, 80]] });
    expect(ConnectionSet.OTHER.toJSON()).toStrictEqual({});
  });

  test("a sentence says every port rather than all", () => {
    expect(formatConnections(ConnectionSet.ALL_PORTS)).toBe("every port");
    expect(formatConnections(web)).toBe("TCP 80");
  });

  test("ports outside 1 to 65535 are cut off", () => {
    expect(ConnectionSet.ports("TCP", 0, 70000).equals(ConnectionSet.ports("TCP"))).toBe(true);
    expect(ConnectionSet.ports("UDP", 10, 9).isEmpty).toBe(true);
  });
});
