import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPolicy } from "../../src/analyses/find-policy.ts";
import { policiesFor, policyAnswer, policyList } from "../../src/analyses/policies.ts";
import { compile } from "../../src/compile/compile.ts";
import { findEndpoint } from "../../src/engine/names.ts";
import { reach } from "../../src/engine/reach.ts";
import { answerText } from "../../src/report/json.ts";
import { policiesReport } from "../../src/report/policies-json.ts";
import { scenario } from "../arbitraries.ts";
import { runs } from "../properties/engine.ts";
import { programOf, shop } from "./listed.ts";
import { violations } from "./schema.ts";

describe("an answer about policies", () => {
  const program = programOf(...shop);

  test("has every policy without its rules when none was asked about", () => {
    const report = policiesReport(policyList(program));
    expect(violations("policies-v1", report)).toEqual([]);
    expect(report).toMatchObject({ about: "all", endpoint: null, leftOut: [], assumptions: [] });
    expect(report.policies.map(({ policy, ruleCount }) => [policy, ruleCount])).toEqual([
      ["jobs/quiet", { ingress: 0, egress: 1 }],
      ["shop/db", { ingress: 1, egress: 0 }],
    ]);
    expect(report.policies[0]).not.toHaveProperty("rules");
  });

  test("has the rules of the policy asked about, part by part", () => {
    const found = findPolicy(program, "shop/db");
    if (found.kind !== "policy") throw new Error(found.kind);
    const report = policiesReport(policyAnswer(program, found.policy));
    expect(violations("policies-v1", report)).toEqual([]);
    expect(report.policies).toMatchObject([
      {
        policy: "shop/db",
        tier: "network-policy",
        priority: null,
        selector: "podSelector app=db",
        selects: [{ endpoint: "shop/Deployment/db", match: "certain" }],
        isolates: ["ingress"],
        rules: [
          {
            direction: "ingress",
            rule: 0,
            action: "allow",
            remark: null,
            peers: [{ peer: "podSelector app=web", matches: [{ endpoint: "shop/Deployment/web", match: "certain" }] }],
            ports: [{ port: "TCP 5432", connections: { TCP: [[5432, 5432]] } }],
          },
        ],
      },
    ]);
    expect(report.endpoints).toEqual([
      { id: "shop/Deployment/db", type: "workload", pods: 1 },
      { id: "shop/Deployment/web", type: "workload", pods: 2 },
    ]);
  });

  test("says how the endpoint asked about stands, naming policies by position", () => {
    const found = findEndpoint(program, "shop/db");
    if (found.kind !== "endpoint") throw new Error(found.kind);
    const report = policiesReport(policiesFor(program, found.endpoint));
    expect(violations("policies-v1", report)).toEqual([]);
    expect(report.endpoint).toEqual({
      id: "shop/Deployment/db",
      governed: "pods",
      ingress: { isolation: "yes", assumptions: [], policies: [0] },
      egress: { isolation: "no", assumptions: [], policies: [] },
    });
  });

  test("of any question about any cluster follows the schema, and names only what it lists", {
    timeout: 300_000,
  }, () => {
    fc.assert(
      fc.property(scenario, fc.nat(), ({ cluster, options }, which) => {
        const { program: compiled } = compile(cluster, options);
        const { endpoints } = reach(compiled, { by: which % 2 === 0 ? "workload" : "pod" });
        const answers = [
          policyList(compiled),
          ...compiled.policies.map((policy) => policyAnswer(compiled, policy)),
          ...endpoints.map((endpoint) => policiesFor(compiled, endpoint)),
        ];
        for (const answer of answers) {
          const report = policiesReport(answer);
          expect(violations("policies-v1", report)).toEqual([]);
          const text = [...answerText(report)].join("");
          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)));
          const listed = new Set(report.endpoints.map(({ id }) => id));
          const named = [...text.matchAll(/"endpoint":"([^"]*)"/g)].map(([, id = ""]) => id);
          expect(named.filter((id) => !listed.has(id))).toEqual([]);
          const positions = [...text.matchAll(/"assumptions":\[([\d,]*)\]/g)].flatMap(([, list = ""]) =>
            list.split(","),
          );
          expect(Math.max(-1, ...positions.filter((at) => at !== "").map(Number))).toBe(report.assumptions.length - 1);
        }
      }),
      runs(20),
    );
  });
});
