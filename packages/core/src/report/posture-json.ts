import { statementWords } from "../analyses/choke-points.ts";
import type { Mappings } from "../analyses/findings/mappings.ts";
import type { AuditRow, AuditTopic, AuditVerdict } from "../analyses/posture/audit/row.ts";
import type { DimensionId, Part } from "../analyses/posture/dimension.ts";
import type { Pairs } from "../analyses/posture/flow-dimensions.ts";
import type { Posture } from "../analyses/posture/posture.ts";
import type { Profile } from "../analyses/posture/profile.ts";
import type { Span } from "../model/source.ts";
import type { Weights } from "../model/weights.ts";
import { spanAnswer } from "./json.ts";
import { verdictCounts } from "./posture-words.ts";

/** The posture as part of `watertight/findings/v1`. */
export interface PostureAnswer {
  readonly profile: {
    readonly scope: { readonly workloads: number; readonly namespaces: number; readonly pairs: Pairs };
    readonly needs: Profile["needs"];
    readonly weights: Weights;
    readonly enforcement: Profile["enforcement"];
    readonly dimensions: readonly DimensionAnswer[];
    /** Null where it takes needed flows and none is known. */
    readonly weakest: { readonly dimension: DimensionId; readonly value: number } | null;
    readonly levers: readonly {
      readonly change: string;
      readonly pairs: number;
      readonly gains: { readonly [D in DimensionId]?: number };
    }[];
  };
  readonly audit: readonly AuditAnswer[];
  readonly verdicts: { readonly [V in AuditVerdict]: number };
  /** What no manifest decides. */
  readonly undecidable: readonly string[];
}

export interface DimensionAnswer {
  readonly id: DimensionId;
  readonly title: string;
  /** From 0 to 100; null where the input does not give what it is worked out from. */
  readonly value: number | null;
  readonly range: readonly [number, number] | null;
  readonly because: string;
  readonly parts: readonly Part[];
}

export interface AuditAnswer {
  readonly id: string;
  readonly topic: AuditTopic;
  readonly claim: string;
  readonly verdict: AuditVerdict;
  readonly because: string;
  readonly evidence: readonly { readonly object: string; readonly says: string; readonly source: Span | null }[];
  readonly mappings: Mappings;
}

export function postureAnswer({ profile, audit, undecidable }: Posture): PostureAnswer {
  const { scope, needs, weights, enforcement, dimensions, weakest, levers } = profile;
  return {
    profile: {
      scope,
      needs,
      weights,
      enforcement,
      dimensions: dimensions.map(({ id, title, value, range, because, parts }) => ({
        id,
        title,
        value: value ?? null,
        range: range ?? null,
        because,
        parts,
      })),
      weakest: weakest ?? null,
      levers: levers.map(({ statement, pairs, gains }) => ({ change: statementWords(statement), pairs, gains })),
    },
    audit: audit.map(rowAnswer),
    verdicts: verdictCounts(audit),
    undecidable,
  };
}

function rowAnswer({ rule, verdict, because, evidence }: AuditRow): AuditAnswer {
  const { id, topic, claim, controls } = rule;
  return {
    id,
    topic,
    claim,
    verdict,
    because,
    evidence: evidence.map(({ object, says, span }) => ({ object, says, source: span ? spanAnswer(span) : null })),
    mappings: controls,
  };
}
