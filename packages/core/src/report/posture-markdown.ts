import { FRAMEWORKS } from "../analyses/findings/mappings.ts";
import { AUDIT_TOPICS, AUDIT_VERDICTS, type AuditRow } from "../analyses/posture/audit/row.ts";
import type { Posture } from "../analyses/posture/posture.ts";
import { formatSpan } from "../model/source.ts";
import { type FindingsReport, severityWords } from "./findings.ts";
import { escaped, markdownRow } from "./markdown.ts";
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

/** The posture as Markdown, for a report: with the controls each row has to do with. */
export function postureMarkdown({ profile, audit, undecidable }: Posture, { screened }: FindingsReport): string {
  const { shown } = screened;
  const enforcement = enforcementWords(profile);
  const sections = [
    "## Posture",
    `${escaped(scopeWords(profile))}. ${shown.length === 0 ? "No finding." : `${shown.length} findings: ${severityWords(shown)}.`}`,
    "### Profile",
    `**${escaped(headlineWords(profile))}**`,
    [
      "| Dimension | 0 to 100 | What it says | Parts |",
      "| --- | --- | --- | --- |",
      ...profile.dimensions.map((one) => markdownRow(one.title, valueWords(one), meaningWords(one), partWords(one))),
    ].join("\n"),
    ...(enforcement === undefined ? [] : [escaped(enforcement)]),
    ...(profile.levers.length > 0
      ? [`What would move it most:\n\n${profile.levers.map((one) => `- ${escaped(leverWords(one))}`).join("\n")}`]
      : []),
    `${escaped(weightWords(profile))} ${DISCLAIMER}`,
    "### Audit",
    `${auditWords(audit)}.`,
    ...AUDIT_TOPICS.map((topic) => table(topic, audit)),
    ...AUDIT_TOPICS.flatMap((topic) => audit.filter(({ rule }) => rule.topic === topic).flatMap(details)),
    "### What manifests cannot decide",
    undecidable.map((one) => `- ${escaped(one)}`).join("\n"),
    "What is said of controls supports evidence for them; relations to PCI DSS, HIPAA, GDPR and NIST are our interpretation.",
  ];
  return `${sections.join("\n\n")}\n`;
}

function table(topic: string, audit: readonly AuditRow[]): string {
  const rows = audit
    .filter(({ rule }) => rule.topic === topic)
    .sort((a, b) => AUDIT_VERDICTS.indexOf(a.verdict) - AUDIT_VERDICTS.indexOf(b.verdict));
  return [
    `#### ${topic.charAt(0).toUpperCase()}${topic.slice(1)}`,
    "",
    "| | Claim | Verdict | Because | Supports evidence for |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map(({ rule, verdict, because }) =>
      markdownRow(rule.id, rule.claim, verdict.replace("-", " "), because, controlsOf(rule)),
    ),
  ].join("\n");
}

function controlsOf({ controls }: AuditRow["rule"]): string {
  return FRAMEWORKS.flatMap(({ id }) => {
    const own = controls[id];
    return own ? [`${id} ${own.join(" ")}`] : [];
  }).join("; ");
}

function details({ rule, verdict, evidence }: AuditRow): readonly string[] {
  if (evidence.length === 0) return [];
  const items = evidence.map(({ object, says, span }) => {
    const place = span ? ` (${formatSpan(span)})` : "";
    return `- ${escaped(`${object}: ${says}${place}`)}`;
  });
  return [
    `<details><summary>${rule.id}: ${verdict.replace("-", " ")}, ${evidence.length}</summary>\n\n${items.join("\n")}\n\n</details>`,
  ];
}
