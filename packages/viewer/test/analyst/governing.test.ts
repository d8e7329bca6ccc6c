import { compile, parse, reach } from "@watertight/core";
import { describe, expect, test } from "vitest";
import { governingOf, standingOf } from "../../src/analyst/governing.ts";
import { graphOf } from "../../src/model/assemble.ts";
import type { Vertex } from "../../src/model/graph.ts";
import { manifests, policy, workload } from "../graphs.ts";

const clusterPolicy = (tier: "Admin" | "Baseline", subject: string, action: "Accept" | "Deny" | "Pass") =>
  `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${tier.toLowerCase()}-${subject} }
spec:
  tier: ${tier}
  priority: 10
  subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: ${subject} } } } }
  ingress: [{ action: ${action}, from: [{ namespaces: {} }] }]`;

const { program } = compile(
  parse([
    {
      path: "governed.yaml",
      text: manifests(
        ...["free", "watched", "walled"].map((name) => workload("a", name)),
        clusterPolicy("Baseline", "walled", "Deny"),
        clusterPolicy("Admin", "watched", "Deny"),
        clusterPolicy("Admin", "walled", "Pass"),
        policy("a", "walled", {
          podSelector: { matchLabels: { app: "walled" } },
          ingress: [{ ports: [{ port: 80 }] }],
        }),
      ),
    },
  ]).cluster,
);
const reachability = reach(program);
const graph = graphOf(reachability);
const endpoints = (name: string) => reachability.endpoints.filter((one) => one.name === name);
const vertex = (name: string) => graph.vertices.find((one) => one.name === name) as Vertex;

describe("the standing of a workload", () => {
  test.each([
    ["free", "open", "open"],
    ["watched", "governed", "open"],
    ["walled", "isolated", "open"],
  ])("%s is %s for ingress and %s for egress", (name, ingress, egress) => {
    expect(standingOf(reachability, endpoints(name), "ingress")).toBe(ingress);
    expect(standingOf(reachability, endpoints(name), "egress")).toBe(egress);
  });

  test("a workload that only admin rules govern is not drawn open, and one that nothing governs is", () => {
    expect(vertex("watched").open).toBe("out");
    expect(vertex("free").open).toBe("both");
  });
});

describe("the policies that have a say on a workload", () => {
  test("are those that isolate it and those with rules for it, in the order their tiers are asked", () => {
    const said = governingOf(program, endpoints("walled"), "ingress");
    expect(said.map(({ policy: { name }, tier, actions }) => [name, tier, actions])).toEqual([
      ["admin-walled", "admin", ["pass"]],
      ["walled", "network-policy", ["allow"]],
      ["baseline-walled", "baseline", ["deny"]],
    ]);
  });

  test("are none in a direction no rule speaks of", () => {
    expect(governingOf(program, endpoints("walled"), "egress")).toEqual([]);
    expect(governingOf(program, endpoints("free"), "ingress")).toEqual([]);
  });
});
