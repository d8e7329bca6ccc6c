import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { serviceClients } from "../../src/analyses/service-clients.ts";
import { compile, decideService, findDestination, parse, reach } from "../../src/index.ts";
import { serviceId } from "../../src/model/service.ts";
import { serviceScenarioWith } from "../arbitraries-services.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";
import { runs } from "../properties/engine.ts";

test("who may connect to a Service is what decideService says of each source, whoever the others are", () => {
  const tally = { answered: 0, connections: 0 };
  const by = fc.constantFrom("pod" as const, "workload" as const, "namespace" as const);
  fc.assert(
    fc.property(serviceScenarioWith(1), by, ({ cluster, options }, by) => {
      const { program } = compile(cluster, options);
      const { endpoints } = reach(program, { by });
      for (const service of cluster.services) {
        const decisions = endpoints.map((source) => decideService(program, { source, service }));
        const clients = serviceClients(program, { service }, endpoints);
        if ("problem" in clients) {
          expect(decisions[0]).toEqual(clients);
          continue;
        }
        tally.answered++;
        const expected = decisions.map((decision, i) => {
          if ("problem" in decision || decision.allowed.isEmpty) return undefined;
          const open = decision.endpoints.filter((one) => one.decision.verdict === "allow");
          return [endpoints[i]?.id, decision.allowed.toString(), new Set(open.map(({ endpoint }) => endpoint.id))];
        });
        const told = clients.connections.map(({ from, to, connections, arrivals }) => {
          expect(to).toBe(clients.service);
          return [from.id, connections.toString(), new Set(arrivals.map(({ endpoint }) => endpoint.id))];
        });
        expect(told).toEqual(expected.filter((one) => one !== undefined));
        tally.connections += told.length;
      }
    }),
    runs(40),
  );
  expect(Math.min(...Object.values(tally))).toBeGreaterThan(0);
}, 120_000);

describe("a connection to a Service", () => {
  const policy = (name: string, spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;
  const listed = (spec: string, policies = "") => {
    const pods = {
      "shop/db-a": { labels: { app: "db", part: "a" }, ports: ["sql TCP 5432"] },
      "shop/db-b": { labels: { app: "db", part: "b" }, ports: ["sql TCP 5433"] },
      "shop/web": { labels: { app: "web" } },
    };
    const manifests = `apiVersion: v1\nkind: Service\nmetadata: { name: store, namespace: shop }\nspec: ${spec}\n`;
    const { program } = compile(parse(sourcesOf({ pods, policies, manifests })).cluster);
    const found = findDestination(program, "shop/Service/store");
    if (found.kind !== "service") throw new Error("no such Service");
    expect(serviceId(found.service)).toBe("shop/Service/store");
    return serviceClients(program, { service: found.service }, reach(program).endpoints);
  };
  const SPEC = "{ selector: { app: db }, ports: [{ port: 80, targetPort: sql }, { name: admin, port: 81 }] }";

  test("tells where each port of the Service arrives, and what opened either side", () => {
    const policies = policy(
      "a",
      "{ podSelector: { matchLabels: { part: a } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: sql }] }] }",
    );
    const clients = listed(SPEC, policies);
    if ("problem" in clients) throw new Error(clients.problem);
    const told = clients.connections.map(({ from, connections, egress, ingress, arrivals }) => [
      from.id,
      connections.toString(),
      egress,
      ingress,
      arrivals.map(({ endpoint, ports }) => `${endpoint.id} ${ports.map(({ target }) => target)}`),
    ]);
    expect(told[2]).toEqual([
      "shop/Pod/web",
      "TCP 80-81",
      "default",
      "mixed",
      ["shop/Pod/db-a 5432", "shop/Pod/db-b 5433,81"],
    ]);
    expect(clients.leadsTo.map(({ endpoint }) => endpoint.id)).toEqual(["shop/Pod/db-a", "shop/Pod/db-b"]);
  });

  test("is none where policies shut it, from outside of a Service without a way in, and to one without endpoints", () => {
    const shut = listed(SPEC, policy("shut", "{ podSelector: { matchLabels: { app: db } } }"));
    if ("problem" in shut) throw new Error(shut.problem);
    // A pod may come back to itself.
    expect(shut.connections.map(({ from }) => from.id)).toEqual(["shop/Pod/db-a", "shop/Pod/db-b"]);
    const empty = listed("{ selector: { app: nobody }, ports: [{ port: 80 }] }");
    expect(empty).toMatchObject({ leadsTo: [], connections: [] });
    const outside = listed("{ type: NodePort, selector: { app: db }, ports: [{ port: 80, targetPort: sql }] }");
    if ("problem" in outside) throw new Error(outside.problem);
    expect(outside.connections.map(({ from }) => from.type)).toContain("address");
  });

  test("to an alias of a name outside is a question without an answer", () => {
    expect(listed("{ type: ExternalName, externalName: db.example.com }")).toMatchObject({
      problem: expect.stringContaining("alias of `db.example.com`"),
    });
  });
});
