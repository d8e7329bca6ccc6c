import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { objectKeys } from "../../src/analyses/objects.ts";
import { qualifiedId } from "../../src/analyses/policies.ts";
import { withoutObjectText } from "../../src/parse/cut.ts";
import { parse } from "../../src/parse/parse.ts";

const policy = (name: string) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress"] },
});

const block = (name: string) =>
  [
    "apiVersion: networking.k8s.io/v1",
    "kind: NetworkPolicy",
    `metadata: { name: ${name}, namespace: shop }`,
    "spec:",
    "  podSelector: {}",
  ].join("\n");

const indented = (text: string, by: string) =>
  text
    .split("\n")
    .map((line, at) => (at === 0 ? line : by + line))
    .join("\n");

/** Ways to write some policies in one file. */
const WAYS: Readonly<Record<string, (names: readonly string[]) => string>> = {
  documents: (names) => names.map((name) => `# about ${name}\n${block(name)}\n`).join("---\n"),
  "documents that all begin with a separator": (names) => names.map((name) => `---\n${block(name)}\n\n`).join(""),
  "documents ended by dots": (names) => names.map((name) => `--- # ${name}\n${block(name)}\n...\n`).join(""),
  "documents in braces": (names) => names.map((name) => `${JSON.stringify(policy(name))}\n`).join("---\n"),
  "a list": (names) =>
    `apiVersion: v1\nkind: List\nitems:\n${names.map((name) => `# about ${name}\n- ${indented(block(name), "  ")}\n`).join("")}`,
  "an indented list with more after it": (names) =>
    `apiVersion: v1\nitems: # all of them\n${names.map((name) => `  - ${indented(block(name), "    ")}\n`).join("")}kind: List\n`,
  "a list in brackets": (names) =>
    `apiVersion: v1\nkind: List\nitems: [${names.map((name) => JSON.stringify(policy(name))).join(", ")}]\n`,
  JSON: (names) => JSON.stringify({ apiVersion: "v1", kind: "List", items: names.map(policy) }),
  "indented JSON": (names) => JSON.stringify({ kind: "List", items: names.map(policy), apiVersion: "v1" }, null, 2),
};

describe("the text without an object", () => {
  test.each(Object.entries(WAYS))("is the same file without it: %s", (_way, write) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^p[a-z]{1,4}$/), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (names, at) => {
          expectCut("shop.yaml", write(names), at % names.length);
        },
      ),
    );
  });

  test.each(exampleFiles())("holds for every policy of %s", (path) => {
    const text = readFileSync(path, "utf8");
    const count = parse([{ path, text }]).cluster.networkPolicies.length;
    for (let at = 0; at < count; at++) expectCut(path, text, at);
    expect(count).toBeGreaterThan(0);
  });

  test("other lines stay as they were written", () => {
    const text = WAYS.documents?.(["a", "b", "c"]) ?? "";
    const [, second] = parse([{ path: "x", text }]).cluster.networkPolicies;
    expect(second && withoutObjectText(text, second.span)).toBe(WAYS.documents?.(["a", "c"]));
  });
});

/** Cutting one policy out leaves all other objects, and nothing to complain about. */
function expectCut(path: string, text: string, at: number): void {
  const { cluster, diagnostics } = parse([{ path, text }]);
  const gone = cluster.networkPolicies[at];
  if (!gone) throw new Error("no such policy");
  const after = parse([{ path, text: withoutObjectText(text, gone.span) }]);
  const key = qualifiedId({ kind: "NetworkPolicy", ...gone });
  expect(objectKeys(after.cluster)).toEqual(objectKeys(cluster).filter((one) => one !== key));
  const faults = (list: typeof diagnostics) => list.filter(({ severity }) => severity === "error");
  expect(faults(after.diagnostics)).toEqual(faults(diagnostics));
}

function exampleFiles(): readonly string[] {
  const root = new URL("../../../../examples/", import.meta.url).pathname;
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /polic(y|ies\/.*)\.yaml$/.test(path) && !path.includes("indentation-lost"))
    .map((path) => root + path)
    .sort();
}
