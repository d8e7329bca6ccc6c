import {
  type Config,
  type Declared,
  type Diagnostic,
  declaredIn,
  type Program,
  readConfig,
  sortDiagnostics,
} from "@watertight/core";
import { type Io, readText } from "../io.ts";
import { reportDiagnostics } from "../terminal.ts";
import { Unusable } from "../unusable.ts";

/** Where the configuration is looked for when nobody says where. */
const CONFIG = "watertight.yaml";

export interface ConfigOptions {
  readonly config?: string;
  readonly verbose?: boolean;
}

/** What a configuration file says; its diagnostics are already on stderr. */
export interface Configured {
  readonly config: Config;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the file of `--config`, or else the usual one if it is there. Throws {@link Unusable} where the one named is not. */
export async function configurationOf({ config, verbose }: ConfigOptions, io: Io): Promise<Configured> {
  const path = config ?? CONFIG;
  const text = await readText(path);
  if (text === undefined && config !== undefined) throw new Unusable(`--config: ${config} cannot be read`);
  const read = readConfig({ path, text: text ?? "" });
  reportDiagnostics(read.diagnostics, io, verbose ? "all" : "faults");
  return read;
}

/** What the file declares, found in a program. Names that mean nothing are reported, with everything else wrong in the file. */
export function declare(
  program: Program,
  { config, diagnostics }: Configured,
  { verbose }: ConfigOptions,
  io: Io,
): { readonly declared: Declared; readonly diagnostics: readonly Diagnostic[] } {
  const found = declaredIn(program, config);
  reportDiagnostics(found.diagnostics, io, verbose ? "all" : "faults");
  return { declared: found.declared, diagnostics: sortDiagnostics([...diagnostics, ...found.diagnostics]) };
}
