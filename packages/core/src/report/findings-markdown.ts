import { FINDING_SEVERITIES, type Finding } from "../analyses/findings/finding.ts";
import { FRAMEWORKS, mappingsOf } from "../analyses/findings/mappings.ts";
import { ruleOf } from "../analyses/findings/registry.ts";
import { formatSpan } from "../model/source.ts";
import { type FindingsReport, fixEffect, foldedWords, severityWords } from "./findings.ts";
import { escaped } from "./markdown.ts";

/** Findings as Markdown, for a pull request or a report: each with its patch and with the controls it has to do with. */
export function findingsMarkdown({ screened }: FindingsReport): string {
  const { shown, suppressed, accepted, lesser, notes } = screened;
  const left = [
    ...(lesser.length > 0 ? [`${lesser.length} less grave`] : []),
    ...(accepted.length > 0 ? [`${accepted.length} accepted by the baseline`] : []),
    ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []),
  ];
  const sections = [
    "## Findings",
    shown.length === 0 ? "Nothing found." : `${shown.length}: ${severityWords(shown)}.`,
    ...FINDING_SEVERITIES.flatMap((severity) => {
      const group = shown.filter((finding) => finding.severity === severity);
      return group.length > 0 ? [`### ${capital(severity)}`, ...group.map(entry)] : [];
    }),
    ...(left.length > 0 ? [`Not shown: ${left.join(", ")}.`] : []),
    ...notes.map((note) => `Note: ${escaped(note)}.`),
    ...(shown.length > 0
      ? [
          "What is said of controls supports evidence for them; relations to PCI DSS, HIPAA, GDPR and NIST are our interpretation.",
        ]
      : []),
  ];
  return `${sections.join("\n\n")}\n`;
}

function entry(finding: Finding): string {
  const { id, name, fact, consequence, advice, span, witness, fix, weights, certainty } = finding;
  const text = [fact, consequence].filter((part) => part !== undefined).join(" ");
  const items = [
    ...(span ? [`At ${escaped(formatSpan(span))}`] : []),
    ...(witness
      ? [
          `Shown by ${escaped(`${witness.from} → ${witness.to} ${witness.protocol} ${witness.port}`)}: ${witness.verdict === "allow" ? "allowed" : "denied"}`,
        ]
      : []),
    ...(certainty === "proved" ? [] : [`Certainty: ${certainty}`]),
    ...weights.map(({ change, because }) => `Severity ${change}: ${escaped(because)}`),
    ...(finding.covers.length > 0 ? [`With it: ${foldedWords(finding).join(", ")}`] : []),
    ...(fix
      ? [`Fix: ${escaped(fix.title)}. Tried: it ${escaped(fixEffect(fix))}.`]
      : advice !== undefined
        ? [`Fix: ${escaped(advice)}`]
        : []),
    ...controls(id),
  ];
  return [
    `#### ${id} ${name}`,
    escaped(text),
    items.map((item) => `- ${item}`).join("\n"),
    ...(fix && fix.patch !== "" ? [folded("Patch", fix.patch)] : []),
    ...(fix && fix.merge !== "" ? [folded("Strategic merge patch", fix.merge)] : []),
  ].join("\n\n");
}

function folded(summary: string, yaml: string): string {
  return `<details><summary>${summary}</summary>\n\n${fenced(yaml)}\n\n</details>`;
}

/** A fence longer than any run of backticks in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}yaml\n${text.trimEnd()}\n${fence}`;
}

function controls(id: string): readonly string[] {
  const mappings = mappingsOf(ruleOf(id)?.mappings ?? []);
  const words = FRAMEWORKS.flatMap((framework) => {
    const ids = mappings[framework.id];
    return ids ? [`${framework.id} ${ids.join(" ")}`] : [];
  });
  return words.length > 0 ? [`Supports evidence for: ${escaped(words.join("; "))}`] : [];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
