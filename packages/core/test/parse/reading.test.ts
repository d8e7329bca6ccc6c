import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Parsed, parse, Reading } from "../../src/parse/parse.ts";
import type { Depth } from "../../src/parse/pod-spec.ts";

const pod = (name: string) => `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"${name}"},"spec":{"containers":[]}}`;
const texts = [
  pod("a"),
  `${pod("b")}\n${pod("c")}`,
  `{"kind":"List","apiVersion":"v1","items":[${pod("d")},\n${pod("e")}, {"kind": nope}]}`,
  "apiVersion: v1\nkind: Pod\nmetadata: { name: f }\nspec: { containers: [] }\n---\nkind: [\n",
  "",
];

test("sources read one by one make the cluster and the diagnostics that they make together", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(texts), (some) => {
      const sources = some.map((text, i) => ({ path: `${i}`, text }));
      const reading = new Reading();
      for (const source of sources) for (const _ of reading.steps(source));
      expect(reading.finish()).toEqual(parse(sources));
    }),
  );
});

test("each step is an object, and says how far into the text it is", () => {
  const text = texts[1] as string;
  expect([...new Reading().steps({ path: "a", text })]).toEqual([pod("b").length, text.length]);
});

test("a reading that is given up halfway can be finished with what it has", () => {
  const reading = new Reading();
  for (const _ of reading.steps({ path: "a", text: texts[1] as string })) break;
  expect(reading.finish().cluster.pods.map(({ id }) => id)).toEqual(["default/b"]);
});

describe("reading for verdicts", () => {
  const given = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  hostPID: "yes"
  containers:
    - name: main
      image: [nginx]
      ports: [{ containerPort: 8080, hostPort: many }]
`;
  const misplaced = given.replace("containerPort: 8080", "containerPort: eighty");
  const readAs = (depth: Depth, text: string) => parse([{ path: "web.yaml", text }], undefined, depth);

  test("leaves specs unread, faults included, and everything else as it is", () => {
    const whole = readAs("specs", given);
    const verdicts = readAs("verdicts", given);
    expect(whole.diagnostics.map(({ field }) => field)).toEqual([
      "spec.hostPID",
      "spec.containers[0].image",
      "spec.containers[0].ports[0].hostPort",
    ]);
    expect(verdicts.diagnostics).toEqual([]);
    const withoutSpecs = ({ cluster }: Parsed) => ({ ...cluster, pods: cluster.pods.map(({ spec, ...pod }) => pod) });
    expect(withoutSpecs(verdicts)).toEqual(withoutSpecs(whole));
  });

  test("tells what costs a pod its place all the same", () => {
    const codes = readAs("verdicts", misplaced).diagnostics.map(({ code, field }) => [code, field]);
    expect(codes).toEqual([["field-type", "spec.containers[0].ports[0].containerPort"]]);
  });

  test("an unread spec is not an empty one: to look into it throws", () => {
    const [pod] = readAs("verdicts", given).cluster.pods;
    expect(() => pod?.spec.containers).toThrow("`containers` of a pod is asked for");
  });

  test("replicas of a StatefulSet are listed without their claims being read", () => {
    const text = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 2
  template: { spec: { containers: [{ name: main }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: once } }]
`;
    expect(readAs("verdicts", text).diagnostics).toEqual([]);
    expect(readAs("specs", text).diagnostics.map(({ field }) => field)).toEqual([
      "spec.volumeClaimTemplates[0].spec.accessModes",
    ]);
  });
});
