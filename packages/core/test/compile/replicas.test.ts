import { describe, expect, test } from "vitest";
import { splitReplicas } from "../../src/compile/replicas.ts";
import type { Vocabulary } from "../../src/compile/vocabulary.ts";
import type { Pod } from "../../src/model/cluster.ts";
import { read } from "../parse/read.ts";

const NAME = "statefulset.kubernetes.io/pod-name";
const INDEX = "apps.kubernetes.io/pod-index";

function template(replicas: number, start = 0): Pod {
  const [pod] = read(`
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: a }
spec:
  replicas: ${replicas}
  ordinals: { start: ${start} }
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: main }] } }
`).cluster.pods;
  if (!pod) throw new Error("the template is gone");
  return pod;
}

const mentioning = (values: Record<string, readonly string[]>): Vocabulary => ({
  labels: new Map(Object.entries(values).map(([key, mentioned]) => [key, new Set(mentioned)])),
  presence: new Set(),
  portNames: new Set(),
  addresses: [],
  families: new Set(),
});

/** What each pod is called, by its labels, and how many it stands for. */
function partsOf(pod: Pod, values: Record<string, readonly string[]>): string[] {
  return splitReplicas([pod], mentioning(values)).map(
    ({ id, name, labels, replicas }) =>
      `${id} ${name} ${labels.values.get(NAME)} ${labels.values.get(INDEX)} ×${replicas}`,
  );
}

describe("the replicas of a template", () => {
  test("stay together while no selector speaks of their number", () => {
    const pod = template(3);
    expect(splitReplicas([pod], mentioning({ app: ["db"] }))).toEqual([pod]);
  });

  test("part where a selector names some of them, the others under the first number nobody names", () => {
    expect(partsOf(template(4), { [NAME]: ["db-0", "db-2"] })).toEqual([
      "a/StatefulSet/db/0 db-0 db-0 0 ×1",
      "a/StatefulSet/db/2 db-2 db-2 2 ×1",
      "a/StatefulSet/db/1 db-1 db-1 1 ×2",
    ]);
  });

  test("are named by any of the labels that carry the number, each once, in order", () => {
    expect(partsOf(template(12), { [NAME]: ["db-10", "db-9"], [INDEX]: ["9", "0"] })).toEqual([
      "a/StatefulSet/db/0 db-0 db-0 0 ×1",
      "a/StatefulSet/db/9 db-9 db-9 9 ×1",
      "a/StatefulSet/db/10 db-10 db-10 10 ×1",
      "a/StatefulSet/db/1 db-1 db-1 1 ×9",
    ]);
  });

  test("are counted from the number they start at", () => {
    expect(partsOf(template(3, 5), { [INDEX]: ["4", "5", "7", "8"] })).toEqual([
      "a/StatefulSet/db/5 db-5 db-5 5 ×1",
      "a/StatefulSet/db/7 db-7 db-7 7 ×1",
      "a/StatefulSet/db/6 db-6 db-6 6 ×1",
    ]);
  });

  test("leave no rest when all of them are named", () => {
    expect(partsOf(template(2), { [INDEX]: ["0", "1"] })).toEqual([
      "a/StatefulSet/db/0 db-0 db-0 0 ×1",
      "a/StatefulSet/db/1 db-1 db-1 1 ×1",
    ]);
  });

  test("that come after all named ones go by the next number", () => {
    expect(partsOf(template(3), { [INDEX]: ["0", "1"] }).at(-1)).toBe("a/StatefulSet/db/2 db-2 db-2 2 ×1");
  });

  test.each(["db-01", "db-x", "db-", "db--1", "db-1.5", "db-3", "web-1", "1", "db-1e0"])(
    "are not named by %s, but have their numbered labels once a selector speaks of the key",
    (value) => {
      expect(partsOf(template(3), { [NAME]: [value] })).toEqual(["a/StatefulSet/db/0 db-0 db-0 0 ×3"]);
    },
  );

  test("keep their other labels and what is open about them, and number no further", () => {
    const [pod] = splitReplicas([template(1)], mentioning({ [INDEX]: ["0"] }));
    expect(pod?.labels.values.get("app")).toBe("db");
    expect(pod?.labels.valueUnknown).toContain("controller-revision-hash");
    expect(pod).not.toHaveProperty("ordinals");
  });

  test("are left alone where a pod has no number", () => {
    const { ordinals: _, ...bare } = template(2);
    expect(splitReplicas([bare], mentioning({ [NAME]: ["db-0"] }))).toEqual([bare]);
  });
});
