import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connectionsAsked, decide } from "../../src/analyses/query.ts";
import { compile } from "../../src/compile/compile.ts";
import { decide as decideQuestion } from "../../src/engine/decide.ts";
import type { Endpoint } from "../../src/engine/endpoints.ts";
import { reach } from "../../src/engine/reach.ts";
import type { Diagnostic } from "../../src/model/diagnostic.ts";
import { decisionAnswer } from "../../src/report/decision-json.ts";
import { answerText, connectionsAnswer, connectionsJson } from "../../src/report/json.ts";
import { listConnections } from "../../src/report/listing.ts";
import { scenario } from "../arbitraries.ts";
import { deployment, listed, policy, programOf, shop } from "./listed.ts";
import { violations } from "./schema.ts";

describe("a listing", () => {
  test("has every endpoint, and only pairs with something allowed", () => {
    const answer = connectionsAnswer(listed(shop));
    expect(violations("connections-v1", answer)).toEqual([]);
    expect(answer.endpoints.map(({ id }) => id)).toEqual([
      "jobs/Deployment/report",
      "open/Deployment/echo",
      "shop/Deployment/db",
      "shop/Deployment/web",
      "0.0.0.0/1",
      "203.0.113.0/24",
    ]);
    expect(answer.connections.filter(({ from }) => from === "jobs/Deployment/report")).toEqual([
      { from: "jobs/Deployment/report", to: "203.0.113.0/24", ports: "all", egress: "policy", ingress: "default" },
    ]);
    expect(answer.connections.filter(({ to }) => to === "shop/Deployment/db")).toEqual([
      {
        from: "shop/Deployment/web",
        to: "shop/Deployment/db",
        ports: { TCP: [[5432, 5432]] },
        egress: "default",
        ingress: "policy",
      },
    ]);
  });

  test("says of an endpoint what the contract asks for", () => {
    expect(connectionsAnswer(listed(shop)).endpoints[3]).toEqual({
      id: "shop/Deployment/web",
      type: "workload",
      namespace: "shop",
      kind: "Deployment",
      name: "web",
      pods: 2,
      ingressIsolated: false,
      egressIsolated: false,
    });
  });

  test("calls a namespace isolated only when all of it is, and says when part of it is", () => {
    const [jobs, , half] = connectionsAnswer(listed(shop, "namespace")).endpoints;
    expect(jobs).toMatchObject({ id: "jobs", type: "namespace", ingressIsolated: true, egressIsolated: true });
    expect(half).toMatchObject({ id: "shop", ingressIsolated: false, ingressIsolation: "partly" });
    expect(half).not.toHaveProperty("egressIsolation");
  });

  test("names what tells the parts of a split workload apart", () => {
    const db = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: db }] } }
`;
    const first = "{ podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: db-0 } }, ingress: [] }";
    const answer = connectionsAnswer(listed([db, policy("shop", "first", first)]));
    expect(violations("connections-v1", answer)).toEqual([]);
    expect(answer.endpoints.slice(0, 2)).toMatchObject([
      { id: "shop/StatefulSet/db#0", pods: 1, ingressIsolated: true },
      { id: "shop/StatefulSet/db#1", pods: 2, ingressIsolated: false },
    ]);
    expect(answer.endpoints[0]).toMatchObject({
      distinguishedBy: expect.arrayContaining(["statefulset.kubernetes.io/pod-name=db-0"]),
    });
  });

  test("leaves out pairs that only other protocols connect", () => {
    const listing = listed(shop, "workload", { ports: connectionsAsked("other") });
    expect(connectionsAnswer(listing).connections).toEqual([]);
  });

  test("carries diagnostics with their place under `source`", () => {
    const found: Diagnostic = {
      code: "syntax",
      severity: "error",
      message: "broken",
      span: { path: "a.yaml", line: 1, column: 2, endLine: 1, endColumn: 3 },
      fix: "repair it",
    };
    const answer = connectionsAnswer(listConnections(reach(programOf(...shop)), {}, [found]));
    expect(violations("connections-v1", answer)).toEqual([]);
    expect(answer.diagnostics).toEqual([
      {
        code: "syntax",
        severity: "error",
        message: "broken",
        source: { path: "a.yaml", line: 1, column: 2, endLine: 1, endColumn: 3 },
        fix: "repair it",
      },
    ]);
  });

  test("as text is the same answer, an entry a line", () => {
    const text = [...connectionsJson(listed(shop))].join("");
    expect(JSON.parse(text)).toEqual(connectionsAnswer(listed(shop)));
    const { connections, uncertain } = connectionsAnswer(listed(shop));
    const entries = [...connections, ...(uncertain ?? [])];
    expect(text.split("\n").filter((line) => line.includes('"from":'))).toHaveLength(entries.length);
    expect(JSON.parse([...connectionsJson(listed([deployment("a", "b")]))].join("")).diagnostics).toEqual([]);
  });

  test("of any cluster follows the schema", { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(scenario, fc.constantFrom("pod", "workload", "namespace"), ({ cluster, options }, by) => {
        const listing = listConnections(reach(compile(cluster, options).program, { by }));
        expect(violations("connections-v1", connectionsAnswer(listing))).toEqual([]);
      }),
    );
  });
});

describe("a decision", () => {
  const program = programOf(...shop);

  test("names the rule that allowed, and where it stands", () => {
    const decision = decide(program, { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 5432 });
    const answer = decisionAnswer(program, decision, { protocol: "TCP", port: 5432 });
    expect(violations("decision-v1", answer)).toEqual([]);
    expect(answer).toMatchObject({
      from: "shop/Deployment/web",
      to: "shop/Deployment/db",
      protocol: "TCP",
      port: 5432,
    });
    expect(answer).toMatchObject({
      verdict: "allow",
      certainty: "specified",
      scope: "all",
      ports: { TCP: [[5432, 5432]] },
    });
    expect(answer.egress.steps.map(({ reason, policy: name }) => [reason, name])).toEqual([
      ["not-selected", null],
      ["default-allow", null],
    ]);
    expect(answer.ingress.steps).toMatchObject([
      { tier: "network-policy", outcome: "allow", policy: "shop/db", rule: 0, reason: "rule", peer: 0, portEntry: 0 },
    ]);
    expect(answer.ingress.steps[0]?.source).toMatchObject({ path: "shop.yaml", line: 44 });
  });

  test("gives a denial one step for each isolating policy, with no rule and the reason it came closest to", () => {
    const wrongPort = decide(program, { source: "shop/web", destination: "shop/db", protocol: "TCP", port: 80 });
    const wrongPeer = decide(program, { source: "open/echo", destination: "shop/db", protocol: "TCP", port: 5432 });
    const noRule = decide(program, { source: "open/echo", destination: "jobs/report" });
    const reasons = [wrongPort, wrongPeer, noRule].map((decision) => {
      const answer = decisionAnswer(program, decision);
      expect(violations("decision-v1", answer)).toEqual([]);
      return answer.ingress.steps.map(({ policy: name, rule, reason, outcome }) => [name, rule, reason, outcome]);
    });
    expect(reasons).toEqual([
      [["shop/db", null, "port-mismatch", "deny"]],
      [["shop/db", null, "peer-mismatch", "deny"]],
      [["jobs/quiet", null, "no-rules", "deny"]],
    ]);
  });

  test("that was not asked about a port says so with null, and what is open of it", () => {
    const answer = decisionAnswer(program, decide(program, { source: "shop/web", destination: "shop/db" }));
    expect(answer).toMatchObject({
      protocol: null,
      port: null,
      verdict: "allow",
      scope: "some",
      flip: { verdict: "deny", changes: [], counted: "all" },
    });
    expect(answer.ports).toEqual({ TCP: [[5432, 5432]] });
  });

  test("names an address by its CIDR", () => {
    const decision = decide(program, { source: "203.0.113.7", destination: "open/echo" });
    expect(decisionAnswer(program, decision).from).toBe("203.0.113.7/32");
  });

  test("of any question about any cluster follows the schema", { timeout: 300_000 }, () => {
    const asked = fc.constantFrom(connectionsAsked("TCP", 80), connectionsAsked("UDP"), connectionsAsked("other"));
    fc.assert(
      fc.property(scenario, fc.nat(), fc.nat(), asked, ({ cluster, options }, from, to, connections) => {
        const { program: compiled } = compile(cluster, options);
        const { endpoints } = reach(compiled);
        const source = endpoints[from % endpoints.length] as Endpoint;
        const destination = endpoints[to % endpoints.length] as Endpoint;
        const decision = decideQuestion(compiled, { source, destination, connections });
        const answer = decisionAnswer(compiled, decision);
        expect(violations("decision-v1", answer)).toEqual([]);
        expect(JSON.parse([...answerText(answer)].join(""))).toEqual(JSON.parse(JSON.stringify(answer)));
      }),
    );
  });
});
