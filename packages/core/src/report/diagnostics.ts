import type { Diagnostic } from "../model/diagnostic.ts";
import { compareSpans, formatSpan } from "../model/source.ts";
import { printable } from "./escape.ts";

/** `file:line:column severity code message`: the form compilers use, so editors and scripts can follow it. */
export function formatDiagnostic({ span, severity, code, message }: Diagnostic): string {
  return printable(`${span ? formatSpan(span) : "<input>:1:1"} ${severity} ${code} ${message}`);
}

/** Diagnostics by place; those without one first, those of one place in the order they came. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort((a, b) => {
    if (a.span && b.span) return compareSpans(a.span, b.span);
    return Number(a.span !== undefined) - Number(b.span !== undefined);
  });
}
