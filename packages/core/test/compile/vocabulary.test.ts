import { describe, expect, test } from "vitest";
import { prepare } from "../../src/compile/compile.ts";
import { knows as knowsOf, looseKeys, NO_WORDS, together, type Vocabulary } from "../../src/compile/vocabulary.ts";
import { parse, UPSTREAM } from "../../src/index.ts";
import type { Family } from "../../src/model/flow.ts";
import { IpSet } from "../../src/model/ip.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

const words = (
  labels: Readonly<Record<string, readonly string[]>>,
  portNames: readonly string[] = [],
  addresses: readonly IpSet[] = [],
  families: readonly Family[] = [],
): Vocabulary => ({
  labels: new Map(Object.entries(labels).map(([key, values]) => [key, new Set(values)])),
  presence: new Set(Object.entries(labels).flatMap(([key, values]) => (values.length === 0 ? [key] : []))),
  portNames: new Set(portNames),
  addresses,
  families: new Set(families),
});
const FIRST = words({ app: ["a"], pod: ["db-0"] }, ["web", "dns"], [IpSet.IPV4, IpSet.IPV6], ["IPv4"]);

/** A StatefulSet whose replicas have a label each; its pods are known by the template alone. */
const replicas = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: main }] } }
`;
const BY_NAME = "statefulset.kubernetes.io/pod-name";

describe("two vocabularies together", () => {
  test("have the words of both, sets of addresses once", () => {
    const second = words({ app: ["b"], tier: ["x"] }, ["sql", "web"], [IpSet.IPV4.union(IpSet.NONE)], ["IPv6"]);
    expect(together(FIRST, second)).toEqual(
      words(
        { app: ["a", "b"], pod: ["db-0"], tier: ["x"] },
        ["web", "dns", "sql"],
        [IpSet.IPV4, IpSet.IPV6],
        ["IPv4", "IPv6"],
      ),
    );
  });

  test("ask for the labels that either asks for whatever the value is", () => {
    const { presence } = together(words({ app: [] }), words({ tier: [] }));
    expect([...presence]).toEqual(["app", "tier"]);
  });

  test("are the first where the second has no words", () => {
    expect(together(FIRST, NO_WORDS)).toEqual(FIRST);
    expect(together(NO_WORDS, FIRST)).toEqual(FIRST);
    expect(NO_WORDS).toEqual(words({}));
  });
});

describe("words are known", () => {
  const { cluster } = parse(sourcesOf({ pods: {}, manifests: replicas }));
  const vocabulary = together(FIRST, words({ [BY_NAME]: ["db-0", "db-1"] }));
  const knows = (asked: Vocabulary) => knowsOf(vocabulary, looseKeys(vocabulary, cluster.pods), asked);

  test.each([
    ["none", NO_WORDS, true],
    ["those it has", FIRST, true],
    ["another value of a key", words({ app: ["z"] }), true],
    ["another key", words({ other: ["a"] }), false],
    ["another key beside one it has", words({ app: ["a"], other: ["a"] }), false],
    ["a name of ports", words({}, ["dns"]), true],
    ["another name of ports", words({}, ["other"]), false],
    ["another name of ports beside one it has", words({}, ["web", "other"]), false],
    ["a set of addresses", words({}, [], [IpSet.IPV6]), true],
    ["another set of addresses", words({}, [], [IpSet.NONE]), false],
    ["another set of addresses beside one it has", words({}, [], [IpSet.IPV4, IpSet.NONE]), false],
    ["a family of addresses", words({}, [], [], ["IPv4"]), true],
    ["another family of addresses", words({}, [], [], ["IPv6"]), false],
    ["another family of addresses beside one it has", words({}, [], [], ["IPv4", "IPv6"]), false],
    ["another key and nothing else that is new", words({ other: [] }, ["web"], [IpSet.IPV4]), false],
    ["a replica it has", words({ [BY_NAME]: ["db-1"] }), true],
    ["another replica", words({ [BY_NAME]: ["db-2"] }), false],
    ["another replica beside one it has", words({ [BY_NAME]: ["db-0", "db-2"] }), false],
  ])("%s", (_, asked, known) => {
    expect(knows(asked)).toBe(known);
  });
});

describe("of a label in which pods of one workload differ", () => {
  const sibling = (name: string, track: string) => `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: { app: web, track: ${track} }
  ownerReferences: [{ kind: ReplicaSet, name: web, controller: true }]
spec: { containers: [{ name: main }] }
`;
  const manifests = `${sibling("web-1", "stable")}---${sibling("web-2", "canary")}`;
  const { cluster } = parse(sourcesOf({ pods: {}, manifests }));
  const vocabulary = words({ app: ["web"], track: ["debug"] });
  const knows = (asked: Vocabulary) => knowsOf(vocabulary, looseKeys(vocabulary, cluster.pods), asked);

  test.each([
    ["the values it has are known", { track: ["debug"] }, true],
    ["others are not", { track: ["canary"] }, false],
    ["whether it is there is not", { track: [] }, false],
    ["what they agree on is known by any value", { app: ["other"] }, true],
  ])("%s", (_, labels, known) => {
    expect(knows(words(labels))).toBe(known);
  });
});

test.each([
  ["In", ["x"], []],
  ["NotIn", ["x"], []],
  ["Exists", [], ["track"]],
  ["DoesNotExist", [], ["track"]],
])("a label is asked for whatever its value is by operators without values: %s", (operator, values, presence) => {
  const policies = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: a }
spec: { podSelector: { matchExpressions: [{ key: track, operator: ${operator}${values.length > 0 ? `, values: [${values}]` : ""} }] } }
`;
  const { vocabulary } = prepare(parse(sourcesOf({ pods: {}, policies })).cluster, UPSTREAM);
  expect([...vocabulary.labels.keys()]).toEqual(["track"]);
  expect([...vocabulary.presence]).toEqual(presence);
});
