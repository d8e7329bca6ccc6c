import { FINDING_SEVERITIES, type Finding, type FindingSeverity } from "../analyses/findings/finding.ts";
import type { Screened } from "../analyses/findings/screen.ts";
import { formatSpan } from "../model/source.ts";
import { printable } from "./escape.ts";
import { type FindingsReport, fixEffect, foldedWords, severityWords } from "./findings.ts";
import { type Paint, plainPaint, wrapped } from "./table.ts";
import type { TextOptions } from "./text.ts";

/** Findings for a person: how many there are, then each by its severity, the fact first and what to do about it last. */
export function findingsText(
  { screened, withoutTrial }: FindingsReport,
  { width = 100, paint = plainPaint }: TextOptions = {},
): string {
  const { shown } = screened;
  const sections = [
    headline(shown, paint),
    ...FINDING_SEVERITIES.flatMap((severity) => {
      const group = shown.filter((finding) => finding.severity === severity);
      return group.length > 0 ? [severityWord(severity, paint), ...group.map((one) => block(one, width, paint))] : [];
    }),
    remainder(screened, withoutTrial, width, paint),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function headline(shown: readonly Finding[], paint: Paint): string {
  if (shown.length === 0) return paint.green("Nothing found.");
  return paint.bold(`${shown.length} ${shown.length === 1 ? "finding" : "findings"}: ${severityWords(shown)}`);
}

const TINT: { readonly [S in FindingSeverity]: keyof Paint } = {
  critical: "red",
  high: "red",
  medium: "yellow",
  low: "cyan",
  info: "dim",
};

function severityWord(severity: FindingSeverity, paint: Paint): string {
  return paint.bold(paint[TINT[severity]](severity.toUpperCase()));
}

const LABEL = 10;

function block(finding: Finding, width: number, paint: Paint): string {
  const { id, name, fact, consequence, advice, span, witness, fix, weights, certainty } = finding;
  const place = span ? `  ${paint.dim(printable(formatSpan(span)))}` : "";
  const text = [fact, consequence].filter((part) => part !== undefined).join(" ");
  const lines = [
    `  ${paint.bold(paint[TINT[finding.severity]](id))} ${name}${place}`,
    ...wrapped(printable(text), width, "  ", "  "),
    ...(witness
      ? labelled(
          "shown by",
          `${witness.from} → ${witness.to} ${witness.protocol} ${witness.port}: ${witness.verdict === "allow" ? "allowed" : "denied"}`,
          width,
          paint,
        )
      : []),
    ...(fix
      ? labelled("fix", `${fix.title}. Tried: it ${fixEffect(fix)}.`, width, paint)
      : advice !== undefined
        ? labelled("fix", advice, width, paint)
        : []),
    ...(certainty === "proved" ? [] : labelled("certainty", certainty, width, paint)),
    ...(weights.length > 0
      ? labelled("severity", weights.map(({ change, because }) => `${change}: ${because}`).join("; "), width, paint)
      : []),
    ...(finding.covers.length > 0 ? labelled("with it", foldedWords(finding).join(", "), width, paint) : []),
  ];
  return lines.join("\n");
}

function labelled(label: string, text: string, width: number, paint: Paint): string[] {
  const indent = " ".repeat(2 + LABEL);
  const lines = wrapped(printable(text), width, indent, indent);
  return lines.map((line, i) => (i === 0 ? `  ${paint.dim(label.padEnd(LABEL))}${line.slice(2 + LABEL)}` : line));
}

function remainder(
  { shown, suppressed, accepted, lesser, notes }: Screened,
  withoutTrial: number,
  width: number,
  paint: Paint,
): string {
  const left = [
    ...(lesser.length > 0
      ? [`${lesser.length} less grave (${severityWords(lesser)}; --severity info shows them)`]
      : []),
    ...(accepted.length > 0 ? [`${accepted.length} accepted by the baseline`] : []),
    ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []),
  ];
  const lines = [
    ...(left.length > 0 ? [`Not shown: ${left.join(", ")}.`] : []),
    ...(withoutTrial > 0
      ? [
          `For ${withoutTrial} of them no fix was worked out, since trying all takes too long; --only RULE works out those of one rule, --only KEY that of one finding.`,
        ]
      : []),
    ...notes.map((note) => `Note: ${note}.`),
    ...patchHint(shown),
  ];
  return lines
    .flatMap((line) => wrapped(printable(line), width, "", "  "))
    .map(paint.dim)
    .join("\n");
}

/** Where the edits themselves are, of which this form has the titles. */
function patchHint(shown: readonly Finding[]): readonly string[] {
  const fixes = shown.flatMap(({ fix }) => fix ?? []);
  if (fixes.length === 0) return [];
  const fields = fixes.some(({ merge }) => merge !== "") ? ".fix // empty | .patch, .merge" : ".fix.patch // empty";
  return [`Each fix as YAML: -o md, or -o json | jq -r '.findings[]${fields}'`];
}
