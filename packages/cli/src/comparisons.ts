import { type Command, Option } from "commander";
import { DELTA_FORMATS, TEST_FORMATS } from "./formats.ts";
import { collect, commandOf, configOption, formatOption, withInput, withReading } from "./input-options.ts";
import type { Io } from "./io.ts";

/** `diff BEFORE… -- AFTER…` in the words of options, which can tell the two lists apart. */
export function withAfter(argv: readonly string[]): string[] {
  const at = argv[0] === "diff" ? argv.indexOf("--") : -1;
  return argv.map((word, i) => (i === at ? "--after" : word));
}

/** The commands that say what differs, and what is not as expected. */
export function addComparisons(program: Command, io: Io, end: (status: number) => void): void {
  program.commandsGroup("Compare and check:");
  withReading(
    commandOf(program, "diff")
      .usage("[options] <before...> -- <after...>\n       watertight diff [options] --git <base..head> [path...]")
      .addOption(new Option("--after <path...>", "what is compared with the paths: all that follows --").hideHelp())
      .option("--git <base..head>", "compare two commits, read from the repository and not from the work tree")
      .addOption(configOption("jewels, entry points, controllers, for findings, paths and exposure"))
      .addOption(exitCode())
      .addOption(formatOption(DELTA_FORMATS)),
  ).action(async (paths, options) => {
    const { diff } = await import("./commands/analyses.ts");
    end(await diff(paths, options, io));
  });
  withInput(
    commandOf(program, "what-if")
      .addOption(repeated("--add <file>", "lay a file or folder over the input; may be repeated"))
      .addOption(repeated("--replace <file>", "the same for objects that are there already; may be repeated"))
      .addOption(repeated("--remove <object>", "take one out: NetworkPolicy/shop/db; may be repeated"))
      .addOption(
        new Option(
          "--allow <flow...>",
          "find the edit that lets FROM reach TO, on PORT if given, and changes least",
        ).conflicts("deny"),
      )
      .addOption(new Option("--deny <flow...>", "find the edit that keeps FROM from TO"))
      .addOption(configOption("jewels, entry points, controllers, for findings, paths and exposure"))
      .addOption(exitCode())
      .addOption(formatOption(DELTA_FORMATS)),
  ).action(async (paths, options) => {
    const { whatIf } = await import("./commands/analyses.ts");
    end(await whatIf(paths, options, io));
  });
  withInput(
    commandOf(program, "test")
      .requiredOption("--expect <file...>", "files or folders of expectations")
      .addOption(configOption("suppressions, jewels, entry points, controllers, for paths and findings"))
      .addOption(formatOption(TEST_FORMATS)),
  ).action(async (paths, options) => {
    const { test } = await import("./commands/analyses.ts");
    end(await test(paths, options, io));
  });
}

function exitCode(): Option {
  return new Option("--exit-code", "exit with status 1 if anything differs");
}

function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], "nothing");
}
