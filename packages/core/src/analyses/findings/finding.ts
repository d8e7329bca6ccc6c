import type { Direction, Protocol, Verdict } from "../../model/flow.ts";
import type { PolicyRef } from "../../model/program.ts";
import type { Span } from "../../model/source.ts";
import type { SettingChange } from "../attack/settings.ts";
import type { Edit } from "../edit.ts";
import type { Change, SideEffects } from "../side-effects.ts";

/** How much a finding matters, the gravest first. */
export const FINDING_SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;

export type FindingSeverity = (typeof FINDING_SEVERITIES)[number];

/**
 * What a finding rests on: `proved` follows from the input; `assumed` needs something the input does not show, such as what a policy
 * of another dialect does; `conditional` depends on how the cluster is run.
 */
export type FindingCertainty = "proved" | "assumed" | "conditional";

/** A concrete flow that shows a finding is true; the engine gives this verdict on it. */
export interface Witness {
  /** Endpoint ids, or `internet`. */
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly verdict: Verdict;
}

/** A fault in what the input means. Its sentences are for people; the rest says the same in fields. */
export interface Finding {
  /** `NPG101`; permanent. */
  readonly id: string;
  /** `pod-ingress-open`. */
  readonly name: string;
  readonly severity: FindingSeverity;
  /** The severity before it was weighed. */
  readonly base: FindingSeverity;
  /** Why the severity is not the rule's usual one, step by step. */
  readonly weights: readonly Weight[];
  readonly certainty: FindingCertainty;
  /** What tells it from all others, whatever lines the text is on: the id, then the objects it is about. */
  readonly key: string;
  /** What is true. */
  readonly fact: string;
  /** What follows from it. */
  readonly consequence?: string;
  /** What to do, where no edit could be worked out or more than an edit is needed. */
  readonly advice?: string;
  /** Ids. */
  readonly endpoints: readonly string[];
  readonly namespace?: string;
  readonly direction?: Direction;
  readonly policy?: PolicyRef;
  /** Of what is at fault; of the workload or namespace where something is missing. */
  readonly span?: Span;
  readonly related: readonly { readonly message: string; readonly span: Span }[];
  readonly witness?: Witness;
  /** How an attacker comes from outside to what it is about, a step at a time; absent where it is about no such thing. */
  readonly path?: readonly Waypoint[];
  readonly fix?: FindingFix;
  /** Findings with the same root cause: whoever mends this one mends them. */
  readonly covers: readonly Finding[];
}

/** One step on a way, and where what makes it possible stands. */
export interface Waypoint {
  readonly message: string;
  readonly span: Span;
}

export interface Weight {
  readonly change: "raised" | "lowered" | "capped";
  readonly because: string;
}

/** An edit after which the rule no longer finds the finding: tried, not assumed. */
export interface FindingFix {
  readonly title: string;
  /** Each policy added or replaced in full, as YAML documents that say which; empty where none is. */
  readonly patch: string;
  /** What it changes of other objects, as strategic merge patches; empty where nothing is. */
  readonly merge: string;
  readonly edits: readonly Edit[];
  readonly settings: readonly SettingChange[];
  /** The severity that is left, where the finding is only less grave than before. */
  readonly leaves?: FindingSeverity;
  /** Of an edit of other objects than policies: how many others fall with one workload on average, before it and after. */
  readonly blastRadius?: { readonly before: number; readonly after: number };
  /** Every connection it opens or closes, by pair of endpoints. */
  readonly changes: readonly Change[];
  readonly counted: SideEffects["counted"];
  /** Whether the manifests show of any workload what it needs; where not, nothing can be said to be needed. */
  readonly needs: "inferred" | "unknown";
  /** Connections among those it closes that some workload is known to need. */
  readonly breaks: readonly { readonly from: string; readonly to: string }[];
}

/** The key of a rule's finding about something. */
export function findingKey(id: string, about: string): string {
  return `${id} ${about}`;
}

/** The finding in one paragraph, the fact first. */
export function findingMessage({ fact, consequence, advice, fix }: Finding): string {
  return [fact, consequence, advice ?? (fix && `${fix.title}.`)].filter((part) => part !== undefined).join(" ");
}
