import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, type Source } from "@watertight/core";
import { expect, test } from "vitest";
import { inPieces } from "../src/io.ts";
import { folder } from "./runs.ts";

const pods = Array.from({ length: 40 }, (_, i) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `web-${i}`, namespace: "shop", labels: { café: `n${i}` } },
  spec: { containers: [{ name: "web", image: i === 30 ? 7 : "web", ports: [{ containerPort: 80 }] }] },
}));
const list = { apiVersion: "v1", items: pods, kind: "List", metadata: { resourceVersion: "" } };

/** The texts of the pieces of a file, of about so many bytes each. */
async function piecesOf(
  text: string,
  length: number,
): Promise<{ path: string; sources: readonly Source[] | undefined }> {
  const path = join(folder({}), "dump.json");
  writeFileSync(path, text);
  return { path, sources: await inPieces(path, statSync(path).size, length) };
}

test.each([
  ["as kubectl prints it", JSON.stringify(list, null, 4)],
  ["of one kind", JSON.stringify({ ...list, kind: "PodList" }, null, 2)],
  ["after a byte order mark", `\ufeff${JSON.stringify(list, null, 4)}\n`],
])("a list %s reads in pieces as it does in one, places included", async (_, text) => {
  for (const length of [100, 1_000, 5_000, 100_000]) {
    const { path, sources } = await piecesOf(text, length);
    expect(sources?.length).toBeGreaterThanOrEqual(length < 5_000 ? 3 : 1);
    expect(parse(sources ?? [])).toEqual(parse([{ path, text }]));
  }
});

test.each([
  ["in one line", JSON.stringify(list)],
  ["that is none", JSON.stringify({ ...list, kind: undefined }, null, 4)],
  ["in a list", JSON.stringify([list], null, 4)],
  ["without items", JSON.stringify({ ...list, items: [] }, null, 4)],
  ["that goes on after its end", `${JSON.stringify(list, null, 4)}\n---\n{}`],
])("a text %s is not cut", async (_, text) => {
  expect((await piecesOf(text, 1_000)).sources).toBeUndefined();
});

test("a wrong cut does not pass for a list", async () => {
  // Brackets of a pod stand where those of items do.
  const crooked = JSON.stringify(list, null, 4).replaceAll(/\n {8,}(?=[{}])/g, "\n        ");
  const { path, sources } = await piecesOf(crooked, 300);
  const whole = parse([{ path, text: crooked }]);
  const cut = sources && parse(sources);
  const isSame = cut?.cluster.pods.length === whole.cluster.pods.length;
  expect(isSame || cut?.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
});
