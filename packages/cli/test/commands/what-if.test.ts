import { describe, expect, test } from "vitest";
import { db, folder, watertight, web } from "../runs.ts";
import { violations } from "../schema.ts";

const files = { "web.yaml": web, "db.yaml": db };
const closed = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } }, ingress: [] }
`;

async function answer(...args: readonly string[]) {
  const { status, out, err } = await watertight(["what-if", folder(files), ...args, "-o", "json"]);
  const json = JSON.parse(out);
  expect(violations("delta-v1", json)).toEqual([]);
  return { status, json, err };
}

describe("what-if", () => {
  test("removes a policy", async () => {
    const { json } = await answer("--remove", "NetworkPolicy/shop/db");
    expect(json.changed).toMatchObject([
      {
        from: "shop/Deployment/web",
        to: "shop/StatefulSet/db",
        after: "all",
        because: [{ change: "removed", policy: "shop/db" }],
      },
    ]);
    expect(json.isolation).toMatchObject([{ endpoint: "shop/StatefulSet/db", before: "yes", after: "no" }]);
  });

  test("lays files over the input, in place of what has the same name", async () => {
    const overlay = folder({ "closed.yaml": closed });
    for (const option of ["--add", "--replace"]) {
      const { json, err } = await answer(option, overlay);
      expect(json.removed).toMatchObject([{ from: "shop/Deployment/web", because: [{ change: "changed" }] }]);
      expect(err).not.toMatch(/error|warning/);
    }
  });

  test("replaces only what is there, removes only what is there, and suggests", async () => {
    const other = folder({ "other.yaml": closed.replace("name: db", "name: other") });
    const replaced = await watertight(["what-if", folder(files), "--replace", other]);
    expect(replaced).toMatchObject({ status: 2 });
    expect(replaced.err).toContain("NetworkPolicy/shop/other is not in the input");
    const removed = await watertight(["what-if", folder(files), "--remove", "NetworkPolicy/shop/dbs"]);
    expect(removed).toMatchObject({ status: 2 });
    expect(removed.err).toContain("NetworkPolicy/shop/db");
    expect((await watertight(["what-if", folder(files)])).err).toContain("say what to change");
  });

  test("finds the least edit, which does what it says when it is applied", async () => {
    const { status, json } = await answer("--allow", "shop/web", "shop/db", "TCP/80");
    expect(status).toBe(0);
    expect(json.repairs.length).toBeGreaterThan(0);
    expect(json.changed).toMatchObject([
      { from: "shop/Deployment/web", to: "shop/StatefulSet/db", opened: { TCP: [[80, 80]] } },
    ]);
    for (const { patch } of json.repairs) {
      const applied = folder({ ...files, "db.yaml": db.split("---")[0] ?? "", "patch.yaml": patch });
      const query = ["query", applied, "--from", "shop/web", "--to", "shop/db", "--port", "80", "--expect", "allow"];
      expect((await watertight(query)).status).toBe(0);
    }
  });

  test("prints the best in full, and of the others what they change", async () => {
    const { out } = await watertight(["what-if", folder(files), "--deny", "shop/web", "shop/db", "5432"]);
    expect(out.match(/^\d\. /gm)?.length).toBeGreaterThan(1);
    expect(out.match(/^ +kind: NetworkPolicy$/gm)).toHaveLength(1);
    expect(out).toContain("jq -r '.repairs[1].patch'");
  });

  test("ranks edits by what else they change", async () => {
    const { json } = await answer("--deny", "shop/web", "shop/db", "5432");
    const counts = json.repairs.map(({ changes }: { changes: readonly unknown[] }) => changes.length);
    expect(counts).toEqual([...counts].sort((a: number, b: number) => a - b));
  });

  test("says when a flow is so already", async () => {
    const { out, status } = await watertight(["what-if", folder(files), "--allow", "shop/web", "shop/db", "5432"]);
    expect(out).toBe("shop/Deployment/web may reach shop/StatefulSet/db on TCP 5432 already.\n");
    expect(status).toBe(0);
  });
});
