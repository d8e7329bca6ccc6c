import { pathToFileURL } from "node:url";
import { printable } from "@watertight/core";
import { CommanderError } from "commander";
import { commandLine } from "./command-line.ts";
import { withAfter } from "./comparisons.ts";
import { type Io, processIo, realPath } from "./io.ts";
import { compilePatiently } from "./patience.ts";
import { paintFor } from "./terminal.ts";
import { Unusable } from "./unusable.ts";

/** Exit status when the question or the input could not be used. */
const UNUSABLE = 2;

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

/** Runs as a program when it is started as one, and only then. */
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realPath(process.argv[1])).href) {
  compilePatiently();
  // A reader that has seen enough, such as `head`, closes the pipe: no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : UNUSABLE));
  process.exitCode = await run(process.argv.slice(2), processIo());
}
