import type { Assumption, Direction } from "../model/flow.ts";
import type { IpSet } from "../model/ip.ts";
import type { PortMatch } from "../model/ports.ts";
import type { Action, Exemption, PolicyRef, TierName } from "../model/program.ts";
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
  readonly ownNode: Exemption;
  readonly hairpin: Exemption;
  readonly otherProtocols: "by-rules" | "allow" | "deny";
}

export interface RuleDraft {
  readonly policy: PolicyRef;
  readonly index: number;
  readonly subject: PodSelector;
  readonly peers: "any" | readonly PeerDraft[];
  readonly ports: "any" | readonly PortMatch[];
  /** Whether the API settles that port ranges reach to their end, or leaves it to the implementation. */
  readonly ranges: "whole" | "by-option";
  readonly action: Action;
  /** Shared by rules of different policies whose order the API does not settle. */
  readonly tie?: number;
  readonly span: Span;
}

export interface IsolationDraft {
  readonly policy: PolicyRef;
  readonly subject: PodSelector;
}

/** A policy before its rules. */
export interface PolicyDraft {
  readonly policy: PolicyRef;
  readonly tier: TierName;
  readonly priority?: number | "last";
  readonly subject: PodSelector;
  readonly isolates: readonly Direction[];
}

/** Pods by their labels, in one namespace by name or in all that a selector matches. */
export interface PodSelector {
  readonly namespaces: string | LabelSelector;
  readonly pods: LabelSelector;
  /** Whether the API settles that host-network pods are not meant, or leaves it to the implementation. */
  readonly hostNetwork: "never" | "by-option";
}

export type PeerDraft = { readonly span: Span } & (
  | {
      readonly kind: "pods";
      readonly selector: PodSelector;
      /** Present when an implementation may take nodes and host-network pods for the peer. */
      readonly hostNetwork?: { readonly admitted: boolean; readonly doubt: Assumption };
    }
  | AddressDraft
  /** Something outside that the input does not let us find, such as what a DNS name resolves to. */
  | { readonly kind: "undecidable"; readonly assumption: Assumption; readonly mayBePods: boolean }
);

export interface AddressDraft {
  readonly kind: "addresses";
  readonly addresses: IpSet;
  /** Cut out of the block as written; they matter to explanations only. */
  readonly exceptions: readonly string[];
  /** Whether the API settles that pods are matched by their IP, or that only nodes are, or leaves it to the implementation. */
  readonly pods: "always" | "never" | "by-option";
  /** Whether the API settles that a Service's address has been replaced by its endpoint's, or leaves it to the implementation. */
  readonly serviceAddress: "ignored" | "by-option";
  /** Present when there are more addresses than these, which the input does not show. */
  readonly missing?: Assumption;
}
