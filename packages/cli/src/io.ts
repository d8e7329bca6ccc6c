import { readFileSync, realpathSync } from "node:fs";
import { open, opendir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic, Source } from "@watertight/core";
import { LIMITS, type ListFile, listFileOf } from "./list-file.ts";
import { cutList, type ReadBytes } from "./pieces.ts";
import { Unusable } from "./unusable.ts";

/** The streams and surroundings of one run; tests bring their own. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input. */
  readonly readStdin: () => Promise<Uint8Array>;
  /** The viewer as one script. Fails when the package was not built. */
  readonly readViewerScript: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Today where the program runs in time: the day in UTC, as `2027-01-31`. */
  readonly today: () => string;
  /** Is fulfilled once the user wants a server to end: Ctrl+C. */
  readonly untilInterrupted: () => Promise<void>;
}

/** What is asked of an output stream: of `process.stdout`, or of a test's. */
export interface Output {
  /** Says `false` when what was written waits for its reader; it has caught up at the next `drain`. */
  write(text: string): boolean;
  once(event: "drain", listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A text that can be read, and about how much of it there is. */
export interface Readable {
  readonly bytes: number;
  /** As one text, or as several where it is too large for that; what cannot be read after all becomes a diagnostic. */
  readonly read: () => Promise<readonly (Source | Diagnostic)[]>;
  /** The same as bytes, where it seems to be a list in JSON. */
  readonly list?: ListFile;
}

/** What was found under some paths, sorted as found, and what could not be. */
export interface Input {
  readonly texts: readonly Readable[];
  readonly problems: readonly Diagnostic[];
}

/** Names of files that are searched for. */
export const MANIFEST = /\.(ya?ml|json)$/i;

export function processIo(): Io {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    today: () => new Date().toISOString().slice(0, 10),
    readStdin: async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    readViewerScript: async () => {
      // A page that is one file has no files beside it, so the editor comes along.
      const parts = ["watertight-viewer.js", "watertight-viewer-editor.js"].map((name) =>
        readFile(fileURLToPath(import.meta.resolve(`@watertight/viewer/${name}`)), "utf8"),
      );
      return (await Promise.all(parts)).join("\n");
    },
    untilInterrupted: () =>
      new Promise((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
      }),
  };
}

/**
 * Finds files, folders with all their manifests, and `-` for standard input; they are read one by one.
 *
 * Every file is there once, however many paths or links lead to it. What cannot be read becomes a diagnostic under its path.
 */
export async function findInput(paths: readonly string[], io: Io): Promise<Input> {
  const texts: Readable[] = [];
  const problems: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === "-") {
      if (!seen.has(path)) texts.push(await readableOf("<stdin>", await io.readStdin()));
      seen.add(path);
      continue;
    }
    for (const file of await filesUnder(path, seen, problems)) texts.push(await fileAt(file));
  }
  return { texts, problems };
}

/** What was read already. */
export async function readableOf(path: string, bytes: Uint8Array): Promise<Readable> {
  const list = await listFileOf(path, bytes.length, (work) =>
    work(async (from, to) => Buffer.from(bytes.subarray(from, to))),
  );
  return {
    bytes: bytes.length,
    read: () => readable(path, async () => ({ path, text: decode(bytes) })),
    ...(list && { list }),
  };
}

/** A file as one text, or, where it is a large list, as several. */
async function fileAt(path: string): Promise<Readable> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  const list = await listFileOf(path, size, (work) => withFile(path, work)).catch(() => undefined);
  return {
    bytes: size,
    read: async () => {
      const pieces = size > LIMITS.whole ? await inPieces(path, size, PIECE).catch(() => undefined) : undefined;
      return pieces ?? readable(path, async () => ({ path, text: decode(await readFile(path)) }));
    },
    ...(list && { list }),
  };
}

/** How long a piece is. */
const PIECE = 33_554_432;

/** The pieces of a list of JSON as texts of their own, which know on which lines they stand; `undefined` where it cannot be cut. */
export async function inPieces(path: string, size: number, length: number): Promise<readonly Source[] | undefined> {
  return withFile(path, async (read) => {
    const pieces = await cutList(read, size, length);
    return (
      pieces &&
      Promise.all(
        pieces.map(async ({ from, to, line, before, after }) => ({
          path,
          line,
          text: `${before}${decode(await read(from, to))}${after}`,
        })),
      )
    );
  });
}

async function withFile<T>(path: string, work: (read: ReadBytes) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    return await work(async (from, to) => {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(to - from), 0, to - from, from);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}

async function readable(path: string, read: () => Promise<Source>): Promise<readonly (Source | Diagnostic)[]> {
  try {
    return [await read()];
  } catch (error) {
    return [unreadable(path, error)];
  }
}

/** The text of a file; nothing when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return decode(await readFile(path));
  } catch (error) {
    const { code, why } = causeOf(error);
    if (code === "ENOENT") return undefined;
    throw new Unusable(`\`${path}\` cannot be read: ${why}`);
  }
}

/**
 * What changes whenever a file of an input does: is added, taken away, or written. Nothing is read.
 *
 * Cost: one `stat` a file, or two.
 */
export async function fingerprint(paths: readonly string[]): Promise<string> {
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const path of paths.filter((path) => path !== "-")) {
    for (const file of await filesUnder(path, seen, [])) {
      const { ino, size, mtimeMs } = await stat(file).catch(() => ({ ino: 0, size: 0, mtimeMs: 0 }));
      lines.push(`${file} ${ino} ${size} ${mtimeMs}`);
    }
  }
  return lines.join("\n");
}

export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new Unusable(`\`${path}\` cannot be written: ${causeOf(error).why}`);
  }
}

/** The path itself when it is a file, all manifests below it when it is a folder. */
async function filesUnder(path: string, seen: Set<string>, problems: Diagnostic[]): Promise<readonly string[]> {
  try {
    const isNew = await firstVisit(path, seen);
    if (!(await stat(path)).isDirectory()) return isNew ? [path] : [];
    const files = isNew ? await walk(path, seen, problems) : [];
    if (isNew && files.length === 0) problems.push(emptyFolder(path));
    return files;
  } catch (error) {
    problems.push(unreadable(path, error));
    return [];
  }
}

/** Manifests below a folder, in the order of their paths. Folders of packages and hidden ones are not entered. */
async function walk(folder: string, seen: Set<string>, problems: Diagnostic[]): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of await opendir(folder)) names.push(entry.name);
  const files: string[] = [];
  for (const name of names.sort()) {
    if (name.startsWith(".") || name === "node_modules") continue;
    const path = posix.join(folder, name);
    try {
      const found = await stat(path);
      if (found.isDirectory()) {
        if (await firstVisit(path, seen)) files.push(...(await walk(path, seen, problems)));
      } else if (found.isFile() && MANIFEST.test(name) && (await firstVisit(path, seen))) files.push(path);
    } catch (error) {
      if (MANIFEST.test(name)) problems.push(unreadable(path, error));
    }
  }
  return files;
}

async function firstVisit(path: string, seen: Set<string>): Promise<boolean> {
  const real = await realpath(path);
  if (seen.has(real)) return false;
  seen.add(real);
  return true;
}

/** UTF-8, or UTF-16 where a byte order mark says so: what some shells write when output is redirected. */
export function decode(bytes: Uint8Array): string {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : undefined;
  return new TextDecoder(utf16 ?? "utf-8").decode(bytes);
}

/** What to do about a file that no text can hold and that is not printed in a way in which it could be cut. */
const TOO_LARGE =
  "give it in parts, such as one file for each kind, or as kubectl prints it, item by item on lines of their own";

/** Tells why something cannot be read. */
export function unreadable(path: string, error: unknown): Diagnostic {
  const { code, why } = causeOf(error);
  const isTooLarge = code === "ERR_STRING_TOO_LONG" || code === "ERR_FS_FILE_TOO_LARGE";
  return { ...problem(path, why), ...(isTooLarge && { fix: TOO_LARGE }) };
}

function causeOf(error: unknown): { readonly code: string; readonly why: string } {
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  const why: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder",
    EACCES: "no permission to read it",
    EPERM: "no permission to read it",
    EISDIR: "it is a folder",
    ELOOP: "its links lead in a circle",
    ERR_ENCODING_INVALID_ENCODED_DATA: "it is not text",
    ERR_STRING_TOO_LONG: "it is too large to read at once",
    ERR_FS_FILE_TOO_LARGE: "it is too large to read at once",
  };
  return { code, why: why[code] ?? message };
}

function emptyFolder(path: string): Diagnostic {
  return problem(path, "the folder holds no .yaml, .yml or .json file");
}

export function problem(path: string, message: string): Diagnostic {
  return {
    code: "source-unreadable",
    severity: "error",
    message,
    span: { path, line: 1, column: 1, endLine: 1, endColumn: 2 },
  };
}

/** Where a path leads once its links are followed; the path itself when it leads nowhere. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export function readVersion(): string {
  return JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;
}
