import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { db, folder, watertight, web } from "../runs.ts";
import { violations } from "../schema.ts";

const EXAMPLES = fileURLToPath(new URL("../../../../examples/", import.meta.url));
const files = { "web.yaml": web, "db.yaml": db };

function run(expectations: string, ...args: readonly string[]) {
  const { "e.yaml": _, ...rest } = { ...files, "e.yaml": expectations };
  const file = `${folder({ "e.yaml": expectations })}/e.yaml`;
  return watertight(["test", folder(rest), "--expect", file, ...args]);
}

describe("test", () => {
  test("exits with 0 when all holds and with 1 when something does not", async () => {
    const holding = "expect: [{ from: shop/web, to: shop/db, port: 5432, verdict: allow }]";
    expect(await run(holding)).toMatchObject({ status: 0, out: "1 of 1 expectations hold.\n" });
    const failing = await run("expect:\n  - { from: shop/web, to: shop/db, verdict: deny }");
    expect(failing.status).toBe(1);
    expect(failing.out).toMatch(/FAILED deny shop\/web → shop\/db {2}.*e\.yaml:2:5/);
    expect(failing.out).toMatch(/db\.yaml:16:\d+/);
  });

  test("answers in JSON by the schema, and as JUnit", async () => {
    const failing = "expect:\n  - { from: shop/web, to: shop/db, verdict: deny }";
    const { out } = await run(failing, "-o", "json");
    expect(violations("test-v1", JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ summary: { total: 1, failed: 1 }, results: [{ source: { line: 2 } }] });
    expect((await run(failing, "-o", "junit")).out).toMatch(
      /<testsuites name="watertight test" tests="1" failures="1"/,
    );
  });

  test("tests nothing when something expected cannot be read", async () => {
    const { status, err, out } = await run(
      "expect:\n  - { from: shop/web, to: shop/db, verdict: deny }\n  - { from: shop/web, verdict: deny }",
    );
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(/e\.yaml:3:\d+ error field-required/);
    expect((await run("expect: []")).status).toBe(2);
    expect((await watertight(["test", folder(files)])).err).toContain("--expect");
    expect((await watertight(["test", folder(files), "--expect", "nowhere.yaml"])).status).toBe(2);
  });

  test.each(["shop", "zero-trust-guide/published"])(
    "finds what was worked out by hand for examples/%s",
    async (example) => {
      const path = `${EXAMPLES}${example}`;
      const { status, out } = await watertight(["test", path, "--expect", `${path}/expected.yaml`]);
      const rows = readFileSync(`${path}/expected.yaml`, "utf8").match(/^ {2}- \{/gm)?.length;
      expect(out).toBe(`${rows} of ${rows} expectations hold.\n`);
      expect(status).toBe(0);
    },
  );
});
