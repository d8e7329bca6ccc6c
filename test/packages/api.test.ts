import { expect, test } from "vitest";
import { apiReport, type Entries } from "./api-report.ts";

const PACKAGES: Readonly<Record<string, Entries>> = {
  core: {
    "@watertight/core": "packages/core/dist/index.d.ts",
    "@watertight/core/vitest": "packages/core/dist/vitest.d.ts",
  },
  viewer: {
    "@watertight/viewer": "packages/viewer/dist/index.d.ts",
    "@watertight/viewer/svg": "packages/viewer/dist/svg.d.ts",
  },
};

test.each(Object.entries(PACKAGES))("packages/%s/api.md is what can be imported", async (folder, entries) => {
  const report = apiReport(`The public surface of packages/${folder}`, entries);
  await expect(report).toMatchFileSnapshot(`../../packages/${folder}/api.md`);
});
