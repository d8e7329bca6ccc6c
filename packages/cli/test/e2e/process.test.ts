import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { db, folder, web } from "../runs.ts";
import { violations } from "../schema.ts";

const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

function watertight(args: readonly string[], input = "") {
  return spawnSync(process.execPath, [program, ...args], { encoding: "utf8", input, maxBuffer: 1e9 });
}

describe("the built program", () => {
  test("lists, and its JSON follows the schema", () => {
    const { status, stdout } = watertight(["list", folder({ "web.yaml": web, "db.yaml": db }), "-o", "json"]);
    expect(status).toBe(0);
    expect(violations("connections-v1", JSON.parse(stdout))).toEqual([]);
  });

  test("reads standard input", () => {
    const { status, stdout } = watertight(
      ["query", "-", "--from", "shop/web", "--to", "shop/db", "-o", "json"],
      `${web}---\n${db}`,
    );
    expect(status).toBe(0);
    expect(violations("decision-v1", JSON.parse(stdout))).toEqual([]);
  });

  test("ends with 1 for a failed expectation and 2 for a question that cannot be used", () => {
    const path = folder({ "web.yaml": web, "db.yaml": db });
    expect(watertight(["query", path, "--from", "shop/web", "--to", "shop/db", "--expect", "deny"]).status).toBe(1);
    expect(watertight(["query", path, "--from", "shop/nope", "--to", "shop/db"]).status).toBe(2);
    expect(watertight(["list", join(path, "nope")]).status).toBe(2);
    expect(watertight([]).status).toBe(2);
    expect(watertight(["--help"]).status).toBe(0);
  });

  test("writes a page with the viewer in it", () => {
    const { status, stdout } = watertight(["view", folder({ "web.yaml": web }), "--output", "-"]);
    expect(status).toBe(0);
    expect(stdout).toContain("<watertight-viewer>");
    expect(stdout).not.toContain("/* viewer */");
  });

  test("is content when its reader has seen enough", async () => {
    const many = Array.from({ length: 150 }, (_, i) => web.replaceAll("web", `app${i}`)).join("---\n");
    const child = spawn(process.execPath, [program, "list", folder({ "many.yaml": many }), "-o", "json"]);
    let complaint = "";
    child.stderr.on("data", (chunk) => {
      complaint += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect([status, complaint]).toEqual([0, "1 note not shown; --verbose shows them\n"]);
  });
});
