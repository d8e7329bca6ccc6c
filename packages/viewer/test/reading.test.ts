import { parse, type Source, UPSTREAM } from "@watertight/core";
import { expect, test } from "vitest";
import { readInSlices } from "../src/reading.ts";

const pod = (i: number) => `apiVersion: v1\nkind: Pod\nmetadata: { name: p${i} }\nspec: { containers: [] }\n`;
const sources: readonly Source[] = [
  { path: "a.yaml", text: Array.from({ length: 20 }, (_, i) => pod(i)).join("---\n") },
  { path: "b.yaml", text: `${pod(20)}---\nkind: [\n` },
];

test("reading in slices makes what reading in one go makes, and tells how far it is", async () => {
  const told: number[] = [];
  const onProgress = (done: number) => void told.push(done);
  const parsed = await readInSlices(sources, UPSTREAM, { signal: new AbortController().signal, onProgress, slice: 0 });
  expect(parsed).toEqual(parse(sources));
  expect(told).toHaveLength(21);
  expect([...told].sort((a, b) => a - b)).toEqual(told);
  expect(told.every((done) => done > 0 && done <= 1)).toBe(true);
});

test("between two slices everything else has its turn", async () => {
  let turns = 0;
  let isDone = false;
  const other = () => {
    turns++;
    if (!isDone) setImmediate(other);
  };
  setImmediate(other);
  await readInSlices(sources, UPSTREAM, { signal: new AbortController().signal, onProgress: () => {}, slice: 0 });
  isDone = true;
  expect(turns).toBeGreaterThan(1);
});

test("what is given up is not read on", async () => {
  const controller = new AbortController();
  let told = 0;
  const onProgress = () => {
    if (++told === 3) controller.abort();
  };
  expect(await readInSlices(sources, UPSTREAM, { signal: controller.signal, onProgress, slice: 0 })).toBeUndefined();
  expect(told).toBe(3);
});

test("what is read within one slice is not interrupted", async () => {
  let told = 0;
  const onProgress = () => void told++;
  await readInSlices(sources, UPSTREAM, { signal: new AbortController().signal, onProgress, slice: 1e9 });
  expect(told).toBe(0);
});
