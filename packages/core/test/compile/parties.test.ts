import { expect, test } from "vitest";
import { compile, parse } from "../../src/index.ts";
import type { PodEntry, Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

/** Mentions names of ports, and the label that a Deployment's controller sets. */
const policies = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: a }
spec:
  podSelector: { matchExpressions: [{ key: pod-template-hash, operator: In, values: [x, y] }] }
  ingress: [{ ports: [{ port: web }, { port: http }, { port: dns, protocol: UDP }] }]
`;

function classesOf(step: Step): number {
  const { program } = compile(parse(sourcesOf({ policies, ...step })).cluster);
  return program.parties.filter(({ kind }) => kind === "pods").length;
}

const pod = (ports: readonly string[], labels: Readonly<Record<string, string>> = { app: "a" }): PodEntry => ({
  labels,
  ports,
});
const BASE = pod(["web TCP 80", "dns UDP 53"]);

test.each([
  ["nothing", BASE, 1],
  ["the name of a port", pod(["http TCP 80", "dns UDP 53"]), 2],
  ["the number of a port", pod(["web TCP 81", "dns UDP 53"]), 2],
  ["the number of another port", pod(["web TCP 80", "dns UDP 54"]), 2],
  ["the protocol of a port", pod(["web SCTP 80", "dns UDP 53"]), 2],
  ["the container of a port", pod(["web TCP 80 sidecar", "dns UDP 53"]), 2],
  ["a port that no rule names", pod(["web TCP 80", "dns UDP 53", "sql TCP 5432"]), 1],
  ["a label that no selector names", pod(["web TCP 80", "dns UDP 53"], { app: "b" }), 1],
  ["a label that one names", pod(["web TCP 80", "dns UDP 53"], { app: "a", "pod-template-hash": "x" }), 2],
] as const)("of two pods beside each other that differ in %s, rules tell apart what they can", (_, other, classes) => {
  expect(classesOf({ pods: { "a/p0": BASE, "a/p1": other } })).toBe(classes);
  expect(classesOf({ pods: { "a/p0": other, "a/p1": BASE } })).toBe(classes);
});

test("a label of unknown value is none of the known ones, and not missing", () => {
  const manifests = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: p, namespace: a }
spec:
  selector: { matchLabels: { app: a } }
  template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: main }] } }
`;
  const pods = {
    "a/o": { app: "a" },
    "a/q": { app: "a", "pod-template-hash": "x" },
    "a/r": { app: "a", "pod-template-hash": "y" },
  };
  expect(classesOf({ pods, manifests })).toBe(4);
  expect(classesOf({ pods: { "a/q": { app: "a" } }, manifests })).toBe(2);
});
