import { describe, expect, test } from "vitest";
import { type Extent, NO_EXTENT, Ports } from "../../src/engine/ports.ts";
import { compile, parse } from "../../src/index.ts";
import type { Rule } from "../../src/model/program.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

/** Port lists that are alike but for one thing. */
const LISTS = [
  "[]",
  "[{ port: 80 }]",
  "[{ port: 81 }]",
  "[{ port: 80, protocol: UDP }]",
  "[{ port: 80, endPort: 81 }]",
  "[{ port: 80, endPort: 82 }]",
  "[{ protocol: TCP }]",
  "[{ protocol: UDP }]",
  "[{ port: web }]",
  "[{ port: dns }]",
  "[{ port: web, protocol: UDP }]",
  "[{ port: web }, { port: 80, protocol: UDP }]",
  "[{ port: dns }, { port: web }]",
];
const PODS = {
  "a/one": { labels: { app: "one" }, ports: ["web TCP 80", "dns TCP 53"] },
  "a/two": { labels: { app: "two" }, ports: ["web TCP 8080", "web UDP 8081"] },
  "a/none": { labels: { app: "none" } },
};
const policies = LISTS.map(
  (ports, number) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p${String(number).padStart(2, "0")}, namespace: a }
spec: { podSelector: {}, ingress: [{ ports: ${ports} }] }
`,
).join("");

describe("port lists by number", () => {
  const { cluster } = parse(sourcesOf({ pods: PODS, policies }));
  const { program } = compile(cluster);
  const rules = program.layers.flatMap(({ tiers }) => tiers.ingress.flatMap((tier) => tier.rules));
  const ruleOf = (list: string) =>
    rules.find(({ policy }) => policy.name === `p${String(LISTS.indexOf(list)).padStart(2, "0")}`) as Rule;
  const parties = program.parties.flatMap(({ kind, index }) => (kind === "pods" ? [index] : []));
  const party = (app: string) =>
    program.parties.findIndex((one) => one.kind === "pods" && one.pods.some(({ name }) => name === app));

  test("are one number exactly when they are written alike", () => {
    const ports = new Ports(program, "ingress");
    const specs = rules.map((rule) => ports.spec(rule));
    expect(new Set(specs).size).toBe(LISTS.length);
    expect(rules.map((rule) => ports.spec({ ...rule }))).toEqual(specs);
    expect(LISTS.map((list) => ports.isNamed(ports.spec(ruleOf(list))))).toEqual(
      LISTS.map((list) => /web|dns/.test(list)),
    );
  });

  test("come to connections that depend on the destination where they have names", () => {
    const ports = new Ports(program, "ingress");
    const extent = (list: string, app: string): Extent =>
      ports.extent(ports.spec(ruleOf(list)), party(app), party("none"));
    for (const app of ["one", "two", "none"])
      expect(extent("[{ port: 80 }]", app)).toBe(extent("[{ port: 80 }]", "none"));
    expect(extent("[{ port: web }]", "one")).toBe(extent("[{ port: 80 }]", "two"));
    expect(extent("[{ port: web }]", "two")).not.toBe(extent("[{ port: web }]", "one"));
    expect(extent("[{ port: web, protocol: UDP }]", "one")).toBe(NO_EXTENT);
    expect(extent("[{ port: web }]", "none")).toBe(NO_EXTENT);
    expect(extent("[{ port: dns }]", "two")).toBe(NO_EXTENT);
    const fixed = LISTS.filter((list) => !/web|dns/.test(list)).map((list) => extent(list, "one"));
    expect(new Set(fixed).size).toBe(fixed.length);
    expect(fixed).not.toContain(NO_EXTENT);
  });

  test("on egress look at the peer, on ingress at the subject", () => {
    const [one, two] = [party("one"), party("two")];
    for (const [direction, subject, peer] of [
      ["ingress", one, two],
      ["egress", two, one],
    ] as const) {
      const ports = new Ports(program, direction);
      const named = ports.extent(ports.spec(ruleOf("[{ port: web }]")), subject, peer);
      expect(named).toBe(ports.extent(ports.spec(ruleOf("[{ port: 80 }]")), subject, peer));
    }
  });

  test("unite to what a list of both comes to, whichever comes first", () => {
    const ports = new Ports(program, "ingress");
    const all = rules.flatMap((rule) =>
      parties.map((subject) => ({ rule, subject, extent: ports.extent(ports.spec(rule), subject, subject) })),
    );
    for (const a of all) {
      expect([ports.union(a.extent, NO_EXTENT), ports.union(NO_EXTENT, a.extent)]).toEqual([a.extent, a.extent]);
      for (const b of all) {
        if (a.subject !== b.subject) continue;
        const { rule, subject } = a;
        const both: Rule =
          rule.ports === "any" || b.rule.ports === "any"
            ? { ...rule, ports: "any" }
            : { ...rule, ports: [...rule.ports, ...b.rule.ports] };
        const united = ports.extent(ports.spec(both), subject, subject);
        expect([ports.union(a.extent, b.extent), ports.union(b.extent, a.extent)]).toEqual([united, united]);
      }
    }
  });

  test("tell parties apart by the names of their ports, in whatever order they stand", () => {
    const swapped = { ...PODS, "a/three": { labels: { app: "three" }, ports: ["dns TCP 53", "web TCP 80"] } };
    const again = compile(parse(sourcesOf({ pods: swapped, policies })).cluster).program;
    const ports = new Ports(again, "ingress");
    const classes = ["one", "two", "none", "three"].map((app) =>
      ports.classOf(again.parties.findIndex((it) => it.kind === "pods" && it.pods.some(({ name }) => name === app))),
    );
    expect(new Set(classes).size).toBe(3);
    expect(classes[3]).toBe(classes[0]);
  });
});
