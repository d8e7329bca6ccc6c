import { describe, expect, test } from "vitest";
import { prepare } from "../../src/compile/compile.ts";
import { classesOf } from "../../src/compile/newcomers.ts";
import { withWords } from "../../src/compile/parts.ts";
import { NO_WORDS, type Vocabulary } from "../../src/compile/vocabulary.ts";
import { parse, UPSTREAM } from "../../src/index.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import type { Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

const policies = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: a }
spec: { podSelector: { matchLabels: { app: web } } }
`;

function clusterOf(pods: NonNullable<Step["pods"]>): Cluster {
  return parse(sourcesOf({ pods, policies })).cluster;
}

const PODS = {
  "a/one": { app: "web", role: "r1" },
  "a/three": { app: "web" },
  "a/two": { app: "web", role: "r2" },
  "b/one": { app: "web", role: "r1" },
};
const prepared = prepare(clusterOf(PODS), UPSTREAM);
const first = prepared.program.parties.length;

/** Labels that are asked for, by key: values, or none where it is asked whether it is there. */
const asked = (labels: Readonly<Record<string, readonly string[]>>): Vocabulary => ({
  ...NO_WORDS,
  labels: new Map(Object.entries(labels).map(([key, values]) => [key, new Set(values)])),
  presence: new Set(Object.keys(labels).filter((key) => labels[key]?.length === 0)),
});

const split = (labels: Parameters<typeof asked>[0], most = 64) => withWords(prepared, asked(labels), most)?.prepared;

const classes = (found: ReturnType<typeof split>) =>
  found?.program.parties.flatMap((party) =>
    party.kind === "pods" ? [`${party.index}: ${party.pods.map(({ id }) => id).join(" ")}`] : [],
  );

describe("labels nobody mentioned before", () => {
  test.each([
    ["by a value the first has", { role: ["r1"] }, ["a/one", "b/one"], ["a/three a/two"]],
    ["by a value another has", { role: ["r2"] }, ["a/one a/three", "b/one"], ["a/two"]],
    ["by values of two of them", { role: ["r1", "r2"] }, ["a/one", "b/one"], ["a/three", "a/two"]],
    ["by a value nobody has", { role: ["r3"] }, ["a/one a/three a/two", "b/one"], []],
    ["by whether they are there", { role: [] }, ["a/one a/two", "b/one"], ["a/three"]],
    ["by a key nobody has", { other: [] }, ["a/one a/three a/two", "b/one"], []],
  ])("split classes %s", (_, labels, stay, parts) => {
    const lines = [...stay.map((pods, i) => `${i}: ${pods}`), ...parts.map((pods, i) => `${first + i}: ${pods}`)];
    expect(classes(split(labels))).toEqual(lines);
  });

  test("split nothing where that takes too many classes", () => {
    expect(split({ role: ["r1", "r2"] }, 1)).toBeUndefined();
    expect(split({ role: ["r1", "r2"] }, 2)).toBeDefined();
  });

  test("leave the program as it was, and are mentioned in the other", () => {
    const before = classes(prepared);
    const found = split({ role: ["r1"] });
    expect(classes(prepared)).toEqual(before);
    expect(found?.vocabulary.labels.get("role")).toEqual(new Set(["r1"]));
    expect(prepared.vocabulary.labels.has("role")).toBe(false);
  });
});

test("everybody is found in the class they are in, and others where they are like it as far as labels are mentioned", () => {
  const found = split({ role: ["r2"] });
  const indexOf = (pods: NonNullable<Step["pods"]>) => found && classesOf(found, clusterOf(pods).pods);
  expect(indexOf(PODS)).toEqual([0, 0, first, 1]);
  expect(indexOf({ "a/new": { app: "web", role: "r9" } })).toEqual([0]);
  expect(indexOf({ "a/new": { app: "web", role: "r2" } })).toEqual([first]);
  expect(indexOf({ "b/new": { app: "web", role: "r2" } })).toEqual([undefined]);
});

test("selectors mean the parts, as subjects and as peers", () => {
  const found = withWords(prepared, asked({ role: ["r2"] }), 64);
  const selector = {
    namespaces: "a",
    pods: { requirements: [{ key: "role", operator: "In", values: ["r2"] }] },
    hostNetwork: "never",
  } as const;
  expect([...(found?.prepared.resolver.subject(selector).members ?? [])]).toEqual([first]);
  const peers = prepared.resolver.pods({ ...selector, pods: { requirements: [] } });
  expect([...(found?.guests.among(peers) ?? [])]).toEqual([first]);
});
