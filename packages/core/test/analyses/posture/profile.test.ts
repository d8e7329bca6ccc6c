import { describe, expect, test } from "vitest";
import {
  type DimensionId,
  FindingContext,
  type Options,
  type Profile,
  postureOf,
  WEIGHTS,
} from "../../../src/index.ts";
import { programOf } from "../findings/found.ts";
import { BOUTIQUE, boutiquePolicies } from "./boutique.ts";

const ALIKE = { entry: 1, jewel: 1, declaredJewel: 1, weakPort: 1 };

function profileOf(text: string, weights = ALIKE, options: Partial<Options> = {}): Profile {
  return postureOf(new FindingContext(programOf(text, options)), { weights }).profile;
}

function dimension(profile: Profile, id: DimensionId) {
  const found = profile.dimensions.find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
}

function part(profile: Profile, id: DimensionId, name: string): number | undefined {
  return dimension(profile, id).parts.find((one) => one.name === name)?.value;
}

const bare = profileOf(BOUTIQUE);
const shipped = profileOf([BOUTIQUE, boutiquePolicies("[{}]")].join("\n---\n"));
const NARROW = `[{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }, { podSelector: { matchLabels: { app: load } } }], ports: [{ port: 8080 }] }]`;
const narrowing = [BOUTIQUE, boutiquePolicies(NARROW)].join("\n---\n");

describe("the flagship", () => {
  test("without a policy allows every pair, and everything falls with anything", () => {
    expect(bare.scope.pairs).toEqual({ all: 132, allowed: 132, needed: 16, excess: 116 });
    expect(dimension(bare, "segmentation").value).toBe(0);
    expect(part(bare, "containment", "mean blast radius")).toBe(11);
    expect(dimension(bare, "containment").value).toBe(0);
    expect(dimension(bare, "egress").value).toBe(0);
    expect(bare.weakest).toEqual({ dimension: "segmentation", value: 0 });
  });

  test("with policies that leave one pivot open denies 91 of 100 unneeded pairs, and contains 11 of 100", () => {
    expect(shipped.scope.pairs).toEqual({ all: 132, allowed: 26, needed: 16, excess: 10 });
    expect(part(shipped, "containment", "mean blast radius")).toBeCloseTo(121 / 12);
    expect(part(shipped, "containment", "with the needed flows alone")).toBe(2.5);
    expect(Math.round(dimension(shipped, "containment").value ?? -1)).toBe(11);
    expect(part(shipped, "egress", "with open egress")).toBe(12);
    expect(dimension(shipped, "availability").value).toBe(100);
    expect(shipped.weakest?.dimension).toBe("egress");
  });

  test("is told that one rule of the frontend is what moves containment most", () => {
    const [first] = shipped.levers;
    expect(first?.statement).toEqual({ kind: "rule", policy: "default/frontend", direction: "ingress", index: 0 });
    expect(first?.pairs).toBe(10);
    expect(first?.gains.containment).toBeCloseTo(100 - (dimension(shipped, "containment").value ?? 0));
  });

  test("with that rule narrowed is contained wholly where blocks do not match pods, and not at all better where they do", () => {
    const narrowed = profileOf(narrowing, ALIKE, { ipBlockMatchesPods: false });
    expect(narrowed.scope.pairs).toEqual({ all: 132, allowed: 16, needed: 16, excess: 0 });
    expect(dimension(narrowed, "containment").value).toBe(100);
    expect(part(narrowed, "containment", "mean blast radius")).toBe(2.5);
    expect(profileOf(narrowing).scope.pairs).toEqual(shipped.scope.pairs);
  });
});

describe("a profile", () => {
  test("weighs what it says it weighs", () => {
    const weighed = profileOf(BOUTIQUE, WEIGHTS);
    expect(weighed.weights).toEqual(WEIGHTS);
    // Twelve ports known and twelve rests; the store and its port weigh more, as does the frontend as a source.
    expect(part(weighed, "segmentation", "weight of unneeded flows")).toBeGreaterThan(
      part(bare, "segmentation", "weight of unneeded flows") ?? 0,
    );
  });

  test("does not change with the number of replicas", () => {
    const scaled = BOUTIQUE.replaceAll("spec:\n  selector:", "spec:\n  replicas: 5\n  selector:");
    expect(profileOf(scaled).dimensions).toEqual(bare.dimensions);
  });

  test("has no headline, and a denied share in place of segmentation, where nobody says what is needed", () => {
    const silent = profileOf(BOUTIQUE.replaceAll(/env: \[[^\]]*\]/g, "env: []"));
    expect(silent.weakest).toBeUndefined();
    expect(dimension(silent, "segmentation")).toMatchObject({ title: "denied share", value: 0 });
    expect(dimension(silent, "containment").value).toBeUndefined();
    expect(dimension(silent, "entry-to-jewel").value).toBeUndefined();
    expect(silent.levers).toEqual([]);
  });

  test("of a plugin that does not enforce policies is 0 in all that policies do", () => {
    const flannel = `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: kube-flannel-ds, namespace: kube-flannel }
spec:
  selector: { matchLabels: { app: flannel } }
  template: { metadata: { labels: { app: flannel } }, spec: { hostNetwork: true, containers: [{ name: f, image: flannel }] } }`;
    const profile = profileOf([BOUTIQUE, boutiquePolicies("[{}]"), flannel].join("\n---\n"));
    expect(profile.enforcement).toBe("absent");
    expect(profile.dimensions.flatMap(({ id, value }) => (value === 0 ? [id] : []))).toEqual(
      expect.arrayContaining(["segmentation", "containment", "egress", "default-deny"]),
    );
  });

  test("is worked out under both answers where the input leaves a question open", () => {
    const open = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: unread, namespace: default }
spec: { endpointSelector: { matchLabels: { app: redis } } }`;
    const profile = profileOf([BOUTIQUE, boutiquePolicies("[{}]"), open].join("\n---\n"));
    const { range, value } = dimension(profile, "segmentation");
    expect(range?.[0]).toBeLessThan(value ?? 0);
    expect(range?.[1]).toBeGreaterThanOrEqual(value ?? 0);
  });

  test("of nothing has no numbers", () => {
    const empty = profileOf("");
    expect(empty.dimensions.flatMap(({ value }) => value ?? [])).toEqual([]);
  });
});

test("an allow that is added never raises a dimension, and one that is taken away never lowers segmentation", () => {
  const steps = ["[]", NARROW, "[{}]"].map((frontend) =>
    profileOf([BOUTIQUE, boutiquePolicies(frontend)].join("\n---\n"), ALIKE, { ipBlockMatchesPods: false }),
  );
  for (const id of ["segmentation", "egress"] as const) {
    const values = steps.map((profile) => dimension(profile, id).value ?? -1);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  }
  const kept = steps.map((profile) => dimension(profile, "availability").value ?? -1);
  expect(kept).toEqual([...kept].sort((a, b) => a - b));
});
