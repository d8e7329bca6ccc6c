import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { prepare } from "../../src/compile/compile.ts";
import { asCompiled, classesOf, withNewcomers, wordsOfPods } from "../../src/compile/newcomers.ts";
import { parse, UPSTREAM } from "../../src/index.ts";
import type { Cluster, Pod } from "../../src/model/cluster.ts";
import type { LabelSelector } from "../../src/model/selector.ts";
import { cluster, options } from "../arbitraries.ts";
import type { Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";
import { runs } from "../properties/engine.ts";

const policies = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: a }
spec:
  podSelector: { matchExpressions: [{ key: app, operator: In, values: [web, db] }] }
  ingress: [{ from: [{ podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: set-1 } } }] }]
`;

function clusterOf(pods: NonNullable<Step["pods"]>, manifests = ""): Cluster {
  return parse(sourcesOf({ pods, policies, manifests })).cluster;
}

const prepared = prepare(
  clusterOf({ "a/web": { app: "web" }, "a/db": { app: "db" }, "b/web": { app: "web" } }),
  UPSTREAM,
);
const newcomers = (pods: NonNullable<Step["pods"]>) => clusterOf(pods).pods;

/** The pods of a class, by name. */
const residents = (index: number | undefined) => {
  const party = index === undefined ? undefined : prepared.program.parties[index];
  return party?.kind === "pods" ? party.pods.map(({ id }) => id) : undefined;
};

describe("a pod that comes to a program", () => {
  test("is of the class of its like in its own namespace, or of none", () => {
    const come = newcomers({
      "a/web-2": { app: "web" },
      "b/web-2": { app: "web" },
      "b/db-2": { app: "db" },
      "a/other-1": { app: "other" },
      "a/other-2": { app: "other" },
      "c/web": { app: "web" },
    });
    const found = new Map(classesOf(prepared, come).map((index, i) => [(come[i] as Pod).id, residents(index)]));
    expect(Object.fromEntries(found)).toEqual({
      "a/web-2": ["a/web"],
      "b/web-2": ["b/web"],
      "b/db-2": undefined,
      "a/other-1": undefined,
      "a/other-2": undefined,
      "c/web": undefined,
    });
  });

  test("is of the class that it is compiled in, whoever else is in the namespace", () => {
    fc.assert(
      fc.property(cluster, options, (cluster, options) => {
        const prepared = prepare(cluster, options);
        const { parties } = prepared.program;
        const all = parties.flatMap((party) => (party.kind === "pods" ? party.pods : []));
        const own = parties.flatMap((party) => (party.kind === "pods" ? party.pods.map(() => party.index) : []));
        expect(classesOf(prepared, all)).toEqual(own);
      }),
      runs(60),
    );
  });

  test("comes as replicas where policies can tell those apart", () => {
    const set = (name: string) => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ${name}, namespace: a }
spec:
  replicas: 3
  selector: { matchLabels: { app: set } }
  template: { metadata: { labels: { app: set } }, spec: { containers: [{ name: main }] } }
`;
    const pieces = (name: string) =>
      asCompiled(prepared, clusterOf({}, set(name)).pods).map(({ replicas }) => replicas);
    expect(pieces("set").sort()).toEqual([1, 2]);
    expect(pieces("other")).toEqual([3]);
  });

  test("brings along the families of its addresses, and no other word", () => {
    const words = (ip: readonly string[]) => {
      const { cluster } = prepared.program;
      return wordsOfPods(cluster, newcomers({ "a/new": { labels: { app: "web" }, ip } }));
    };
    expect([...words(["10.0.0.1"]).families]).toEqual(["IPv4"]);
    expect([...words(["10.0.0.1", "fd00::1"]).families]).toEqual(["IPv4", "IPv6"]);
    expect(words([])).toMatchObject({ labels: new Map(), presence: new Set(), portNames: new Set(), addresses: [] });
    expect([...words([]).families]).toEqual([]);
  });

  test("is unlike a sibling that has another value of a label, unless other siblings differ in it", () => {
    const sibling = (name: string, app: string) => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: a
  labels: { app: ${app}, free: ${name} }
  ownerReferences: [{ kind: ReplicaSet, name: owner, controller: true }]
spec: { containers: [{ name: main }] }
`;
    const has = (come: string, ...there: readonly string[]) => {
      const home = prepare(clusterOf({}, there.join("")), UPSTREAM);
      return classesOf(home, clusterOf({}, come).pods).map((index) => index !== undefined);
    };
    expect(has(sibling("two", "even"), sibling("one", "odd"))).toEqual([false]);
    expect(has(sibling("two", "odd"), sibling("one", "odd"))).toEqual([true]);
    expect(has(sibling("three", "even"), sibling("one", "odd"), sibling("two", "third"))).toEqual([true]);
    expect(has(sibling("three", "db"), sibling("one", "odd"), sibling("two", "third"))).toEqual([false]);
    // Whoever comes with it.
    const both = sibling("two", "odd") + sibling("three", "even");
    expect(has(both, sibling("one", "odd"))).toEqual([false, true]);
  });
});

test("newcomers unlike any join after all others, and are subjects and peers as if they had been there", () => {
  const come = newcomers({ "a/cache": { app: "cache" }, "b/db-2": { app: "db" }, "b/db-3": { app: "db" } });
  const { prepared: joined, guests } = withNewcomers(prepared, come);
  const { parties } = joined.program;
  const first = prepared.program.parties.length;
  expect(parties.slice(0, first)).toEqual(prepared.program.parties);
  expect(parties.map(({ index }) => index)).toEqual([...parties.keys()]);
  const names = parties.slice(first).map((party) => (party.kind === "pods" ? party.pods.map(({ id }) => id) : []));
  expect(names).toEqual([["a/cache"], ["b/db-2", "b/db-3"]]);
  expect(classesOf(joined, come)).toEqual([first, first + 1, first + 1]);

  const select = (namespaces: string | LabelSelector, app: string) =>
    ({
      namespaces,
      pods: { requirements: [{ key: "app", operator: "In", values: [app] }] },
      hostNetwork: "never",
    }) as const;
  const members = (index: number) => [...joined.resolver.subject(select("b", "db")).members].includes(index);
  expect([first, first + 1].map(members)).toEqual([false, true]);
  const everywhere = prepared.resolver.pods(select({ requirements: [] }, "cache"));
  expect([...everywhere.members]).toEqual([]);
  expect([...guests.among(everywhere)]).toEqual([first]);
  expect([...guests.among(prepared.resolver.pods(select("b", "cache")))]).toEqual([]);
  expect([...joined.resolver.partiesIn(["b"])].includes(first + 1)).toBe(true);
});
