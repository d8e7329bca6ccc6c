import { PRESETS } from "@watertight/core";
import { type Command, Option } from "commander";
import { documented } from "./help/manual.ts";
import { type CommandName, MANUALS } from "./help/manuals.ts";

/** What every command takes: the cluster in place of paths, and how to read either. */
export interface InputOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly assume: readonly string[];
  readonly preset: string;
  readonly namespace?: string;
  readonly verbose?: boolean;
}

/** A new command with its help. */
export function commandOf(program: Command, name: CommandName): Command {
  return documented(program.command(name), MANUALS[name]);
}

/** The arguments and options that every question about an input has. */
export function withInput(command: Command): Command {
  return withReading(command.hook("preAction", (_, asked) => requireOneInput(asked)));
}

/** The same for a command that may do without an input of its own. */
export function withReading(command: Command): Command {
  return command
    .argument("[path...]", "a file, a folder (searched for .yaml, .yml and .json), or - for standard input")
    .optionsGroup("Reading the input:")
    .option("--context <context>", "read a live cluster in place of paths: the one of this kubeconfig context")
    .option("--kubeconfig <file>", "read a live cluster by this file; without --context, its current context")
    .option("-n, --namespace <name>", "namespace of objects and endpoints that name none (default: default)")
    .addOption(
      new Option(
        "--assume <name=value>",
        "settle what the API leaves open, such as ipBlockMatchesPods=false; may be repeated",
      )
        .argParser(collect)
        .default([], "nothing"),
    )
    .addOption(
      new Option("--preset <name>", "settle it as an implementation does")
        .choices(Object.keys(PRESETS))
        .default("upstream"),
    )
    .option("-v, --verbose", "show notes about the input too");
}

/** Whether a live cluster is meant, in place of paths. */
export function isLive({ context, kubeconfig }: InputOptions): boolean {
  return context !== undefined || kubeconfig !== undefined;
}

/** Paths or a cluster, and not both: what one run answers is one input. */
function requireOneInput(command: Command): void {
  const isCluster = isLive(command.opts<InputOptions>());
  if (isCluster && command.args.length > 0)
    command.error("error: give paths, or a cluster with --context or --kubeconfig, and not both");
  if (!isCluster && command.args.length === 0) command.error("error: missing required argument 'path'");
}

/** The forms of an answer, text first. */
export function formatOption(formats: readonly string[]): Option {
  return new Option("-o, --format <format>", "form of the answer").choices(formats).default("text");
}

/** Every value of an option that may be repeated. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** Where what a project says of itself is read from. */
export function configOption(what: string): Option {
  return new Option("--config <file>", `${what} (default: watertight.yaml, if it is there)`);
}
