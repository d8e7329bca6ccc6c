import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allows } from "../../../src/analyses/attack/grants.ts";
import { applyRights, type Right } from "../../../src/analyses/attack/rights.ts";
import { chokePoints } from "../../../src/analyses/choke-points.ts";
import { findFact } from "../../../src/analyses/paths.ts";
import type { Identities, RoleRule } from "../../../src/model/identity.ts";
import { merged } from "../../merged.ts";
import { attackOn, documents, granted, object, pod } from "./edges.ts";

const span = { path: "a.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };
const GROUPS = ["", "apps"];
const RESOURCES = ["pods", "secrets", "pods/exec"];
const VERBS = ["get", "list", "create"];

const some = (words: readonly string[]) => fc.subarray([...words], { minLength: 1 });
const starred = (words: readonly string[]) => fc.oneof({ weight: 4, arbitrary: some(words) }, fc.constant(["*"]));
const names = fc.oneof(fc.constant<string[]>([]), fc.constant(["db"]));

const rule: fc.Arbitrary<RoleRule> = fc.record({
  apiGroups: starred(GROUPS),
  resources: some(RESOURCES),
  verbs: starred(VERBS),
  resourceNames: names,
  nonResourceURLs: fc.constant([]),
  span: fc.constant(span),
});
const right: fc.Arbitrary<Right> = fc.record({
  group: fc.constantFrom(...GROUPS),
  resources: some(RESOURCES),
  verbs: some(VERBS),
  names,
});

function narrowed(rules: readonly RoleRule[], taken: Right): readonly RoleRule[] {
  const identities: Identities = {
    serviceAccounts: [],
    roles: [{ namespace: "shop", name: "r", labels: new Map(), rules, span }],
    bindings: [],
  };
  const after = applyRights(identities, [{ kind: "narrow", role: "shop/r", right: taken }]);
  return after.roles[0]?.rules ?? [];
}

test("a right that goes out of a role is gone, and every other stays", () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 3 }), right, (rules, taken) => {
      const after = narrowed(rules, taken);
      for (const group of GROUPS)
        for (const resource of RESOURCES)
          for (const verb of VERBS)
            for (const name of [[], ["db"]]) {
              const has = (all: readonly RoleRule[]) =>
                all.some((one) => one.resourceNames.join() === name.join() && allows(one, group, [resource], [verb]));
              const isTaken =
                taken.names.join() === name.join() && taken.resources.includes(resource) && taken.verbs.includes(verb);
              // A rule about every group keeps no list from which one could be taken.
              const isMeant = isTaken && taken.group === group;
              if (isMeant) expect(has(after)).toBe(false);
              else if (!isTaken) expect(has(after)).toBe(has(rules));
              else expect(has(after) && !has(rules)).toBe(false);
            }
    }),
    { numRuns: 300 },
  );
});

const ACCOUNT = "serviceaccount:shop/default";

/** The choke points from an account to something, with the patch tried on the text as well. */
function choke(text: string, target: string) {
  const between = (manifests: string) => {
    const attack = attackOn(manifests, { certainty: "conditional" });
    const [from, to] = [findFact(attack, ACCOUNT, "start"), findFact(attack, target, "target")];
    return from && to ? chokePoints(attack, [from], [to]) : undefined;
  };
  const found = between(text);
  const { points, merge, verified } = found as NonNullable<typeof found>;
  expect(verified.open).toBe(0);
  return {
    edits: points.map(({ edit }) => edit),
    merge,
    stillOpen: between(merged(text, merge))?.connected ?? 0,
  };
}

const SECRET = object("v1", "Secret", "db", "stringData: { password: x }");
const POD = pod("a");

describe("rights are choke points, with a patch that does what it says", () => {
  test("verbs go out of a role, and what else it gives stays", () => {
    const reads = '{ apiGroups: [""], resources: [secrets, configmaps], verbs: [get, list, create] }';
    expect(choke(documents(POD, SECRET, granted(reads)), "secret:shop/db")).toEqual({
      edits: ["take get, list on secrets out of Role shop/r"],
      merge: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: r
  namespace: shop
rules:
  - apiGroups:
      - ""
    resources:
      - configmaps
    verbs:
      - get
      - list
      - create
  - apiGroups:
      - ""
    resources:
      - secrets
    verbs:
      - create
`,
      stillOpen: 0,
    });
  });

  test("where two roles give the same, both are changed", () => {
    const again = granted('{ apiGroups: [""], resources: [secrets], verbs: ["*"] }').replaceAll(/"([rb])"/g, '"$1$1"');
    const text = documents(
      POD,
      SECRET,
      granted('{ apiGroups: [""], resources: [secrets], verbs: [get] }'),
      again.replace("name: r }", "name: rr }"),
    );
    expect(choke(text, "secret:shop/db")).toMatchObject({
      edits: ["take get on secrets out of Role shop/r", "take get, list, watch on secrets out of Role shop/rr"],
      stillOpen: 0,
    });
  });

  test("a right held to a name is told from one that is not", () => {
    const text = documents(
      POD,
      SECRET,
      granted('{ apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [db] }'),
    );
    expect(choke(text, "secret:shop/db")).toMatchObject({
      edits: ["take get on secrets named db out of Role shop/r"],
      stillOpen: 0,
    });
  });

  test.each([
    ["is about every resource", '{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }', ""],
    [
      "is filled in by others",
      '{ apiGroups: [""], resources: [pods/exec], verbs: [create] }',
      "aggregationRule: { clusterRoleSelectors: [] }\n",
    ],
  ])("of a role that %s the holder goes out of the binding", (_, rules, more) => {
    const text = documents(POD, granted(rules, "ClusterRole").replace("rules:", `${more}rules:`));
    expect(choke(text, "shop/Pod/a")).toMatchObject({
      edits: ["take ServiceAccount shop/default out of ClusterRoleBinding b"],
      merge: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: b\nsubjects: []\n",
      stillOpen: 0,
    });
  });

  test("so it does where every cluster has the role of itself", () => {
    const text = documents(POD, granted("{}").replace("kind: Role, name: r }", "kind: ClusterRole, name: edit }"));
    expect(choke(text, "shop/Pod/a")).toMatchObject({
      edits: ["take ServiceAccount shop/default out of RoleBinding shop/b"],
      stillOpen: 0,
    });
  });

  test("of two rights that give something together one goes", () => {
    const rbac = "rbac.authorization.k8s.io";
    const text = documents(
      POD,
      granted(
        `{ apiGroups: [${rbac}], resources: [clusterrolebindings], verbs: [create] }, { apiGroups: [${rbac}], resources: [clusterroles], verbs: [bind, get] }`,
        "ClusterRole",
      ),
    );
    expect(choke(text, "cluster-admin")).toMatchObject({
      edits: [`take bind on clusterroles.${rbac} out of ClusterRole r`],
      stillOpen: 0,
    });
  });

  test("who else loses a right is said where it is taken", () => {
    const two = granted('{ apiGroups: [""], resources: [secrets], verbs: [get] }').replace(
      "subjects: [",
      "subjects: [{ kind: User, name: jane, apiGroup: rbac.authorization.k8s.io }, ",
    );
    expect(choke(documents(POD, SECRET, two), "secret:shop/db").merge).toMatch(
      /^# given to 2 subjects, all of which lose it: User jane, ServiceAccount shop\/default\n/,
    );
  });
});
