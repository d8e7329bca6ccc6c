import { type Entry, isBlocked } from "../analyses/exposure/entry.ts";
import type { Exposure, ExposureReport } from "../analyses/exposure/exposure.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { formatSpan } from "../model/source.ts";
import { printable } from "./escape.ts";
import { kindWords, likelihoodWords, pathWords, standingOf, targetWords } from "./exposure-words.ts";
import { namesOf } from "./names.ts";
import { type Paint, plainPaint, wrapped } from "./table.ts";
import type { TextOptions } from "./text.ts";

/** Exposure for a person: what is exposed or meant to be, by which way; then what is open without being published, and what leads nowhere. */
export function exposureText(report: ExposureReport, { width = 100, paint = plainPaint }: TextOptions = {}): string {
  const nameOf = namesOf(report.exposures.map(({ endpoint }) => endpoint));
  const published = report.exposures.filter(({ entries }) => entries.length > 0);
  const sections = [
    [summary(report)],
    ...published.map((exposure) => workloadLines(exposure, nameOf, width, paint)),
    latentLines(report, nameOf, width, paint),
    deadEndLines(report, width, paint),
    assumptionLines(published, width, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** `2 of 11 workloads are exposed to the internet, 1 is likely to be; 3 are latent, 1 is blocked`. */
export function summary({ exposures }: ExposureReport): string {
  const count = (wanted: string) => exposures.filter((one) => standingOf(one) === wanted).length;
  const parts = [
    `${count("likely exposed")} likely`,
    `${count("unlikely")} unlikely but possible`,
    `${count("blocked")} blocked by policy`,
    `${count("latent")} latent`,
  ];
  const total = exposures.length === 1 ? "1 workload" : `${exposures.length} workloads`;
  return `Exposed to the internet: ${count("exposed")} of ${total} for sure, ${parts.filter((part) => !part.startsWith("0 ")).join(", ") || "no other"}`;
}

/** A blank at which no line is broken. */
const HARD_BLANK = "\u00a0";

function workloadLines(exposure: Exposure, nameOf: (one: Endpoint) => string, width: number, paint: Paint): string[] {
  const standing = standingOf(exposure);
  const tint = standing === "exposed" ? paint.red : standing === "closed" ? paint.green : paint.yellow;
  return [
    `${paint.bold(printable(nameOf(exposure.endpoint)))}  ${tint(standing)}`,
    ...exposure.entries.flatMap((entry) => entryLines(entry, nameOf, width, paint)),
  ];
}

function entryLines(entry: Entry, nameOf: (one: Endpoint) => string, width: number, paint: Paint): string[] {
  const hosts = entry.hosts.length > 0 ? `, for ${entry.hosts.join(", ")}` : "";
  const facts = [
    `${kindWords(entry)} to ${targetWords(entry)}${hosts}`,
    `published ${likelihoodWords(entry.published)}`,
    `permitted ${likelihoodWords(entry.permitted)}${isBlocked(entry) ? " (blocked)" : ""}`,
    ...fromWords(entry),
  ];
  const last = entry.chain[entry.chain.length - 1];
  const at = last ? [paint.dim(`    ${printable(formatSpan(last.span))}`)] : [];
  return [...pathLines(pathWords(entry, nameOf), width), ...wrapped(printable(facts.join("; ")), width, "    "), ...at];
}

/** A path is broken between its steps: a kind and its name stay together. */
function pathLines(steps: readonly string[], width: number): readonly string[] {
  const whole = steps.map((step) => printable(step).replaceAll(" ", HARD_BLANK)).join(`${HARD_BLANK}→ `);
  return wrapped(whole, width, "  ", "    ").map((line) => line.replaceAll(HARD_BLANK, " "));
}

/** Which clients get in, where not all do; or whose address decides, where they differ. */
function fromWords({ sources }: Entry): readonly string[] {
  const named = sources.map(({ as, passes }) => `as ${as} ${likelihoodWords(passes)}`);
  const differ = new Set(named.map((words) => words.split(" ").slice(2).join())).size > 1;
  const [client] = sources.filter(({ as }) => as === "client");
  const some = client && client.admits !== "all" && client.passes.expected ? [`from ${client.admits?.join(", ")}`] : [];
  return [...(differ ? [named.join(", ")] : []), ...some];
}

function latentLines(
  { exposures }: ExposureReport,
  nameOf: (one: Endpoint) => string,
  width: number,
  paint: Paint,
): string[] {
  const latent = exposures.filter(({ isLatent }) => isLatent).map(({ endpoint }) => nameOf(endpoint));
  if (latent.length === 0) return [];
  return [
    `${paint.bold("Latent")}: open to the internet by policy, and published by nothing`,
    ...wrapped(printable(latent.join(", ")), width, "  "),
  ];
}

function deadEndLines({ deadEnds }: ExposureReport, width: number, paint: Paint): string[] {
  if (deadEnds.length === 0) return [];
  return [
    paint.bold("Dead ends"),
    ...deadEnds.flatMap(({ message, object }) =>
      wrapped(printable(`${message} (${formatSpan(object.span)})`), width, "  ", "    "),
    ),
  ];
}

function assumptionLines(exposures: readonly Exposure[], width: number, paint: Paint): string[] {
  const messages = new Set(exposures.flatMap(({ entries }) => entries.flatMap(messagesOf)));
  if (messages.size === 0) return [];
  return [paint.bold("Assumed"), ...[...messages].flatMap((one) => wrapped(printable(one), width, "  -", "    "))];
}

/** What an entry rests on, and what the verdicts behind it do. */
export function messagesOf({ assumptions, sources }: Entry): readonly string[] {
  const all = [...assumptions, ...sources.flatMap(({ decision }) => decision.assumptions)];
  return all.filter(({ certainty }) => certainty !== "specified").map(({ message }) => message);
}
