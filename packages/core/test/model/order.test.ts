import { expect, test } from "vitest";
import { ascending } from "../../src/model/order.ts";

test.each([
  ["numbers", 9, 10],
  ["big numbers", 9n, 10n],
  ["text", "a", "b"],
  ["text of other case", "B", "a"],
  ["text by its start", "a", "a-"],
] as const)("%s come in their order", (_, less, more) => {
  expect([ascending(less, more), ascending(more, less), ascending(less, less)]).toEqual([-1, 1, 0]);
});
