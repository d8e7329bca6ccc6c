import { describe, expect, test } from "vitest";
import { db, folder, watertight, web } from "./runs.ts";

describe("help", () => {
  test("says what the program is for, shows examples and explains the exit status", async () => {
    const { status, out } = await watertight(["--help"]);
    expect(status).toBe(0);
    for (const part of ["who can reach whom", "Examples:", "Exit status:", "list", "query", "view"])
      expect(out).toContain(part);
  });

  test("is there for each command, with what a path is", async () => {
    for (const command of ["list", "query", "policies", "view"]) {
      const { status, out } = await watertight([command, "--help"]);
      expect(status).toBe(0);
      expect(out).toMatch(/a file, a folder/);
    }
  });

  test("goes to stderr when nothing was asked", async () => {
    const { status, out, err } = await watertight([]);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain("Usage: watertight");
  });

  test("fits a narrow terminal", async () => {
    const { out } = await watertight(["list", "--help"], { tty: { columns: 70 }, env: { NO_COLOR: "1" } });
    const options = out.slice(out.indexOf("Arguments:"), out.indexOf("Examples:")).split("\n");
    expect(Math.max(...options.map(({ length }) => length))).toBeLessThanOrEqual(70);
  });
});

test("the version is that of the package", async () => {
  expect((await watertight(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe("a question that cannot be used ends with status 2", () => {
  test.each([
    ["an unknown command", ["lsit", "x"]],
    ["an unknown option", ["list", "x", "--nope"]],
    ["an unknown format", ["list", "x", "-o", "xml"]],
    ["an unknown grouping", ["list", "x", "--by", "label"]],
    ["an unknown preset", ["list", "x", "--preset", "nope"]],
    ["no path", ["list"]],
    ["no destination", ["query", "x", "--from", "a"]],
    ["a port that is none", ["query", "x", "--from", "a", "--to", "b", "--port", "http"]],
    ["an expectation that is none", ["query", "x", "--from", "a", "--to", "b", "--expect", "maybe"]],
    ["no place for the page", ["view", "x"]],
    ["two places for the page", ["view", "x", "--output", "page.html", "--serve"]],
    ["a port of no server", ["view", "x", "--output", "page.html", "--port", "8080"]],
    ["a port that no server can have", ["view", "x", "--serve", "--port", "65536"]],
  ])("%s", async (_, args) => {
    const { status, out, err } = await watertight(args);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toMatch(/^error: /);
  });

  test("an assumption nobody knows, with those there are", async () => {
    const { status, err } = await watertight(["list", folder({ "a.yaml": web }), "--assume", "nope=1"]);
    expect(status).toBe(2);
    expect(err).toContain("ipBlockMatchesPods");
  });

  test("a mistyped command is answered with the right one", async () => {
    expect((await watertight(["lits"])).err).toContain("Did you mean list?");
  });
});

describe("colours", () => {
  const args = () => ["list", folder({ "a.yaml": web, "b.yaml": db })];
  const colour = "\u001b[";

  test("are for terminals", async () => {
    expect((await watertight(args(), { tty: { columns: 100 } })).out).toContain(colour);
    expect((await watertight(args())).out).not.toContain(colour);
  });

  test("respect NO_COLOR and dumb terminals", async () => {
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      const { out, err } = await watertight(args(), { tty: { columns: 100 }, env });
      expect(out + err).not.toContain(colour);
    }
  });
});
