import { describe, expect, test } from "vitest";
import { db, echo, folder, watertight, web } from "./runs.ts";
import { violations } from "./schema.ts";

const balancer =
  "apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }\n";
const files = { "web.yaml": web, "db.yaml": db, "echo.yaml": echo, "balancer.yaml": balancer };

function list(...args: readonly string[]) {
  return watertight(["list", folder(files), "--exposure", ...args]);
}

describe("list --exposure", () => {
  test("says which workload the internet reaches, and by which way", async () => {
    const { status, out } = await list();
    expect(status).toBe(0);
    expect(out).toContain("internet → Service shop/web (load balancer 80) → shop/web");
  });

  test("answers in JSON by the schema, in CSV and in Markdown", async () => {
    expect(violations("exposure-v1", JSON.parse((await list("-o", "json")).out))).toEqual([]);
    expect((await list("-o", "csv")).out).toMatch(/^shop\/Deployment\/web,exposed,load balancer,/m);
    expect((await list("-o", "md")).out).toMatch(/^## Exposure$/m);
  });

  test("is narrowed to some workloads", async () => {
    const { workloads } = JSON.parse((await list("--to", "shop/*", "-o", "json")).out);
    expect(workloads.map(({ id }: { readonly id: string }) => id)).toEqual([
      "shop/Deployment/web",
      "shop/StatefulSet/db",
    ]);
  });

  test("refuses what it cannot answer", async () => {
    expect(await list("-o", "dot")).toMatchObject({ status: 2 });
    expect(await list("--from", "internet")).toMatchObject({ status: 2 });
  });
});

test("policies --for tells who would be let in, were it there", async () => {
  const { out } = await watertight(["policies", folder(files), "--for", "shop/db"]);
  expect(out).toMatch(
    /Pods that are not there yet\n {2}ingress +TCP 5432 +shop\/db rule 1 +from pods with app=web in shop$/m,
  );
});
