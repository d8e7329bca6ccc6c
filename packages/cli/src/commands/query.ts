import {
  answerText,
  type Decision,
  decide,
  decisionAnswer,
  decisionText,
  printable,
  type Verdict,
} from "@watertight/core";
import type { Io } from "../io.ts";
import { paintFor, print, widthOf } from "../terminal.ts";
import { oneEndpoint } from "./endpoints.ts";
import { commandLine } from "./hint.ts";
import { type InputOptions, load } from "./load.ts";
import { portOption } from "./ports.ts";

export const QUERY_FORMATS = ["text", "json"] as const;

export interface QueryOptions extends InputOptions {
  readonly from: string;
  readonly to: string;
  readonly port?: string;
  readonly expect?: Verdict;
  readonly format: (typeof QUERY_FORMATS)[number];
}

/** `watertight query`: may A reach B, and why. */
export async function query(paths: readonly string[], options: QueryOptions, io: Io): Promise<number> {
  const asked = options.port === undefined ? {} : portOption(options.port);
  const { program } = await load(paths, options, io);
  oneEndpoint(program, options.from, "--from");
  oneEndpoint(program, options.to, "--to");
  const decision = decide(program, { source: options.from, destination: options.to, ...asked });
  if (options.format === "json") await print(answerText(decisionAnswer(program, decision, asked)), io.stdout);
  else {
    const paint = paintFor(io.stdout, io);
    io.stdout.write(decisionText(program, decision, { width: widthOf(io.stdout), paint }));
    const hint = commandLine("list", paths, options, ["--to", options.to]);
    if (!paths.includes("-")) io.stdout.write(`\n${paint.dim(`Who else?  ${printable(hint)}`)}\n`);
  }
  return options.expect === undefined || meets(decision, options.expect) ? 0 : 1;
}

/** Whether all that was asked about comes out as expected: one open port breaks a `deny`, one closed port an `allow`. */
function meets({ verdict, scope }: Decision, expected: Verdict): boolean {
  return verdict === expected && (expected === "deny" || scope === "all");
}
