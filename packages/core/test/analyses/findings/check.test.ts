import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, compile, parse, RULES } from "../../../src/index.ts";
import { scenario } from "../../arbitraries.ts";
import { runs } from "../../properties/engine.ts";
import { deployment, policy } from "../../report/listed.ts";
import { brokenPromises, found, programOf } from "./found.ts";

const keysOf = (text: string) => check(programOf(text)).findings.map(({ key }) => key);

describe("laws", () => {
  test("on any cluster every witness is what the engine decides, and every fix does away with its finding", () => {
    fc.assert(
      fc.property(scenario, ({ cluster, options }) => {
        const { program } = compile(cluster, options);
        expect(brokenPromises(program, check(program).findings)).toEqual([]);
      }),
      runs(6),
    );
  }, 900_000);

  test("the order of policies does not matter", () => {
    fc.assert(
      fc.property(scenario, ({ cluster, options }) => {
        const turned = { ...cluster, networkPolicies: [...cluster.networkPolicies].reverse() };
        const keys = [cluster, turned].map((one) =>
          check(compile(one, options).program).findings.map(({ key }) => key),
        );
        expect(keys[1]).toEqual(keys[0]);
      }),
      runs(6),
    );
  }, 900_000);

  test("no two findings have one key", () => {
    fc.assert(
      fc.property(scenario, ({ cluster, options }) => {
        const keys = check(compile(cluster, options).program)
          .findings.flatMap((one) => [one, ...one.covers])
          .map(({ key }) => key);
        expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
      }),
      runs(12),
    );
  }, 900_000);

  test("ids are unique, in order, and permanent in form", () => {
    const ids = RULES.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids.filter((id) => !/^NPG[1-7]\d\d$/.test(id))).toEqual([]);
  });
});

describe("root causes", () => {
  test("a namespace without policies is one finding, with those of its pods under it", () => {
    const text = [deployment("shop", "web"), deployment("shop", "db")].join("---\n");
    const [only, ...more] = check(programOf(text)).findings;
    expect([only?.key, more]).toEqual(["NPG104 shop", []]);
    expect([...new Set(only?.covers.map(({ id }) => id))].sort()).toEqual([
      "NPG101",
      "NPG102",
      "NPG103",
      "NPG204",
      "NPG211",
    ]);
  });

  test("a cause is as grave as the gravest of what it stands for, and says why", () => {
    const store = deployment("shop", "db").replace("image: main", "image: main, ports: [{ containerPort: 5432 }]");
    const idle = policy("shop", "quiet", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }");
    const [first] = check(programOf([store, deployment("shop", "web"), idle].join("---\n"))).findings;
    expect(first).toMatchObject({ id: "NPG103", base: "medium", severity: "high" });
    expect(first?.weights.map(({ because }) => because).join()).toMatch(/it is the cause of NPG10/);
  });
});

describe("severity", () => {
  test("goes up for what looks like a store", () => {
    const store = deployment("shop", "db").replace("image: main", "image: main, ports: [{ containerPort: 5432 }]");
    expect(found(store, "NPG101")[0]).toMatchObject({ severity: "high", weights: [{ change: "raised" }] });
  });

  test("is raised for what is annotated as worth protecting", () => {
    const annotated = deployment("shop", "ledger").replace(
      'name: "ledger",',
      'annotations: { watertight.dev/jewel: "true" }, name: "ledger",',
    );
    expect(found(annotated, "NPG101")[0]).toMatchObject({
      severity: "high",
      weights: [{ because: "it is annotated watertight.dev/jewel" }],
    });
    expect(found(annotated.replace('"true"', '"false"'), "NPG101")[0]).toMatchObject({ severity: "medium" });
  });

  test("goes down in a system namespace", () => {
    expect(found(deployment("kube-system", "agent"), "NPG101")[0]).toMatchObject({ severity: "low" });
  });

  test("is no more than medium where a policy that is not evaluated might make the difference", () => {
    const store = deployment("shop", "db").replace("image: main", "image: main, ports: [{ containerPort: 5432 }]");
    const cilium =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: db, namespace: shop }\nspec: {}\n";
    expect(found([store, cilium].join("---\n"), "NPG101")[0]).toMatchObject({
      severity: "medium",
      certainty: "assumed",
      weights: [{ change: "raised" }, { change: "capped" }],
    });
  });
});

test("an empty input gives nothing", () => {
  expect(keysOf("")).toEqual([]);
});

test("files in another order give the same findings in the same order", () => {
  const files = [
    deployment("shop", "web"),
    deployment("shop", "db"),
    policy("shop", "db", "{ podSelector: { matchLabels: { app: db } }, ingress: [{}] }"),
  ].map((text, i) => ({ path: `${i}.yaml`, text }));
  const keys = [files, [...files].reverse()].map((sources) =>
    check(compile(parse(sources).cluster).program).findings.map(({ key }) => key),
  );
  expect(keys[1]).toEqual(keys[0]);
});

describe("the metadata service of a cloud", () => {
  const account = (annotation: string) => `apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop, annotations: { ${annotation} } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: web, image: web }] }
`;
  const aws = "eks.amazonaws.com/role-arn: arn:aws:iam::1:role/web";

  test.each([
    ["no cloud shows", "team: shop", "medium"],
    ["one cloud shows", aws, "high"],
    ["the text is for several clouds", `${aws}, iam.gke.io/gcp-service-account: web@x.iam`, "medium"],
  ])("is as grave as is known: %s", (_, annotation, severity) => {
    expect(found(account(annotation), "NPG204")).toMatchObject([{ severity }]);
  });
});
