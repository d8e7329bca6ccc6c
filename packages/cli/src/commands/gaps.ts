import {
  annotatedSuppressions,
  answerText,
  type Diagnostic,
  FINDING_SEVERITIES,
  type Finding,
  FindingContext,
  type FindingSeverity,
  type FindingsReport,
  type Found,
  findingsAnswer,
  findingsCsv,
  findingsJunit,
  findingsMarkdown,
  findingsSarif,
  findingsText,
  findSteps,
  fixSteps,
  formatSpan,
  keysOf,
  type Program,
  postureMarkdown,
  postureSteps,
  postureText,
  printable,
  RULES,
  type Screened,
  type Suppression,
  screen,
  untold,
} from "@watertight/core";
import type { GAPS_FORMATS } from "../formats.ts";
import type { InputOptions } from "../input-options.ts";
import { type Io, readText, readVersion, writeText } from "../io.ts";
import { Progress, paintFor, print, widthOf } from "../terminal.ts";
import { Unusable } from "../unusable.ts";
import { configurationOf, declare } from "./configuration.ts";
import { load } from "./load.ts";

export interface GapsOptions extends InputOptions {
  readonly severity: FindingSeverity;
  readonly only?: string;
  readonly failOn?: FindingSeverity;
  readonly baseline?: string;
  readonly writeBaseline?: boolean;
  readonly config?: string;
  readonly category?: string;
  readonly summary?: boolean;
  readonly format: (typeof GAPS_FORMATS)[number];
}

/** Those in which the posture is shown; JSON always has it. */
const SUMMARY_FORMATS: ReadonlySet<GapsOptions["format"]> = new Set(["text", "json", "md"]);

/** `watertight gaps`: what is wrong with what the policies mean; 1 when something is left that is as grave as asked. */
export async function gaps(paths: readonly string[], options: GapsOptions, io: Io): Promise<number> {
  if (options.writeBaseline && options.baseline === undefined)
    throw new Unusable("--write-baseline needs --baseline FILE to know where");
  const configured = await configurationOf(options, io);
  if (options.summary && !SUMMARY_FORMATS.has(options.format))
    throw new Unusable(`--summary has no form for ${options.format}; it is text, json or md`);
  let found: Found = { findings: [], seen: new Map() };
  let context: FindingContext | undefined;
  let ofConfig: readonly Diagnostic[] = [];
  const { program, diagnostics } = await load(paths, options, io, ({ program, diagnostics }, progress) => {
    const { declared, diagnostics: wrong } = declare(program, configured, options, io);
    ofConfig = wrong;
    context = new FindingContext(program, declared);
    found = progress.run(findSteps(context));
    return untold(diagnostics, found.findings);
  });
  const suppressions = [...configured.config.gaps.ignore, ...annotated(program, io)];
  const wanted = { severity: options.severity, suppressions, today: io.today() };
  if (options.writeBaseline && options.baseline !== undefined) {
    const { shown, lesser } = screen(found.findings, wanted);
    await writeText(options.baseline, baselineText([...shown, ...lesser]));
    io.stderr.write(`wrote ${options.baseline}: ${countOf(shown.length + lesser.length)} accepted\n`);
    return 0;
  }
  const baseline = options.baseline === undefined ? undefined : await readBaseline(options.baseline);
  const screened = onlyAsked(screen(found.findings, { ...wanted, ...(baseline && { baseline }) }), options);
  const { summary, format } = options;
  const isWanted = summary || format === "json";
  const progress = new Progress(io);
  const { weights } = configured.config;
  const posture = isWanted && context ? progress.run(postureSteps(context, { weights })) : undefined;
  // Trying fixes out is most of the work, and a summary shows none.
  const showsFixes = !summary || format === "json";
  const { findings: shown, withoutTrial } =
    context && showsFixes
      ? progress.run(fixSteps(context, found, screened.shown))
      : { findings: screened.shown, withoutTrial: 0 };
  const report = { screened: { ...screened, shown }, withoutTrial, ...(posture && { posture }) };
  await print(rendered(report, [...ofConfig, ...diagnostics], options, io), io.stdout);
  return hasFailed(screened, options) ? 1 : 0;
}

function rendered(
  report: FindingsReport,
  diagnostics: readonly Diagnostic[],
  { format, failOn, category, summary, baseline }: GapsOptions,
  io: Io,
): string | Iterable<string> {
  const terminal = { width: widthOf(io.stdout), paint: paintFor(io.stdout, io) };
  switch (format) {
    case "json":
      return answerText(findingsAnswer(report, diagnostics));
    case "md":
      return summary && report.posture ? postureMarkdown(report.posture, report) : findingsMarkdown(report);
    case "csv":
      return findingsCsv(report);
    case "sarif":
      return findingsSarif(report, {
        version: readVersion(),
        ...(category !== undefined && { category }),
        ...(baseline !== undefined && { against: "baseline" }),
      });
    case "junit":
      return findingsJunit(report, failOn);
    case "text":
      return summary && report.posture ? postureText(report.posture, report, terminal) : findingsText(report, terminal);
  }
}

/** Findings of one rule, or one finding; those that stand for it where it is under another. */
function onlyAsked(screened: Screened, { only }: GapsOptions): Screened {
  if (only === undefined) return screened;
  const [rule] = only.split(" ", 1);
  if (!RULES.some(({ id }) => id === rule))
    throw new Unusable(`--only ${printable(only)}: no rule has this id; name one, such as NPG103, or a finding's key`);
  const isAsked = ({ id, key }: Finding) => id === only || key === only;
  const asked = (findings: readonly Finding[]) => findings.filter((one) => isAsked(one) || one.covers.some(isAsked));
  const { shown, accepted, lesser } = screened;
  return { ...screened, shown: asked(shown), accepted: asked(accepted), lesser: asked(lesser) };
}

/** With a baseline everything that is not in it fails, unless something else is asked for. */
function hasFailed({ shown }: Screened, { failOn, baseline }: GapsOptions): boolean {
  const limit = failOn ?? (baseline === undefined ? undefined : "info");
  if (limit === undefined) return false;
  return shown.some(({ severity }) => FINDING_SEVERITIES.indexOf(severity) <= FINDING_SEVERITIES.indexOf(limit));
}

/** The suppressions that annotations ask for; those that are not followed are said to be. */
function annotated({ cluster }: Program, io: Io): readonly Suppression[] {
  const { suppressions, unusable } = annotatedSuppressions(cluster);
  for (const { message, span } of unusable)
    io.stderr.write(`${span ? `${formatSpan(span)} ` : ""}warning suppression ${message}\n`);
  return suppressions;
}

const SCHEMA = "watertight/baseline/v1";

function baselineText(findings: Parameters<typeof keysOf>[0]): string {
  return `${JSON.stringify({ schema: SCHEMA, findings: keysOf(findings) }, null, 2)}\n`;
}

async function readBaseline(path: string): Promise<ReadonlySet<string>> {
  const text = await readText(path);
  if (text === undefined) throw new Unusable(`--baseline: ${path} cannot be read; --write-baseline makes it`);
  const keys = keysIn(text);
  if (!keys) throw new Unusable(`--baseline: ${path} is no baseline; --write-baseline makes one`);
  return new Set(keys);
}

function keysIn(text: string): readonly string[] | undefined {
  try {
    const { schema, findings } = JSON.parse(text);
    const isSound = schema === SCHEMA && Array.isArray(findings) && findings.every((key) => typeof key === "string");
    return isSound ? findings : undefined;
  } catch {
    return undefined;
  }
}

function countOf(findings: number): string {
  return findings === 1 ? "1 finding" : `${findings} findings`;
}
