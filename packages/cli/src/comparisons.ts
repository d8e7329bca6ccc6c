import { type Command, Option } from "commander";
import { DELTA_FORMATS } from "./commands/delta.ts";
import { diff } from "./commands/diff.ts";
import { TEST_FORMATS, test } from "./commands/test.ts";
import { whatIf } from "./commands/what-if.ts";
import { collect, formatOption, withInput, withReading } from "./input-options.ts";
import type { Io } from "./io.ts";

/** `diff BEFORE… -- AFTER…` in the words of options, which can tell the two lists apart. */
export function withAfter(argv: readonly string[]): string[] {
  const at = argv[0] === "diff" ? argv.indexOf("--") : -1;
  return argv.map((word, i) => (i === at ? "--after" : word));
}

/** The commands that say what differs, and what is not as expected. */
export function addComparisons(program: Command, io: Io, end: (status: number) => void): void {
  withReading(program.command("diff").description("say what differs between two inputs, and which policy did it"))
    .usage("[options] <before...> -- <after...>\n       watertight diff [options] --git <base..head> [path...]")
    .addOption(new Option("--after <path...>", "what is compared with the paths: all that follows --").hideHelp())
    .option("--git <base..head>", "compare two commits, read from the repository and not from the work tree")
    .addOption(exitCode())
    .addOption(formatOption(DELTA_FORMATS))
    .addHelpText("after", DIFF_HELP)
    .action(async (paths, options) => end(await diff(paths, options, io)));
  withInput(program.command("what-if"), "say what edits would change, or which edit would allow or deny a flow")
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
    .addOption(exitCode())
    .addOption(formatOption(DELTA_FORMATS))
    .addHelpText("after", WHAT_IF_HELP)
    .action(async (paths, options) => end(await whatIf(paths, options, io)));
  withInput(program.command("test"), "say whether what is expected holds")
    .requiredOption("--expect <file...>", "files or folders of expectations")
    .addOption(formatOption(TEST_FORMATS))
    .addHelpText("after", TEST_HELP)
    .action(async (paths, options) => end(await test(paths, options, io)));
}

function exitCode(): Option {
  return new Option("--exit-code", "exit with status 1 if anything differs");
}

function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], "nothing");
}

const DIFF_HELP = `
Connections that open, close or change ports stand under the policies that did it.
What comes and goes with a workload stands apart. Paths under --git are relative to
the folder you are in; without one everything below it is compared.

Examples:
  watertight diff old/ -- new/
  watertight diff --git main..HEAD
  watertight diff --git origin/main...HEAD manifests/ -o md
  watertight diff --git HEAD~1..HEAD --exit-code`;

const WHAT_IF_HELP = `
The input comes first, --allow and --deny last: they take FROM, TO and PORT.

Examples:
  watertight what-if manifests/ --add new-policy.yaml
  watertight what-if manifests/ --remove NetworkPolicy/shop/db-ingress -o md
  watertight what-if manifests/ --allow shop/web shop/db TCP/5432
  watertight what-if manifests/ --deny internet shop/web`;

const TEST_HELP = `
A file of expectations:
  expect:
    - { from: shop/web, to: shop/db, port: TCP/5432, verdict: allow }
    - { from: "dev/*", to: { namespace: prod, labels: { tier: data } }, verdict: deny }
    - { path: { from: internet, to: shop/db }, exists: false }
    - { gaps: { namespace: prod, severity: high }, none: true }

The input comes first. Each must hold for every pair it is about, whichever way open questions are settled.

Examples:
  watertight test manifests/ --expect expectations.yaml
  watertight test manifests/ --expect expectations.yaml -o junit > results.xml`;
