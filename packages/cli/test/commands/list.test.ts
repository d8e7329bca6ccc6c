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

  test.each([
    ["text", /^TO +PORTS +FROM$/m],
    ["csv", /^shop\/Deployment\/web,shop\/StatefulSet\/db,TCP 5432,default,policy\r$/m],
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
