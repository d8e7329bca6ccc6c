import { describe, expect, test } from "vitest";
import { policyText, read } from "./read.ts";

/**
 * Texts made to harm, or that an accident on the way made strange. Each is read to its end within the time a test has, and what
 * cannot be made sense of is said. `pods` are those of the namespace `default` that are left.
 */
interface Nasty {
  readonly what: string;
  readonly text: string;
  /** Codes of everything that is said, each once; that a policy's namespace is not declared is not the point. */
  readonly codes: readonly string[];
  readonly pods?: readonly string[];
}

const object = (name: string, metadata: object = {}, spec: object = { containers: [] }) =>
  JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name, ...metadata }, spec });

/** A pod in YAML, with more of its metadata in flow style. */
const pod = (name: string, metadata = "") =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}${metadata && `, ${metadata}`} }\nspec: { containers: [] }\n`;

const repeated = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("");

const TOO_DEEP: readonly Nasty[] = [
  { what: "brackets", text: "[".repeat(100_000), codes: ["nesting-too-deep"] },
  { what: "balanced brackets", text: "[".repeat(100_000) + "]".repeat(100_000), codes: ["nesting-too-deep"] },
  { what: "braces", text: "{".repeat(100_000), codes: ["nesting-too-deep"] },
  { what: "dashes", text: "- ".repeat(100_000), codes: ["nesting-too-deep"] },
  { what: "question marks", text: "? ".repeat(100_000), codes: ["nesting-too-deep"] },
  { what: "blocks", text: repeated(300, (i) => `${" ".repeat(i)}a:\n`), codes: ["nesting-too-deep"] },
  { what: "JSON", text: `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, codes: ["nesting-too-deep"] },
  {
    what: "an annotation of a sound pod",
    text: object("a").replace('"name"', `"annotations":${"[".repeat(5_000)}${"]".repeat(5_000)},"name"`),
    codes: ["nesting-too-deep"],
  },
  {
    what: "lists in lists",
    text: `${'{"apiVersion":"v1","kind":"List","items":['.repeat(60)}${object("a")}${"]}".repeat(60)}`,
    codes: ["nesting-too-deep"],
  },
];

const ALIASES: readonly Nasty[] = [
  {
    what: "a bomb of lists",
    text: repeated(12, (i) => `a${i}: &a${i} [${i === 0 ? "x" : `*a${i - 1},`.repeat(10)}]\n`),
    codes: ["alias-expansion"],
  },
  {
    what: "a bomb of mappings",
    text: `x0: &x0 { a: 1 }\n${repeated(40, (i) => `x${i + 1}: &x${i + 1} { l: *x${i}, r: *x${i} }\n`)}`,
    codes: ["alias-expansion"],
  },
  {
    what: "a bomb of merge keys",
    text: `x0: &x0 { a: 1 }\n${repeated(40, (i) => `x${i + 1}: &x${i + 1}\n  <<: [*x${i}, *x${i}]\n  k${i}: 1\n`)}`,
    codes: ["alias-expansion"],
  },
  { what: "itself", text: "a: &a\n  b: *a\n", codes: ["alias-expansion"] },
  { what: "itself, by a merge key", text: "a: &a\n  <<: *a\n  b: c\n", codes: ["alias-expansion"] },
  {
    what: "the list it is an item of",
    text: "apiVersion: v1\nkind: List\nitems: &i\n  - { apiVersion: v1, kind: List, items: *i }\n",
    codes: ["alias-expansion"],
  },
  { what: "nothing", text: pod("a", "labels: *nothing"), codes: ["syntax"] },
  {
    what: "an anchor of another document",
    text: `${pod("a", "labels: &l { app: web }")}---\n${pod("b", "labels: *l")}`,
    codes: ["syntax"],
    pods: ["a"],
  },
  { what: "one word, often", text: `x: &x y\nl: [${"*x,".repeat(100_000)}]\n`, codes: ["not-a-manifest"] },
  { what: "a megabyte of anchors", text: "&a ".repeat(300_000), codes: ["syntax"] },
];

const LARGE: readonly Nasty[] = [
  { what: "fifty megabytes of one document", text: "a: b\n".repeat(10_000_000), codes: ["source-too-large"] },
  { what: "fifty megabytes that are nearly JSON", text: `{"a":${"[1,2],".repeat(8_000_000)}`, codes: ["syntax"] },
  {
    what: "twenty megabytes in one string",
    text: pod("a", `annotations: { x: "${"y".repeat(20_000_000)}" }`),
    codes: ["source-too-large"],
  },
  {
    what: "as much in JSON",
    text: object("a", { annotations: { x: "y".repeat(20_000_000) } }),
    codes: [],
    pods: ["a"],
  },
  {
    what: "ten megabytes in one block",
    text: `${pod("a").replace("{ name: a }", `\n  name: a\n  annotations:\n    x: |\n${"      line\n".repeat(900_000)}`)}`,
    codes: [],
    pods: ["a"],
  },
  { what: "five megabytes in one key", text: `{"${"k".repeat(5_000_000)}":1}`, codes: ["not-a-manifest"] },
  { what: "five megabytes of colons", text: ": ".repeat(2_500_000), codes: ["nesting-too-deep"] },
  { what: "a megabyte of quotes", text: '"'.repeat(1_000_000), codes: ["syntax"] },
  {
    what: "a hundred thousand labels",
    text: pod("a", `labels: { ${repeated(100_000, (i) => `k${i}: v, `)} }`),
    codes: [],
    pods: ["a"],
  },
  {
    what: "one label, a hundred thousand times",
    text: `${pod("a").replace("{ name: a }", `\n  name: a\n  labels:\n${"    app: x\n".repeat(100_000)}`)}`,
    codes: ["duplicate-key"],
    pods: ["a"],
  },
  { what: "a hundred thousand documents", text: "---\na: b\n".repeat(100_000), codes: ["not-a-manifest"] },
  { what: "a hundred thousand empty ones", text: "---\n".repeat(100_000) + pod("a"), codes: [], pods: ["a"] },
  { what: "as many lines of comment", text: "# x\n".repeat(500_000) + pod("a"), codes: [], pods: ["a"] },
  {
    what: "fifty thousand tag directives",
    text: `${repeated(50_000, (i) => `%TAG !e${i}! tag:x,2000:${i}:\n`)}---\n${pod("a")}`,
    codes: [],
    pods: ["a"],
  },
  {
    what: "twenty thousand exceptions of a block",
    text: policyText(
      `podSelector: {}\ningress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [${repeated(20_000, (i) => `10.${i >> 8}.${i & 255}.0/25, `)}] } }] }]`,
    ),
    codes: [],
  },
  { what: "markers of a template without end", text: "{{ a }}\n".repeat(100_000), codes: ["template-not-rendered"] },
];

const CHARACTERS: readonly Nasty[] = [
  { what: "every byte", text: repeated(10_000, (i) => String.fromCharCode(i % 256)), codes: ["source-not-text"] },
  { what: "NUL in YAML", text: pod("a\0"), codes: ["source-not-text"] },
  { what: "NUL in JSON", text: object("a").replace('"a"', '"a\0"'), codes: ["source-not-text"] },
  { what: "NUL as an escape", text: object("a\0"), codes: ["field-invalid"] },
  {
    what: "UTF-16 that nobody decoded",
    text: [...pod("a")].map((one) => `${one}\0`).join(""),
    codes: ["source-not-text"],
  },
  { what: "replacement characters", text: "\ufffd".repeat(1000), codes: ["source-not-text"] },
  { what: "a byte order mark", text: `\ufeff${pod("a")}`, codes: [], pods: ["a"] },
  {
    what: "one before each of several files that were put together",
    text: `\ufeff${pod("a")}---\n\ufeff${pod("b")}\ufeff---\n# c\n\ufeff---\n${pod("c")}---\n\ufeff\n`,
    codes: [],
    pods: ["a", "b", "c"],
  },
  { what: "one before JSON", text: `\ufeff${object("a")}`, codes: [], pods: ["a"] },
  {
    what: "Windows line ends",
    text: `${pod("a")}---\n${pod("b")}`.replaceAll("\n", "\r\n"),
    codes: [],
    pods: ["a", "b"],
  },
  { what: "line separators of Unicode", text: pod("a").replaceAll("\n", "\u2028"), codes: ["syntax"] },
  { what: "tabs as indentation", text: "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n", codes: ["syntax"] },
  {
    what: "tabs between words",
    text: "apiVersion:\tv1\nkind:\tPod\nmetadata: {\tname: a\t}\nspec: {}\n",
    codes: [],
    pods: ["a"],
  },
  { what: "half of a character", text: pod("a", 'labels: { app: "\ud800" }'), codes: ["field-invalid"] },
  {
    what: "half of one as an escape",
    text: object("a", { labels: { app: "x" } }).replace('"x"', '"\\ud800"'),
    codes: ["field-invalid"],
  },
  { what: "an escape beyond Unicode", text: pod("a", 'labels: { app: "\\U00110000" }'), codes: ["syntax"] },
  { what: "an escape that JSON does not have", text: object("a").replace('"a"', '"\\q"'), codes: ["syntax"] },
  { what: "an escape for terminals", text: pod("a", 'labels: { app: "\\e[31mred" }'), codes: ["field-invalid"] },
  { what: "text from right to left", text: pod("a", 'labels: { app: "\\u202Eabc" }'), codes: ["field-invalid"] },
];

const NAMES: readonly Nasty[] = [
  { what: "a label", text: pod("a", "labels: { __proto__: x }"), codes: ["field-invalid"] },
  {
    what: "a label in JSON",
    text: object("a", { labels: {} }).replace("{}", '{"__proto__":"x"}'),
    codes: ["field-invalid"],
  },
  {
    what: "a field",
    text: object("a").replace('"name"', '"__proto__":{"labels":{"app":"x"}},"name"'),
    codes: ["field-unknown"],
    pods: ["a"],
  },
  {
    what: "an anchor",
    text: `__proto__: &__proto__ { a: b }\n${pod("a", "labels: *__proto__")}`,
    codes: [],
    pods: ["a"],
  },
  { what: "a kind", text: pod("a").replace("Pod", "__proto__"), codes: ["kind-ignored"] },
  { what: "the name of a pod", text: pod("constructor"), codes: [], pods: ["constructor"] },
];

const TAGS: readonly Nasty[] = [
  { what: "!!js", text: pod("a", "labels: { app: !!js/function 'function () {}' }"), codes: ["field-invalid"] },
  { what: "!!python", text: pod("a", "labels: !!python/object/apply:os.system [ls]"), codes: ["field-type"] },
  { what: "of one's own", text: pod("a", "labels: !Ref x"), codes: ["field-type"] },
  { what: "!!omap", text: pod("a", "labels: !!omap [ a: b ]"), codes: ["field-type"] },
  { what: "!!pairs", text: pod("a", "labels: !!pairs [ a: b ]"), codes: ["field-type"] },
  { what: "!!set", text: pod("a", "labels: !!set { b }"), codes: ["field-null"], pods: ["a"] },
  { what: "!!binary", text: pod("a", "labels: { app: !!binary aGVsbG8= }"), codes: ["syntax"] },
  { what: "!!str", text: pod("a", "labels: { app: !!str 1 }"), codes: [], pods: ["a"] },
  { what: "of a version nobody knows", text: `%YAML 3.0\n---\n${pod("a")}`, codes: [], pods: ["a"] },
];

const SHAPES: readonly Nasty[] = [
  { what: "a double quote left open", text: `${pod("a")}---\n${pod('"b')}`, codes: ["syntax"], pods: ["a"] },
  { what: "a single quote left open", text: `${pod("a")}---\n${pod("'b")}`, codes: ["syntax"], pods: ["a"] },
  { what: "a string of JSON left open", text: object("a").slice(0, -40), codes: ["syntax"] },
  { what: "a key twice", text: pod("a", "labels: { app: x, app: z }"), codes: ["duplicate-key"], pods: ["a"] },
  {
    what: "a name twice in JSON",
    text: object("b").replace('"name"', '"name":"a","name"'),
    codes: ["duplicate-key"],
    pods: ["b"],
  },
  { what: "a list as key", text: `? [a, b]\n: c\n${pod("a")}`, codes: ["syntax"] },
  {
    what: "a list of JSON in a list",
    text: `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"PodList","items":[{"metadata":{"name":"a"}}]}]}`,
    codes: [],
    pods: ["a"],
  },
  { what: "a list of nothing", text: "apiVersion: v1\nkind: List\nitems:\n", codes: [] },
  {
    what: "a list of anything",
    text: "apiVersion: v1\nkind: List\nitems: [1, null, [], x]\n",
    codes: ["not-a-manifest"],
  },
  { what: "JSON Lines", text: `${object("a")}\n${object("b")}\n`, codes: [], pods: ["a", "b"] },
  { what: "JSON without line ends between", text: object("a") + object("b"), codes: [], pods: ["a", "b"] },
  { what: "JSON in a list without a kind", text: `[${object("a")}]`, codes: ["not-a-manifest"] },
  { what: "the end of a document", text: `${pod("a")}...\n${pod("b")}`, codes: [], pods: ["a", "b"] },
  { what: "nothing but space", text: " \n\t\n  \n", codes: [] },
];

const NUMBERS: readonly Nasty[] = [
  ...["9007199254740993", "1e400", ".inf", ".nan", "-1e400", "1.5"].map((number) => ({
    what: number,
    text: policyText(`podSelector: {}\ningress: [{ ports: [{ port: ${number} }] }]`),
    codes: ["field-type"],
  })),
  {
    what: "more replicas than there are numbers",
    text: `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { replicas: 9007199254740993, template: {} }\n`,
    codes: ["field-type"],
  },
  {
    what: "as many replicas as there are numbers",
    text: `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: a }\nspec: { replicas: 2147483647, template: {} }\n`,
    codes: [],
    pods: ["a"],
  },
];

describe.each([
  { kind: "nested too deep", texts: TOO_DEEP },
  { kind: "aliases of", texts: ALIASES },
  { kind: "too much of it", texts: LARGE },
  { kind: "characters", texts: CHARACTERS },
  { kind: "__proto__ and its like as", texts: NAMES },
  { kind: "tags", texts: TAGS },
  { kind: "shapes", texts: SHAPES },
  { kind: "numbers", texts: NUMBERS },
])("$kind", ({ texts }) => {
  test.each(texts.map(({ what, ...rest }) => [what, rest] as const))("%s", (_, { text, codes, pods = [] }) => {
    const { cluster, codes: found } = read(text);
    expect([...new Set(found)].filter((code) => code !== "namespace-undeclared")).toEqual(codes);
    expect(cluster.pods.map(({ name }) => name)).toEqual(pods);
  });
});

test("one document that is too large does not hide the next", () => {
  const { cluster, codes } = read(`${"a: b\n".repeat(4_000_000)}---\n${pod("a")}`);
  expect(codes).toEqual(["source-too-large"]);
  expect(cluster.pods).toHaveLength(1);
});

test("what is not a string is never taken for one", () => {
  const { cluster } = read(object("a", { labels: { app: "x" } }).replace('"x"', '{"toString":"x"}'));
  expect(cluster.pods).toEqual([]);
  expect(Object.hasOwn(Object.prototype, "labels")).toBe(false);
});

test("a JSON dump of two thousand policies and ten thousand pods is read whole", () => {
  const policies = Array.from({ length: 2000 }, (_, i) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `p${i}` },
    spec: {
      podSelector: { matchLabels: { app: `a${i}` } },
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }],
    },
  }));
  const pods = Array.from({ length: 10_000 }, (_, i) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `w${i}`,
      ownerReferences: [{ kind: "ReplicaSet", name: `r${i % 500}`, uid: `r${i % 500}`, controller: true }],
    },
    spec: { containers: [{ ports: [{ containerPort: 80 }] }] },
  }));
  const sets = Array.from({ length: 500 }, (_, i) => ({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: `r${i}`, uid: `r${i}` },
    spec: { template: {} },
  }));
  const { cluster, codes } = read(
    JSON.stringify({ items: [...policies, ...pods, ...sets], kind: "List", apiVersion: "v1" }),
  );
  expect(codes).toEqual([]);
  expect([cluster.networkPolicies.length, cluster.pods.length, cluster.workloads.length]).toEqual([2000, 10_000, 500]);
});
