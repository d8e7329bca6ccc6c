import { describe, expect, test } from "vitest";
import { ConnectionSet } from "../../src/model/connections.ts";
import { type ContainerPort, connectionsOf, formatPortMatch, type PortMatch } from "../../src/model/ports.ts";

const span = { path: "p.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 };
const named = (name: string, protocol?: "TCP" | "UDP"): PortMatch => ({
  span,
  kind: "named",
  name,
  ...(protocol && { protocol }),
});
const declares = (
  name: string,
  port: number,
  protocol: ContainerPort["protocol"] = "TCP",
  container: ContainerPort["container"] = "main",
): ContainerPort => ({ name, port, protocol, container });

describe("the connections of one entry of a port list", () => {
  const written = (
    match: PortMatch,
    ...ports: Parameters<typeof connectionsOf> extends [unknown, ...infer R] ? R : never
  ) => connectionsOf(match, ...ports).toString();

  test("are all ports of a protocol, or a range of them, whatever the pod declares", () => {
    const declared = [declares("http", 8080)];
    expect(written({ span, kind: "every-port", protocol: "UDP" }, declared)).toBe("UDP all");
    expect(written({ span, kind: "range", protocol: "SCTP", first: 80, last: 90 }, declared)).toBe("SCTP 80-90");
  });

  test("are those that the pod gives the name, in every protocol the entry names", () => {
    const declared = [declares("dns", 53, "UDP"), declares("dns", 5353), declares("dns", 5354), declares("http", 80)];
    expect(written(named("dns"), declared)).toBe("TCP 5353-5354; UDP 53");
    expect(written(named("dns", "TCP"), declared)).toBe("TCP 5353-5354");
    expect(written(named("dns", "UDP"), declared)).toBe("UDP 53");
  });

  test("are none where nobody declares the name", () => {
    expect(
      connectionsOf(named("https"), [declares("http", 80), { port: 443, protocol: "TCP", container: "main" }]),
    ).toBe(ConnectionSet.NONE);
  });

  test.each([
    ["main", "TCP 1"],
    ["main+sidecars", "TCP 1-2"],
    ["all", "TCP 1-3"],
  ] as const)("are lent by %s containers: %s", (containers, text) => {
    const declared = [declares("x", 1), declares("x", 2, "TCP", "sidecar"), declares("x", 3, "TCP", "init")];
    expect(written(named("x"), declared, containers)).toBe(text);
    if (containers === "main+sidecars") expect(written(named("x"), declared)).toBe(text);
  });
});

test.each([
  [{ span, kind: "every-port", protocol: "TCP" }, "TCP (every port)"],
  [{ span, kind: "range", protocol: "TCP", first: 80, last: 80 }, "TCP 80"],
  [{ span, kind: "range", protocol: "UDP", first: 8000, last: 8080 }, "UDP 8000-8080"],
  [named("http", "TCP"), "TCP http"],
  [named("http"), "any http"],
] as const satisfies readonly (readonly [PortMatch, string])[])("%j is written as %s", (match, text) => {
  expect(formatPortMatch(match)).toBe(text);
});
