import type { Declarations } from "../model/declaration.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Source } from "../model/source.ts";
import { isDay, type Suppression } from "../model/suppression.ts";
import type { Weights } from "../model/weights.ts";
import { DECLARING, readDeclarations } from "./declarations.ts";
import { readDocuments } from "./documents.ts";
import { Field, Problems, readInteger, readList, readMap, readString } from "./field.ts";
import { refuse } from "./refusal.ts";
import { reporter } from "./reporter.ts";
import { SourceText } from "./text.ts";

/** What a project tells the tool about itself, in a file of its own. */
export interface Config extends Declarations {
  readonly gaps: { readonly ignore: readonly Suppression[] };
  /** What counts how much in the posture, where it is not as usual. */
  readonly weights: Partial<Weights>;
}

/**
 * A configuration file:
 *
 * ```yaml
 * gaps:
 *   ignore:
 *     - rule: NPG101
 *       namespace: legacy
 *       reason: retired in spring
 *       until: 2027-03-31
 * jewels: [shop/db, { name: "secret:shop/db", reason: the login of every customer }]
 * entries: [{ name: ci/runner, reason: anybody may open a merge request }]
 * needs: [{ from: shop/web, to: shop/db, port: TCP/5432 }]
 * controllers: [{ ingressClass: internal, workloads: [edge/proxy] }]
 * weights: { jewel: 5 }
 * ```
 *
 * An entry with anything wrong in it is reported and left out, so that nothing is suppressed by mistake. What names stand for is
 * found by `declaredIn`. Errors: none. Source: docs/configuration.md.
 */
export function readConfig(source: Source): { readonly config: Config; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const report = reporter((diagnostic) => diagnostics.push(diagnostic));
  const ignore: Suppression[] = [];
  const declared: Declarations[] = [];
  let weights: Partial<Weights> = {};
  for (const one of readDocuments(new SourceText(source), report)) {
    for (const problem of one.problems) report(problem);
    if (one.root === null) continue;
    const problems = new Problems(one.places);
    const root = readMap(Field.root(one.root, problems), ["gaps", "weights", ...DECLARING]);
    const gaps = readMap(root?.child("gaps"), ["ignore"]);
    for (const item of readList(gaps?.child("ignore"), "mappings")) ignore.push(...readSuppression(item));
    declared.push(readDeclarations(root));
    weights = { ...weights, ...readWeights(root?.child("weights")) };
    for (const problem of problems.found) report(problem);
  }
  const config: Config = {
    gaps: { ignore },
    weights,
    jewels: declared.flatMap(({ jewels }) => jewels),
    entries: declared.flatMap(({ entries }) => entries),
    needs: declared.flatMap(({ needs }) => needs),
    controllers: declared.flatMap(({ controllers }) => controllers),
  };
  return { config, diagnostics };
}

const WEIGHT_NAMES = ["entry", "jewel", "declaredJewel", "weakPort"] as const satisfies readonly (keyof Weights)[];

/** The most anything counts: beyond it the rest would not show in a number from 0 to 100. */
const MOST_WEIGHT = 100;

function readWeights(section: Field | undefined): Partial<Weights> {
  const field = readMap(section, WEIGHT_NAMES);
  const read = WEIGHT_NAMES.flatMap((name) => {
    const own = field?.child(name);
    const weight = readInteger(own);
    if (weight === undefined) return [];
    if (weight >= 1 && weight <= MOST_WEIGHT) return [[name, weight] as const];
    own?.reject("field-invalid", `a weight is a whole number from 1 to ${MOST_WEIGHT}`);
    return [];
  });
  return Object.fromEntries(read);
}

const FIELDS = ["rule", "namespace", "endpoint", "policy", "reason", "until"] as const;

function readSuppression(item: Field): readonly Suppression[] {
  const before = item.problems.found.length;
  const field = readMap(item, FIELDS);
  const read = (name: (typeof FIELDS)[number]) => readString(field?.child(name));
  const [rule, reason, until] = [read("rule"), read("reason"), read("until")];
  if (!rule || !/^NPG\d{3}$/.test(rule)) refuse(field, "rule", "an ignored finding needs a `rule` such as NPG101");
  if (!reason) refuse(field, "reason", "an ignored finding needs a `reason`");
  if (until !== undefined && !isDay(until)) refuse(field, "until", `\`${until}\` is no day such as 2027-01-31`);
  const scope = (["namespace", "endpoint", "policy"] as const).flatMap((name) => {
    const value = read(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  if (!rule || !reason || item.problems.found.length > before) return [];
  return [{ rule, reason, ...Object.fromEntries(scope), ...(until !== undefined && { until }), span: item.span }];
}
