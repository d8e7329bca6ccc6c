import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license?: { readonly id?: string }; readonly expression?: string }[];
}

/** Licences under which code may be part of, or needed by, what is under Apache-2.0. */
const FITTING = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
]);

describe("the bill of materials", () => {
  let bill: { readonly bomFormat: string; readonly components: readonly Component[] };

  beforeAll(() => {
    const text = execFileSync(process.execPath, ["scripts/sbom.mjs"], { cwd: ROOT, encoding: "utf8", maxBuffer: 1e8 });
    bill = JSON.parse(text);
  });

  test("lists every dependency of the packages and all that is bundled, and nothing of development", () => {
    const declared = ["core", "viewer", "cli"].flatMap((folder) =>
      Object.keys(JSON.parse(readFileSync(`${ROOT}packages/${folder}/package.json`, "utf8")).dependencies),
    );
    const bundledIn = (folder: string) => {
      const notices = readFileSync(`${ROOT}packages/${folder}/dist/THIRD-PARTY-LICENSES.txt`, "utf8");
      return [...notices.matchAll(/^(\S+) \d\S* \(.+\)$/gm)].map(([, name = ""]) => name);
    };
    const bundled = [...bundledIn("cli"), ...bundledIn("viewer")];
    expect(bundled).toEqual(expect.arrayContaining(["@kubernetes/client-node", "cytoscape", "lit-html"]));
    const listed = bill.components.map(({ name }) => name);
    expect(bill.bomFormat).toBe("CycloneDX");
    expect(listed).toEqual(expect.arrayContaining([...declared, ...bundled]));
    for (const name of ["vitest", "typescript", "esbuild"]) expect(listed).not.toContain(name);
  });

  test("names a licence that fits Apache-2.0 for each", () => {
    const unfit = bill.components.flatMap((component) => {
      const named = component.licenses?.map(({ license, expression }) => license?.id ?? expression ?? "") ?? [];
      return named.length > 0 && named.every((id) => FITTING.has(id)) ? [] : [`${component.name}: ${named}`];
    });
    expect(unfit).toEqual([]);
  });
});
