import type { Span } from "./source.ts";

/**
 * A fault in the input, as a value: nothing that a manifest can contain makes the library throw.
 *
 * `error`: the API server or kubectl would refuse it; the object is left out unless the message says how it was read on.
 * `warning`: it was read, but may mean something else than it seems to. `info`: worth knowing, nothing to repair. Every code is
 * explained in docs/diagnostics.md.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One lower-case line without a full stop; the user's own words in backticks. */
  readonly message: string;
  readonly span?: Span;
  /** The field as the API server names it, such as `spec.ingress[0].from[1].ipBlock.cidr`. */
  readonly field?: string;
  readonly related?: readonly { readonly message: string; readonly span: Span }[];
  /** What to do about it, as a sentence for a person. */
  readonly fix?: string;
}

export type Severity = "error" | "warning" | "info";

export type DiagnosticCode =
  // text
  | "source-unreadable"
  | "source-too-large"
  | "source-not-text"
  | "syntax"
  | "nesting-too-deep"
  | "alias-expansion"
  | "duplicate-key"
  | "ambiguous-scalar"
  | "indentation-lost"
  | "template-not-rendered"
  // objects
  | "not-a-manifest"
  | "api-version-missing"
  | "api-version-unsupported"
  | "dialect-unsupported"
  | "kind-missing"
  | "kind-ignored"
  | "name-missing"
  | "object-duplicate"
  | "object-skipped"
  | "field-type"
  | "field-required"
  | "field-invalid"
  | "field-unknown"
  | "field-null"
  | "cidr-not-canonical"
  | "namespace-undeclared"
  | "namespace-name-label"
  | "selector-mismatch"
  // declarations
  | "name-unknown"
  | "name-ambiguous"
  // policies
  | "selector-matches-nothing"
  | "ambiguous-priority"
  | "mixed-policy-api-versions";
