import {
  type Attack,
  type AttackMode,
  answerText,
  attackSteps,
  connectionsAsked,
  type Diagnostic,
  type Fact,
  findFact,
  INTERNET,
  type Metric,
  type Need,
  type PathsReport,
  type Program,
  pathsAnswer,
  pathsCsv,
  pathsDot,
  pathsMarkdown,
  pathsMermaid,
  pathsSteps,
  pathsText,
  reach,
  type StepCertainty,
} from "@watertight/core";
import type { PATHS_FORMATS } from "../formats.ts";
import type { InputOptions } from "../input-options.ts";
import type { Io } from "../io.ts";
import { Progress, paintFor, print, widthOf } from "../terminal.ts";
import { Unusable } from "../unusable.ts";
import { configurationOf, declare } from "./configuration.ts";
import { oneEndpoint } from "./endpoints.ts";
import { load } from "./load.ts";
import { portOption } from "./ports.ts";

export interface PathsOptions extends InputOptions {
  readonly from?: string;
  readonly to?: string;
  readonly k: number;
  readonly edges: "network" | "all";
  readonly mode: AttackMode;
  readonly certainty: StepCertainty;
  readonly metric: Metric;
  readonly jewel: readonly string[];
  readonly need: readonly string[];
  readonly config?: string;
  readonly exitCode?: boolean;
  readonly format: (typeof PATHS_FORMATS)[number];
}

/** `watertight paths`: what falls when something has fallen, how, and what would stop it. */
export async function paths(given: readonly string[], options: PathsOptions, io: Io): Promise<number> {
  const configured = await configurationOf(options, io);
  const { program, diagnostics } = await load(given, options, io);
  const { declared, diagnostics: ofConfig } = declare(program, configured, options, io);
  const { edges, mode, certainty } = options;
  const jewels = options.jewel.map((name) => jewelName(name, program));
  const progress = new Progress(io);
  const attack = progress.run(attackSteps(reach(program), { edges, mode, certainty, jewels, declared }));
  const question = {
    k: options.k,
    metric: options.metric,
    needs: [...options.need.map((flow) => needOf(flow, program)), ...declared.needs],
    ...(options.from !== undefined && { from: factOf(attack, options.from, "start") }),
    ...(options.to !== undefined && { to: factOf(attack, options.to, "target") }),
  };
  const report = progress.run(pathsSteps(attack, question));
  await print(rendered(report, [...ofConfig, ...diagnostics], options, io), io.stdout);
  return options.exitCode && report.paths.length > 0 ? 1 : 0;
}

/** What a person means by `text`: a fact by its own name, or an endpoint by any of its names. */
function factOf(attack: Attack, text: string, as: "start" | "target"): Fact {
  const option = as === "start" ? "--from" : "--to";
  const known = findFact(attack, text, as);
  if (known) return known;
  if (text === INTERNET)
    throw new Unusable(`${option}: nothing leads ${as === "start" ? "in from" : "out to"} the internet`);
  if (text.includes(":")) throw new Unusable(`${option}: nothing is called \`${text}\`${alike(attack, text)}`);
  const endpoint = oneEndpoint(attack.reachability.program, text, option);
  const fact = findFact(attack, endpoint.id, as);
  if (!fact) throw new Unusable(`${option}: \`${text}\` is no workload that could be taken`);
  return fact;
}

/** A few names of the same kind. */
function alike({ graph }: Attack, text: string): string {
  const kind = text.slice(0, text.indexOf(":") + 1);
  const names = graph.facts.filter(({ name }) => name.startsWith(kind)).map(({ name }) => name);
  return names.length === 0 ? "" : `; there are: ${names.slice(0, 5).join(", ")}`;
}

function jewelName(text: string, program: Program): string {
  return text.includes(":") ? text : oneEndpoint(program, text, "--jewel").id;
}

/** `FROM,TO` or `FROM,TO,PORT`. */
function needOf(flow: string, program: Program): Need {
  const [from = "", to = "", port, ...more] = flow.split(",");
  if (from === "" || to === "" || more.length > 0)
    throw new Unusable(`--need: \`${flow}\` is not FROM,TO or FROM,TO,PORT`);
  const asked = port === undefined ? undefined : portOption(port);
  return {
    from: from === INTERNET ? INTERNET : oneEndpoint(program, from, "--need").id,
    to: oneEndpoint(program, to, "--need").id,
    ports: connectionsAsked(asked?.protocol, asked?.port),
    provenance: "declared",
    because: "declared",
  };
}

function rendered(
  report: PathsReport,
  diagnostics: readonly Diagnostic[],
  { format }: PathsOptions,
  io: Io,
): string | Iterable<string> {
  switch (format) {
    case "text":
      return pathsText(report, { width: widthOf(io.stdout), paint: paintFor(io.stdout, io) });
    case "json":
      return answerText(pathsAnswer(report, diagnostics));
    case "md":
      return pathsMarkdown(report);
    case "dot":
      return pathsDot(report);
    case "mermaid":
      return pathsMermaid(report);
    case "csv":
      return pathsCsv(report);
  }
}
