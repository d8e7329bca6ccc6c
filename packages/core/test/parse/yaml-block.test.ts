import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { SourceText } from "../../src/parse/text.ts";
import { readSyntaxTree } from "../../src/parse/yaml.ts";
import { readBlock } from "../../src/parse/yaml-block.ts";
import { splitDocuments } from "../../src/parse/yaml-split.ts";
import { YamlFault } from "../../src/parse/yaml-tree.ts";

type Node = string | readonly Node[] | { readonly [key: string]: Node };

/** Scalars as most are. */
const common = fc.constantFrom(
  "web",
  "80",
  "true",
  "10.0.0.0/8",
  "a b",
  "é",
  "''",
  '"a"',
  "'it''s'",
  "{}",
  "[]",
  "null",
  "-1",
  "y",
  "|\n  x\n",
  "|-\n  x\n\n    y\n",
);
/** Scalars as they are written, those that mean something else to some reader among them. */
const odd = fc.constantFrom(
  "web",
  "80",
  "010",
  "1_000",
  "0x1F",
  "-1",
  "1.5",
  "1e3",
  ".5",
  "true",
  "Yes",
  "off",
  "null",
  "~",
  "y",
  "N",
  "2026-01-01",
  "10.0.0.0/8",
  "fd00::/8",
  "a b",
  "a#b",
  "a: b",
  "a:",
  "a:b",
  ":a",
  "-a",
  "- a",
  "-",
  "?",
  "? a",
  "{}",
  "[]",
  "{a: 1}",
  "[a]",
  "{} x",
  "&a x",
  "*a",
  "!!str 1",
  "!x",
  "%x",
  "@x",
  "`x",
  "'it''s'",
  "'a'x",
  "'a' x",
  '"a\\nb"',
  '"\\u0041"',
  '"\\x41"',
  '"a',
  "'a",
  '"a" # c',
  "a # c",
  "a  ",
  "é",
  "a\u00a0b",
  "a\tb",
  "{}  # none",
  "''",
  '""',
  "a,b",
  "a]b",
  "<<",
  "=",
  "---",
  "...",
  "a\\",
  "\u2028",
  "0o7",
  "1:30",
  ".inf",
  "",
  "|\n  x\n",
  "|-\n    a\n      b\n\n    c\n\n",
  "|+\n  x\n\n",
  ">\n  x\n",
  "|2\n   x\n",
  "|\n\n  x\n",
  "| # c\n  x\n",
  "|\n    a\n  b\n",
  "|\n    # a\n",
  "|\n    a  \n   \n    b\n",
);
const scalar = fc.oneof({ weight: 9, arbitrary: common }, { weight: 1, arbitrary: odd });
const key = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom("app", "kind", "a.b/c", "_x", "x-1", "items") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "on",
      "y",
      "1",
      "'q'",
      '"q"',
      "'a b'",
      "<<",
      "null",
      "a b",
      "é",
      "__proto__",
      "'__proto__'",
      "? x",
      "*a",
      "x ",
    ),
  },
);
const { node } = fc.letrec<{ node: Node; map: Node; list: Node }>((tie) => ({
  node: fc.oneof({ depthSize: "small", withCrossShrink: true }, scalar, tie("map"), tie("list")),
  list: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
  map: fc
    .uniqueArray(fc.tuple(key, tie("node")), { minLength: 1, maxLength: 3, selector: ([key]) => key })
    .map((all) => Object.fromEntries(all)),
}));
const gap = fc.constantFrom("", "", "", "", "\n", "  # note\n", "# note\n", "   \n");
const style = fc.record({
  step: fc.constantFrom(2, 2, 4, 1),
  dashes: fc.constantFrom(0, 0, 2),
  gap,
  after: fc.constantFrom("", "", " ", " # note", "#no"),
});

/** A value in block style, at a column; what follows a colon or a dash. */
function written(
  node: Node,
  column: number,
  how: { step: number; dashes: number; gap: string; after: string },
  under: "key" | "dash" | "top",
): string {
  const { step, dashes, gap, after } = how;
  if (typeof node === "string")
    return node.endsWith("\n") ? ` ${node.replaceAll("\n  ", `\n${" ".repeat(column + 2)}`)}` : ` ${node}${after}\n`;
  const isList = Array.isArray(node);
  const inner = under === "top" ? 0 : under === "dash" ? column + 2 : isList ? column + dashes : column + step;
  const margin = " ".repeat(inner);
  const entries = isList
    ? (node as readonly Node[]).map((item) => `-${written(item, inner, how, "dash")}`)
    : Object.entries(node).map(([key, item]) => `${key}:${written(item, inner, how, "key")}`);
  const text = entries.join(gap + margin);
  return under === "dash" ? ` ${text}` : under === "top" ? text : `${after}\n${gap}${margin}${text}`;
}

const document = fc
  .tuple(
    node,
    style,
    fc.constantFrom("", "---\n", "--- # a\n", "# a\n---\n", "--- "),
    fc.constantFrom("", "\n", "# end\n", "...\n"),
  )
  .map(([node, style, before, after]) => before + written(node, 0, style, "top") + after);

/** Block style, and block style with some characters replaced. */
const nearlyBlock = fc.oneof(
  document,
  fc
    .tuple(
      document,
      fc.nat(),
      fc.nat(2),
      fc.constantFrom("", " ", "  ", "\n", ":", "- ", "#", " #", '"', "'", "\t", "\r\n", "|", "x", "{", "&"),
    )
    .map(([text, at, length, by]) => {
      const from = text.length === 0 ? 0 : at % text.length;
      return text.slice(0, from) + by + text.slice(from + length);
    }),
);

describe("the two readers of YAML", () => {
  test("read the same wherever the quick one reads at all, places included", () => {
    fc.assert(
      fc.property(nearlyBlock, (text) => {
        const source = new SourceText({ path: "a.yaml", text });
        for (const stretch of splitDocuments(text)) {
          const quick = readBlock(text, stretch, "with parts");
          if (!quick) continue;
          const thorough = readSyntaxTree(source, stretch);
          if (thorough instanceof YamlFault) throw new Error(`${thorough.message} at ${thorough.start}`);
          expect(thorough.problems).toEqual([]);
          expect(quick).toEqual(thorough.places.root);
          const { value, start, end } = quick;
          expect(readBlock(text, stretch, "without parts")).toMatchObject({ value, start, end });
        }
      }),
    );
  });

  const policy = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "db", labels: { "app.kubernetes.io/name": "db" }, annotations: { note: "one\ntwo\n" } },
    spec: {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { app: "web" } } },
            { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
          ],
          ports: [{ port: 80 }, { port: "http", protocol: "TCP" }],
        },
      ],
    },
  };

  test.each([
    ["as kubectl and Helm print it", stringify(policy)],
    ["with lists in the column of their key", stringify(policy, { indentSeq: false })],
    [
      "with comments and blank lines",
      stringify({ ...policy, metadata: { name: "db" } }).replaceAll("\n", " # why\n\n  # more\n"),
    ],
  ])("a policy %s is read by the quick one", (_, text) => {
    expect(readBlock(text, { start: 0, end: text.length }, "with parts")?.value).toMatchObject({ spec: policy.spec });
  });

  test.each([
    ["an anchor", "a: &x 1\n"],
    ["a tag", "a: !!str 1\n"],
    ["brackets", "a: [1]\n"],
    ["nothing after a key", "a:\nb: 1\n"],
    ["a key twice", "a: 1\na: 2\n"],
    ["a scalar over two lines", "a: b\n  c\n"],
    ["a tab", "a:\n\tb: 1\n"],
    ["a folded scalar", "a: >\n  b\n"],
    ["a merge key", "<<: x\n"],
    ["a single value", "a\n"],
  ])("a document with %s is left to the library", (_, text) => {
    expect(readBlock(text, { start: 0, end: text.length }, "with parts")).toBeUndefined();
  });
});
