import type { Diagnostic } from "../model/diagnostic.ts";
import type { EndPattern, Expectation, PathExpectation } from "../model/expectation.ts";
import type { Source } from "../model/source.ts";
import { readAskedPort } from "./asked-port.ts";
import { readDocuments } from "./documents.ts";
import { Field, Problems, readBoolean, readList, readMap, readString, readStringMap } from "./field.ts";
import { refuse } from "./refusal.ts";
import { reporter } from "./reporter.ts";
import { SourceText } from "./text.ts";
import { isMap } from "./tree.ts";

/**
 * A file of expectations, for `watertight test`:
 *
 * ```yaml
 * expect:
 *   - { from: shop/web, to: shop/db, port: TCP/5432, verdict: allow }
 *   - { from: "dev/*", to: { namespace: prod, labels: { tier: data } }, verdict: deny, because: "environments are separate" }
 *   - { path: { from: internet, to: shop/db }, exists: false }
 *   - { gaps: { namespace: prod, severity: high }, none: true }
 * ```
 *
 * An entry with anything wrong in it is reported as an error and left out: a file with errors tests less than it says, and must not
 * count as passed. Errors: none thrown.
 */
export function readExpectations(source: Source): {
  readonly expectations: readonly Expectation[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const report = reporter((diagnostic) => diagnostics.push(diagnostic));
  const expectations: Expectation[] = [];
  for (const one of readDocuments(new SourceText(source), report)) {
    for (const problem of one.problems) report(problem);
    if (one.root === null) continue;
    const problems = new Problems(one.places);
    // Other keys are for others: a truth table may stand beside what is expected.
    const root = readMap(Field.root(one.root, problems));
    if (root && !root.child("expect")) refuse(root, "expect", "a file of expectations has them under `expect`");
    for (const item of readList(root?.child("expect"), "mappings")) expectations.push(...readExpectation(item));
    for (const problem of problems.found) report({ ...problem, severity: "error" });
  }
  return { expectations, diagnostics };
}

/** What is wrong with an entry costs the whole entry. */
function readExpectation(item: Field): readonly Expectation[] {
  const before = item.problems.found.length;
  const read = item.child("path") ? readPath(item) : item.child("gaps") ? readGaps(item) : readFlow(item);
  return read && item.problems.found.length === before ? [read] : [];
}

function readFlow(item: Field): Expectation | undefined {
  const field = readMap(item, ["from", "to", "port", "verdict", "because"]);
  const [from, to] = [readEnd(field, "from"), readEnd(field, "to")];
  const port = field?.child("port");
  const asked = port && readAskedPort(port);
  const verdict = readString(field?.child("verdict"));
  if (verdict !== "allow" && verdict !== "deny") refuse(field, "verdict", "`verdict` is `allow` or `deny`");
  if (!from || !to || (verdict !== "allow" && verdict !== "deny")) return undefined;
  return { kind: "flow", from, to, ...(asked && { port: asked }), verdict, ...told(field, item) };
}

function readPath(item: Field): PathExpectation | undefined {
  const field = readMap(item, ["path", "exists", "because"]);
  const path = readMap(field?.child("path"), ["from", "to", "edges"]);
  const [from, to] = [readEnd(path, "from"), readEnd(path, "to")];
  const edges = readString(path?.child("edges")) ?? "all";
  if (edges !== "all" && edges !== "network") refuse(path, "edges", "`edges` is `network` or `all`");
  const exists = readBoolean(field?.child("exists"));
  if (exists === undefined) refuse(field, "exists", "say whether the path `exists`: true or false");
  if (!from || !to || exists === undefined || (edges !== "all" && edges !== "network")) return undefined;
  return { kind: "path", from, to, edges, exists, ...told(field, item) };
}

const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;

function readGaps(item: Field): Expectation | undefined {
  const field = readMap(item, ["gaps", "none", "because"]);
  const gaps = readMap(field?.child("gaps"), ["namespace", "severity", "rule"]);
  const [namespace, rule] = [readString(gaps?.child("namespace")), readString(gaps?.child("rule"))];
  const written = readString(gaps?.child("severity")) ?? "info";
  const severity = SEVERITIES.find((one) => one === written);
  if (!severity) refuse(gaps, "severity", `\`severity\` is one of ${SEVERITIES.join(", ")}`);
  if (rule !== undefined && !/^NPG\d{3}$/.test(rule))
    refuse(gaps, "rule", "`rule` is the id of a finding, such as NPG101");
  const none = readBoolean(field?.child("none"));
  if (none === undefined) refuse(field, "none", "say whether there are to be `none`: true or false");
  if (!severity || none === undefined) return undefined;
  return {
    kind: "gaps",
    severity,
    none,
    ...(namespace !== undefined && { namespace }),
    ...(rule !== undefined && { rule }),
    ...told(field, item),
  };
}

function told(field: Field | undefined, item: Field): Pick<Expectation, "because" | "span"> {
  const because = readString(field?.child("because"));
  return { span: item.span, ...(because !== undefined && { because }) };
}

/** A name or glob as it is, or a mapping of a namespace and labels. */
function readEnd(field: Field | undefined, name: "from" | "to"): EndPattern | undefined {
  const end = field?.child(name);
  if (!end) {
    refuse(field, name, `an expectation says whom it is about with \`${name}\``);
    return undefined;
  }
  if (!isMap(end.value)) {
    const text = readString(end);
    return text === undefined ? undefined : { kind: "name", text };
  }
  const map = readMap(end, ["namespace", "labels"]);
  const namespace = readString(map?.child("namespace"));
  const labels = readStringMap(map?.child("labels"));
  if (namespace === undefined && labels.size === 0)
    refuse(field, name, `\`${name}\` needs a \`namespace\` or \`labels\``);
  return { kind: "selected", ...(namespace !== undefined && { namespace }), labels };
}
