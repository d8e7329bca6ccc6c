import { compile } from "../../compile/compile.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { applyEdits, printEdits } from "../edit.ts";
import { sideEffects } from "../side-effects.ts";
import { WhatIf } from "../what-if.ts";
import { FindingContext } from "./context.ts";
import type { FindingFix } from "./finding.ts";
import type { FindingRule, FixProposal, Observation } from "./rule.ts";

/**
 * The first proposal after which the rule no longer finds what it found: it is applied, compiled and looked at again.
 *
 * Cost: for each proposal a compilation and a run of the rule; for the fix the pairs it changes.
 */
export function verifiedFix(
  context: FindingContext,
  rule: FindingRule,
  { about, fixes = [] }: Observation,
): FindingFix | undefined {
  const works = ({ edits }: FixProposal) => {
    const { program } = compile(applyEdits(context.cluster, edits), context.program.options);
    return ![...rule.find(new FindingContext(program, context.declared))].some((other) => other.about === about);
  };
  const fix = fixes.find(works);
  if (!fix) return undefined;
  const effects = sideEffects(context.once(underEdit), fix.edits);
  const closed = effects.changes.filter((change) => !change.closed.isEmpty);
  const needed = context.once(neededByPair);
  const breaks = closed.filter(
    ({ from, to, closed }) => needed.get(`${from.id}>${to.id}`)?.intersect(closed).isEmpty === false,
  );
  return {
    title: fix.title,
    patch: printEdits(fix.edits),
    edits: fix.edits,
    ...effects,
    needs: context.needed.length > 0 ? "inferred" : "unknown",
    breaks: breaks.map(({ from, to }) => ({ from: from.id, to: to.id })),
  };
}

function underEdit({ cluster, program }: FindingContext): WhatIf {
  return WhatIf.open(cluster, program.options);
}

function neededByPair({ needed }: FindingContext): ReadonlyMap<string, ConnectionSet> {
  const pairs = new Map<string, ConnectionSet>();
  for (const { from, to, connections } of needed) {
    const key = `${from.id}>${to.id}`;
    pairs.set(key, (pairs.get(key) ?? ConnectionSet.NONE).union(connections));
  }
  return pairs;
}
