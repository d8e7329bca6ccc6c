import { type Progress, parse, parseSteps, type Source } from "@watertight/core";
import { expect, test } from "vitest";
import { inSlices } from "../src/slices.ts";

const pod = (i: number) => `apiVersion: v1\nkind: Pod\nmetadata: { name: p${i} }\nspec: { containers: [] }\n`;
const sources: readonly Source[] = [
  { path: "a.yaml", text: Array.from({ length: 20 }, (_, i) => pod(i)).join("---\n") },
  { path: "b.yaml", text: `${pod(20)}---\nkind: [\n` },
];

test("work in slices comes to what it comes to in one go, and tells how far it is", async () => {
  const told: Progress[] = [];
  const onProgress = (progress: Progress) => void told.push(progress);
  const parsed = await inSlices(parseSteps(sources), { signal: { aborted: false }, onProgress }, 0);
  expect(parsed).toEqual(parse(sources));
  expect(told.map(({ stage }) => stage)).toEqual(Array.from({ length: 22 }, () => "reading manifests"));
  const done = told.map((one) => one.done);
  expect([...done].sort((a, b) => a - b)).toEqual(done);
  expect(done.at(-1)).toBe(1);
});

test("between two slices everything else has its turn", async () => {
  let turns = 0;
  let isDone = false;
  const other = () => {
    turns++;
    if (!isDone) setImmediate(other);
  };
  setImmediate(other);
  await inSlices(parseSteps(sources), { signal: { aborted: false }, onProgress: () => {} }, 0);
  isDone = true;
  expect(turns).toBeGreaterThan(1);
});

test("what is given up is not gone on with", async () => {
  const controller = new AbortController();
  let told = 0;
  const onProgress = () => {
    if (++told === 3) controller.abort();
  };
  expect(await inSlices(parseSteps(sources), { signal: controller.signal, onProgress }, 0)).toBeUndefined();
  expect(told).toBe(3);
});

test("what is done within one slice is not interrupted", async () => {
  let told = 0;
  const onProgress = () => void told++;
  await inSlices(parseSteps(sources), { signal: { aborted: false }, onProgress }, 1e9);
  expect(told).toBe(0);
});
