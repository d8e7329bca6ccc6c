import { describe, expect, test } from "vitest";
import type { Endpoint } from "../../src/engine/endpoints.ts";
import { ConnectionSet } from "../../src/model/connections.ts";
import { connectionsCsv } from "../../src/report/csv.ts";
import { connectionsDot } from "../../src/report/dot.ts";
import type { Listing } from "../../src/report/listing.ts";
import { connectionsMarkdown } from "../../src/report/markdown.ts";
import { connectionsMermaid } from "../../src/report/mermaid.ts";
import { deployment, listed, policy, shop } from "./listed.ts";

/** A listing whose one connection goes between endpoints with these names, whatever a manifest could hold. */
function named(from: string, to: string): Listing {
  const listing = listed([
    deployment("a", "x"),
    deployment("a", "y"),
    policy("a", "p", "{ podSelector: {}, ingress: [{}] }"),
  ]);
  const rename = (endpoint: Endpoint, name: string): Endpoint => ({ ...endpoint, id: `a/Deployment/${name}`, name });
  const [x, y] = listing.endpoints as [Endpoint, Endpoint];
  const ends = [rename(x, from), rename(y, to)] as const;
  const connection = {
    from: ends[0],
    to: ends[1],
    connections: ConnectionSet.ALL_PORTS,
    egress: "default",
    ingress: "policy",
  } as const;
  return { ...listing, endpoints: ends, connections: [connection] };
}

const hostile = `"];x-->y\\|<b>#;%%\n\u001b[31m`;

describe("CSV", () => {
  const csv = (listing: Listing) => [...connectionsCsv(listing)].join("");

  test("has a header and a line for each connection", () => {
    const lines = csv(listed(shop)).split("\r\n");
    expect(lines[0]).toBe("from,to,ports,egress,ingress,certainty,may");
    expect(lines).toContain("shop/Deployment/web,shop/Deployment/db,TCP 5432,default,policy,specified,");
    expect(lines.at(-1)).toBe("");
  });

  test("quotes what holds commas, quotes and line breaks", () => {
    expect(csv(named('a,"b"', "c\nd"))).toContain('"a/Deployment/a,""b""","a/Deployment/c\nd",all');
  });

  test("gives spreadsheets no formula", () => {
    const listing = named("x", "y");
    const [connection] = [...listing.connections] as [typeof listing.connections extends Iterable<infer C> ? C : never];
    const formula = { ...connection, from: { ...connection.from, id: "=1+1" } };
    expect(csv({ ...listing, connections: [formula] })).toContain("\r\n'=1+1,");
  });
});

/** Of the first policy nobody can say whether its block holds the client; the second is of a dialect that is not read. */
const open = [
  deployment("shop", "web"),
  deployment("shop", "db"),
  policy(
    "shop",
    "db",
    "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }",
  ),
];
const unread = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: x, namespace: shop }
spec: { endpointSelector: { matchLabels: { app: web } } }
`;
const deny = policy(
  "shop",
  "web",
  "{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: {} }] }] }",
);

describe("what is not certain is said", () => {
  test("in the last columns of CSV", () => {
    expect([...connectionsCsv(listed(open))].join("")).not.toContain("shop/Deployment/web,shop/Deployment/db");
    const maybeLess = [...connectionsCsv(listed([...open, deny, unread]))];
    expect(maybeLess).toContain("shop/Deployment/db,shop/Deployment/web,all,default,policy,unknown,all\r\n");
  });

  test.each([
    ["Graphviz", connectionsDot, '"shop/Deployment/db" -> "shop/Deployment/web" [label="all ?", style=dashed]', "// "],
    ["Mermaid", connectionsMermaid, 'n0 -.->|"all #63;"| n1', "  %% "],
  ] as const)("by dashed arrows of %s, and pairs without one are counted", (_, draw, arrow, comment) => {
    const text = draw(listed([...open, deny, unread]));
    expect(text).toContain(arrow);
    expect(draw(listed(open))).toContain(`${comment}not drawn: 1 pair that may connect`);
    expect(draw(listed(shop))).not.toContain("certain");
  });
});

describe("Markdown", () => {
  test("has a table of folded rows", () => {
    const text = connectionsMarkdown(listed(shop));
    expect(text).toContain("| To | Ports | From |\n| --- | --- | --- |\n");
    expect(text).toContain("| shop/db | TCP 5432 | shop/web |");
  });

  test("keeps names from becoming cells, markup or lines", () => {
    const rows = connectionsMarkdown(named(hostile, "y"))
      .split("\n")
      .filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(3);
    expect(rows[2]).toContain("\\|&lt;b>\\#");
    expect(rows[2]?.match(/(?<!\\)\|/g)).toHaveLength(4);
  });
});

describe("Graphviz", () => {
  test("draws namespaces, kinds and ports, and what is open as dashed", () => {
    const text = connectionsDot(listed(shop));
    expect(text).toContain('subgraph cluster_2 {\n    label="shop"');
    expect(text).toContain('"shop/Deployment/web" -> "shop/Deployment/db" [label="TCP 5432"]');
    expect(text).toContain('"open/Deployment/echo" [label="echo\\nDeployment\\nopen", style="rounded,dashed"]');
  });

  test("draws no arrow between two ends that nothing restricts", () => {
    expect(connectionsDot(listed([deployment("a", "x"), deployment("a", "y")]))).not.toContain("->");
  });

  test("keeps names inside their quotes", () => {
    const line =
      connectionsDot(named(hostile, "y"))
        .split("\n")
        .find((text) => text.includes(" -> ")) ?? "";
    expect(line.trim()).toMatch(/^"(\\.|[^"\\])*" -> "(\\.|[^"\\])*" \[label="all"\]$/);
    expect(line).not.toContain("\u001b");
  });
});

describe("Mermaid", () => {
  test("draws subgraphs and labelled arrows", () => {
    const text = connectionsMermaid(listed(shop));
    expect(text.startsWith("flowchart LR\n")).toBe(true);
    expect(text).toContain('subgraph s2["shop"]');
    expect(text).toMatch(/^ {2}n\d+ -->\|"TCP 5432"\| n\d+$/m);
    expect(text).toContain(":::open");
  });

  test("spells everything it could read as a code", () => {
    const text = connectionsMermaid(named(hostile, "y"));
    const label = text.split("\n").find((line) => line.includes("Deployment")) ?? "";
    expect(label.trim()).toMatch(/^n0\["[\p{L}\p{N} ./:,()#;-]*<br\/>Deployment<br\/>[\w ]*"\]:::open$/u);
  });

  test("that would be too large to draw shows namespaces, and says so", () => {
    const workloads = Array.from({ length: 60 }, (_, i) => deployment(`team${i % 2}`, `app${i}`));
    const rules = ["team0", "team1"].map((team) =>
      policy(
        team,
        "in",
        "{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }] }",
      ),
    );
    const text = connectionsMermaid(listed([...workloads, ...rules]));
    expect(text).toContain("so each namespace is one node");
    expect(text.match(/-->/g)).toHaveLength(2);
  });

  test("stays within the limits of the places that draw it", () => {
    const workloads = Array.from({ length: 30 }, (_, i) => deployment(`team${i}`, "app"));
    const rules = workloads.map((_, i) =>
      policy(
        `team${i}`,
        "in",
        "{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }] }",
      ),
    );
    const text = connectionsMermaid(listed([...workloads, ...rules]));
    expect(text.match(/-->/g)?.length).toBeLessThanOrEqual(500);
    expect(text.length).toBeLessThanOrEqual(50_000);
    expect(text).toMatch(/%% \d+ arrows are left out/);
  });
});
