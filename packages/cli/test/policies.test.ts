import { describe, expect, test } from "vitest";
import { db, echo, folder, watertight, web } from "./runs.ts";
import { violations } from "./schema.ts";

const files = { "web.yaml": web, "db.yaml": db, "echo.yaml": echo };
const cilium =
  "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: db, namespace: shop }\nspec: {}\n";

function policies(...args: readonly string[]) {
  return watertight(["policies", folder(files), ...args]);
}

describe("policies", () => {
  test("lists every policy with its place, and what to ask next", async () => {
    const { status, out } = await policies();
    expect(status).toBe(0);
    expect(out).toMatch(/^shop\/db +NetworkPolicy +1 workload +ingress +1 in +.*db\.yaml:10:1$/m);
    expect(out).toMatch(/watertight policies .* --policy shop\/db/);
  });

  test("says which policies select an endpoint", async () => {
    const { status, out } = await policies("--for", "shop/db");
    expect(status).toBe(0);
    expect(out).toMatch(/^shop\/StatefulSet\/db\n\ningress {2}isolated/);
    expect(out).toMatch(/rule 1 \(line 16\) allows +TCP 5432 +from shop\/web/);
    expect((await policies("--for", "open/echo")).out).toMatch(/ingress {2}no policy selects it/);
  });

  test("says whom a policy selects and what its rules match", async () => {
    const { status, out } = await policies("--policy", "shop/db");
    expect(status).toBe(0);
    expect(out).toMatch(/^NetworkPolicy shop\/db \(.*db\.yaml:10:1\)/);
    expect(out).toMatch(/podSelector app=web +shop\/web/);
    expect((await policies("--policy", "db", "--namespace", "shop")).out).toContain(out.split("\n")[3]);
  });

  test.each([[[]], [["--for", "shop/web"]], [["--policy", "shop/db"]]])(
    "answers %j in JSON by the schema",
    async (args) => {
      const answer = JSON.parse((await policies(...args, "-o", "json")).out);
      expect(violations("policies-v1", answer)).toEqual([]);
      expect(answer.schema).toBe("watertight/policies/v1");
    },
  );

  test("answers in Markdown", async () => {
    expect((await policies("-o", "md")).out).toMatch(/^## Policies\n\n\| Policy /);
    expect((await policies("--policy", "shop/db", "-o", "md")).out).toMatch(/^## NetworkPolicy shop\/db\n/);
  });

  test("names a policy that was left out as such", async () => {
    const path = folder({ ...files, "cilium.yaml": cilium });
    const { status, out } = await watertight(["policies", path, "--policy", "CiliumNetworkPolicy/shop/db"]);
    expect([status, out]).toEqual([0, expect.stringMatching(/^CiliumNetworkPolicy shop\/db was left out/)]);
    expect((await watertight(["policies", path, "-o", "json"])).out).toContain('"reason":"unsupported"');
  });

  test("reads an input of nothing but an admin policy", async () => {
    const admin =
      "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: { name: guard }\nspec: { tier: Admin, priority: 7, subject: { namespaces: {} } }\n";
    const { status, out } = await watertight(["policies", folder({ "guard.yaml": admin })]);
    expect(status).toBe(0);
    expect(out).toMatch(/^guard .* nothing /m);
  });

  test("shows examples in its help", async () => {
    const { status, out } = await watertight(["policies", "--help"]);
    expect(status).toBe(0);
    expect(out).toContain("watertight policies manifests/ --for shop/web");
  });
});

describe("what cannot be used ends with status 2", () => {
  test("an endpoint nobody bears, with those it may have meant", async () => {
    const { status, out, err } = await policies("--for", "shop/dbb");
    expect([status, out]).toEqual([2, ""]);
    expect(err).toMatch(/--for: there is no endpoint `shop\/dbb`; did you mean\n {2}shop\/StatefulSet\/db/);
  });

  test("a policy nobody bears, with those it may have meant", async () => {
    const { status, out, err } = await policies("--policy", "shop/dbb");
    expect([status, out]).toEqual([2, ""]);
    expect(err).toMatch(/--policy: there is no policy `shop\/dbb`; did you mean\n {2}shop\/db\n/);
    expect((await policies("--policy", "quite/different")).err).toContain("shows them all");
  });

  test("an ambiguous policy, with the candidates", async () => {
    const path = folder({ ...files, "cilium.yaml": cilium });
    const { status, err } = await watertight(["policies", path, "--policy", "shop/db"]);
    expect(status).toBe(2);
    expect(err).toMatch(/name one:\n {2}NetworkPolicy\/shop\/db\n {2}CiliumNetworkPolicy\/shop\/db\n/);
    expect((await watertight(["policies", path])).out).toContain("--policy NetworkPolicy/shop/db");
  });

  test("both questions at once", async () => {
    expect((await policies("--for", "shop/db", "--policy", "shop/db")).status).toBe(2);
  });
});
