import {
  type Finding,
  type FindingCertainty,
  type FindingFix,
  type FindingSeverity,
  findingMessage,
  type Weight,
  type Witness,
} from "../analyses/findings/finding.ts";
import { fingerprint } from "../analyses/findings/fingerprint.ts";
import { type Mappings, mappingsOf } from "../analyses/findings/mappings.ts";
import { ruleOf } from "../analyses/findings/registry.ts";
import type { Screened } from "../analyses/findings/screen.ts";
import type { PortsByProtocol } from "../model/connections.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Direction } from "../model/flow.ts";
import { policyId } from "../model/program.ts";
import type { Span } from "../model/source.ts";
import { type FindingsReport, severityCounts, twoDecimals } from "./findings.ts";
import { type DiagnosticAnswer, diagnosticAnswer, spanAnswer } from "./json.ts";
import { type PostureAnswer, postureAnswer } from "./posture-json.ts";

/** What `schema/findings-v1.json` describes. */
export interface FindingsAnswer {
  readonly schema: "watertight/findings/v1";
  readonly findings: readonly FindingAnswer[];
  readonly suppressed: readonly SuppressedAnswer[];
  readonly notes: readonly string[];
  readonly summary: SummaryAnswer;
  /** Null where it was not asked for. */
  readonly posture: PostureAnswer | null;
  readonly diagnostics: readonly DiagnosticAnswer[];
}

export interface FindingAnswer {
  readonly id: string;
  readonly name: string;
  readonly severity: FindingSeverity;
  /** The rule's usual severity, and the steps from there. */
  readonly base: FindingSeverity;
  readonly weights: readonly Weight[];
  readonly certainty: FindingCertainty;
  /** Stays the same as long as the finding is about the same objects. */
  readonly key: string;
  readonly fingerprint: string;
  readonly message: string;
  readonly endpoints: readonly string[];
  readonly namespace: string | null;
  readonly direction: Direction | null;
  readonly policy: string | null;
  readonly source: Span | null;
  readonly related: readonly { readonly message: string; readonly source: Span }[];
  readonly witness: Witness | null;
  /** How an attacker comes from outside to what it is about, a step at a time; null where it is about no such thing. */
  readonly path: readonly { readonly message: string; readonly source: Span }[] | null;
  readonly fix: FixAnswer | null;
  readonly mappings: Mappings;
  /** Findings of the same root cause. */
  readonly covers: readonly {
    readonly id: string;
    readonly key: string;
    readonly severity: FindingSeverity;
    readonly message: string;
  }[];
}

export interface FixAnswer {
  readonly title: string;
  /** YAML documents: each policy added or replaced, in full; empty where none is. */
  readonly patch: string;
  /** YAML documents: what is changed of other objects, each a strategic merge patch; empty where nothing is. */
  readonly merge: string;
  /** The severity that is left; null where the finding is gone. */
  readonly leaves: FindingSeverity | null;
  /** How many others fall with one workload on average; null where only policies are edited. */
  readonly blastRadius: { readonly before: number; readonly after: number } | null;
  readonly changes: readonly {
    readonly from: string;
    readonly to: string;
    readonly opened: PortsByProtocol;
    readonly closed: PortsByProtocol;
  }[];
  /** `some` when there are more changes than were counted. */
  readonly counted: FindingFix["counted"];
  /** `unknown`: the manifests do not show of any workload what it needs. */
  readonly needs: FindingFix["needs"];
  /** Connections it closes that some workload is known to need. */
  readonly breaks: FindingFix["breaks"];
}

export interface SuppressedAnswer {
  readonly id: string;
  readonly key: string;
  readonly reason: string;
  readonly until: string | null;
  readonly source: Span;
}

export interface SummaryAnswer {
  readonly total: number;
  readonly bySeverity: { readonly [S in FindingSeverity]: number };
  /** Those less grave than asked for, those of the baseline, those that are suppressed, and those folded under others. */
  readonly belowSeverity: number;
  readonly accepted: number;
  readonly suppressed: number;
  readonly folded: number;
  /** Findings whose fix was not worked out, since trying edits on so large a cluster takes too long. */
  readonly withoutTrial: number;
}

/** Findings as `watertight/findings/v1`. */
export function findingsAnswer(
  { screened, withoutTrial, posture }: FindingsReport,
  diagnostics: readonly Diagnostic[] = [],
): FindingsAnswer {
  return {
    schema: "watertight/findings/v1",
    findings: screened.shown.map(findingAnswer),
    suppressed: screened.suppressed.map(suppressedAnswer),
    notes: screened.notes,
    summary: summaryAnswer(screened, withoutTrial),
    posture: posture ? postureAnswer(posture) : null,
    diagnostics: diagnostics.map(diagnosticAnswer),
  };
}

function findingAnswer(finding: Finding): FindingAnswer {
  const { id, name, severity, base, weights, certainty, key, endpoints, witness, fix, covers } = finding;
  return {
    id,
    name,
    severity,
    base,
    weights,
    certainty,
    key,
    fingerprint: fingerprint(key),
    message: findingMessage(finding),
    endpoints,
    namespace: finding.namespace ?? null,
    direction: finding.direction ?? null,
    policy: finding.policy ? policyId(finding.policy) : null,
    source: finding.span ? spanAnswer(finding.span) : null,
    related: finding.related.map(({ message, span }) => ({ message, source: spanAnswer(span) })),
    witness: witness ?? null,
    path: finding.path?.map(({ message, span }) => ({ message, source: spanAnswer(span) })) ?? null,
    fix: fix ? fixAnswer(fix) : null,
    mappings: mappingsOf(ruleOf(id)?.mappings ?? []),
    covers: covers.map((one) => ({ id: one.id, key: one.key, severity: one.severity, message: findingMessage(one) })),
  };
}

function fixAnswer(fix: FindingFix): FixAnswer {
  const { title, patch, merge, leaves, blastRadius, changes, counted, needs, breaks } = fix;
  return {
    title,
    patch,
    merge,
    leaves: leaves ?? null,
    blastRadius: blastRadius
      ? { before: twoDecimals(blastRadius.before), after: twoDecimals(blastRadius.after) }
      : null,
    changes: changes.map(({ from, to, opened, closed }) => ({
      from: from.id,
      to: to.id,
      opened: opened.toJSON(),
      closed: closed.toJSON(),
    })),
    counted,
    needs,
    breaks,
  };
}

function suppressedAnswer({ finding, by }: Screened["suppressed"][number]): SuppressedAnswer {
  return {
    id: finding.id,
    key: finding.key,
    reason: by.reason,
    until: by.until ?? null,
    source: spanAnswer(by.span),
  };
}

function summaryAnswer({ shown, suppressed, accepted, lesser }: Screened, withoutTrial: number): SummaryAnswer {
  return {
    total: shown.length,
    bySeverity: severityCounts(shown),
    belowSeverity: lesser.length,
    accepted: accepted.length,
    suppressed: suppressed.length,
    folded: shown.reduce((sum, { covers }) => sum + covers.length, 0),
    withoutTrial,
  };
}
