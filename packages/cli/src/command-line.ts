import { Command } from "commander";
import { addComparisons } from "./comparisons.ts";
import { addCompletion } from "./completion/commands.ts";
import { addHelp } from "./help/command.ts";
import { documented } from "./help/manual.ts";
import { PROGRAM } from "./help/manuals.ts";
import { type Io, readVersion } from "./io.ts";
import { addQuestions } from "./questions.ts";
import { paintFor, widthOf } from "./terminal.ts";

/** The program with all its commands; `end` hears the exit status of the one that is run. */
export function commandLine(io: Io, end: (status: number) => void): Command {
  const program = documented(new Command("watertight"), PROGRAM)
    .usage("<command> [path...] [options]")
    .version(readVersion(), "-V, --version", "print the version")
    .helpCommand(false)
    .showHelpAfterError("Run with --help to see what there is.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => widthOf(io.stdout),
      getErrHelpWidth: () => widthOf(io.stderr),
      getOutHasColors: () => paintFor(io.stdout, io).isColorSupported,
      getErrHasColors: () => paintFor(io.stderr, io).isColorSupported,
    });
  addQuestions(program, io, end);
  addComparisons(program, io, end);
  program.commandsGroup("Help:");
  addHelp(program, io);
  addCompletion(program, io);
  return program;
}
