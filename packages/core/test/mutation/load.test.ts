import { expect, test } from "vitest";

// A file whose imports throw has no tests that could fail; this one imports when it runs.
test("the core loads", async () => {
  expect(await import("../../src/index.ts")).toHaveProperty("compile");
});
