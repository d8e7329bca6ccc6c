import { printable } from "@watertight/core";
import { CommanderError } from "commander";
import { commandLine } from "./command-line.ts";
import { withAfter } from "./comparisons.ts";
import type { Io } from "./io.ts";
import { paintFor } from "./terminal.ts";
import { UNUSABLE, Unusable } from "./unusable.ts";

/**
 * Runs one command line and returns its exit status: 0 answered, 1 answered against what was expected, 2 could not be answered.
 *
 * `argv` is what follows the program's name. Nothing outside `io` and the files named is touched.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let status = 0;
  const program = commandLine(io, (code) => {
    status = code;
  });
  try {
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return UNUSABLE;
    }
    await program.parseAsync(withAfter(argv), { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : UNUSABLE;
    if (!(error instanceof Unusable)) throw error;
    const message = error.message.split("\n").map(printable).join("\n");
    io.stderr.write(`${paintFor(io.stderr, io).red("error:")} ${message}\n`);
    return UNUSABLE;
  }
}
