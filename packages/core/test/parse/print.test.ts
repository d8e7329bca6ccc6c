import fc from "fast-check";
import { expect, test } from "vitest";
import type { NetworkPolicy } from "../../src/model/cluster.ts";
import { IpSet } from "../../src/model/ip.ts";
import { parse } from "../../src/parse/parse.ts";
import { printPolicy } from "../../src/parse/print.ts";
import { NOWHERE } from "../arbitraries-labels.ts";
import { policyDraft } from "../arbitraries-policies.ts";

const policy = policyDraft.map((draft) => ({ ...draft, name: "np" }));

test("print then parse gives the policy back", () => {
  fc.assert(
    fc.property(policy, (drawn) => {
      expect(withoutPlaces(reread(drawn))).toEqual(withoutPlaces(drawn));
    }),
  );
});

test("text that YAML would take for something else survives", () => {
  const words = ["yes", "on", "null", "010", "1e3", "0x1F", "1_000", "y", "true", "2020-01-01", ""];
  for (const word of words) {
    const one = selecting([{ key: "k", operator: "In", values: [word] }]);
    expect(reread(one)?.podSelector).toEqual(one.podSelector);
  }
});

test("a label named twice keeps both of its values", () => {
  const one = selecting([
    { key: "app", operator: "In", values: ["a"] },
    { key: "app", operator: "In", values: ["b"] },
  ]);
  expect(reread(one)?.podSelector).toEqual(one.podSelector);
});

test("policy types are written only where they were or where leaving them out would change them", () => {
  const unwritten = { ...selecting([]), policyTypesWritten: false };
  expect(printPolicy(unwritten)).not.toContain("policyTypes");
  expect(printPolicy({ ...unwritten, policyTypes: ["ingress", "egress"] })).toContain("policyTypes");
  expect(printPolicy({ ...unwritten, policyTypesWritten: true })).toContain("policyTypes");
});

test("a printed policy reads as a person would write it", () => {
  const web = { requirements: [{ key: "app", operator: "In", values: ["web"] } as const] };
  const printed = printPolicy({
    ...selecting([{ key: "app", operator: "In", values: ["db"] }]),
    ingress: [
      {
        peers: [
          { kind: "pods", podSelector: web, span: NOWHERE },
          { kind: "ipBlock", cidr: "10.0.0.0/8", except: ["10.1.0.0/16"], addresses: IpSet.NONE, span: NOWHERE },
        ],
        ports: [
          { kind: "range", protocol: "TCP", first: 80, last: 80, span: NOWHERE },
          { kind: "range", protocol: "TCP", first: 8000, last: 8080, span: NOWHERE },
        ],
        span: NOWHERE,
      },
    ],
  });
  expect(printed).toBe(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: np
  namespace: a
spec:
  podSelector:
    matchLabels:
      app: db
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
        - ipBlock:
            cidr: 10.0.0.0/8
            except:
              - 10.1.0.0/16
      ports:
        - protocol: TCP
          port: 80
        - protocol: TCP
          port: 8000
          endPort: 8080
`);
});

function selecting(requirements: NetworkPolicy["podSelector"]["requirements"]): NetworkPolicy {
  return {
    namespace: "a",
    name: "np",
    podSelector: { requirements },
    policyTypes: ["ingress"],
    policyTypesWritten: true,
    ingress: [],
    egress: [],
    span: NOWHERE,
  };
}

function reread(policy: NetworkPolicy): NetworkPolicy | undefined {
  const { cluster, diagnostics } = parse([{ path: "printed.yaml", text: printPolicy(policy) }]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return cluster.networkPolicies[0];
}

/** The value with every span left out, and address sets as their CIDRs. */
function withoutPlaces(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner) =>
      key === "span" ? undefined : inner instanceof IpSet ? inner.toCidrs() : inner,
    ),
  );
}
