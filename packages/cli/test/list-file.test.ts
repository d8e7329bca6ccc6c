import { parse, Reading } from "@watertight/core";
import { describe, expect, test } from "vitest";
import { type Limits, listFileOf } from "../src/list-file.ts";

const pods = Array.from({ length: 40 }, (_, i) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: `web-${i}`,
    namespace: "shop",
    annotations: { note: `café ${i}` },
    labels: { app: i === 7 ? "-" : "web" },
  },
  spec: { containers: [{ name: "web", image: "web", ports: [{ containerPort: i === 30 ? 0 : 80 }] }] },
}));
const list = { apiVersion: "v1", items: pods, kind: "List", metadata: { resourceVersion: "" } };

async function fileOf(text: string, limits: Limits) {
  const bytes = Buffer.from(text);
  return listFileOf("a.json", bytes.length, (work) => work(async (from, to) => bytes.subarray(from, to)), limits);
}

/** What a list reads as, in stretches of so many bytes. */
async function readFrom(text: string, stretch: number) {
  const file = await fileOf(text, { text: 0, whole: 0, stretch });
  const reading = new Reading();
  const items = file && reading.list(file);
  let stretches = 0;
  await file?.pour((bytes, ends) => {
    stretches++;
    const steps = items?.next(bytes, ends);
    let step = steps?.next();
    while (step && !step.done) step = steps?.next();
    return step?.value;
  });
  return { parsed: reading.finish(), stretches };
}

describe("a list in JSON, however large", () => {
  test.each([
    ["as kubectl prints it", JSON.stringify(list, null, 4)],
    ["in one line", JSON.stringify(list)],
    [
      "of one kind, which its items leave unsaid",
      JSON.stringify({ ...list, items: pods.map(({ kind, apiVersion, ...pod }) => pod), kind: "PodList" }),
    ],
    ["that says what it is first", JSON.stringify({ kind: "List", apiVersion: "v1", items: pods })],
    ["after a byte order mark", `\ufeff${JSON.stringify(list, null, 4)}\n`],
  ])("%s reads in stretches as it does as a text, places included", async (_, text) => {
    const whole = parse([{ path: "a.json", text: text.replace("\ufeff", "") }]);
    for (const [length, least] of [
      [50, 40],
      [1_000, 5],
      [1_000_000, 1],
    ] as const) {
      const { parsed, stretches } = await readFrom(text, length);
      expect(parsed).toEqual(whole);
      expect(stretches).toBeGreaterThanOrEqual(least);
    }
    expect(whole.diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(2);
  });

  test.each([
    ["that is none", JSON.stringify({ ...list, kind: "Table" })],
    ["in a list", JSON.stringify([list])],
    ["without items", JSON.stringify({ ...list, items: [] })],
    ["inside another object", JSON.stringify({ apiVersion: "v1", kind: "List", data: list })],
    ["with something after it", `${JSON.stringify(list)}\nand more`],
  ])("%s is left to be read as a text", async (_, text) => {
    expect(await fileOf(text, { text: 0, whole: 0, stretch: 100 })).toBeUndefined();
  });

  test("that is not large is read as a text", async () => {
    const text = JSON.stringify(list);
    const limits = { whole: 1_000_000, stretch: 100 };
    expect(await fileOf(text, { ...limits, text: Buffer.byteLength(text) })).toBeUndefined();
    expect((await fileOf(text, { ...limits, text: Buffer.byteLength(text) - 1 }))?.comes).toBe("whole");
  });
});
