import { basename, resolve } from "node:path";
import {
  type Cluster,
  compileSteps,
  type Depth,
  type Diagnostic,
  type Options,
  type Parsed,
  type Program,
  Reading,
  readOptions,
  type Source,
  sortDiagnostics,
} from "@watertight/core";
import type { Receiver } from "../cluster.ts";
import { type InputOptions, isLive } from "../input-options.ts";
import { findInput, type Input, type Io, unreadable } from "../io.ts";
import type { ListFile, Take } from "../list-file.ts";
import { Progress, reportDiagnostics } from "../terminal.ts";
import { Unusable } from "../unusable.ts";

/** An input read and compiled; its diagnostics are already on stderr. */
export interface Loaded {
  /** How many files were read; nothing for a live cluster. */
  readonly files?: number;
  /** What to call the input: the name of a file, folder or context. */
  readonly title: string;
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
  readonly options: Options;
}

/** Picks the diagnostics that go to stderr: all of them, unless the answer says some itself, which may take a while to work out. */
type WorthSaying = (loaded: Pick<Loaded, "program" | "diagnostics">, progress: Progress) => readonly Diagnostic[];

const ALL: WorthSaying = ({ diagnostics }) => diagnostics;

const KEEP_NONE = () => undefined;

/** Texts that were found already, such as those of a commit, and what to call them. */
export type Given = Input & { readonly title: string };

/** Reads, parses and compiles. Throws {@link Unusable} for options nobody knows and for input without a single object. */
export function load(
  paths: readonly string[],
  input: InputOptions,
  io: Io,
  worthSaying: WorthSaying = ALL,
): Promise<Loaded> {
  return loadEach(paths, input, io, { worthSaying, keep: KEEP_NONE, depth: "specs", empty: "refused" });
}

/**
 * One side of a comparison, which may be empty; `worthSaying` picks the diagnostics that go to stderr, and `texts` takes what was
 * read.
 */
export function loadSide(
  input: readonly string[] | Given,
  options: InputOptions,
  io: Io,
  { worthSaying = ALL, texts }: { readonly worthSaying?: WorthSaying; readonly texts?: Source[] } = {},
): Promise<Loaded> {
  const keep = (source: Source) => texts?.push(source);
  return loadEach(input, options, io, { worthSaying, keep, depth: "specs", empty: "fine" });
}

/** The texts of some files and folders, and what could not be read. */
export async function readTexts(
  paths: readonly string[],
  io: Io,
): Promise<{ readonly sources: readonly Source[]; readonly problems: readonly Diagnostic[] }> {
  const { texts, problems } = await findInput(paths, io);
  const read = (await Promise.all(texts.map((text) => text.read()))).flat();
  return {
    sources: read.filter((one): one is Source => "text" in one),
    problems: [...problems, ...read.filter((one): one is Diagnostic => "code" in one)],
  };
}

/** The same without what no verdict rests on in the specs of pods, and without its faults. */
export function loadForVerdicts(paths: readonly string[], input: InputOptions, io: Io): Promise<Loaded> {
  return loadEach(paths, input, io, { worthSaying: ALL, keep: KEEP_NONE, depth: "verdicts", empty: "refused" });
}

/** The same as {@link load} with the texts, for those who show them. */
export async function loadWithTexts(
  paths: readonly string[],
  input: InputOptions,
  io: Io,
): Promise<Loaded & { readonly sources: readonly Source[] }> {
  const sources: Source[] = [];
  const keep = (source: Source) => sources.push(source);
  const loaded = await loadEach(paths, input, io, { worthSaying: ALL, keep, depth: "specs", empty: "refused" });
  return { ...loaded, sources };
}

interface Manner {
  readonly worthSaying: WorthSaying;
  readonly keep: (source: Source) => void;
  readonly depth: Depth;
  /** What becomes of an input without a single object. */
  readonly empty: "refused" | "fine";
}

/** Texts are read one by one, and dropped once they are parsed, unless `keep` keeps them. */
async function loadEach(
  paths: readonly string[] | Given,
  input: InputOptions,
  io: Io,
  { worthSaying, empty, ...manner }: Manner,
): Promise<Loaded> {
  const options = optionsOf(input);
  const progress = new Progress(io);
  const isCluster = !("texts" in paths) && isLive(input);
  const { parsed, read, problems, title } = isCluster
    ? await readLive(input, options, io, progress, manner)
    : await readAll(
        "texts" in paths ? paths : { ...(await findInput(paths, io)), title: titleOf(paths) },
        options,
        progress,
        manner,
      );
  const { program, diagnostics: found } = progress.run(compileSteps(parsed.cluster, options));
  const diagnostics = sortDiagnostics([...problems, ...parsed.diagnostics, ...found]);
  const nothing = empty === "refused" && isEmpty(parsed.cluster);
  const said = nothing ? diagnostics : worthSaying({ program, diagnostics }, progress);
  progress.end();
  // Where nothing was found, the notes are what there is to say.
  reportDiagnostics(said, io, input.verbose ? "all" : nothing ? "notes" : "faults");
  const counted = isCluster ? {} : { files: read };
  if (nothing) throw new Unusable(emptyMessage("texts" in paths ? title : whereOf(paths, title), read, counted.files));
  return { title, program, diagnostics, options, ...counted };
}

/** What was read, and from how many files or kinds. */
interface Read {
  readonly parsed: Parsed;
  readonly read: number;
  readonly problems: readonly Diagnostic[];
  readonly title: string;
}

async function readAll(
  { texts, problems: given, title }: Given,
  options: Options,
  progress: Progress,
  { keep, depth }: Pick<Manner, "keep" | "depth">,
): Promise<Read> {
  const reading = new Reading(options, depth);
  const problems: Diagnostic[] = [...given];
  // A large file comes in pieces.
  const files = new Set<string>();
  const whole = texts.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { bytes, list, read } of texts) {
    const tell = (read: number) => progress.step("reading", (done + read) / whole);
    const items = keep === KEEP_NONE && list ? await readList(reading, list, tell) : undefined;
    if (items === "read") files.add(list?.path ?? "");
    else if (items) problems.push(items);
    else {
      const sources = await read();
      const units = sources.reduce((sum, source) => sum + ("text" in source ? source.text.length : 0), 0);
      let before = 0;
      for (const source of sources) {
        if ("code" in source) problems.push(source);
        else {
          files.add(source.path);
          for (const at of reading.steps(source)) tell(((before + at) / Math.max(units, 1)) * bytes);
          before += source.text.length;
          keep(source);
        }
      }
    }
    done += bytes;
  }
  return { parsed: reading.finish(), read: files.size, problems, title };
}

/** Reads a list from its bytes; says why it cannot be read at all, and nothing where it is better read as a text. */
async function readList(
  reading: Reading,
  list: ListFile,
  tell: (read: number) => void,
): Promise<Diagnostic | "read" | undefined> {
  const items = reading.list(list);
  let before = 0;
  let isRead = true;
  const take: Take = (bytes, ends) => {
    if (list.comes === "whole") isRead = drained(items.whole(bytes), tell);
    const done = list.comes === "whole" ? bytes.length : drained(items.next(bytes, ends), (at) => tell(before + at));
    before += done ?? 0;
    return done;
  };
  try {
    await list.pour(take);
    return isRead ? "read" : undefined;
  } catch (error) {
    return unreadable(list.path, error);
  }
}

function drained<T>(steps: Generator<number, T>, tell: (read: number) => void): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    tell(value);
  }
}

/** Objects of a cluster are read as they come, and their texts dropped. */
async function readLive(
  input: InputOptions,
  options: Options,
  io: Io,
  progress: Progress,
  { keep, depth }: Pick<Manner, "keep" | "depth">,
): Promise<Read> {
  // The client of the API is large, and most runs do without it.
  const { readCluster } = await import("../cluster.ts");
  const reading = new Reading(options, depth);
  const kinds = new Set<string>();
  const receiver: Receiver = {
    comes: keep === KEEP_NONE ? "page by page" : "at once",
    take: (source) => {
      kinds.add(source.path);
      reading.read(source);
      keep(source);
    },
    discard: (path) => {
      kinds.delete(path);
      reading.forget(path);
    },
  };
  try {
    const { context, problems } = await readCluster(input, io, receiver, (what) => progress.show(what), depth);
    return { parsed: reading.finish(), read: kinds.size, problems, title: context };
  } catch (error) {
    progress.end();
    throw error;
  }
}

/** What these paths are called: the name of the file or folder, where there is one. */
function titleOf(paths: readonly string[]): string {
  const [first] = paths;
  if (first === undefined || paths.length > 1) return `${paths.length} inputs`;
  return first === "-" ? "standard input" : basename(resolve(first));
}

function optionsOf({ assume, preset, namespace }: InputOptions): Options {
  const wanted = namespace === undefined ? assume : [`defaultNamespace=${namespace}`, ...assume];
  const read = readOptions(wanted, preset);
  if ("problem" in read) throw new Unusable(read.problem);
  return read.options;
}

/** Without any object that was written down; namespaces that are merely mentioned do not count. */
export function isEmpty(cluster: Cluster): boolean {
  const { namespaces, workloads, pods, services, nodes, networkPolicies, adminPolicies, unusedPolicies } = cluster;
  const written = [workloads, pods, services, nodes, networkPolicies, adminPolicies, unusedPolicies];
  return written.every((objects) => objects.length === 0) && namespaces.every(({ span }) => span === undefined);
}

function whereOf(paths: readonly string[], title: string): string {
  if (paths.length === 0) return `the cluster of context \`${title}\``;
  return paths.map((path) => (path === "-" ? "standard input" : path)).join(", ");
}

function emptyMessage(where: string, texts: number, files: number | undefined): string {
  if (texts === 0) return `nothing to read in ${where}`;
  const read = files === undefined ? "" : ` (${countOf(files)} ${files === 1 ? "was" : "were"} read)`;
  return `no Kubernetes object that can be used in ${where}${read}; give manifests with workloads, pods or policies`;
}

function countOf(files: number): string {
  return files === 1 ? "1 file" : `${files} files`;
}
