import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Span } from "../../model/source.ts";
import type { Finding } from "./finding.ts";
import { ruleOf } from "./registry.ts";

/** The diagnostics that no finding says too, so that nobody is told twice. */
export function untold(diagnostics: readonly Diagnostic[], findings: readonly Finding[]): readonly Diagnostic[] {
  const telling = findings
    .flatMap((finding) => [finding, ...finding.covers])
    .flatMap(({ id, policy, span }) => {
      const tells = ruleOf(id)?.tells;
      return tells ? [{ ...tells, span: policy?.span ?? span }] : [];
    });
  return diagnostics.filter(
    ({ code, field = "", span }) =>
      !telling.some((told) => told.code === code && field.startsWith(told.field ?? "") && isWithin(span, told.span)),
  );
}

function isWithin(span: Span | undefined, whole: Span | undefined): boolean {
  if (!span || !whole) return false;
  return span.path === whole.path && span.line >= whole.line && span.line <= whole.endLine;
}
