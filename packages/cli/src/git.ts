import { spawn } from "node:child_process";
import type { Diagnostic } from "@watertight/core";
import { type Input, MANIFEST, problem, readableOf } from "./io.ts";
import { Unusable } from "./unusable.ts";

/** Two commits of the repository around the working directory. */
export interface GitRange {
  readonly before: string;
  readonly after: string;
}

/**
 * The commits of `BASE..HEAD`, or of `BASE...HEAD`, whose base is where the two parted; an empty side is `HEAD`.
 *
 * Throws {@link Unusable} where git is not there, there is no repository, or a revision is unknown.
 */
export async function gitRange(text: string): Promise<GitRange> {
  const [, base = "", dots = "", head = ""] = /^(.*?)(\.{2,3})(.*)$/.exec(text) ?? [];
  if (dots === "") throw new Unusable(`--git: \`${text}\` is no range such as main..HEAD`);
  const [from, after] = [await commitOf(base || "HEAD"), await commitOf(head || "HEAD")];
  if (dots === "..") return { before: from, after };
  return { before: (await git(["merge-base", from, after])).toString().trim(), after };
}

/** The branches and tags of the repository around the working directory; none where there is no repository or no git. */
export async function revisions(): Promise<readonly string[]> {
  const asked = ["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"];
  const listing = await git(asked).catch(() => Buffer.of());
  return listing.toString().split("\n").filter(Boolean);
}

async function commitOf(revision: string): Promise<string> {
  const asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const found = (await git(asked, "", [0, 1, 128])).toString().trim();
  if (found !== "") return found;
  await git(["rev-parse", "--git-dir"]);
  throw new Unusable(`--git: there is no commit \`${revision}\` in this repository`);
}

interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly object: string;
}

/**
 * The manifests of a commit below some paths, read from the repository's objects and never from its work tree.
 *
 * Paths are relative to the working directory. Hidden folders and those of packages are left out, as they are on disk; so are links,
 * with a diagnostic.
 */
export async function readCommit(commit: string, paths: readonly string[]): Promise<Input> {
  const listing = await git(["ls-tree", "-r", "-z", commit, "--", ...(paths.length > 0 ? paths : ["."])]);
  const entries = listing
    .toString()
    .split("\0")
    .flatMap((line): readonly Entry[] => {
      const [, mode, object, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return mode && object && path && isManifest(path, paths) ? [{ mode, object, path }] : [];
    });
  const files = entries.filter(({ mode }) => mode.startsWith("100"));
  const problems: Diagnostic[] = entries
    .filter(({ mode }) => mode === "120000")
    .map(({ path }) => problem(path, "it is a symbolic link, which is not followed inside a commit"));
  const texts = await contents(files.map(({ object }) => object));
  const found = files.map(({ path }, i) => readableOf(path, texts[i] ?? new Uint8Array()));
  return { texts: await Promise.all(found), problems };
}

/** What a walk over folders would find; a file that is named is taken whatever it is called. */
function isManifest(path: string, named: readonly string[]): boolean {
  if (named.some((one) => one.replace(/^\.\//, "") === path)) return true;
  const parts = path.split("/").filter((part) => part !== "..");
  return MANIFEST.test(path) && !parts.some((part) => part.startsWith(".") || part === "node_modules");
}

/** The contents of objects, in their order, from one run of git. */
async function contents(objects: readonly string[]): Promise<readonly Uint8Array[]> {
  if (objects.length === 0) return [];
  const output = await git(["cat-file", "--batch"], objects.map((object) => `${object}\n`).join(""));
  let at = 0;
  return objects.map((object) => {
    const end = output.indexOf("\n", at);
    const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(output.toString("latin1", at, end)) ?? [];
    if (size === undefined)
      throw new Unusable(`git does not have the object ${object}; is the clone shallow or partial?`);
    const start = end + 1;
    at = start + Number(size) + 1;
    return output.subarray(start, at - 1);
  });
}

/** Runs git and returns what it prints. */
function git(args: readonly string[], input = "", fine: readonly number[] = [0]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["-c", "core.quotePath=false", ...args], { stdio: ["pipe", "pipe", "pipe"] });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.stdin.on("error", () => undefined);
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        new Unusable(
          error.code === "ENOENT"
            ? "--git: git is not installed, and nothing else reads its repositories; compare two folders with BEFORE -- AFTER"
            : `--git: git cannot be run: ${error.message}`,
        ),
      ),
    );
    child.on("close", (code) => {
      if (code !== null && fine.includes(code)) resolve(Buffer.concat(out));
      else
        reject(
          new Unusable(`--git: ${Buffer.concat(err).toString().trim().split("\n").at(-1) || `git ${args[0]} failed`}`),
        );
    });
    child.stdin.end(input);
  });
}
