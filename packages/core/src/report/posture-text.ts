import {
  AUDIT_TOPICS,
  AUDIT_VERDICTS,
  type AuditRow,
  type AuditVerdict,
  type Evidence,
} from "../analyses/posture/audit/row.ts";
import type { Dimension } from "../analyses/posture/dimension.ts";
import type { Posture } from "../analyses/posture/posture.ts";
import type { Profile } from "../analyses/posture/profile.ts";
import { formatSpan } from "../model/source.ts";
import { printable } from "./escape.ts";
import { type FindingsReport, severityWords } from "./findings.ts";
import {
  auditWords,
  DISCLAIMER,
  enforcementWords,
  headlineWords,
  leverWords,
  meaningWords,
  partWords,
  scopeWords,
  valueWords,
  weightWords,
} from "./posture-words.ts";
import { type Paint, plainPaint, wrapped } from "./table.ts";
import type { TextOptions } from "./text.ts";

/** The posture for a person: the profile with its parts, the audit by topic, and what manifests cannot decide. */
export function postureText(
  { profile, audit, undecidable }: Posture,
  { screened }: FindingsReport,
  { width = 100, paint = plainPaint }: TextOptions = {},
): string {
  const { shown } = screened;
  const findings =
    shown.length === 0
      ? "No finding."
      : `${shown.length} ${shown.length === 1 ? "finding" : "findings"}: ${severityWords(shown)}.`;
  const sections = [
    [paint.bold("Posture"), ...prose(`${scopeWords(profile)}.`, width, "  "), ...prose(findings, width, "  ")].join(
      "\n",
    ),
    profileSection(profile, width, paint),
    paint.bold(`Audit: ${auditWords(audit)}`),
    ...AUDIT_TOPICS.map((topic) => topicSection(topic, audit, width, paint)),
    [
      paint.bold("What manifests cannot decide"),
      ...undecidable.flatMap((one) => wrapped(one, width, "  -", "    ")),
    ].join("\n"),
  ];
  return `${sections.join("\n\n")}\n`;
}

const TITLE = 18;
const VALUE = 7;

function profileSection(profile: Profile, width: number, paint: Paint): string {
  const { dimensions, levers } = profile;
  const enforcement = enforcementWords(profile);
  const lines = [
    paint.bold("Profile, from 0 to 100, higher is better"),
    ...dimensions.flatMap((one) => dimensionLines(one, width, paint)),
    "",
    ...prose(headlineWords(profile), width, "  ").map(paint.bold),
    ...(enforcement === undefined ? [] : prose(enforcement, width, "  ")),
    ...(levers.length > 0
      ? [
          "  What would move it most:",
          ...levers.flatMap((one) => wrapped(printable(leverWords(one)), width, "  -", "    ")),
        ]
      : []),
    ...prose(`${weightWords(profile)} ${DISCLAIMER}`, width, "  ").map(paint.dim),
  ];
  return lines.join("\n");
}

function dimensionLines(dimension: Dimension, width: number, paint: Paint): readonly string[] {
  const { title, parts } = dimension;
  const value = valueWords(dimension);
  const head = `  ${title.padEnd(TITLE)}${value.padEnd(VALUE)}`;
  const indent = " ".repeat(TITLE + VALUE + 3);
  const [first = "", ...more] = wrapped(
    printable(meaningWords(dimension)),
    width,
    `${head} `.padEnd(indent.length),
    indent,
  );
  const tint =
    dimension.value === undefined
      ? paint.dim
      : dimension.value < 50
        ? paint.red
        : dimension.value < 90
          ? paint.yellow
          : paint.green;
  return [
    first.replace(head, `  ${title.padEnd(TITLE)}${tint(value.padEnd(VALUE))}`),
    ...more,
    ...(parts.length > 0 ? wrapped(printable(partWords(dimension)), width, indent, indent).map(paint.dim) : []),
  ];
}

const TINT: { readonly [V in AuditVerdict]: keyof Paint } = {
  fail: "red",
  warn: "yellow",
  unknown: "cyan",
  pass: "green",
  "not-assessable": "dim",
};

const MARK: { readonly [V in AuditVerdict]: string } = {
  fail: "FAIL",
  warn: "WARN",
  unknown: "UNKNOWN",
  pass: "PASS",
  "not-assessable": "NOT ASSESSABLE",
};

/** Rows of one topic, the worst first. */
function topicSection(topic: string, audit: readonly AuditRow[], width: number, paint: Paint): string {
  const rows = audit
    .filter(({ rule }) => rule.topic === topic)
    .sort((a, b) => AUDIT_VERDICTS.indexOf(a.verdict) - AUDIT_VERDICTS.indexOf(b.verdict));
  const unknown = rows.filter(({ verdict }) => verdict === "unknown");
  return [
    paint.bold(capital(topic)),
    ...rows.flatMap((row) => {
      if (row.verdict !== "unknown") return rowLines(row, width, paint);
      // Rows that lack the same object are told together, where the first of them stands.
      const alike = unknown.filter(({ because }) => because === row.because);
      return alike[0] === row ? unknownLines(alike, width, paint) : [];
    }),
  ].join("\n");
}

function unknownLines(rows: readonly AuditRow[], width: number, paint: Paint): readonly string[] {
  const [first] = rows;
  return [
    ...rows.flatMap(({ rule }) => claimLines(rule, "unknown", width, paint)),
    ...prose(`${capital(first?.because ?? "")}.`, width, "        "),
  ];
}

function claimLines({ id, claim }: AuditRow["rule"], verdict: AuditVerdict, width: number, paint: Paint) {
  const mark = MARK[verdict];
  const [first = "", ...more] = wrapped(claim, width, `  ${id}  ${mark} `, "        ");
  return [first.replace(mark, paint[TINT[verdict]](mark)), ...more];
}

/** Evidence shown of one row; all of it is in the JSON. */
const MOST_EVIDENCE = 3;

function rowLines({ rule, verdict, because, evidence }: AuditRow, width: number, paint: Paint): readonly string[] {
  const isShown = verdict === "fail" || verdict === "warn";
  const shown = isShown ? evidence.slice(0, MOST_EVIDENCE) : [];
  const rest = isShown ? evidence.length - shown.length : 0;
  return [
    ...claimLines(rule, verdict, width, paint),
    ...prose(`${capital(because)}.`, width, "        "),
    ...shown.flatMap((one) => evidenceLines(one, width, paint)),
    ...(rest > 0 ? [paint.dim(`        - and ${rest} more (-o json lists them)`)] : []),
  ];
}

function evidenceLines({ object, says, span }: Evidence, width: number, paint: Paint): readonly string[] {
  const place = span ? ` (${formatSpan(span)})` : "";
  return wrapped(printable(`${object}: ${says}${place}`), width, "        -", "          ").map(paint.dim);
}

function prose(text: string, width: number, indent: string): readonly string[] {
  return wrapped(printable(text), width, indent, indent);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
