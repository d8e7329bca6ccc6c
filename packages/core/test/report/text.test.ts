import { describe, expect, test } from "vitest";
import { decide } from "../../src/analyses/query.ts";
import { reach } from "../../src/engine/reach.ts";
import { decisionText } from "../../src/report/decision-text.ts";
import { formatDiagnostic, sortDiagnostics } from "../../src/report/diagnostics.ts";
import { printable } from "../../src/report/escape.ts";
import { endpointsWithin, listConnections } from "../../src/report/listing.ts";
import { type Paint, plainPaint, table } from "../../src/report/table.ts";
import { connectionsText } from "../../src/report/text.ts";
import { deployment, listed, policy, programOf, shop } from "./listed.ts";

/** Marks in place of colours. */
const marks: Paint = {
  ...plainPaint,
  bold: (text) => `*${text}*`,
  red: (text) => `-${text}-`,
  green: (text) => `+${text}+`,
};

describe("a listing", () => {
  test("begins with what was read and how much of it is open", () => {
    const [first, second] = connectionsText(listed(shop), { files: 1 }).split("\n");
    expect(first).toBe("4 workloads with 5 pods in 3 namespaces, 2 NetworkPolicies, 1 file.");
    expect(second).toBe("5 of 12 ordered pairs of workloads may connect.");
  });

  test("shows what nothing restricts as a state", () => {
    const lines = connectionsText(listed(shop)).split("\n");
    const at = lines.indexOf("No policy restricts");
    expect(lines.slice(at + 1, at + 3)).toEqual(["  incoming  open/echo, shop/web", "  outgoing  open/echo, shop/*"]);
  });

  test("of two hundred workloads that nothing restricts is as short as that of three", () => {
    const workloads = (number: number) =>
      Array.from({ length: number }, (_, i) => deployment(`team${i % 3}`, `app${i}`));
    const lines = (number: number) => connectionsText(listed(workloads(number))).split("\n").length;
    expect(lines(200)).toBe(lines(3));
  });

  test("fits the width, and cuts nothing off", () => {
    const workloads = Array.from({ length: 12 }, (_, i) => deployment("shop", `service-number-${i}`));
    const picky = policy(
      "shop",
      "picky",
      "{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [service-number-0, service-number-4, service-number-7] }] }, ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [service-number-1, service-number-2, service-number-3, service-number-5] }] } }], ports: [{ port: 80 }, { port: 90 }, { port: 100 }] }] }",
    );
    for (const width of [40, 60, 80, 120]) {
      const text = connectionsText(listed([...workloads, picky]), { width });
      expect(
        Math.max(
          ...text
            .split("\n")
            .slice(3)
            .map(({ length }) => length),
        ),
      ).toBeLessThanOrEqual(Math.max(width, 72));
      for (const i of [0, 1, 2, 3, 4, 5, 7]) expect(text).toContain(`shop/service-number-${i}`);
    }
  });

  test("is about sources when it was asked for one", () => {
    const reachability = reach(programOf(...shop));
    const from = reachability.endpoints.filter(({ name }) => name === "web");
    const text = connectionsText(listConnections(reachability, { from }));
    expect(text.split("\n")[0]).toMatch(/^FROM +PORTS +TO$/);
    expect(text).toMatch(/^shop\/web +TCP 5432 +shop\/db$/m);
    expect(text).not.toContain("pairs");
  });

  test("says so when nothing is allowed", () => {
    const quiet = policy("a", "quiet", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");
    expect(connectionsText(listed([deployment("a", "x"), deployment("a", "y"), quiet]))).toContain(
      "No connection is allowed.",
    );
  });

  test("does not call closed what is merely absent", () => {
    const alone = connectionsText(listed([policy("a", "quiet", "{ podSelector: {} }")]));
    expect(alone).toContain("no pod or workload");
    expect(alone).not.toContain("No connection is allowed.");
  });

  test("explains the parts of a split workload", () => {
    const one = deployment("shop", "db", 3).replace("Deployment", "StatefulSet");
    const spec = "{ podSelector: { matchLabels: { apps.kubernetes.io/pod-index: '1' } }, ingress: [] }";
    const text = connectionsText(listed([one, policy("shop", "second", spec)]));
    expect(text).toContain("apps.kubernetes.io/pod-index=1");
    expect(text).toContain("workloads, or parts of them,");
  });
});

describe("a listing narrowed to a name", () => {
  test("holds the endpoints that make up what was named", () => {
    const reachability = reach(programOf(...shop), { by: "namespace" });
    const whole = reachability.endpoint("shop");
    expect(whole && endpointsWithin(reachability, whole)).toEqual([whole]);
  });

  test("holds the named one itself where the grouping is coarser", () => {
    const program = programOf(...shop);
    const web = reach(program).endpoint("shop/Deployment/web");
    const reachability = reach(program, { by: "namespace" });
    const listing = listConnections(reachability, { from: web ? endpointsWithin(reachability, web) : [] });
    const pairs = Array.from(listing.connections, ({ from, to }) => `${from.id} ${to.id}`);
    expect(pairs).toContain("shop/Deployment/web open");
    expect(pairs).not.toContain("shop/Deployment/web shop");
    expect(listing.endpoints).toContain(web);
  });
});

describe("a decision", () => {
  const program = programOf(...shop);

  test("is one sentence with its reasons and places below", () => {
    const text = decisionText(program, decide(program, { source: "open/echo", destination: "shop/db" }));
    expect(text).toMatch(/^DENIED {2}open\/Deployment\/echo may not reach shop\/Deployment\/db/);
    expect(text).toMatch(/^egress {3}allowed/m);
    expect(text).toMatch(/^ingress {2}denied/m);
    expect(text).toContain("shop.yaml:44:");
  });

  test("that allows only part of what was asked says so", () => {
    const text = decisionText(program, decide(program, { source: "shop/web", destination: "shop/db" }), {
      paint: marks,
    });
    expect(text).toMatch(/^\*ALLOWED IN PART\*/);
    expect(text).toContain("TCP 5432");
  });

  test("says how sure it is when it is not, and which option decides", () => {
    const block =
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }";
    const unsure = programOf(deployment("a", "web"), deployment("a", "db"), policy("a", "block", block));
    const text = decisionText(
      unsure,
      decide(unsure, { source: "a/web", destination: "a/db", protocol: "TCP", port: 1 }),
    );
    expect(text).toMatch(/certainty: (unknown|implementation-defined)/);
    expect(text).toMatch(/^ {2}- /m);
  });
});

describe("text from the input", () => {
  test("cannot move the cursor, colour the terminal or turn the line round", () => {
    expect(printable("a\u001b[31mb\u0007\r\n\u009b\u202e\u2066\u200b\u{e0041}é漢")).toBe(
      "a\\u{1b}[31mb\\u{7}\\u{d}\\u{a}\\u{9b}\\u{202e}\\u{2066}\\u{200b}\\u{e0041}é漢",
    );
  });

  test("stays on one line in a diagnostic", () => {
    const span = { path: "a\nb.yaml", line: 3, column: 4, endLine: 3, endColumn: 5 };
    const line = formatDiagnostic({ code: "syntax", severity: "error", message: "what\u001b[2J", span });
    expect(line).toBe("a\\u{a}b.yaml:3:4 error syntax what\\u{1b}[2J");
  });

  test("stays in its cell of a table", () => {
    expect(table([[{ text: "a\nb" }, { text: "\u001b[0m" }]], 40)).toEqual(["a\\u{a}b  \\u{1b}[0m"]);
  });
});

test("diagnostics are sorted by place, those without one first", () => {
  const at = (path: string, line: number) => ({ path, line, column: 1, endLine: line, endColumn: 2 });
  const found = [
    { code: "syntax", severity: "error", message: "3", span: at("b.yaml", 1) },
    { code: "syntax", severity: "error", message: "2", span: at("a.yaml", 9) },
    { code: "syntax", severity: "error", message: "1" },
  ] as const;
  expect(sortDiagnostics(found).map(({ message }) => message)).toEqual(["1", "2", "3"]);
});
