import type { Need } from "../analyses/attack/needs.ts";
import type { PathStep } from "../analyses/attack/path.ts";
import type { Fallen } from "../analyses/blast-radius.ts";
import type { PathsReport, ShownPath } from "../analyses/paths-report.ts";
import type { PortsByProtocol } from "../model/connections.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Span } from "../model/source.ts";
import { type DiagnosticAnswer, diagnosticAnswer, spanAnswer } from "./json.ts";

/** What `schema/paths-v1.json` describes. */
export interface PathsAnswer {
  readonly schema: "watertight/paths/v1";
  /** What was asked about: a name, or `entries` for the ways in and every workload. */
  readonly from: string;
  /** A name, or `jewels`. */
  readonly to: string;
  readonly mode: string;
  readonly edges: string;
  readonly certainty: string;
  /** What counts first where paths are compared: `cost` or `hops`. */
  readonly metric: string;
  readonly entries: readonly EntryAnswer[];
  readonly jewels: readonly JewelAnswer[];
  readonly paths: readonly PathAnswer[];
  readonly dominators: readonly string[];
  readonly blastRadius: BlastRadiusAnswer;
  readonly chokePoints: readonly ChokePointAnswer[];
  /** What the choke points come to together; null where there were too many ways to try. */
  readonly cut: CutAnswer | null;
  /** What may lead further, though no step is made of it: what it opens is not in the input, or not evaluated. */
  readonly unfollowed: readonly UnfollowedAnswer[];
  readonly diagnostics: readonly DiagnosticAnswer[];
}

export interface UnfollowedAnswer {
  readonly what: string;
  readonly because: string;
  readonly source: Span;
}

export interface EntryAnswer {
  readonly object: string;
  readonly workload: string;
  readonly ports: PortsByProtocol;
  /** A certainty, or `blocked` where policies stop whatever comes this way. */
  readonly standing: string;
  readonly assumptions: readonly string[];
  readonly source: Span;
}

export interface JewelAnswer {
  readonly id: string;
  readonly reason: string;
  readonly provenance: string;
  readonly because: string;
  /** With how many endpoints other than itself it falls. */
  readonly exposure: number;
}

export interface PathAnswer {
  /** Equal for paths of the same steps. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly cost: number;
  readonly hops: number;
  readonly certainty: string;
  readonly inherent: boolean;
  readonly assumptions: readonly string[];
  readonly steps: readonly StepAnswer[];
}

export interface StepAnswer {
  readonly from: string;
  readonly to: string;
  readonly edge: string;
  readonly also: readonly string[];
  readonly cost: number;
  readonly certainty: string;
  /** Of packets: one port they may come on, and all of them. */
  readonly port?: string;
  readonly ports?: PortsByProtocol;
  readonly because: readonly string[];
  readonly assumptions: readonly string[];
  readonly evidence: readonly Span[];
  readonly fixes: readonly string[];
  readonly references: readonly string[];
}

export interface BlastRadiusAnswer {
  /** Null where no start was asked about; the lists are then empty. */
  readonly from: string | null;
  readonly endpoints: readonly { readonly id: string; readonly hops: number; readonly cost: number }[];
  readonly others: readonly {
    readonly id: string;
    readonly kind: string;
    readonly hops: number;
    readonly cost: number;
  }[];
  /** Over all endpoints: how many others fall with one. */
  readonly mean: number;
  readonly most: number;
  /** How many others fall with each, and how many jewels. */
  readonly sizes: readonly { readonly id: string; readonly endpoints: number; readonly jewels: number }[];
}

export interface ChokePointAnswer {
  readonly edit: string;
  readonly kind: "rule" | "open" | "setting";
  readonly closes: number;
  readonly breaks: readonly NeedAnswer[];
  /** YAML documents: each policy that it alone adds or replaces, in full. */
  readonly patch: string;
  /** A strategic merge patch. */
  readonly merge: string;
}

export interface CutAnswer {
  readonly proof: "smallest" | "best-found" | "none";
  readonly connected: number;
  readonly closes: number;
  readonly inherent: readonly { readonly from: string; readonly to: string }[];
  readonly breaks: readonly NeedAnswer[];
  readonly doubts: readonly NeedAnswer[];
  readonly open: number;
  readonly meanBefore: number;
  readonly meanAfter: number;
  readonly patch: string;
  readonly merge: string;
  readonly needs: readonly NeedAnswer[];
}

export interface NeedAnswer {
  readonly from: string;
  readonly to: string;
  readonly ports: PortsByProtocol;
  readonly provenance: string;
  readonly because: string;
}

/** A report as `watertight/paths/v1`. */
export function pathsAnswer(report: PathsReport, diagnostics: readonly Diagnostic[] = []): PathsAnswer {
  const { attack, question, paths, radii, radius, cut, dominators } = report;
  const { options, entries, jewels, graph, unfollowed } = attack;
  const breaks = (cut?.verified.breaks ?? []).map(needAnswer);
  return {
    schema: "watertight/paths/v1",
    from: question.from?.name ?? "entries",
    to: question.to ? withoutKind(question.to.name) : "jewels",
    mode: options.mode,
    edges: options.edges,
    certainty: options.certainty,
    metric: question.metric ?? "cost",
    entries: entries.map(({ object, workload, ports, standing, assumptions, span }) => ({
      object,
      workload,
      ports: ports.toJSON(),
      standing,
      assumptions,
      source: spanAnswer(span),
    })),
    jewels: jewels.map(({ fact, reason, provenance, because }, at) => ({
      id: withoutKind(graph.facts[fact]?.name ?? ""),
      reason,
      provenance,
      because,
      exposure: radii.exposures[at] ?? 0,
    })),
    paths: paths.map(pathAnswer),
    dominators,
    blastRadius: {
      from: radius?.from ?? null,
      endpoints: (radius?.endpoints ?? []).map(({ id, hops, cost }) => ({ id, hops, cost })),
      others: (radius?.others ?? []).map(({ id, kind, hops, cost }: Fallen) => ({ id, kind, hops, cost })),
      mean: rounded(radii.mean),
      most: radii.most,
      sizes: radii.sizes,
    },
    chokePoints: (cut?.points ?? []).map(({ edit, statement, closes, patch, merge }) => ({
      edit,
      kind: statement.kind,
      closes,
      breaks,
      patch,
      merge,
    })),
    cut: cut
      ? {
          proof: cut.proof,
          connected: cut.connected,
          closes: cut.closes,
          inherent: cut.inherent,
          breaks,
          doubts: cut.verified.doubts.map(needAnswer),
          open: cut.verified.open,
          meanBefore: rounded(cut.verified.meanBefore),
          meanAfter: rounded(cut.verified.meanAfter),
          patch: cut.patch,
          merge: cut.merge,
          needs: cut.needs.map(needAnswer),
        }
      : null,
    unfollowed: unfollowed.map(({ what, because, span }) => ({ what, because, source: spanAnswer(span) })),
    diagnostics: diagnostics.map(diagnosticAnswer),
  };
}

/** What packets reach, without owning it, is called by its endpoint. */
function withoutKind(name: string): string {
  return name.startsWith("reach:") ? name.slice("reach:".length) : name;
}

/** Two decimals say all there is to compare. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function needAnswer({ from, to, ports, provenance, because }: Need): NeedAnswer {
  return { from, to, ports: ports.toJSON(), provenance, because };
}

function pathAnswer({ from, to, cost, hops, certainty, inherent, assumptions, steps }: ShownPath): PathAnswer {
  const own = steps.map(stepAnswer);
  return {
    id: `path:${hashOf(own.map((step) => `${step.edge} ${step.from} ${step.to}`).join("\n"))}`,
    from,
    to: withoutKind(to),
    cost,
    hops,
    certainty,
    inherent,
    assumptions,
    steps: own,
  };
}

function stepAnswer({ edge, from, to, also, port, ports, evidence, ...step }: PathStep): StepAnswer {
  const { cost, certainty, because, assumptions, fixes, references } = step;
  return {
    from: withoutKind(from),
    to: withoutKind(to),
    edge,
    also,
    cost,
    certainty,
    ...(port !== undefined && { port }),
    ...(ports !== undefined && { ports }),
    because,
    assumptions,
    evidence: evidence.map(spanAnswer),
    fixes,
    references,
  };
}

/** FNV-1a, in hexadecimal: enough to tell the paths of one answer apart. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
