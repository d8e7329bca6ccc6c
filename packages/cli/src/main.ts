import { pathToFileURL } from "node:url";
import { FINDING_SEVERITIES, printable } from "@watertight/core";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { GAPS_FORMATS, gaps } from "./commands/gaps.ts";
import { LIST_FORMATS, list } from "./commands/list.ts";
import { PATHS_FORMATS, paths } from "./commands/paths.ts";
import { POLICIES_FORMATS, policies } from "./commands/policies.ts";
import { QUERY_FORMATS, query } from "./commands/query.ts";
import { view } from "./commands/view.ts";
import { addComparisons, withAfter } from "./comparisons.ts";
import { collect, formatOption, withInput } from "./input-options.ts";
import { type Io, processIo, readVersion, realPath } from "./io.ts";
import { paintFor, widthOf } from "./terminal.ts";
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

function commandLine(io: Io, end: (status: number) => void): Command {
  const program = new Command("watertight")
    .description("Tells who can reach whom in a Kubernetes cluster, and why, from its manifests.")
    .version(readVersion(), "-V, --version", "print the version")
    .addHelpText("after", HELP)
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
  withInput(program.command("list"), "list every allowed connection")
    .option("--from <endpoint>", "only connections from it: shop/web, shop/*, 203.0.113.7, 10.0.0.0/8, internet")
    .option("--to <endpoint>", "only connections to it")
    .option("--port <port>", "only this port: TCP/5432, 8080, UDP")
    .addOption(
      new Option("--by <grouping>", "what one row stands for")
        .choices(["pod", "workload", "namespace"])
        .default("workload"),
    )
    .addOption(
      new Option("--exposure", "in place of connections: what the internet can reach, through which objects").conflicts(
        ["from", "port"],
      ),
    )
    .addOption(formatOption(LIST_FORMATS))
    .addHelpText("after", LIST_HELP)
    .action(async (paths, options) => end(await list(paths, options, io)));
  withInput(program.command("query"), "say whether one endpoint may reach another, and why")
    .requiredOption("--from <endpoint>", "who connects: shop/web, an id, an IP address, a CIDR, internet")
    .requiredOption("--to <endpoint>", "to whom: the same, or a Service as shop/Service/db, its IP or DNS name")
    .option("--port <port>", "on which port: TCP/5432, 8080, UDP, ICMP; without it, on every port")
    .addOption(
      new Option("--expect <verdict>", "exit with status 1 unless all of it comes out so").choices(["allow", "deny"]),
    )
    .addOption(formatOption(QUERY_FORMATS))
    .addHelpText("after", QUERY_HELP)
    .action(async (paths, options) => end(await query(paths, options, io)));
  withInput(program.command("policies"), "say which policies select whom, and what their rules match")
    .addOption(
      new Option("--for <endpoint>", "the policies that select it: shop/web, an id, an IP address").conflicts("policy"),
    )
    .option("--policy <name>", "what one policy selects, and what each of its rules matches: shop/db-ingress")
    .addOption(formatOption(POLICIES_FORMATS))
    .addHelpText("after", POLICIES_HELP)
    .action(async (paths, options) => end(await policies(paths, options, io)));
  withInput(program.command("paths"), "say what falls when something has fallen, how, and what would stop it")
    .option("--from <start>", "where it starts: shop/web, internet, serviceaccount:shop/web, node:n1")
    .option("--to <target>", "what it ends at: shop/db, secret:shop/db, node:n1, cluster-admin (default: the jewels)")
    .addOption(
      new Option("--k <number>", "how many paths from one start to one target").default(3).argParser(pathCount),
    )
    .addOption(
      new Option("--edges <which>", "packets only, or what pods, roles and Secrets give besides")
        .choices(["network", "all"])
        .default("all"),
    )
    .addOption(
      new Option("--mode <mode>", "stop where packets arrive, or take each workload they reach, at a cost")
        .choices(["reach", "assume-breach"])
        .default("assume-breach"),
    )
    .addOption(
      new Option("--certainty <least>", "leave out steps less certain than this")
        .choices(["proved", "assumed", "conditional"])
        .default("assumed"),
    )
    .addOption(
      new Option("--jewel <name>", "something worth protecting: shop/db, secret:shop/db; may be repeated")
        .argParser(collect)
        .default([], "what is annotated or inferred"),
    )
    .addOption(
      new Option("--need <flow>", "a flow that has to stay open: shop/web,shop/db,TCP/5432; may be repeated")
        .argParser(collect)
        .default([], "what can be inferred"),
    )
    .option("--exit-code", "exit with status 1 if there is a path")
    .addOption(formatOption(PATHS_FORMATS))
    .addHelpText("after", PATHS_HELP)
    .action(async (given, options) => end(await paths(given, options, io)));
  withInput(program.command("gaps"), "find default-allow gaps, dead and inverted policies, broken flows")
    .addOption(
      new Option("--severity <severity>", "leave out what is less grave").choices(FINDING_SEVERITIES).default("low"),
    )
    .addOption(
      new Option("--fail-on <severity>", "exit with status 1 if anything as grave is left").choices(FINDING_SEVERITIES),
    )
    .option("--baseline <file>", "accept the findings of this file; anything new fails unless --fail-on says otherwise")
    .option("--write-baseline", "write the findings there are now to the file of --baseline")
    .option("--config <file>", "suppressions and their reasons (default: watertight.yaml, if it is there)")
    .option("--category <name>", "name of the cluster or environment, for SARIF")
    .addOption(formatOption(GAPS_FORMATS))
    .addHelpText("after", GAPS_HELP)
    .action(async (paths, options) => end(await gaps(paths, options, io)));
  addComparisons(program, io, end);
  withInput(program.command("view"), "show it all as a graph, on a page or from a local server")
    .option("--output <file>", "the HTML file to write; - for standard output")
    .addOption(
      new Option("--serve", "serve it to this machine's browsers, anew whenever a file changes").conflicts("output"),
    )
    .addOption(
      new Option("--port <number>", "port to serve it on (default: any that is free)")
        .argParser(portNumber)
        .conflicts("output"),
    )
    .addHelpText("after", VIEW_HELP)
    .action(async (paths, options) => end(await view(paths, options, io)));
  return program;
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number up to 65535.");
}

function pathCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw new InvalidArgumentError("Give a number from 1 to 999.");
}

const HELP = `
A path is a file of Kubernetes manifests in YAML or JSON, a folder of them, or - for
standard input: what kubectl prints is fine. --context or --kubeconfig in place of
paths reads a live cluster, with the verb list only; nothing else contacts one.

Examples:
  watertight list manifests/
  watertight query manifests/ --from shop/web --to shop/db --port TCP/5432
  watertight policies manifests/ --for shop/db
  watertight gaps manifests/ --fail-on high
  watertight diff --git main..HEAD manifests/
  watertight what-if manifests/ --add new-policy.yaml
  watertight test manifests/ --expect expectations.yaml
  watertight view manifests/ --output cluster.html
  watertight list --context prod
  kubectl get pods,networkpolicies,namespaces -A -o json | watertight list -

Exit status:
  0  answered
  1  answered, and the answer is not what was expected, or as grave as --fail-on says,
     or there is a difference with --exit-code,
     or there is a path and --exit-code was given
  2  the question or the input could not be used`;

const LIST_HELP = `
Examples:
  watertight list manifests/
  watertight list manifests/ --to shop/db
  watertight list manifests/ --exposure
  watertight list manifests/ --from 'dev/*' --to 'prod/*' -o md
  watertight list manifests/ -o json | jq '.connections[] | select(.ports == "all")'`;

const QUERY_HELP = `
Examples:
  watertight query manifests/ --from shop/web --to shop/db --port TCP/5432
  watertight query manifests/ --from internet --to shop/db --expect deny
  watertight query manifests/ --from shop/web --to shop/Service/db --port 5432

shop/db is the workload, whatever Service shares its name. A Service is answered for
by every endpoint it leads to, on the port at which traffic arrives there.
--expect deny fails if anything may get through under some reading of what the input
and the API leave open, --expect allow unless everything must.`;

const PATHS_HELP = `
Costs are ordinal: 0 free, 1 abuse of configuration, 2 a weak default, 3 a flaw or a
stolen login. Every step names its evidence and what it assumes.

Examples:
  watertight paths manifests/
  watertight paths manifests/ --from internet --to shop/db
  watertight paths manifests/ --edges network --from shop/web
  watertight paths manifests/ -o json | jq -r .cut.patch`;

const POLICIES_HELP = `
Without --for or --policy it lists every policy.

Examples:
  watertight policies manifests/
  watertight policies manifests/ --for shop/web
  watertight policies manifests/ --policy shop/db-ingress
  watertight policies manifests/ -o json | jq -r '.policies[] | select(.selects == []).policy'`;

const GAPS_HELP = `
What each finding means, and what is not reported, is in docs/findings.

Examples:
  watertight gaps manifests/
  watertight gaps manifests/ --fail-on high
  watertight gaps manifests/ -o sarif > gaps.sarif
  watertight gaps manifests/ --baseline gaps.json --write-baseline
  watertight gaps manifests/ --baseline gaps.json`;

const VIEW_HELP = `
The file holds the viewer and the manifests: it opens from disk, without a network.
The server answers this machine only and ends with Ctrl+C; a cluster is read once.

Examples:
  watertight view manifests/ --output cluster.html
  watertight view manifests/ --serve
  watertight view --context prod --serve --port 8080`;

/** Runs as a program when it is started as one, and only then. */
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realPath(process.argv[1])).href) {
  // A reader that has seen enough, such as `head`, closes the pipe: no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : UNUSABLE));
  process.exitCode = await run(process.argv.slice(2), processIo());
}
