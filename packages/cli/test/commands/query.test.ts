import { describe, expect, test } from "vitest";
import { db, echo, folder, watertight, web } from "../runs.ts";
import { violations } from "../schema.ts";

const files = { "web.yaml": web, "db.yaml": db, "echo.yaml": echo };

function query(from: string, to: string, ...args: readonly string[]) {
  return watertight(["query", folder(files), "--from", from, "--to", to, ...args]);
}

describe("query", () => {
  test("says why, with the place of the rule", async () => {
    const { status, out } = await query("shop/web", "shop/db", "--port", "5432");
    expect(status).toBe(0);
    expect(out).toMatch(/^ALLOWED {2}shop\/Deployment\/web/);
    expect(out).toMatch(/db\.yaml:16:\d+/);
  });

  test("says what came closest to allowing", async () => {
    const { status, out } = await query("shop/web", "shop/db", "--port", "80");
    expect(status).toBe(0);
    expect(out).toMatch(/^DENIED/);
    expect(out.replace(/\s+/g, " ")).toContain("rule 1 names this source but not this port");
  });

  test("answers in JSON by the schema", async () => {
    const { out } = await query("shop/web", "shop/db", "--port", "TCP/80", "-o", "json");
    const answer = JSON.parse(out);
    expect(violations("decision-v1", answer)).toEqual([]);
    expect(answer).toMatchObject({
      schema: "watertight/decision/v1",
      from: "shop/Deployment/web",
      to: "shop/StatefulSet/db",
      protocol: "TCP",
      port: 80,
      verdict: "deny",
      egress: {
        verdict: "allow",
        steps: [{ tier: "network-policy", reason: "not-selected" }, { reason: "default-allow" }],
      },
      ingress: {
        verdict: "deny",
        steps: [{ tier: "network-policy", outcome: "deny", policy: "shop/db", rule: null, reason: "port-mismatch" }],
      },
    });
  });

  test("answers for addresses, the internet and protocols without ports", async () => {
    for (const from of ["203.0.113.7", "198.51.100.0/24", "internet"]) {
      expect((await query(from, "shop/db", "--expect", "deny")).status).toBe(0);
      expect((await query(from, "shop/web", "--port", "443", "--expect", "allow")).status).toBe(0);
    }
    const { out } = await query("open/echo", "shop/web", "--port", "ICMP", "-o", "json");
    expect(violations("decision-v1", JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ protocol: "other", port: null });
  });

  test("fails an expectation with status 1, and answers all the same", async () => {
    const { status, out } = await query("open/echo", "shop/db", "--expect", "allow");
    expect(status).toBe(1);
    expect(out).toMatch(/^DENIED/);
  });

  test("expects every port where none is named", async () => {
    expect((await query("shop/web", "shop/db", "--expect", "allow")).status).toBe(1);
    expect((await query("shop/web", "shop/db", "--expect", "deny")).status).toBe(1);
    expect((await query("open/echo", "shop/web", "--expect", "allow")).status).toBe(0);
  });

  test("lists the candidates of an ambiguous name", async () => {
    const pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop }\nspec: { containers: [] }\n";
    const stateful = db.replaceAll("db", "web").split("---")[0] ?? "";
    const path = folder({ ...files, "pod.yaml": pod, "stateful.yaml": stateful });
    const { status, out, err } = await watertight(["query", path, "--from", "shop/web", "--to", "shop/db"]);
    expect([status, out]).toEqual([2, ""]);
    for (const id of ["shop/Deployment/web", "shop/StatefulSet/web", "shop/Pod/web"])
      expect(err).toContain(`  ${id}\n`);
    expect((await watertight(["query", path, "--from", "shop/Deployment/web", "--to", "shop/db"])).status).toBe(0);
  });

  test("does not rely on a verdict that hangs on an open question, and says which", async () => {
    const from = "10.0.0.0/8";
    const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: ${from} } }] }] }
`;
    const asked = [
      "query",
      folder({ "a.yaml": [web, db, policy].join("---\n") }),
      "--from",
      "shop/web",
      "--to",
      "shop/db",
    ];
    const denied = await watertight([...asked, "--expect", "deny", "-o", "json"]);
    expect(denied.status).toBe(1);
    expect(denied.err).toMatch(
      /expected deny, which is the verdict, but it may be allowed, depending on:\n {2}- .*podCIDRs/,
    );
    expect(JSON.parse(denied.out)).toMatchObject({ verdict: "deny", may: true, must: false });
    const settled = await watertight([...asked, "--expect", "deny", "--assume", "podCIDRs=172.16.0.0/16"]);
    expect([settled.status, settled.err.includes("expected")]).toEqual([0, false]);
    expect((await watertight(asked)).out).toContain("Settled otherwise, it may be allowed on");
  });

  describe("of a Service", () => {
    const service = (name: string, spec: string) =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n`;
    const all = () =>
      folder({
        ...files,
        "services.yaml": [
          service("db", "{ selector: { app: db }, ports: [{ port: 80, targetPort: 5432 }] }"),
          service("ext", "{ type: ExternalName, externalName: db.example.com }"),
        ].join("---\n"),
      });
    const ask = (to: string, ...args: readonly string[]) =>
      watertight(["query", all(), "--from", "shop/web", "--to", to, ...args]);

    test("answers for each endpoint, on the port that traffic arrives at", async () => {
      const { status, out } = await ask("shop/Service/db", "--port", "80");
      expect(status).toBe(0);
      expect(out).toMatch(/^ALLOWED {2}shop\/Deployment\/web may reach shop\/Service\/db on TCP 80\n/);
      expect(out).toContain("ALLOWED  shop/StatefulSet/db (TCP 80 → 5432)");
    });

    test("answers in JSON by the schema, with every endpoint", async () => {
      for (const to of ["shop/Service/db", "db.shop.svc"]) {
        const answer = JSON.parse((await ask(to, "--port", "80", "-o", "json")).out);
        expect(violations("decision-v1", answer)).toEqual([]);
        expect(answer).toMatchObject({
          to: "shop/Service/db",
          verdict: "allow",
          must: true,
          ports: { TCP: [[80, 80]] },
          ingress: { steps: [{ reason: "rule", policy: "shop/db" }] },
          endpoints: [
            { id: "shop/StatefulSet/db", ports: [{ protocol: "TCP", port: 80, target: 5432 }], verdict: "allow" },
          ],
        });
      }
    });

    test("from outside says whose address traffic comes under", async () => {
      const path = folder({
        ...files,
        "s.yaml": service("db", "{ type: NodePort, selector: { app: db }, ports: [{ port: 5432 }] }"),
      });
      const asked = ["query", path, "--from", "203.0.113.9", "--to", "db.shop"];
      expect((await watertight(asked)).out).toContain("shop/StatefulSet/db (TCP 5432 → 5432, under a node's address)");
      const answer = JSON.parse((await watertight([...asked, "-o", "json"])).out);
      expect(violations("decision-v1", answer)).toEqual([]);
      expect(answer).toMatchObject({ verdict: "deny", endpoints: [{ view: "node" }] });
    });

    test("meets expectations, and fails them", async () => {
      expect((await ask("db.shop", "--expect", "allow")).status).toBe(0);
      expect((await ask("db.shop", "--expect", "deny")).status).toBe(1);
    });

    test("says what cannot be answered, with status 2", async () => {
      for (const [to, port, why] of [
        ["shop/Service/db", "5432", "has no port TCP/5432; it has TCP/80"],
        ["shop/Service/ext", "80", "alias of `db.example.com`"],
        ["shop/Service/bd", "80", "did you mean"],
      ] as const) {
        const { status, err } = await ask(to, "--port", port);
        expect([status, err]).toEqual([2, expect.stringContaining(why)]);
      }
      const from = await watertight(["query", all(), "--from", "shop/Service/db", "--to", "shop/web"]);
      expect([from.status, from.err]).toEqual([2, expect.stringContaining("starts no connections")]);
    });
  });

  test("answers a name nobody bears with those it may have meant", async () => {
    const { status, err } = await query("shop/web", "shop/dbb");
    expect(status).toBe(2);
    expect(err).toMatch(/--to: there is no endpoint `shop\/dbb`; did you mean\n {2}shop\/StatefulSet\/db/);
  });

  test("reads a live dump from standard input", async () => {
    const dump = {
      apiVersion: "v1",
      kind: "List",
      items: ["a", "b"].map((name) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "x", labels: { app: name } },
        spec: { containers: [] },
        status: { phase: "Running", podIP: "10.0.0.1" },
      })),
    };
    const result = await watertight(["query", "-", "--from", "x/a", "--to", "x/b"], { stdin: JSON.stringify(dump) });
    expect(result.status).toBe(0);
    expect(result.out).toMatch(/^ALLOWED/);
  });
});
