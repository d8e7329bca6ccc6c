import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDERS = ["core", "viewer", "cli"] as const;

export interface Packed {
  /** An empty project into which all three were installed from their tarballs. */
  readonly project: string;
  readonly tarballs: Readonly<Record<(typeof FOLDERS)[number], Tarball>>;
}

export interface Tarball {
  readonly path: string;
  readonly name: string;
  /** Bytes to download. */
  readonly size: number;
  readonly files: readonly string[];
}

declare module "vitest" {
  interface ProvidedContext {
    packed: Packed;
  }
}

/** Packs the packages as they would be published and installs them, once for all tests. `npm run build` comes first. */
export async function setup({ provide }: TestProject): Promise<() => void> {
  const scratch = mkdtempSync(join(tmpdir(), "watertight-packages-"));
  const packed = await npm(ROOT, "pack", "--json", "--pack-destination", scratch, ...FOLDERS.flatMap(workspace));
  const made: readonly { name: string; filename: string; size: number; files: readonly { path: string }[] }[] =
    Object.values(JSON.parse(packed));
  const tarball = (name: string): Tarball => {
    const found = made.find((one) => one.name === name);
    if (!found) throw new Error(`npm pack made no ${name}`);
    const { filename, size, files } = found;
    return { path: join(scratch, filename), name, size, files: files.map(({ path }) => path) };
  };
  const tarballs = {
    core: tarball("@watertight/core"),
    viewer: tarball("@watertight/viewer"),
    cli: tarball("watertight"),
  };
  const project = join(scratch, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module" }));
  await npm(project, "install", ...QUIETLY, ...Object.values(tarballs).map(({ path }) => path));
  provide("packed", { project, tarballs });
  return () => rmSync(scratch, { recursive: true, force: true });
}

/** What was installed for the workspace is in npm's cache; what is not, is fetched. */
export const QUIETLY = ["--prefer-offline", "--no-audit", "--no-fund"];

function workspace(folder: string): readonly string[] {
  return ["--workspace", `packages/${folder}`];
}

async function npm(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("npm", args, { cwd, maxBuffer: 1e8 });
  return stdout;
}
