import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, connectionsOverview, isTooLongToRead, listConnections, parse, reach } from "../../src/index.ts";
import { cluster, options } from "../arbitraries.ts";
import { runs } from "../properties/engine.ts";

describe("an overview", () => {
  test("counts what a listing lists", () => {
    fc.assert(
      fc.property(cluster, options, (cluster, options) => {
        const listing = listConnections(reach(compile(cluster, options).program, { by: "namespace" }));
        const connections = [...listing.connections];
        const inside = listing.endpoints.filter(({ type }) => type !== "address");
        const rows = inside.map((endpoint) => {
          const others = (side: "from" | "to") =>
            connections.filter((one) => one[side === "from" ? "to" : "from"] === endpoint).map((one) => one[side]);
          const count = (side: "from" | "to") => others(side).filter(({ type }) => type !== "address").length;
          const outside = (side: "from" | "to") => (others(side).some(({ type }) => type === "address") ? "yes" : "no");
          return [endpoint.id, count("from"), count("to"), outside("from"), outside("to")].join(" ");
        });
        const text = connectionsOverview(listing);
        const shown = text.split("\n").filter((line) => / (yes|no) +(yes|no)$/.test(line));
        expect(shown.map((line) => line.replace(/ +/g, " ")).sort()).toEqual(rows.sort());
      }),
      runs(40),
    );
  });

  test("of many namespaces fits a screen and says how many it leaves out", () => {
    const listing = listed(80);
    expect(isTooLongToRead(listing)).toBe(true);
    const text = connectionsOverview(listing, { width: 80 });
    expect(text.split("\n").length).toBeLessThan(25);
    expect(text).toContain("and 68 more");
    expect(text).toContain("All of 6320 ordered pairs");
  });

  test("is not for what can be read, nor for one namespace of many", () => {
    expect(isTooLongToRead(listed(20))).toBe(false);
    const listing = listed(80);
    expect(isTooLongToRead({ ...listing, scope: { to: listing.endpoints.slice(0, 1) } })).toBe(false);
  });
});

function listed(namespaces: number) {
  const items = Array.from({ length: namespaces }, (_, i) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: `team-${i}` },
    spec: { containers: [{ name: "web", image: "web" }] },
  }));
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  return listConnections(reach(compile(parse([{ path: "all.json", text }]).cluster).program, { by: "namespace" }));
}
