import { expect, test } from "vitest";
import { judge } from "../../src/engine/judge.ts";
import { judgeSides } from "../../src/engine/meeting.ts";
import { ConnectionSet, compile, parse } from "../../src/index.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

const POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;
const { cluster } = parse(sourcesOf({ pods: { "shop/web": { app: "web" } }, policies: POLICY }));

test("a layer in which silence denies lets nothing through that no tier decides", () => {
  const { program } = compile(cluster);
  const layer = { name: "network", tiers: { egress: [], ingress: [] }, final: "deny" } as const;
  const side = {
    direction: "egress",
    subject: 0,
    peer: 0,
    family: "IPv4",
    placement: "elsewhere",
    open: "all",
  } as const;
  const { allowed, steps } = judge(program, layer, [], side);
  expect([allowed.expected, allowed.certain, allowed.possible]).toEqual(Array(3).fill(ConnectionSet.NONE));
  expect(steps).toEqual([{ tier: "default", outcome: "deny", reason: "default", connections: ConnectionSet.ALL }]);
});

test("a pod that comes back to itself is exempt from the tier that isolates it, and the trail says as what", () => {
  const { program } = compile(cluster);
  const itself = { source: 0, destination: 0, family: "IPv4", placement: "same-pod" } as const;
  const { egress, ingress } = judgeSides(program, itself, ConnectionSet.ALL);
  for (const { steps } of [egress, ingress])
    expect(steps.map(({ tier, outcome, reason }) => [tier, outcome, reason])).toEqual([
      ["network-policy", "no-match", "hairpin"],
      ["default", "allow", "default"],
    ]);
});
