import { describe, expect, test } from "vitest";
import { decide, explain, type Flow } from "../../src/index.ts";
import { deployment, policy, programOf } from "../report/listed.ts";

function pod(name: string, ips: readonly string[], port = ""): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { containers: [{ name: main, image: main, ports: [${port}] }] }
status: { podIPs: [${ips.map((ip) => `{ ip: '${ip}' }`).join()}] }
`;
}

/** What `web → db` comes to where this is the policy on `db`: reasons of both sides, policies and rules. */
function reasons(documents: readonly string[], flow: Partial<Flow> = {}) {
  const program = programOf(
    pod("web", ["10.0.0.1"]),
    pod("db", ["10.0.0.2"], "{ name: sql, containerPort: 5432 }"),
    ...documents,
  );
  const decision = decide(program, {
    source: "shop/web",
    destination: "shop/db",
    protocol: "TCP",
    port: 5432,
    ...flow,
  });
  const { egress, ingress } = explain(program, decision);
  const told = ({ steps }: typeof egress) =>
    steps.map(({ reason, rule }) => (rule === undefined ? reason : `${reason} ${rule}`));
  return { egress: told(egress), ingress: told(ingress) };
}

const onDb = (rest: string) => policy("shop", "db", `{ podSelector: { matchLabels: { app: db } }, ${rest} }`);
const from = (peer: string, ports = "") => onDb(`ingress: [{ from: [${peer}]${ports && `, ports: [${ports}]`} }]`);
const WEB = "{ podSelector: { matchLabels: { app: web } } }";

function cluster(tier: "Admin" | "Baseline", action: "Accept" | "Deny" | "Pass"): string {
  return `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: rules }
spec:
  tier: ${tier}
  priority: 1
  subject: { namespaces: {} }
  ingress:
    - { action: Accept, from: [{ pods: { podSelector: { matchLabels: { app: nobody } } } }] }
    - { action: ${action}, from: [{ namespaces: {} }] }
`;
}

describe("each class of near miss is told apart", () => {
  test.each([
    ["no-rules", onDb("policyTypes: [Ingress]")],
    ["peer-mismatch 0", from("{ podSelector: { matchLabels: { app: other } } }")],
    ["port-mismatch 0", from(WEB, "{ port: 80 }")],
    ["protocol-mismatch 0", from(WEB, "{ protocol: UDP, port: 5432 }")],
    ["named-port-unresolved 0", from(WEB, "{ port: http }")],
    ["except 0", from("{ ipBlock: { cidr: 10.0.0.0/8, except: [10.0.0.0/24] } }")],
    ["family-mismatch 0", from("{ ipBlock: { cidr: 'fd00::/8' } }")],
  ])("%s", (reason, written) => {
    expect(reasons([written]).ingress).toEqual([reason]);
  });

  test("not-selected and default-allow, where no policy selects the endpoint", () => {
    expect(reasons([]).egress).toEqual(["not-selected", "default-allow"]);
  });

  test("direction-not-in-policyTypes, where one does for the other direction", () => {
    const ignored = onDb("policyTypes: [Egress], ingress: [{ from: [] }]");
    expect(reasons([ignored]).ingress).toEqual(["direction-not-in-policyTypes", "default-allow"]);
    const program = programOf(deployment("shop", "web"), deployment("shop", "db"), ignored);
    const { ingress } = explain(program, decide(program, { source: "shop/web", destination: "shop/db" }));
    expect(ingress.steps[0]).toMatchObject({ policy: { name: "db" }, span: { path: "shop.yaml", line: 21 } });
    expect(ingress.steps[0]?.sentence).toContain("Ingress");
  });

  test("tier-deny, with the policy and the rule of an admin or baseline tier", () => {
    expect(reasons([cluster("Admin", "Deny")]).ingress).toEqual(["tier-deny 1"]);
    expect(reasons([cluster("Baseline", "Deny")]).ingress).toEqual(["not-selected", "tier-deny 1"]);
  });

  test("a rule of a tier that allows or passes on is a rule", () => {
    expect(reasons([cluster("Admin", "Accept")]).ingress).toEqual(["rule 1"]);
    expect(reasons([cluster("Admin", "Pass")]).ingress).toEqual(["rule 1", "not-selected", "default-allow"]);
  });

  test("family-mismatch, where the two ends share no address family", () => {
    expect(reasons([], { source: "2001:db8::1" })).toEqual({
      egress: ["family-mismatch"],
      ingress: ["family-mismatch"],
    });
  });

  test("of two rules that fail, the one whose peers match is the closer", () => {
    const two = onDb(
      `ingress: [{ from: [{ podSelector: { matchLabels: { app: x } } }] }, { from: [${WEB}], ports: [{ port: 80 }] }]`,
    );
    expect(reasons([two]).ingress).toEqual(["port-mismatch 1"]);
  });
});
