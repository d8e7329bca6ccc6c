import { describe, expect, test } from "vitest";
import { folder, watertight } from "../runs.ts";
import { violations } from "../schema.ts";

const pod = (name: string, more = "") => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { containers: [{ name: c, image: "${name}:1", ports: [{ containerPort: 80 }]${more} }] }
`;

const service = (name: string, spec = "") =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: { selector: { app: ${name} }, ports: [{ port: 80 }]${spec} }\n`;

const policy = (name: string, from: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: { matchLabels: { app: ${name} } }, policyTypes: [Ingress], ingress: [${from}] }
`;

const files = {
  "web.yaml": [
    pod("web", ", env: [{ name: DB_ADDR, value: 'db:80' }]"),
    service("web", ", type: LoadBalancer, externalTrafficPolicy: Local"),
    policy("web", "{}"),
  ].join("---\n"),
  "db.yaml": [
    pod("db"),
    service("db"),
    policy("db", "{ from: [{ podSelector: { matchLabels: { app: web } } }] }"),
  ].join("---\n"),
  "batch.yaml": pod("batch"),
};

const packets = ["--edges", "network"];

describe("paths", () => {
  test("tells each step of a path, why it can be taken and what it assumes", async () => {
    const { status, out } = await watertight([
      "paths",
      folder(files),
      "--from",
      "internet",
      "--to",
      "shop/db",
      ...packets,
    ]);
    expect(status).toBe(0);
    expect(out).toContain("1  internet → shop/Pod/db  cost 6, 2 steps, proved, over needed flows only");
    expect(out).toMatch(/EXPOSE {5}internet → shop\/Pod\/web/);
    expect(out).toMatch(/NET {8}shop\/Pod\/web → shop\/Pod\/db on TCP\/80/);
    expect(out.replace(/\s+/g, " ")).toMatch(/because .*allowed by shop\/db, ingress rule 1/);
    expect(out).toContain("assuming a flaw or weak login in shop/Pod/db on TCP/80");
  });

  test("tells who falls with whom, and the change that stops it", async () => {
    const { out } = await watertight(["paths", folder(files), "--from", "shop/batch", "--to", "shop/db", ...packets]);
    expect(out).toContain("If shop/Pod/batch falls, 2 other workloads fall");
    expect(out).toContain("Choke points (proved to be the smallest change: 1 of 1 ways)");
    expect(out).toContain("narrow ingress rule 1 of shop/web");
    expect(out).toContain("none of the 1 needed flows that are known breaks");
  });

  test.each([
    [[]],
    [["--from", "shop/batch"]],
    [["--to", "shop/db"]],
    [["--mode", "reach", "--from", "shop/batch"]],
    [["--certainty", "conditional"]],
  ])("answers %j in JSON by the schema", async (more) => {
    const { out } = await watertight(["paths", folder(files), "-o", "json", ...more]);
    const answer = JSON.parse(out);
    expect(violations("paths-v1", answer)).toEqual([]);
    expect(answer.schema).toBe("watertight/paths/v1");
  });

  test("the patch of a cut, applied, closes what it says", async () => {
    const asked = ["--from", "shop/batch", "--to", "shop/db", ...packets, "-o", "json"];
    const { cut } = JSON.parse((await watertight(["paths", folder(files), ...asked])).out);
    expect(cut).toMatchObject({ proof: "smallest", closes: 1, open: 0, breaks: [] });
    const [bare = ""] = files["web.yaml"].split("---\napiVersion: networking");
    const after = JSON.parse(
      (await watertight(["paths", folder({ ...files, "web.yaml": bare, "patch.yaml": cut.patch }), ...asked])).out,
    );
    expect(after.paths).toEqual([]);
    expect(after.blastRadius.mean).toBe(cut.meanAfter);
  });

  test("a declared need is not cut", async () => {
    const asked = ["--from", "shop/batch", "--to", "shop/db", ...packets];
    const { out } = await watertight(["paths", folder(files), ...asked, "--need", "shop/batch,shop/web,TCP/80"]);
    expect(out).toContain("Not to be closed");
    expect((await watertight(["paths", folder(files), ...asked, "--need", "shop/batch"])).err).toContain(
      "is not FROM,TO",
    );
  });

  test.each([
    ["md", /^## Lateral movement\n/],
    ["dot", /^digraph watertight \{/],
    ["mermaid", /^flowchart LR\n/],
    ["csv", /^path,step,edge,from,to,port,cost,certainty\r\npath:[0-9a-f]{8},1,NET,shop\/Pod\/batch,/],
  ])("answers as %s", async (format, form) => {
    expect((await watertight(["paths", folder(files), "--to", "shop/db", ...packets, "-o", format])).out).toMatch(form);
  });

  test("declared jewels are what is looked for", async () => {
    const { out } = await watertight(["paths", folder(files), "--jewel", "shop/db", ...packets, "-o", "json"]);
    expect(JSON.parse(out)).toMatchObject({
      jewels: [{ id: "shop/Pod/db", provenance: "declared" }],
      paths: [{ from: "internet", to: "shop/Pod/db" }],
    });
  });

  test("--exit-code fails while there is a path, and only then", async () => {
    const from = (name: string) => [
      "paths",
      folder(files),
      "--from",
      name,
      "--to",
      "shop/batch",
      ...packets,
      "--exit-code",
    ];
    expect((await watertight(from("shop/web"))).status).toBe(1);
    const closed = { ...files, "p.yaml": policy("batch", "") };
    expect(
      (
        await watertight([
          "paths",
          folder(closed),
          "--from",
          "shop/web",
          "--to",
          "shop/batch",
          ...packets,
          "--exit-code",
        ])
      ).status,
    ).toBe(0);
  });

  test("says what it does not know", async () => {
    const { status, err } = await watertight(["paths", folder(files), "--from", "shop/bach"]);
    expect(status).toBe(2);
    expect(err).toContain("shop/Pod/batch");
    expect((await watertight(["paths", folder(files), "--to", "secret:shop/none"])).err).toContain(
      "nothing is called `secret:shop/none`",
    );
    expect(
      (
        await watertight([
          "paths",
          folder({ "db.yaml": pod("db") }),
          "--from",
          "internet",
          "--edges",
          "network",
          "--k",
          "0",
        ])
      ).status,
    ).toBe(2);
  });
});
