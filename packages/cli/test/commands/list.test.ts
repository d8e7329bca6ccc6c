import { describe, expect, test } from "vitest";
import { db, echo, folder, watertight, web } from "../runs.ts";
import { violations } from "../schema.ts";

const files = { "web.yaml": web, "db.yaml": db, "echo.yaml": echo };

interface Answer {
  readonly endpoints: readonly { readonly id: string }[];
  readonly connections: readonly { readonly from: string; readonly to: string; readonly ports: unknown }[];
}

async function pairs(...args: readonly string[]): Promise<readonly string[]> {
  const { status, out, err } = await watertight(["list", folder(files), "-o", "json", ...args]);
  expect(status, err).toBe(0);
  const answer = JSON.parse(out) as Answer;
  expect(violations("connections-v1", answer)).toEqual([]);
  return answer.connections.map(({ from, to }) => `${from} > ${to}`);
}

describe("list", () => {
  test("answers in JSON by the schema, the same each time", async () => {
    const path = folder(files);
    const [first, second] = await Promise.all([1, 2].map(() => watertight(["list", path, "-o", "json"])));
    expect(first?.out).toBe(second?.out);
    const answer = JSON.parse(first?.out ?? "");
    expect(violations("connections-v1", answer)).toEqual([]);
    expect(answer.connections).toContainEqual({
      from: "shop/Deployment/web",
      to: "shop/StatefulSet/db",
      ports: { TCP: [[5432, 5432]] },
      egress: "default",
      ingress: "policy",
    });
  });

  test("counts on stderr what CSV has no row for", async () => {
    const block = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: block, namespace: open }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }
`;
    const { out, err } = await watertight(["list", folder({ ...files, "block.yaml": block }), "-o", "csv"]);
    expect(out).not.toMatch(/^shop\/Deployment\/web,open\//m);
    expect(err).toMatch(/^not certain: 2 pairs that do not connect .* "uncertain"$/m);
  });

  test.each([
    ["text", /^TO +PORTS +FROM$/m],
    ["csv", /^shop\/Deployment\/web,shop\/StatefulSet\/db,TCP 5432,default,policy,specified,\r$/m],
    ["md", /^\| shop\/db \| TCP 5432 \| shop\/web \|$/m],
    ["dot", /"shop\/Deployment\/web" -> "shop\/StatefulSet\/db" \[label="TCP 5432"\]/],
    ["mermaid", /^flowchart LR$/m],
    ["svg", /^<svg [^>]+>\n<title>Who can reach whom<\/title>$/m],
    ["html", /^<!doctype html>$/m],
  ])("answers as %s", async (format, expected) => {
    const { status, out } = await watertight(["list", folder(files), "-o", format]);
    expect(status).toBe(0);
    expect(out).toMatch(expected);
    expect(out.endsWith("\n")).toBe(true);
  });

  test("a picture shows everything, workloads or namespaces, and says so when asked for less", async () => {
    const drawn = await watertight(["list", folder(files), "-o", "svg", "--by", "namespace"]);
    expect(drawn.out).toContain("1 workload<");
    for (const part of [
      ["--from", "shop/web"],
      ["--port", "TCP/80"],
      ["--by", "pod"],
    ]) {
      const { status, out, err } = await watertight(["list", folder(files), "-o", "svg", ...part]);
      expect({ status, out }).toEqual({ status: 2, out: "" });
      expect(err).toContain(part[0]);
    }
  });

  test("keeps to a source, a destination, a port", async () => {
    expect(await pairs("--to", "shop/db")).toEqual(["shop/Deployment/web > shop/StatefulSet/db"]);
    expect(await pairs("--from", "shop/db", "--to", "open/echo")).toEqual([
      "shop/StatefulSet/db > open/Deployment/echo",
    ]);
    expect(await pairs("--to", "shop/db", "--port", "TCP/80")).toEqual([]);
    expect(await pairs("--from", "internet", "--to", "shop/*")).toEqual(["0.0.0.0/0 > shop/Deployment/web"]);
  });

  test("shows only the ports asked about", async () => {
    const { out } = await watertight(["list", folder(files), "-o", "json", "--from", "open/echo", "--port", "UDP/53"]);
    expect((JSON.parse(out) as Answer).connections[0]?.ports).toEqual({ UDP: [[53, 53]] });
  });

  test("groups by namespace and by pod", async () => {
    expect(await pairs("--by", "namespace")).toContain("shop > open");
    expect(await pairs("--by", "pod")).toContain("shop/Deployment/web > open/Deployment/echo");
    expect(await pairs("--by", "namespace", "--from", "shop")).toEqual(["shop > open", "shop > 0.0.0.0/0"]);
  });

  test("looks for bare names in the default namespace", async () => {
    expect(await pairs("-n", "shop", "--to", "db")).toEqual(["shop/Deployment/web > shop/StatefulSet/db"]);
  });

  test("tells the address of a node from the others that policies treat alike: its own pods take it for more", async () => {
    const path = folder({
      "nodes.yaml": ["n1", "n2"]
        .map(
          (node, i) => `apiVersion: v1
kind: Pod
metadata: { name: p${i + 1}, namespace: shop }
spec: { containers: [{ name: main }], nodeName: ${node} }
status: { podIP: 10.0.0.${i + 1}, hostIP: 192.168.1.${i + 1} }
---
`,
        )
        .join("")
        .concat(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: shut, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }
`),
    });
    const reached = async (...args: readonly string[]) => {
      const { out } = await watertight(["list", path, "-o", "json", ...args]);
      return (JSON.parse(out) as Answer).connections.map(({ from, to }) => `${from} > ${to}`);
    };
    expect(await reached("--from", "192.168.1.1")).toEqual(["192.168.1.1 > shop/Pod/p1"]);
    expect(await reached("--from", "192.168.1.3")).toEqual([]);
    const admitted = ["192.168.1.1 > shop/Pod/p1", "192.168.1.1 > shop/Pod/p2"];
    expect(await reached("--from", "192.168.1.1", "--preset", "ovn-like")).toEqual(admitted);
    expect(await reached("--from", "192.168.1.3", "--preset", "ovn-like")).toEqual([]);
  });

  describe("to a Service", () => {
    const service = (name: string, spec: string) =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n`;
    const all = () =>
      folder({
        ...files,
        "services.yaml": [
          service("store", "{ selector: { app: db }, clusterIP: 10.96.0.1, ports: [{ port: 80, targetPort: 5432 }] }"),
          service("ext", "{ type: ExternalName, externalName: db.example.com }"),
          service("nobody", "{ selector: { app: nobody }, ports: [{ port: 80 }] }"),
        ].join("---\n"),
      });
    const ask = (...args: readonly string[]) => watertight(["list", all(), ...args]);

    test("answers by its own ports, and tells where they arrive", async () => {
      const { status, out } = await ask("--to", "shop/Service/store");
      expect(status).toBe(0);
      expect(out).toMatch(/^TO +PORTS +FROM\nshop\/Service\/store +TCP 80 +shop\/\*\n/);
      expect(out).toContain("Behind shop/Service/store\n  shop/StatefulSet/db (TCP 80 → 5432)\n");
      const next = /^Why\? +watertight (.*)$/m.exec(out)?.[1] ?? "";
      expect((await watertight(next.split(" "))).out).toMatch(/^ALLOWED .* may reach shop\/Service\/store/);
    });

    test("is called as for query, and answers in JSON by the schema", async () => {
      for (const name of ["shop/Service/store", "store.shop.svc.cluster.local", "10.96.0.1"]) {
        const { out } = await ask("--to", name, "--from", "shop/web", "--port", "80", "-o", "json");
        const answer = JSON.parse(out);
        expect(violations("connections-v1", answer)).toEqual([]);
        expect(answer.connections).toEqual([
          {
            from: "shop/Deployment/web",
            to: "shop/Service/store",
            ports: { TCP: [[80, 80]] },
            egress: "default",
            ingress: "policy",
            arrivals: [{ id: "shop/StatefulSet/db", ports: [{ protocol: "TCP", port: 80, target: 5432 }] }],
          },
        ]);
      }
      expect((await ask("--to", "store.shop", "--from", "open/echo", "-o", "csv")).out).toBe(
        "from,to,ports,egress,ingress,certainty,may\r\n",
      );
    });

    test("without endpoints says that it has none", async () => {
      const { status, out } = await ask("--to", "shop/Service/nobody");
      expect(status).toBe(0);
      expect(out).toContain("nothing: no pod or address of the input is a ready endpoint of it");
    });

    test.each([
      [["--to", "shop/Service/store", "--port", "5432"], "has no port TCP/5432; it has TCP/80"],
      [["--to", "shop/Service/store", "--from", "internet"], "has no address outside the cluster"],
      [["--to", "shop/Service/ext"], "alias of `db.example.com`"],
      [["--from", "shop/Service/store"], "a Service starts no connections"],
      [["--exposure", "--to", "shop/Service/store"], "which only `query --to` and `list --to` take"],
    ])("says why %j cannot be answered, with status 2", async (args, why) => {
      const { status, err } = await ask(...args);
      expect([status, err]).toEqual([2, expect.stringContaining(why)]);
    });
  });

  test("answers a name nobody bears with those it may have meant", async () => {
    const { status, out, err } = await watertight(["list", folder(files), "--from", "shop/wbe"]);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain("shop/Deployment/web");
    expect((await watertight(["list", folder(files), "--from", "nowhere/*"])).err).toContain("open, shop");
  });

  test("does not speak of protocols without ports", async () => {
    const { status, err } = await watertight(["list", folder(files), "--port", "ICMP"]);
    expect(status).toBe(2);
    expect(err).toContain("query");
  });

  test("ends with a question to ask next, that can be asked", async () => {
    const path = folder(files);
    const { out } = await watertight(["list", path, "--assume", "podCIDRs=10.0.0.0/8"]);
    const next = /^Why\? +watertight (.*)$/m.exec(out)?.[1] ?? "";
    expect(next).toContain("--assume podCIDRs=10.0.0.0/8");
    const { status, out: answer } = await watertight(next.split(" "));
    expect(status).toBe(0);
    expect(answer).toMatch(/^ALLOWED/);
  });

  test("takes assumptions and presets into account", async () => {
    const block = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }
`;
    const path = folder({ ...files, "block.yaml": block });
    const to = async (...args: string[]) => {
      const { out } = await watertight(["list", path, "-o", "json", "--to", "shop/web", ...args]);
      return (JSON.parse(out) as Answer).connections.map(({ from }) => from);
    };
    expect(await to("--assume", "podCIDRs=10.244.0.0/16")).toContain("open/Deployment/echo");
    expect(await to("--assume", "podCIDRs=10.244.0.0/16", "--preset", "cilium-like")).toEqual(["10.0.0.0/8"]);
  });
});
