import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UPSTREAM } from "../../src/model/options.ts";
import { JsonList } from "../../src/parse/json-list.ts";
import { type Parsed, parse, Reading } from "../../src/parse/parse.ts";
import type { Depth } from "../../src/parse/pod-spec.ts";

const options = { ...UPSTREAM, defaultNamespace: "home" };

function decode(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(from, to));
}

/** A list as a text, and the stretch of it that its items take. */
interface ListText {
  readonly kind: string;
  readonly before: string;
  readonly items: string;
  readonly after: string;
}

function textOf({ before, items, after }: ListText): string {
  return before + items + after;
}

function listOf({ before, kind }: ListText) {
  const lines = before.split("\n");
  const column = (lines.at(-1) ?? "").length + 1;
  return { path: "a.json", header: { apiVersion: "v1", kind }, line: lines.length, column, decode };
}

/** What the bytes of its items read as at once; nothing where that refuses it. */
function readWhole(list: ListText, depth: Depth): Parsed | undefined {
  const reading = new Reading(options, depth);
  const steps = reading.list(listOf(list)).whole(new TextEncoder().encode(list.items));
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value ? reading.finish() : undefined;
}

/** The same from stretches of so many bytes, or more where an item is longer. */
function readInStretches(list: ListText, length: number): Parsed {
  const reading = new Reading(options, "verdicts");
  const items = reading.list(listOf(list));
  const bytes = new TextEncoder().encode(list.items);
  let wanted = length;
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + wanted, bytes.length);
    const steps = items.next(bytes.slice(at, end), end === bytes.length);
    let step = steps.next();
    while (!step.done) step = steps.next();
    if (step.value === undefined || end === bytes.length) break;
    wanted = step.value === 0 ? wanted + 7 : length;
    at += step.value;
  }
  return reading.finish();
}

/** Specs that were not read compare as what they are. */
function comparable({ cluster, diagnostics }: Parsed, depth: Depth) {
  const pods = cluster.pods.map(({ spec, ...pod }) => (depth === "specs" ? { ...pod, spec } : pod));
  return { cluster: { ...cluster, pods }, diagnostics };
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const odd: fc.Arbitrary<Json> = fc.constantFrom<Json[]>(
  null,
  true,
  0,
  -1,
  1.5,
  70_000,
  "",
  "x",
  "Ä😀",
  "no such",
  "__proto__",
  [],
  {},
  [null],
  { a: null },
);
const name = fc.constantFrom("web", "db", "web-0", "a.b");
const word = fc.constantFrom("web", "db", "x-1", "Ready", "");
const key = fc.constantFrom("app", "tier", "example.com/part", "1", "_no", "22", "café");
const labels = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(fc.constantFrom("app", "tier", "example.com/part"), word, { maxKeys: 2 }) },
  { weight: 1, arbitrary: fc.dictionary(key, word, { maxKeys: 3 }) },
);
const protocol = fc.constantFrom("TCP", "UDP", "SCTP");
const ip = fc.constantFrom("10.0.0.1", "10.0.0.2", "fd00::1");
const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 2 });
const maybe = <T extends Record<string, fc.Arbitrary<unknown>>>(model: T) => fc.record(model, { requiredKeys: [] });

const metadata = fc
  .tuple(
    fc.record({ name }),
    maybe({
      namespace: fc.constantFrom("home", "shop", "", "No"),
      labels,
      annotations: fc.dictionary(
        fc.constantFrom("a", "b.c/d", "kubectl.kubernetes.io/last-applied-configuration", "É"),
        fc.constantFrom("1", 'é\n"x"'),
      ),
      uid: word,
      generateName: word,
      deletionTimestamp: word,
      creationTimestamp: fc.constant(null),
      ownerReferences: some(
        maybe({
          kind: fc.constantFrom("ReplicaSet", "Job"),
          name,
          uid: word,
          controller: fc.boolean(),
          apiVersion: word,
        }),
      ),
      managedFields: some(labels),
      label: labels,
    }),
  )
  .map(([own, more]) => ({ ...own, ...more }));
const container = maybe({
  name,
  image: word,
  env: some(maybe({ name, value: word })),
  restartPolicy: fc.constantFrom("Always", "Never"),
  ports: some(maybe({ containerPort: fc.constantFrom(80, 8080, 65_535, 65_536, 0, 1), name: word, protocol })),
});
const pod = fc.record(
  {
    apiVersion: fc.constantFrom("v1", "v1", "v2"),
    kind: fc.constant("Pod"),
    metadata,
    spec: maybe({
      containers: some(container),
      initContainers: some(container),
      hostNetwork: fc.boolean(),
      nodeName: word,
      volumes: some(labels),
      tolerations: some(labels),
      priority: fc.nat(),
    }),
    status: maybe({
      phase: fc.constantFrom("Running", "Pending", "Succeeded", "Failed"),
      podIP: ip,
      hostIP: ip,
      podIPs: some(maybe({ ip })),
      hostIPs: some(maybe({ ip })),
      conditions: some(
        maybe({
          type: fc.constantFrom("Ready", "Initialized"),
          status: fc.constantFrom("True", "False"),
          reason: word,
        }),
      ),
      containerStatuses: some(labels),
    }),
  },
  { requiredKeys: ["metadata", "spec"] },
);
const selector = maybe({
  matchLabels: labels,
  matchExpressions: some(
    maybe({ key, operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist", "Of"), values: some(word) }),
  ),
});
const peer = fc.oneof(
  maybe({ podSelector: selector, namespaceSelector: selector }),
  fc.record({
    ipBlock: maybe({
      cidr: fc.constantFrom("10.0.0.0/8", "10.1.0.0/16", "fd00::/8", "10.0.0.1/8"),
      except: some(fc.constantFrom("10.1.0.0/16", "10.2.0.0/16")),
    }),
  }),
);
const ports = some(
  maybe({
    port: fc.constantFrom<(number | string)[]>(80, 443, 70_000, "http", "80", "Http"),
    endPort: fc.constantFrom(80, 90, 500),
    protocol,
  }),
);
const policy = fc.record(
  {
    apiVersion: fc.constant("networking.k8s.io/v1"),
    kind: fc.constant("NetworkPolicy"),
    metadata,
    spec: maybe({
      podSelector: selector,
      ingress: some(maybe({ from: some(peer), ports })),
      egress: some(maybe({ to: some(peer), ports })),
      policyTypes: some(fc.constantFrom("Ingress", "Egress")),
    }),
    status: labels,
  },
  { requiredKeys: ["metadata", "spec"] },
);
const other = fc.record({
  apiVersion: fc.constant("v1"),
  kind: fc.constantFrom("Namespace", "Service", "ConfigMap"),
  metadata,
});

/** The object with a value somewhere in it replaced. */
const withOddity = (object: fc.Arbitrary<object>) =>
  fc.oneof(
    { weight: 3, arbitrary: object },
    {
      weight: 2,
      arbitrary: fc.tuple(object, fc.nat(), odd).map(([object, at, value]) => replaced(object as Json, at, value)),
    },
  );
const object = withOddity(fc.oneof(pod, policy, pod, policy, other));

function replaced(value: Json, at: number, by: Json): Json {
  if (typeof value !== "object" || value === null) return by;
  const keys = Object.keys(value);
  const wanted = keys[at % keys.length];
  if (wanted === undefined) return by;
  const map = value as Record<string, Json>;
  const rest = Math.floor(at / keys.length);
  const part = rest % 3 === 0 ? by : replaced(map[wanted] as Json, rest, by);
  return Array.isArray(value)
    ? value.map((item, i) => (String(i) === wanted ? part : item))
    : { ...map, [wanted]: part };
}

/** How a value may be written: indented or not, members in another order, one of them twice, characters escaped. */
const style = fc.record({
  indent: fc.constantFrom("", "  ", "\t"),
  turn: fc.nat(3),
  repeat: fc.constantFrom(0, 0, 0, 1),
  escaped: fc.constantFrom(0, 0, 0, 0, 1),
});
type Style = typeof style extends fc.Arbitrary<infer S> ? S : never;

function written(value: Json, style: Style, margin: string): string {
  const { indent, turn, repeat, escaped } = style;
  const inner = margin + indent;
  const gap = indent === "" ? "" : `\n${inner}`;
  const end = indent === "" ? "" : `\n${margin}`;
  if (typeof value === "string") {
    const text = JSON.stringify(value);
    return escaped
      ? text.replace(/[a-z](?=[^a-z]*$)/, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)
      : text;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => gap + written(item, style, inner));
    return items.length === 0 ? "[]" : `[${items.join(",")}${end}]`;
  }
  const entries = Object.entries(value);
  const turned = [...entries.slice(turn), ...entries.slice(0, turn)];
  const all = repeat > 0 && turned.length > 2 ? [...turned, turned[0] as [string, Json]] : turned;
  const members = all.map(
    ([key, one]) => `${gap}${written(key, { ...style, escaped: 0 }, "")}: ${written(one, style, inner)}`,
  );
  return members.length === 0 ? "{}" : `{${members.join(",")}${end}}`;
}

const items = fc.array(fc.tuple(object, style, fc.constantFrom(1, 1, 2)), { maxLength: 5 }).map((all) =>
  // Of a pod there are often several that differ in little.
  all.flatMap(([object, style, times]) =>
    Array.from({ length: times }, (_, i) => written(object as Json, style, "").replace('"web"', `"web-${i}"`)),
  ),
);
const list: fc.Arbitrary<ListText> = fc
  .tuple(items, fc.constantFrom("List", "PodList", "NetworkPolicyList"), fc.constantFrom("", "\n    "))
  .map(([items, kind, gap]) => ({
    kind,
    before: `{"apiVersion":"v1",${gap}"items":[${gap}`,
    items: items.join(`,${gap}`),
    after: `${gap}],"kind":"${kind}"}`,
  }));

/** A list, and one with some of its characters replaced. */
const nearlyList = fc.oneof(
  list,
  fc
    .tuple(
      list,
      fc.nat(),
      fc.nat(3),
      fc.constantFrom("", ",", '"', "{", "}", "[", "]", ":", "0", "\\", "\n", '"a":', "é", "null", " "),
    )
    .map(([list, at, length, by]) => {
      const from = list.items.length === 0 ? 0 : at % list.items.length;
      return { ...list, items: list.items.slice(0, from) + by + list.items.slice(from + length) };
    }),
);

describe("a list read from bytes", () => {
  test("is what it is read from text, places and faults included, or is refused as a whole", () => {
    fc.assert(
      fc.property(nearlyList, fc.constantFrom<Depth[]>("verdicts", "verdicts", "specs"), (list, depth) => {
        const read = readWhole(list, depth);
        const text = { path: "a.json", text: textOf(list) };
        if (read) expect(comparable(read, depth)).toEqual(comparable(parse([text], options, depth), depth));
      }),
    );
  });

  test("is refused only where its items cannot be told apart", () => {
    fc.assert(
      fc.property(list, (list) => {
        expect(readWhole(list, "verdicts")).toBeDefined();
      }),
    );
  });

  test("is the same in stretches of any length", () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 2000 }), (list, length) => {
        const read = readWhole(list, "verdicts");
        expect(comparable(readInStretches(list, length), "verdicts")).toEqual(read && comparable(read, "verdicts"));
      }),
    );
  });
});

describe("from bytes", () => {
  const plain = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", labels: { app: "web" } },
    spec: { containers: [] },
  };
  const listed = (items: string): ListText => ({
    kind: "List",
    before: '{"kind":"List","apiVersion":"v1","items":[',
    items,
    after: "]}",
  });
  const quick = (items: string) => {
    const bytes = new TextEncoder().encode(items);
    return [...new JsonList(listOf(listed(items)), "home").items(bytes, true)].map((item) => Object.keys(item)[0]);
  };

  test("pods and policies are read at once, all else is left to the thorough readers", () => {
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "p", annotations: { a: "é\n" } },
      spec: {
        podSelector: { matchExpressions: [{ key: "app", operator: "Exists" }] },
        egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 1, endPort: 2 }] }],
      },
    };
    const bare = { ...plain, kind: "Namespace" };
    expect(quick([plain, policy, bare].map((object) => JSON.stringify(object, null, 4)).join(",\n"))).toEqual([
      "pod",
      "policy",
      "start",
    ]);
  });

  test.each([
    ["a key twice", '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"x":1,"x":2}}'],
    [
      "a key twice among many",
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{${Array.from({ length: 60 }, (_, i) => `"k${i}":0`).join()},"k7":1}}`,
    ],
    ["a key with escapes", '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"\\u0078":1}}'],
    [
      "a status before the kind",
      '{"apiVersion":"v1","status":{"phase":"Failed"},"kind":"Pod","metadata":{"name":"a"},"spec":{}}',
    ],
    ["a number that is none", '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"x":01}}'],
    ["a character that is none", '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"x":"\n"}}'],
    ["an escape that is none", '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"x":"\\x"}}'],
    [
      "a label JavaScript puts first",
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"b":"","1":""}},"spec":{}}',
    ],
  ])("a pod with %s is left to them too", (_, text) => {
    expect(quick(text)).toEqual(["start"]);
  });

  test("an item that is nested too deep is refused with its list", () => {
    const deep = (levels: number) =>
      JSON.stringify({ ...plain, spec: JSON.parse("[".repeat(levels) + "]".repeat(levels)) });
    expect(readWhole(listed(deep(99)), "verdicts")).toBeDefined();
    expect(readWhole(listed(deep(100)), "verdicts")).toBeUndefined();
  });

  test("a line break with a backslash before it counts as one, though its item is no JSON", () => {
    const list = listed(`{"kind":"Pod","a":"\\\n"},${JSON.stringify(plain)}`);
    const text = { path: "a.json", text: textOf(list) };
    expect(readWhole(list, "verdicts")?.diagnostics).toEqual(parse([text], options, "verdicts").diagnostics);
    expect(readWhole(list, "verdicts")?.cluster.pods[0]?.span.line).toBe(2);
  });

  test("columns count characters, not bytes", () => {
    const wide = JSON.stringify({ ...plain, metadata: { name: "wide", annotations: { a: "é😀" } } });
    const list = listed([wide, '{"kind":"Pod"}', JSON.stringify(plain)].join(","));
    const read = readWhole(list, "verdicts");
    const text = textOf(list);
    expect(read?.cluster.pods.map(({ span }) => span.column)).toEqual([
      text.lastIndexOf('{"apiVersion"') + 1,
      text.indexOf(wide) + 1,
    ]);
  });

  test("a list that breaks off is read up to there, and says so", () => {
    const text = listed(`${JSON.stringify(plain)},{"kind":"Pod"`);
    const { cluster, diagnostics } = readInStretches(text, 10_000);
    expect(cluster.pods.map(({ id }) => id)).toEqual(["home/web"]);
    expect(diagnostics.find(({ code }) => code === "syntax")?.span).toMatchObject({ path: "a.json", line: 1 });
  });
});
