import { compile } from "../compile/compile.ts";
import { type Decision, decide } from "../engine/decide.ts";
import { type ConnectionSet, formatConnections } from "../model/connections.ts";
import type { Certainty, Verdict } from "../model/flow.ts";
import { parseCidr } from "../model/ip.ts";
import type { Program } from "../model/program.ts";
import { applyEdits, type Edit, linesChanged, printEdits } from "./edit.ts";
import { closings } from "./flip/closings.ts";
import { openings } from "./flip/openings.ts";
import { editsOf, type Proposal } from "./flip/proposal.ts";
import { isServiceDecision } from "./service-decision.ts";
import { type Change, relocate, type SideEffects, sideEffects } from "./side-effects.ts";
import { WhatIf } from "./what-if.ts";

/** The smallest edit of the policies found that reverses a verdict, and all that it does. */
export interface Flip {
  /** The new verdict, and how far it can be trusted. */
  readonly verdict: Verdict;
  readonly certainty: Certainty;
  readonly summary: string;
  readonly edits: readonly Edit[];
  /** Each policy added or replaced in full, as YAML documents that say which. */
  readonly patch: string;
  /** Every other connection the edits open or close, by pair of endpoints. */
  readonly changes: readonly Change[];
  /** `some` where looking for all of them would take too long: those of the endpoints asked about. */
  readonly counted: SideEffects["counted"];
}

/** How many edits are tried. */
const MOST_CANDIDATES = 16;

/**
 * The edit of NetworkPolicies that reverses a decision and changes the fewest other pairs; among those the fewest policies, then
 * the fewest lines. Found by trying: each candidate is compiled and the question decided again.
 *
 * `undefined` where no edit tried reverses it: nothing governs a pod reaching itself, traffic with its own node, or host-network
 * pods; and where policies that are not evaluated have a say, trying proves nothing.
 * Cost: at most 16 candidates, each a compilation and the pairs it changes.
 */
export function flip(program: Program, asked: Decision): Flip | undefined {
  const decision = direct(program, asked);
  if (!decision || !isGoverned(decision)) return undefined;
  const { candidates, wanted } = candidatesFor(program, decision);
  const state = lazily(() => WhatIf.open(program.cluster, program.options));
  let best: Attempt | undefined;
  for (const candidate of candidates) {
    const attempt = attempted(program, state, decision, candidate, wanted);
    if (attempt && (!best || isLess(attempt.faults, best.faults))) best = attempt;
    if (best?.faults.every((fault) => fault === 0)) break;
  }
  return best && described(decision, best);
}

/**
 * Every edit tried that reverses a decision, the best first, by the same measure. Cost: at most 16 candidates, all of them tried.
 */
export function flips(program: Program, asked: Decision): readonly Flip[] {
  const decision = direct(program, asked);
  if (!decision || !isGoverned(decision)) return [];
  const { candidates, wanted } = candidatesFor(program, decision);
  const state = lazily(() => WhatIf.open(program.cluster, program.options));
  return candidates
    .flatMap((candidate) => attempted(program, state, decision, candidate, wanted) ?? [])
    .sort((a, b) => (isLess(a.faults, b.faults) ? -1 : isLess(b.faults, a.faults) ? 1 : 0))
    .map((attempt) => described(decision, attempt));
}

/** A decision about a Service with one endpoint is one about that endpoint, as far as it comes out the same when asked directly. */
function direct(program: Program, asked: Decision): Decision | undefined {
  if (!isServiceDecision(asked)) return asked;
  const [only, ...more] = asked.endpoints;
  if (!only || more.length > 0) return undefined;
  const decision = decide(program, only.decision.question);
  return decision.verdict === only.decision.verdict ? decision : undefined;
}

function isGoverned({ egress, ingress, assumptions }: Decision): boolean {
  return (
    egress.applies === "policy" &&
    ingress.applies === "policy" &&
    !assumptions.some(({ code }) => code === "policy-unsupported")
  );
}

interface Candidate {
  readonly proposal: Proposal;
  readonly edits: readonly Edit[];
}

/** Candidates, those of the fewest policies and lines first, and the connections they are about. */
function candidatesFor(program: Program, { verdict, question }: Decision) {
  const { proposals, wanted } =
    verdict === "deny"
      ? openings(program, question, MOST_CANDIDATES)
      : { proposals: closings(program, question, MOST_CANDIDATES), wanted: question.connections };
  const candidates = proposals
    .map((proposal): Candidate => ({ proposal, edits: editsOf(proposal) }))
    .map((candidate) => ({ candidate, lines: linesChanged(candidate.edits), patch: printEdits(candidate.edits) }));
  const distinct = [...new Map(candidates.map((one) => [one.patch, one])).values()];
  distinct.sort((a, b) => a.candidate.edits.length - b.candidate.edits.length || a.lines - b.lines);
  return { wanted, candidates: distinct.map(({ candidate }) => candidate) };
}

interface Attempt extends Candidate {
  readonly decision: Decision;
  readonly effects: SideEffects;
  /** What speaks against it, the gravest first; all zero where nothing does. */
  readonly faults: readonly number[];
}

/** A candidate tried out; `undefined` when it does not reverse the decision. */
function attempted(
  { cluster, options }: Program,
  state: () => WhatIf,
  asked: Decision,
  candidate: Candidate,
  wanted: ConnectionSet,
): Attempt | undefined {
  const edited = applyEdits(cluster, candidate.edits);
  const { program } = compile(edited, options, [cluster, edited]);
  const question = relocate(program, asked.question);
  const decision = decide(program, question);
  if (decision.verdict === asked.verdict) return undefined;
  const whole = decision.verdict === "deny" || decide(program, { ...question, connections: wanted }).scope === "all";
  const effects = sideEffects(state(), candidate.edits, asked.question);
  const faults = [
    loses(asked.certainty, decision.certainty, "unknown"),
    whole ? 0 : 1,
    effects.counted === "all" ? 0 : 1,
    effects.changes.length,
    addressShare(effects.changes),
    loses(asked.certainty, decision.certainty, "implementation-defined"),
  ];
  return { ...candidate, decision, effects, faults };
}

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** 1 where the new verdict is of a certainty that the old one was not. */
function loses(old: Certainty, now: Certainty, kind: Certainty): number {
  return now === kind && old !== kind ? 1 : 0;
}

/** How much of the address space the changes are about, summed: all of IPv4 counts as much as all of IPv6. */
function addressShare(changes: readonly Change[]): number {
  const cidrs = changes.flatMap(({ from, to }) => from.cidrs ?? to.cidrs ?? []);
  return cidrs.reduce((sum, cidr) => sum + 2 ** -(parseCidr(cidr)?.prefix ?? 0), 0);
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((fault, i) => fault !== b[i]);
  return at !== -1 && (a[at] ?? 0) < (b[at] ?? 0);
}

function described({ question }: Decision, { proposal, edits, decision, effects }: Attempt): Flip {
  const { verdict, certainty } = decision;
  const { source, destination } = question;
  const on = verdict === "allow" ? decision.allowed : question.connections;
  const result = `${source.id} ${verdict === "allow" ? "may then" : "may no longer"} reach ${destination.id} on ${formatConnections(on)}`;
  const doubtful = certainty === "specified" ? "" : ` (${certainty})`;
  return {
    verdict,
    certainty,
    summary: `${proposal.phrases.join("; ")}: ${result}${doubtful}; ${consequences(effects)}`,
    edits,
    patch: printEdits(edits),
    ...effects,
  };
}

/** How many other changes are spelled out. */
const SPELLED_OUT = 3;

function consequences({ changes, counted }: SideEffects): string {
  const scope = counted === "all" ? "" : " for these two ends";
  if (changes.length === 0) return `nothing else changes${scope}`;
  const some = changes.slice(0, SPELLED_OUT).map(consequence);
  const more = changes.length > SPELLED_OUT ? [`${changes.length - SPELLED_OUT} more`] : [];
  return `this also changes${scope} ${[...some, ...more].join(", ")}`;
}

function consequence({ from, to, opened, closed }: Change): string {
  const what = [
    ...(opened.isEmpty ? [] : [`opens ${formatConnections(opened)}`]),
    ...(closed.isEmpty ? [] : [`closes ${formatConnections(closed)}`]),
  ];
  return `${from.id} → ${to.id} (${what.join(", ")})`;
}
