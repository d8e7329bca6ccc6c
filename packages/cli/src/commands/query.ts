import {
  type Asked,
  answerText,
  type Decision,
  decide,
  decideService,
  decisionAnswer,
  decisionText,
  fulfilment,
  type Program,
  parseAddress,
  printable,
  type Verdict,
} from "@watertight/core";
import type { QUERY_FORMATS } from "../formats.ts";
import type { InputOptions } from "../input-options.ts";
import type { Io } from "../io.ts";
import { paintFor, print, widthOf } from "../terminal.ts";
import { Unusable } from "../unusable.ts";
import { oneDestination, oneEndpoint } from "./endpoints.ts";
import { commandLine } from "./hint.ts";
import { loadForVerdicts } from "./load.ts";
import { portOption } from "./ports.ts";

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
  const { program } = await loadForVerdicts(paths, options, io);
  const decision = decided(program, options, asked);
  if (options.format === "json") await print(answerText(decisionAnswer(program, decision, asked)), io.stdout);
  else {
    const paint = paintFor(io.stdout, io);
    io.stdout.write(decisionText(program, decision, { width: widthOf(io.stdout), paint }));
    const hint = commandLine("list", paths, options, ["--to", options.to]);
    if (!paths.includes("-")) io.stdout.write(`\n${paint.dim(`Who else?  ${printable(hint)}`)}\n`);
  }
  return options.expect === undefined || isMet(decision, options.expect, io) ? 0 : 1;
}

function decided(program: Program, { from, to }: QueryOptions, asked: Asked): Decision {
  const source = oneEndpoint(program, from, "--from");
  const found = oneDestination(program, to, "--to");
  if (found.kind === "endpoint") return decide(program, { source: from, destination: to, ...asked });
  const { service, address } = found;
  const family = parseAddress(from)?.family;
  const decision = decideService(program, {
    source,
    service,
    ...asked,
    ...(address && { address }),
    ...(family && { family }),
  });
  if ("problem" in decision) throw new Unusable(`--to: ${decision.problem}`);
  return decision;
}

/** Whether all that was asked about comes out as expected whatever is open; what it hangs on, where that alone is in the way, is said. */
function isMet(decision: Decision, expected: Verdict, io: Io): boolean {
  const { holds, open } = fulfilment(decision, expected);
  if (open.length > 0) {
    const told = open.map(({ message, option }) => `  - ${message}${option ? ` (--assume ${option}=…)` : ""}`);
    const other = expected === "deny" ? "may be allowed" : "may be denied";
    const lines = [`expected ${expected}, which is the verdict, but it ${other}, depending on:`, ...told];
    io.stderr.write(lines.map((line) => `${printable(line)}\n`).join(""));
  }
  return holds;
}
