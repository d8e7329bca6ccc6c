import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile/compile.ts";
import { parse } from "../../src/parse/parse.ts";
import { type DeltaReport, deltaReport, isEmptyDelta } from "../../src/report/delta.ts";
import { deltaDot } from "../../src/report/delta-dot.ts";
import { deltaAnswer } from "../../src/report/delta-json.ts";
import { deltaMarkdown } from "../../src/report/delta-markdown.ts";
import { deltaMermaid } from "../../src/report/delta-mermaid.ts";
import { deltaText } from "../../src/report/delta-text.ts";
import { deployment, policy } from "./listed.ts";
import { violations } from "./schema.ts";

function programOf(documents: readonly string[]) {
  return compile(parse([{ path: "all.yaml", text: documents.join("---\n") }]).cluster).program;
}

function report(before: readonly string[], after: readonly string[]): DeltaReport {
  return deltaReport(programOf(before), programOf(after));
}

/** Workloads of many namespaces, each of which a policy of its own lets in from another address. */
function large(namespaces: number, each: number): { workloads: string[]; policies: string[] } {
  const names = Array.from({ length: namespaces }, (_, i) => `namespace-with-a-long-name-${i}`);
  const pods = Array.from({ length: each }, (_, i) => `workload-with-a-long-name-${i}`);
  return {
    workloads: names.flatMap((namespace) => pods.map((pod) => deployment(namespace, pod))),
    policies: names.flatMap((namespace) =>
      pods.map((pod, i) =>
        policy(
          namespace,
          `only-${pod}`,
          `{ podSelector: { matchLabels: { app: ${pod} } }, ingress: [{ ports: [{ port: ${1000 + i} }] }] }`,
        ),
      ),
    ),
  };
}

describe("a delta", () => {
  test("is grouped by what caused it, equal sources and destinations in one row", () => {
    const pods = ["web", "api", "db"].map((name) => deployment("shop", name));
    const closed = policy("shop", "quiet", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");
    const text = deltaText(report(pods, [...pods, closed]));
    expect(text).toContain("12 connections close");
    expect(text).toMatch(/NetworkPolicy shop\/quiet added \(all\.yaml:\d+:1\)\n/);
    expect(text.match(/^ {2}closes/gm)?.length).toBeLessThanOrEqual(4);
    expect(text).toContain("shop/Deployment/web egress: not isolated → isolated");
  });

  test("names what becomes exposed, by which way, and the edit behind it", () => {
    const service = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
`;
    const web = deployment("shop", "web");
    const closed = policy("shop", "web", "{ podSelector: {}, policyTypes: [Ingress] }");
    const open = policy("shop", "web", "{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }");
    const fresh = report([web, open], [web, open, service]);
    expect(deltaText(fresh)).toContain("1 workload newly exposed to the internet");
    expect(deltaText(fresh)).toMatch(
      /new {2}shop\/Deployment\/web latent → exposed: internet → Service shop\/web \(load balancer 80\) →\s+shop\/web, load balancer to TCP 80 \(all\.yaml:\d+:1\)/,
    );
    const other = deployment("other", "db");
    const shut = policy("other", "db", "{ podSelector: {}, policyTypes: [Ingress] }");
    const opened = report([web, closed, service, other], [web, open, service, other, shut]);
    expect(deltaText(opened)).toMatch(
      /blocked → exposed: .*\n.*none → TCP 80.*\n +since NetworkPolicy shop\/web changed/,
    );
    expect(deltaMarkdown(opened)).toMatch(/Exposure to the internet\n\n- \*\*now\*\* .* — since NetworkPolicy/);
    const answer = JSON.parse(JSON.stringify(deltaAnswer(opened)));
    expect(violations("delta-v1", answer)).toEqual([]);
    expect(answer.exposure).toMatchObject([
      {
        endpoint: "shop/Deployment/web",
        before: { published: { answer: "yes" }, exposed: { answer: "no" } },
        after: { exposed: { answer: "yes" } },
        ways: [{ kind: "load-balancer", before: { open: {} }, because: [{ policy: "shop/web", change: "changed" }] }],
      },
    ]);
    expect(isEmptyDelta(fresh)).toBe(false);
  });

  test("of protocols without ports alone is told as such in every form", () => {
    const pods = ["web", "db"].map((name) => deployment("shop", name));
    const ports = ["TCP", "UDP", "SCTP"].map((protocol) => `{ protocol: ${protocol}, port: 1, endPort: 65535 }`);
    const letting = (more: string) =>
      policy(
        "shop",
        "db",
        `{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: {} }]${more} }] }`,
      );
    const found = report([...pods, letting("")], [...pods, letting(`, ports: [${ports}]`)]);
    expect(deltaText(found)).toMatch(/closes +shop\/db +other protocols +shop\/web/);
    expect(deltaMarkdown(found)).toContain("| closes | shop/db | other protocols | shop/web |");
    expect(deltaMermaid(found.delta)).toContain("other protocols");
    const answer = JSON.parse(JSON.stringify(deltaAnswer(found)));
    expect(violations("delta-v1", answer)).toEqual([]);
    expect(answer.otherProtocols).toMatchObject([
      { to: "shop/Deployment/db", ports: "all", before: { expected: true }, after: { expected: false, may: true } },
    ]);
    expect(isEmptyDelta(found)).toBe(false);
  });

  test("without a difference says so in every form", () => {
    const pods = [deployment("shop", "web")];
    const nothing = report(pods, pods);
    expect(deltaText(nothing)).toBe("No connection changes.\n");
    expect(deltaMarkdown(nothing)).toContain("**No connection changes.**");
    expect(violations("delta-v1", JSON.parse(JSON.stringify(deltaAnswer(nothing))))).toEqual([]);
    expect(deltaMermaid(nothing.delta)).toMatch(/^flowchart LR\n/);
    expect(deltaDot(nothing.delta)).toMatch(/\}\n$/);
  });

  test("fits a comment and what draws Mermaid, however large, and says what it leaves out", () => {
    const { workloads, policies } = large(12, 8);
    const whole = report(workloads, [...workloads, ...policies]);
    expect(whole.delta.changed.length + whole.delta.removed.length).toBeGreaterThan(5000);
    const markdown = deltaMarkdown(whole);
    expect(markdown.length).toBeLessThan(65_536);
    expect(markdown).toMatch(/left out here/);
    const picture = deltaMermaid(whole.delta);
    expect(picture.length).toBeLessThanOrEqual(50_000);
    expect(picture.match(/(==>|-\.->|-->)/g)?.length).toBeLessThanOrEqual(500);
    expect(picture).toContain("too large to draw in full");
  }, 120_000);

  test("lets no name write Markdown, Mermaid or DOT", () => {
    const before = programOf([deployment("shop", "web")]);
    const after = compile({
      ...before.cluster,
      networkPolicies: [
        {
          namespace: "shop",
          name: "a|b`]<i>x",
          podSelector: { requirements: [] },
          policyTypes: ["ingress"],
          policyTypesWritten: true,
          ingress: [],
          egress: [],
          span: { path: "a|b`<i>.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 },
        },
      ],
    }).program;
    const markdown = deltaMarkdown(deltaReport(before, after));
    expect(markdown).not.toMatch(/<i>/);
    expect(markdown).toContain("a\\|b\\`\\]&lt;i>x");
  });
});
