import { policyId } from "../model/program.ts";
import { formatSpan } from "../model/source.ts";
import { csvRow } from "./csv.ts";
import type { FindingsReport } from "./findings.ts";

/** Findings as RFC 4180 has it, one a line. */
export function* findingsCsv({ screened }: FindingsReport): Generator<string> {
  yield csvRow([
    "id",
    "name",
    "severity",
    "certainty",
    "namespace",
    "endpoints",
    "policy",
    "place",
    "fact",
    "consequence",
    "fix",
  ]);
  for (const finding of screened.shown) {
    const { id, name, severity, certainty, namespace = "", endpoints, policy, span, fact, consequence = "" } = finding;
    yield csvRow([
      id,
      name,
      severity,
      certainty,
      namespace,
      endpoints.join(" "),
      policy ? policyId(policy) : "",
      span ? formatSpan(span) : "",
      fact,
      consequence,
      finding.fix?.title ?? finding.advice ?? "",
    ]);
  }
}
