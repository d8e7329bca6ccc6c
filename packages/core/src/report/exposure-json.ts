import { type DeadEnd, type Entry, isBlocked, type Link, type ObservedSource } from "../analyses/exposure/entry.ts";
import type { Exposure, ExposureReport } from "../analyses/exposure/exposure.ts";
import { type Answer, answerOf } from "../analyses/exposure/likelihood.ts";
import type { Likelihood } from "../engine/profile.ts";
import type { PortsByProtocol } from "../model/connections.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Assumption, Verdict } from "../model/flow.ts";
import type { Span } from "../model/source.ts";
import { type DiagnosticAnswer, diagnosticAnswer, spanAnswer } from "./json.ts";

/** What `schema/exposure-v1.json` describes. */
export interface ExposureAnswer {
  readonly schema: "watertight/exposure/v1";
  readonly workloads: readonly WorkloadAnswer[];
  readonly deadEnds: readonly DeadEndAnswer[];
  readonly diagnostics: readonly DiagnosticAnswer[];
}

/** The answer, and what is taken where it is unknown. */
export interface LikelihoodAnswer {
  readonly answer: Answer;
  readonly expected: boolean;
}

export interface WorkloadAnswer {
  readonly id: string;
  readonly published: LikelihoodAnswer;
  readonly permitted: LikelihoodAnswer & { readonly ports: PortsByProtocol; readonly from: "all" | readonly string[] };
  readonly exposed: LikelihoodAnswer;
  readonly latent: boolean;
  /** Position in `entries` of the one the answers rest on; null without any. */
  readonly witness: number | null;
  readonly entries: readonly EntryAnswer[];
}

export interface EntryAnswer {
  readonly kind: Entry["kind"];
  readonly chain: readonly LinkAnswer[];
  readonly controller: {
    readonly standing: string;
    readonly name: string;
    readonly endpoint: string | null;
    readonly because: string;
  } | null;
  /** The way into the controller; null where there is none, or nothing shows it. */
  readonly through: {
    readonly kind: Entry["kind"];
    readonly endpoint: string;
    readonly chain: readonly LinkAnswer[];
  } | null;
  readonly ports: readonly { readonly protocol: string; readonly fronts: readonly number[]; readonly target: number }[];
  readonly hosts: readonly string[];
  readonly sources: readonly SourceAnswer[];
  readonly published: LikelihoodAnswer;
  readonly permitted: LikelihoodAnswer;
  readonly exposed: LikelihoodAnswer;
  /** What policies let through of its ports. */
  readonly open: PortsByProtocol;
  readonly blocked: boolean;
  readonly assumptions: readonly Assumption[];
}

export interface LinkAnswer {
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly source: Span;
}

export interface SourceAnswer extends LikelihoodAnswer {
  readonly as: ObservedSource["as"];
  readonly endpoint: string;
  readonly verdict: Verdict;
  readonly ports: PortsByProtocol;
  readonly from?: "all" | readonly string[];
  readonly assumptions: readonly Assumption[];
}

export interface DeadEndAnswer {
  readonly object: LinkAnswer;
  readonly reason: DeadEnd["reason"];
  readonly message: string;
}

/** Exposure as `watertight/exposure/v1`. */
export function exposureAnswer(
  { exposures, deadEnds }: ExposureReport,
  diagnostics: readonly Diagnostic[] = [],
): ExposureAnswer {
  return {
    schema: "watertight/exposure/v1",
    workloads: exposures.map(workloadAnswer),
    deadEnds: deadEnds.map(({ object, reason, message }) => ({ object: linkAnswer(object), reason, message })),
    diagnostics: diagnostics.map(diagnosticAnswer),
  };
}

function workloadAnswer(exposure: Exposure): WorkloadAnswer {
  const { endpoint, published, permitted, exposed, isLatent, direct, open, entries, witness } = exposure;
  return {
    id: endpoint.id,
    published: likelihoodAnswer(published),
    permitted: { ...likelihoodAnswer(permitted), ports: open.toJSON(), from: direct.admits ?? [] },
    exposed: likelihoodAnswer(exposed),
    latent: isLatent,
    witness: witness ? entries.indexOf(witness) : null,
    entries: entries.map(entryAnswer),
  };
}

export function entryAnswer(entry: Entry): EntryAnswer {
  const { kind, chain, controller, through, ports, hosts, sources, published, permitted, exposed, assumptions } = entry;
  return {
    kind,
    chain: chain.map(linkAnswer),
    controller: controller
      ? {
          standing: controller.standing,
          name: controller.name,
          endpoint: controller.endpoint?.id ?? null,
          because: controller.because,
        }
      : null,
    through: through
      ? { kind: through.kind, endpoint: through.endpoint.id, chain: through.chain.map(linkAnswer) }
      : null,
    ports: ports.map(({ protocol, fronts, target }) => ({ protocol, fronts, target })),
    hosts,
    sources: sources.map(sourceAnswer),
    published: likelihoodAnswer(published),
    permitted: likelihoodAnswer(permitted),
    exposed: likelihoodAnswer(exposed),
    open: entry.open.toJSON(),
    blocked: isBlocked(entry),
    assumptions,
  };
}

function sourceAnswer({ as, endpoint, passes, decision, admits }: ObservedSource): SourceAnswer {
  return {
    as,
    endpoint: endpoint.id,
    ...likelihoodAnswer(passes),
    verdict: decision.verdict,
    ports: decision.allowed.toJSON(),
    ...(admits && { from: admits }),
    assumptions: decision.assumptions,
  };
}

function linkAnswer({ kind, namespace, name, span }: Link): LinkAnswer {
  return { kind, namespace: namespace ?? null, name, source: spanAnswer(span) };
}

export function likelihoodAnswer(likelihood: Likelihood): LikelihoodAnswer {
  return { answer: answerOf(likelihood), expected: likelihood.expected };
}
