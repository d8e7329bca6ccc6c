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
import { type Io, readInput } from "../io.ts";
import { Progress, reportDiagnostics } from "../terminal.ts";
import { Unusable } from "../unusable.ts";

/** What every command takes. */
export interface InputOptions {
  readonly assume: readonly string[];
  readonly preset: string;
  readonly namespace?: string;
  readonly verbose?: boolean;
}

/** An input read and compiled; its diagnostics are already on stderr. */
export interface Loaded {
  readonly sources: readonly Source[];
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
  readonly options: Options;
}

/** Reads, parses and compiles. Throws {@link Unusable} for options nobody knows and for input without a single object. */
export async function load(paths: readonly string[], input: InputOptions, io: Io): Promise<Loaded> {
  const options = optionsOf(input);
  const progress = new Progress(io);
  const { sources, problems } = await readInput(paths, io);
  const characters = sources.reduce((sum, { text }) => sum + text.length, 0);
  progress.show(`reading ${sources.length} ${sources.length === 1 ? "file" : "files"}`, characters);
  const parsed = parse(sources, options);
  progress.show("compiling policies", characters);
  const { program, diagnostics: found } = compile(parsed.cluster, options);
  progress.end();
  const diagnostics = sortDiagnostics([...problems, ...parsed.diagnostics, ...found]);
  reportDiagnostics(diagnostics, io, input.verbose ? "shown" : "counted");
  if (isEmpty(parsed.cluster)) throw new Unusable(emptyMessage(paths, sources));
  return { sources, program, diagnostics, options };
}

function optionsOf({ assume, preset, namespace }: InputOptions): Options {
  const wanted = namespace === undefined ? assume : [`defaultNamespace=${namespace}`, ...assume];
  const read = readOptions(wanted, preset);
  if ("problem" in read) throw new Unusable(read.problem);
  return read.options;
}

/** Without any object that was written down; namespaces that are merely mentioned do not count. */
function isEmpty(cluster: Cluster): boolean {
  const { namespaces, workloads, pods, services, nodes, networkPolicies, unusedPolicies } = cluster;
  const written = [workloads, pods, services, nodes, networkPolicies, unusedPolicies];
  return written.every((objects) => objects.length === 0) && namespaces.every(({ span }) => span === undefined);
}

function emptyMessage(paths: readonly string[], sources: readonly Source[]): string {
  const where = paths.map((path) => (path === "-" ? "standard input" : path)).join(", ");
  if (sources.length === 0) return `nothing to read in ${where}`;
  const files = sources.length === 1 ? "1 file was" : `${sources.length} files were`;
  return `no Kubernetes object that can be used in ${where} (${files} read); give manifests with workloads, pods or policies`;
}
