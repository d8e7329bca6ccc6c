import { PRESETS, UPSTREAM } from "@watertight/core";
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
    for (const command of ["list", "query", "policies", "paths", "gaps", "view", "diff", "what-if", "test"]) {
      const { status, out } = await watertight([command, "--help"]);
      expect(status).toBe(0);
      expect(out).toMatch(/a file, a folder/);
      for (const part of ["Options:", "Reading the input:", "Examples:", "Exit status:"]) expect(out).toContain(part);
      expect((await watertight(["help", command])).out).toBe(out);
    }
  });

  test("explains what all commands share", async () => {
    expect((await watertight(["help", "endpoints"])).out).toContain("internet");
    expect((await watertight(["help", "environment"])).out).toContain("NO_COLOR");
    const { out } = await watertight(["help", "assumptions"]);
    for (const name of [...Object.keys(UPSTREAM), ...Object.keys(PRESETS)]) expect(out).toContain(name);
    expect((await watertight(["help"])).out).toContain("assumptions");
    const { status, err } = await watertight(["help", "assumtions"]);
    expect(status).toBe(2);
    expect(err).toContain("did you mean assumptions?");
  });

  test("goes to stderr when nothing was asked", async () => {
    const { status, out, err } = await watertight([]);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain("Usage: watertight");
  });

  test("fits a narrow terminal", async () => {
    const { out } = await watertight(["list", "--help"], { tty: { columns: 70 }, env: { NO_COLOR: "1" } });
    const wrapped = `${out.slice(0, out.indexOf("Examples:"))}${out.slice(out.indexOf("Exit status:"))}`.split("\n");
    expect(Math.max(...wrapped.map(({ length }) => length))).toBeLessThanOrEqual(70);
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

  test("so are a mistyped option and a mistyped endpoint", async () => {
    expect((await watertight(["list", "x", "--form", "a"])).err).toContain("Did you mean --from?");
    const { err } = await watertight(["query", folder({ "a.yaml": web }), "--from", "shop/wbe", "--to", "internet"]);
    expect(err).toContain("shop/Deployment/web");
  });
});

describe("colours", () => {
  const args = () => ["list", folder({ "a.yaml": web, "b.yaml": db })];
  const colour = "\u001b[";

  test("are for terminals", async () => {
    expect((await watertight(args(), { tty: { columns: 100 } })).out).toContain(colour);
    expect((await watertight(args())).out).not.toContain(colour);
  });

  test("are anywhere by FORCE_COLOR, and nowhere where it is 0", async () => {
    expect((await watertight(args(), { env: { FORCE_COLOR: "1" } })).out).toContain(colour);
    expect((await watertight(args(), { env: { FORCE_COLOR: "1", TERM: "dumb" } })).out).toContain(colour);
    expect((await watertight(args(), { tty: { columns: 100 }, env: { FORCE_COLOR: "0" } })).out).not.toContain(colour);
  });

  test("respect NO_COLOR and dumb terminals", async () => {
    for (const env of [{ NO_COLOR: "1" }, { NO_COLOR: "1", FORCE_COLOR: "1" }, { TERM: "dumb" }]) {
      const { out, err } = await watertight(args(), { tty: { columns: 100 }, env });
      expect(out + err).not.toContain(colour);
    }
  });
});
