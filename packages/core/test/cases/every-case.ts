import { readdirSync, readFileSync } from "node:fs";
import { type CaseFile, readCase } from "./case.ts";

/** A case and where it is. */
export interface NamedCase {
  /** The folder: what kind of rule it shows. */
  readonly folder: string;
  readonly name: string;
  readonly file: CaseFile;
}

/** Every case there is, by folder and name. */
export const CASES: readonly NamedCase[] = folders().flatMap((folder) =>
  readdirSync(new URL(`./${folder}/`, import.meta.url))
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({
      folder,
      name,
      file: readCase(readFileSync(new URL(`./${folder}/${name}`, import.meta.url), "utf8")),
    })),
);

function folders(): readonly string[] {
  return readdirSync(new URL("./", import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
