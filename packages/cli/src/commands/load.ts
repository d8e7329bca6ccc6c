import {
  type Cluster,
  compile,
  type Diagnostic,
  type Options,
  type Program,
  parse,
  readOptions,
  type Source,
  sortDiagnostics,
} from "@watertight/core";
import { type Input, type Io, readInput } from "../io.ts";
import { titleOf } from "../page.ts";
import { Progress, reportDiagnostics } from "../terminal.ts";
import { Unusable } from "../unusable.ts";

/** What every command takes: the cluster in place of paths, and how to read either. */
export interface InputOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly assume: readonly string[];
  readonly preset: string;
  readonly namespace?: string;
  readonly verbose?: boolean;
}

/** An input read and compiled; its diagnostics are already on stderr. */
export interface Loaded {
  readonly sources: readonly Source[];
  /** How many files were read; nothing for a live cluster. */
  readonly files?: number;
  /** What to call the input: the name of a file, folder or context. */
  readonly title: string;
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
  readonly options: Options;
}

/**
 * Reads, parses and compiles. `worthSaying` picks the diagnostics that go to stderr: all of them, unless the answer says some itself.
 * Throws {@link Unusable} for options nobody knows and for input without a single object.
 */
export async function load(
  paths: readonly string[],
  input: InputOptions,
  io: Io,
  worthSaying: (loaded: Pick<Loaded, "program" | "diagnostics">) => readonly Diagnostic[] = ({ diagnostics }) =>
    diagnostics,
): Promise<Loaded> {
  const options = optionsOf(input);
  const progress = new Progress(io);
  const { sources, problems, title, files } = await read(paths, input, io, progress);
  const characters = sources.reduce((sum, { text }) => sum + text.length, 0);
  progress.show(`reading ${files === undefined ? "objects" : countOf(files)}`, characters);
  const parsed = parse(sources, options);
  progress.show("compiling policies", characters);
  const { program, diagnostics: found } = compile(parsed.cluster, options);
  const diagnostics = sortDiagnostics([...problems, ...parsed.diagnostics, ...found]);
  const nothing = isEmpty(parsed.cluster);
  const said = nothing ? diagnostics : worthSaying({ program, diagnostics });
  progress.end();
  // Where nothing was found, the notes are what there is to say.
  reportDiagnostics(said, io, input.verbose ? "all" : nothing ? "notes" : "faults");
  if (nothing) throw new Unusable(emptyMessage(whereOf(paths, title), sources, files));
  return { sources, title, program, diagnostics, options, ...(files !== undefined && { files }) };
}

/** Whether a live cluster is meant, in place of paths. */
export function isLive({ context, kubeconfig }: InputOptions): boolean {
  return context !== undefined || kubeconfig !== undefined;
}

async function read(
  paths: readonly string[],
  input: InputOptions,
  io: Io,
  progress: Progress,
): Promise<Input & Pick<Loaded, "title" | "files">> {
  if (!isLive(input)) {
    const found = await readInput(paths, io);
    return { ...found, title: titleOf(paths), files: found.sources.length };
  }
  // The client of the API is large, and most runs do without it.
  const { readCluster } = await import("../cluster.ts");
  try {
    const found = await readCluster(input, io, (what) => progress.show(what));
    return { ...found, title: found.context };
  } catch (error) {
    progress.end();
    throw error;
  }
}

function optionsOf({ assume, preset, namespace }: InputOptions): Options {
  const wanted = namespace === undefined ? assume : [`defaultNamespace=${namespace}`, ...assume];
  const read = readOptions(wanted, preset);
  if ("problem" in read) throw new Unusable(read.problem);
  return read.options;
}

/** Without any object that was written down; namespaces that are merely mentioned do not count. */
function isEmpty(cluster: Cluster): boolean {
  const { namespaces, workloads, pods, services, nodes, networkPolicies, adminPolicies, unusedPolicies } = cluster;
  const written = [workloads, pods, services, nodes, networkPolicies, adminPolicies, unusedPolicies];
  return written.every((objects) => objects.length === 0) && namespaces.every(({ span }) => span === undefined);
}

function whereOf(paths: readonly string[], title: string): string {
  if (paths.length === 0) return `the cluster of context \`${title}\``;
  return paths.map((path) => (path === "-" ? "standard input" : path)).join(", ");
}

function emptyMessage(where: string, sources: readonly Source[], files: number | undefined): string {
  if (sources.length === 0) return `nothing to read in ${where}`;
  const read = files === undefined ? "" : ` (${countOf(files)} ${files === 1 ? "was" : "were"} read)`;
  return `no Kubernetes object that can be used in ${where}${read}; give manifests with workloads, pods or policies`;
}

function countOf(files: number): string {
  return files === 1 ? "1 file" : `${files} files`;
}
