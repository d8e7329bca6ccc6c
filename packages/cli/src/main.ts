import { pathToFileURL } from "node:url";
import { type Io, processIo, realPath } from "./io.ts";
import { compilePatiently, keepCompiledCode } from "./patience.ts";
import { UNUSABLE } from "./unusable.ts";

/**
 * Runs one command line and returns its exit status: 0 answered, 1 answered against what was expected, 2 could not be answered.
 *
 * `argv` is what follows the program's name. Nothing outside `io` and the files named is touched.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const { run } = await import("./run.ts");
  return run(argv, io);
}

/** Runs as a program when it is started as one, and only then. */
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realPath(process.argv[1])).href) {
  keepCompiledCode();
  compilePatiently();
  // A reader that has seen enough, such as `head`, closes the pipe: no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : UNUSABLE));
  process.exitCode = await run(process.argv.slice(2), processIo());
}
