import type { Assumption, Direction } from "../model/flow.ts";
import type { IpSet } from "../model/ip.ts";
import type { PortMatch } from "../model/ports.ts";
import type { Action, PolicyRef, TierName } from "../model/program.ts";
import type { LabelSelector } from "../model/selector.ts";
import type { Span } from "../model/source.ts";

/**
 * What a dialect hands over: tiers of rules in their final order, with selectors and addresses still as written.
 * Nothing after this knows which dialect a rule came from.
 */
export interface TierDraft {
  readonly name: TierName;
  readonly direction: Direction;
  readonly rules: readonly RuleDraft[];
  readonly isolation: readonly IsolationDraft[];
  readonly ownNode: { readonly exempt: boolean; readonly doubt?: Assumption };
}

export interface RuleDraft {
  readonly policy: PolicyRef;
  readonly index: number;
  readonly subject: PodSelector;
  readonly peers: "any" | readonly PeerDraft[];
  readonly ports: "any" | readonly PortMatch[];
  readonly action: Action;
  readonly span: Span;
}

export interface IsolationDraft {
  readonly policy: PolicyRef;
  readonly subject: PodSelector;
}

/** Pods by their labels, in one namespace by name or in all that a selector matches. */
export interface PodSelector {
  readonly namespaces: string | LabelSelector;
  readonly pods: LabelSelector;
}

export type PeerDraft = { readonly span: Span } & (
  | { readonly kind: "pods"; readonly selector: PodSelector }
  /** `exceptions` were cut out of the block as written; they matter to explanations only. */
  | { readonly kind: "addresses"; readonly addresses: IpSet; readonly exceptions: IpSet }
);
