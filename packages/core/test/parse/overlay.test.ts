import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse as parseYaml, stringify } from "yaml";
import type { NetworkPolicy } from "../../src/model/cluster.ts";
import { IpSet } from "../../src/model/ip.ts";
import type { Source } from "../../src/model/source.ts";
import { overlay } from "../../src/parse/overlay.ts";
import { parse } from "../../src/parse/parse.ts";
import { printPolicy } from "../../src/parse/print.ts";
import { policyDraft } from "../arbitraries-policies.ts";

const WRITTEN = `# the shop's own
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db # kept
  namespace: shop
  labels: { team: data }
spec:
  # who it is about
  podSelector: { matchLabels: { app: db } }
  ingress:
  - from:
    - podSelector: { matchLabels: { app: api } } # the API
    - podSelector: {}
    ports: [ { protocol: TCP, port: 5432 } ]
---
apiVersion: v1
kind: Namespace
metadata: { name: shop } # as it was
`;

const PATCH = `# replaces shop.yaml:2
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: db
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: api
      ports:
        - protocol: TCP
          port: 5432
---
# new
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: shop
spec:
  podSelector: {}
`;

describe("a patch laid over sources", () => {
  test("changes nothing but what differs", () => {
    const [shop] = overlay([{ path: "shop.yaml", text: WRITTEN }], PATCH, "added.yaml");
    expect(shop?.text).toBe(WRITTEN.replace("    - podSelector: {}\n", ""));
  });

  test("puts policies of a new name into a source of their own, after those it has", () => {
    const before = { path: "added.yaml", text: "kind: Namespace\napiVersion: v1\nmetadata: { name: x }\n" };
    const [, first] = overlay([{ path: "shop.yaml", text: WRITTEN }], PATCH, "added.yaml");
    expect(first).toEqual({ path: "added.yaml", text: PATCH.split("# new\n")[1] });
    const [second] = overlay([before], PATCH.split("---\n")[1] ?? "", "added.yaml");
    expect(second?.text).toBe(`${before.text}---\n${first?.text}`);
  });

  test("leaves sources alone that it says nothing about", () => {
    const other = { path: "other.yaml", text: WRITTEN.replaceAll("shop", "other") };
    expect(overlay([other], PATCH, "added.yaml").map(({ path }) => path)).toEqual(["added.yaml"]);
  });

  test("rewrites an item of a list where it stands", () => {
    const items = WRITTEN.split("---\n").map((text) => `- ${text.trimEnd().split("\n").join("\n  ")}\n`);
    const text = `apiVersion: v1\nkind: List\nitems:\n${items.join("").replace("- # the shop's own\n  ", "- ")}`;
    const [list] = overlay([{ path: "list.yaml", text }], PATCH, "added.yaml");
    expect(list?.text).toBe(text.replace("      - podSelector: {}\n", ""));
  });

  test("reads as the patch does afterwards, however it was written", () => {
    const policy = policyDraft.map((draft) => ({ ...draft, name: "np" }));
    fc.assert(
      fc.property(policy, policy, fc.constantFrom(...STYLES), (before, wanted, print) => {
        const sources = [{ path: "np.yaml", text: print(before) }];
        const after = { ...wanted, namespace: before.namespace };
        const [changed, ...more] = overlay(sources, printPolicy(after), "added.yaml");
        expect(more).toEqual([]);
        expect(meaningOf(changed)).toEqual(meaningOf({ path: "np.yaml", text: printPolicy(after) }));
      }),
    );
  });
});

const STYLES: readonly ((policy: NetworkPolicy) => string)[] = [
  printPolicy,
  (one) => stringify(manifestOf(one), { indentSeq: false, indent: 4 }),
  (one) => stringify(manifestOf(one), { collectionStyle: "flow" }),
  (one) => JSON.stringify(manifestOf(one), null, 4),
  (one) => JSON.stringify({ apiVersion: "v1", kind: "List", items: [manifestOf(one)] }, null, 1),
  (one) => printPolicy(one).replaceAll("\n", "\r\n"),
  (one) => `${printPolicy(one).replace("name: np", "name: &it np")}status: { of: *it }\n`,
];

function manifestOf(policy: NetworkPolicy): unknown {
  return JSON.parse(JSON.stringify(parseYaml(printPolicy(policy))));
}

/** What a source says, places aside. */
function meaningOf(source: Source | undefined): unknown {
  const { cluster, diagnostics } = parse(source ? [source] : []);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return JSON.parse(
    JSON.stringify(cluster.networkPolicies, (key, inner) =>
      key === "span" ? undefined : inner instanceof IpSet ? inner.toCidrs() : inner,
    ),
  );
}
