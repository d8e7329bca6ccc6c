import { describe, expect, test } from "vitest";
import { findPolicy } from "../../src/analyses/find-policy.ts";
import { type PoliciesAnswer, policiesFor, policyAnswer, policyList } from "../../src/analyses/policies.ts";
import { findEndpoint } from "../../src/engine/names.ts";
import type { Program } from "../../src/model/program.ts";
import { policiesMarkdown } from "../../src/report/policies-markdown.ts";
import { policiesText } from "../../src/report/policies-text.ts";
import { deployment, policy, programOf, shop } from "./listed.ts";

function aboutPolicy(program: Program, name: string): PoliciesAnswer {
  const found = findPolicy(program, name);
  if (found.kind !== "policy") throw new Error(`${name} is ${found.kind}`);
  return policyAnswer(program, found.policy);
}

function aboutEndpoint(program: Program, name: string): PoliciesAnswer {
  const found = findEndpoint(program, name);
  if (found.kind !== "endpoint") throw new Error(`${name} is ${found.kind}`);
  return policiesFor(program, found.endpoint);
}

const idle = policy("shop", "idle", "{ podSelector: { matchLabels: { app: nobody } } }");
const cilium =
  "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: shop }\nspec: {}\n";
const guard = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: guard }
spec: { tier: Admin, priority: 7, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }
`;
const program = programOf(...shop, idle, cilium, guard);
const all = policyList(program);

describe("every policy", () => {
  const text = policiesText(all);
  const lines = text.trimEnd().split("\n");

  test("is a row, with its place; those left out come last", () => {
    expect(lines.map((line) => line.split(/ {2,}/)[0]).filter((cell) => cell !== "")).toEqual([
      "POLICY",
      "guard",
      "jobs/quiet",
      "shop/db",
      "shop/idle",
      "shop/c",
    ]);
    expect(lines.find((line) => line.startsWith("shop/db"))).toMatch(/1 workload +ingress +1 in +shop\.yaml:\d+:1$/);
    expect(lines.find((line) => line.startsWith("jobs/quiet"))).toMatch(/1 workload +ingress, egress +1 out/);
  });

  test("says of one that selects nothing that it does, and why one was left out", () => {
    expect(lines.find((line) => line.startsWith("shop/idle"))).toMatch(/nothing +ingress +none/);
    expect(text).toContain("left out:");
    expect(policiesText(policyList(programOf(deployment("a", "b"))))).toBe("There is no policy.\n");
  });

  test("has its tier and priority where it is an admin policy", () => {
    expect(text.replace(/\s+/g, " ")).toContain("admin, priority 7");
  });
});

describe("one policy", () => {
  test("has a line for each peer and port, with whom it matches", () => {
    const text = policiesText(aboutPolicy(program, "shop/db"));
    expect(text).toMatch(/selects +podSelector app=db: shop\/db\n/);
    expect(text).toMatch(/ingress rule 1 allows \(shop\.yaml:\d+:\d+\)/);
    expect(text).toMatch(/port \(line \d+\) +TCP 5432\n/);
    expect(text).toMatch(/from \(line \d+\) +podSelector app=web +shop\/web\n/);
  });

  test("says what selects nothing, what matches nothing, and that it was left out", () => {
    expect(policiesText(aboutPolicy(program, "shop/idle"))).toMatch(/nothing in shop, so it has no effect/);
    expect(policiesText(aboutPolicy(program, "shop/c"))).toMatch(/^CiliumNetworkPolicy shop\/c was left out/);
    const lost = "{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: gone } } }] }] }";
    const text = policiesText(aboutPolicy(programOf(...shop, policy("shop", "lost", lost)), "shop/lost"));
    expect(text).toMatch(/rule 1 allows nothing/);
    expect(text).toMatch(/podSelector app=gone +nothing in shop\n/);
  });

  test("numbers what a match hangs on, and says it once", () => {
    const text = policiesText(aboutPolicy(program, "jobs/quiet"));
    expect(text).toMatch(/203\.0\.113\.0\/24; perhaps every workload \[1\] \[2\]/);
    expect(text.match(/\[1\] /g)).toHaveLength(2);
    expect(text).toContain("--assume");
  });
});

describe("one endpoint", () => {
  test("has its policies by direction, with what their rules match", () => {
    const text = policiesText(aboutEndpoint(program, "shop/db"));
    expect(text).toMatch(/^shop\/Deployment\/db\n\ningress {2}isolated/);
    expect(text).toMatch(/rule 1 \(line \d+\) allows +TCP 5432 +from shop\/web\n/);
    expect(text).toMatch(/rule 1 \(line \d+\) denies +every port +from every workload/);
    expect(text).toMatch(/egress {2}no policy selects it/);
    expect(text).toContain("CiliumNetworkPolicy shop/c");
  });

  test("outside the cluster is told so", () => {
    expect(policiesText(aboutEndpoint(program, "203.0.113.7"))).toMatch(/^203\.0\.113\.7 is outside the cluster/);
  });
});

describe("text from manifests", () => {
  const evil = programOf(
    deployment("shop", "web"),
    'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: "a\\e[31m|<b>`", namespace: shop }\nspec: {}\n',
    policy("shop", "p", '{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: "x" } } }] }] }'),
  );
  const answers = [policyList(evil), aboutPolicy(evil, "shop/p"), aboutEndpoint(evil, "shop/web")];

  test("reaches no terminal unescaped, and no line sticks out of the width but for words that do not fit", () => {
    for (const answer of answers) {
      const text = policiesText(answer, { width: 60 });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
      expect(text).not.toMatch(/ \n/);
    }
  });

  test("reaches no Markdown unescaped", () => {
    const text = answers.map(policiesMarkdown).join("\n");
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("<b>");
    expect(text).toContain("\\|&lt;b>");
  });
});

test("Markdown says the same, in tables", () => {
  expect(policiesMarkdown(all)).toContain("| NetworkPolicy shop/db |  | 1 workload | ingress | 1 in | shop.yaml:");
  expect(policiesMarkdown(aboutPolicy(program, "shop/db"))).toMatch(
    /\| from \| \d+ \| podSelector app=web \| shop\/web \|/,
  );
  expect(policiesMarkdown(aboutEndpoint(program, "shop/db"))).toMatch(
    /\| shop\/db \| 1: allow \| TCP 5432 \| shop\/web \|/,
  );
  expect(policiesMarkdown(aboutPolicy(program, "shop/c"))).toMatch(/^- CiliumNetworkPolicy shop\/c was left out/);
});
