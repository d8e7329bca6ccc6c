import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { db, echo, folder, watertight, web } from "./runs.ts";

const files = { "web.yaml": web, "db.yaml": db, "echo.yaml": echo };

/** The same question with a configuration file. */
function asked(text: string, ...args: readonly string[]) {
  const [command = "", ...more] = args;
  const config = join(folder({ "watertight.yaml": text }), "watertight.yaml");
  return watertight([command, folder(files), "--config", config, ...more]);
}

describe("a configuration file", () => {
  test("declares jewels and entries for paths, besides those of options", async () => {
    const text = "jewels: [{ name: shop/db, reason: orders }]\nentries: [shop/web]\n";
    const { out, err } = await asked(text, "paths", "--edges", "network", "--jewel", "open/echo", "-o", "json");
    const { jewels, entries, paths } = JSON.parse(out);
    expect(err).not.toContain("error");
    expect(jewels).toMatchObject([
      { id: "open/Deployment/echo", because: "declared" },
      { id: "shop/StatefulSet/db", because: "declared: orders", provenance: "declared" },
    ]);
    expect(entries).toMatchObject([{ workload: "shop/Deployment/web", standing: "assumed" }]);
    expect(paths.map(({ from, to }: Record<string, string>) => `${from} ${to}`)).toContain(
      "internet shop/StatefulSet/db",
    );
  });

  test("declares needs that choke points keep", async () => {
    const text = "needs: [{ from: shop/web, to: shop/db, port: TCP/5432 }]\n";
    const question = ["paths", "--edges", "network", "--from", "shop/web", "--to", "shop/db", "-o", "json"];
    const { cut } = JSON.parse((await asked(text, ...question)).out);
    expect([cut.closes, cut.inherent]).toEqual([0, [{ from: "shop/Deployment/web", to: "shop/StatefulSet/db" }]]);
    expect(JSON.parse((await asked("", ...question)).out).cut.closes).toBe(1);
  });

  test("changes the posture by its needs", async () => {
    const parts = async (text: string) => {
      const { posture } = JSON.parse((await asked(text, "gaps", "-o", "json")).out);
      return posture.profile.dimensions.find(({ id }: { id: string }) => id === "segmentation");
    };
    const needs = "needs: [{ from: open/echo, to: shop/web }]\n";
    expect(await parts(needs)).not.toEqual(await parts(""));
    expect((await asked(needs, "gaps", "--summary")).out).not.toBe((await asked("", "gaps", "--summary")).out);
  });

  test("says what counts how much in the posture", async () => {
    const { posture } = JSON.parse((await asked("weights: { jewel: 9 }", "gaps", "-o", "json")).out);
    expect(posture.profile.weights).toEqual({ entry: 3, jewel: 9, declaredJewel: 5, weakPort: 2 });
  });

  test("declares entries for test, diff and what-if", async () => {
    const text = "jewels: [shop/db]\nentries: [shop/web]\n";
    const expectations = folder({ "e.yaml": "expect: [{ path: { from: internet, to: shop/web }, exists: true }]\n" });
    const expected = ["test", "--expect", join(expectations, "e.yaml")];
    expect([(await asked("", ...expected)).status, (await asked(text, ...expected)).status]).toEqual([1, 0]);
    const without = ["what-if", "--remove", "StatefulSet/shop/db", "-o", "json"];
    const closed = async (config: string) => {
      const { paths } = JSON.parse((await asked(config, ...without)).out);
      return paths.closed.map(({ to }: { to: string }) => to);
    };
    expect(await closed("")).toEqual([]);
    expect(await closed(text)).toContain("shop/StatefulSet/db");
  });

  test("is not wrong about what one side of a difference has not", async () => {
    const old = folder({ "web.yaml": web });
    const config = join(folder({ "w.yaml": "jewels: [shop/db, shop/nobody]\n" }), "w.yaml");
    const { err } = await watertight(["diff", old, "--config", config, "--", folder(files)]);
    expect(err).toContain("shop/nobody");
    expect(err).not.toContain("`shop/db`");
  });

  test("says what serves a class, for list --exposure", async () => {
    const ingress =
      "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web, namespace: shop }\nspec: { ingressClassName: mine, defaultBackend: { service: { name: web, port: { number: 80 } } } }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n";
    const config = join(
      folder({ "w.yaml": "controllers: [{ ingressClass: mine, workloads: [open/echo] }]\n" }),
      "w.yaml",
    );
    const input = folder({ ...files, "ingress.yaml": ingress });
    const { out } = await watertight(["list", input, "--exposure", "--config", config, "-o", "json"]);
    const { workloads } = JSON.parse(out);
    const own = workloads.find(({ id }: { id: string }) => id === "shop/Deployment/web");
    expect(own.entries[0].controller).toMatchObject({ standing: "found", endpoint: "open/Deployment/echo" });
  });

  test.each([["paths"], ["gaps"], ["list", "--exposure"]])(
    "with names nobody bears is used but for them: %s",
    async (...args) => {
      const { status, out, err } = await asked("jewels:\n  - shop/dv\n  - shop/db\nneed: []\n", ...args, "-o", "json");
      expect(status).toBe(0);
      expect(err).toMatch(/watertight\.yaml:2:5 error name-unknown .*\n {2}fix: write shop\/StatefulSet\/db/);
      expect(err).toMatch(/watertight\.yaml:4:1 error field-unknown .*\n {2}fix: write `needs`/);
      const codes = JSON.parse(out).diagnostics.map(({ code }: { code: string }) => code);
      expect(codes).toEqual(expect.arrayContaining(["name-unknown", "field-unknown"]));
    },
  );

  test("is refused where nothing depends on it, and where it is not there", async () => {
    expect(await asked("", "list")).toMatchObject({ status: 2, err: expect.stringContaining("--exposure") });
    const absent = await watertight(["paths", folder(files), "--config", "nowhere.yaml"]);
    expect(absent).toMatchObject({ status: 2, err: expect.stringContaining("nowhere.yaml cannot be read") });
  });
});
