import {
  type Finding,
  type FindingCertainty,
  type FindingSeverity,
  findingMessage,
} from "../analyses/findings/finding.ts";
import { fingerprint } from "../analyses/findings/fingerprint.ts";
import { FRAMEWORKS, type Mappings, mappingsOf } from "../analyses/findings/mappings.ts";
import { RULES } from "../analyses/findings/registry.ts";
import type { FindingRule } from "../analyses/findings/rule.ts";
import type { Span } from "../model/source.ts";
import { printable } from "./escape.ts";
import { type FindingsReport, fixEffect } from "./findings.ts";

const LEVELS: { readonly [S in FindingSeverity]: "error" | "warning" | "note" } = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};

/** Numbers that code scanning sorts into its own four severities. */
const SCORES: { readonly [S in FindingSeverity]: string } = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.5",
  info: "0.5",
};

const PRECISION: { readonly [C in FindingCertainty]: string } = {
  proved: "very-high",
  conditional: "high",
  assumed: "medium",
};

/** The most results of one run that code scanning takes. */
const MOST_RESULTS = 25_000;

/** What one description may hold. */
const MOST_CHARACTERS = 1024;

/** How a run of the tool is told from others. */
export interface SarifOptions {
  readonly version?: string;
  /** Names the cluster or environment, so that runs about different ones do not replace each other. */
  readonly category?: string;
  /** `baseline`: what is shown is new against one; what the baseline accepts is told as unchanged. */
  readonly against?: "baseline";
}

/**
 * Findings as SARIF 2.1.0: one run, every rule described, a fingerprint that stays when lines move.
 *
 * Source: OASIS SARIF 2.1.0, and what GitHub code scanning reads of it.
 */
export function findingsSarif({ screened }: FindingsReport, { version, category, against }: SarifOptions = {}): string {
  const all = [
    ...screened.shown.map((finding) => ({ finding, ...(against && { baselineState: "new" }) })),
    ...screened.suppressed.map(({ finding, by }) => ({
      finding,
      suppressions: [{ kind: "inSource", justification: plain(by.reason) }],
    })),
    ...(against ? screened.accepted.map((finding) => ({ finding, baselineState: "unchanged" })) : []),
  ].slice(0, MOST_RESULTS);
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "watertight",
            ...(version !== undefined && { version }),
            supportedTaxonomies: FRAMEWORKS.map(({ id }, index) => ({ name: id, index })),
            rules: RULES.map(rule),
          },
        },
        ...(category !== undefined && { automationDetails: { id: `watertight/${category}` } }),
        taxonomies: taxonomies(),
        results: all.map(({ finding, ...state }) => result(finding, state)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

function rule({ id, name, title, description, severity, mappings }: FindingRule) {
  const controls = mappingsOf(mappings);
  const supported = FRAMEWORKS.flatMap((framework) =>
    (controls[framework.id] ?? []).map((control) => `${framework.id} ${control}`),
  );
  const help = `${description} Supports evidence for: ${supported.join(", ") || "no control"}.`;
  return {
    id,
    name: name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase()),
    shortDescription: { text: short(`${title}.`) },
    fullDescription: { text: short(description) },
    help: { text: help, markdown: help },
    defaultConfiguration: { level: LEVELS[severity] },
    relationships: relationshipsOf(controls),
    properties: {
      tags: ["security", "kubernetes", "network-policy"],
      "security-severity": SCORES[severity],
      precision: "high",
    },
  };
}

/** The frameworks that rules have to do with, each with the controls that are spoken of. */
function taxonomies() {
  return FRAMEWORKS.map(({ id, title, edition, reading }) => ({
    name: id,
    version: edition,
    shortDescription: { text: `${title}.` },
    isComprehensive: false,
    ...(reading === "interpretive" && {
      fullDescription: { text: `${title}. The relation of rules to it is our interpretation.` },
    }),
    taxa: [...new Set(RULES.flatMap(({ mappings }) => mappingsOf(mappings)[id] ?? []))].sort().map((id) => ({ id })),
  }));
}

/** A finding is relevant to a control; nothing says that anybody complies. */
function relationshipsOf(controls: Mappings) {
  return FRAMEWORKS.flatMap((framework, index) =>
    (controls[framework.id] ?? []).map((id) => ({
      target: { id, toolComponent: { name: framework.id, index } },
      kinds: ["relevant"],
    })),
  );
}

/** The steps of a way from outside, as viewers walk through them. */
function codeFlowsOf(path: Finding["path"]) {
  if (!path) return {};
  const locations = path.slice(0, MOST_STEPS).map(({ message, span }, i) => ({
    executionOrder: i + 1,
    location: { ...location(span), message: { text: plain(message) } },
  }));
  return { codeFlows: [{ threadFlows: [{ locations }] }] };
}

/** Steps of one path that viewers show. */
const MOST_STEPS = 100;

interface ResultState {
  readonly suppressions?: readonly object[];
  readonly baselineState?: string;
}

function result(finding: Finding, { suppressions, baselineState }: ResultState) {
  const { id, severity, certainty, key, span, related, covers, base, fix } = finding;
  const hash = fingerprint(key);
  return {
    ruleId: id,
    ruleIndex: RULES.findIndex((one) => one.id === id),
    level: LEVELS[severity],
    message: { text: plain(findingMessage(finding)) },
    locations: [{ ...location(span), ...(span ? {} : { message: { text: "the input as a whole" } }) }],
    ...(related.length > 0 && {
      relatedLocations: related.map((one, i) => ({
        id: i,
        ...location(one.span),
        message: { text: plain(one.message) },
      })),
    }),
    partialFingerprints: { primaryLocationLineHash: `${hash}:1`, "watertight/v1": hash },
    ...codeFlowsOf(finding.path),
    ...(suppressions && { suppressions }),
    ...(baselineState && { baselineState }),
    properties: {
      severity,
      base,
      certainty,
      precision: PRECISION[certainty],
      key,
      covers: covers.map((one) => one.key),
      ...(fix && {
        fix: { title: plain(fix.title), effect: plain(fixEffect(fix)), patch: fix.patch, merge: fix.merge },
      }),
    },
  };
}

function location(span: Span | undefined) {
  if (!span) return {};
  const { line, column, endLine, endColumn } = span;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(span.path) },
      region: { startLine: line, startColumn: column, endLine, endColumn: Math.max(endColumn, 1) },
    },
  };
}

/** A path as a relative reference, whatever characters are in it. */
function uriOf(path: string): string {
  return path
    .replaceAll("\\", "/")
    .replace(/^\.\//, "")
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
}

function plain(text: string): string {
  return printable(text);
}

function short(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}
