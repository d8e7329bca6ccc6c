import type { Endpoint } from "../../engine/endpoints.ts";
import type { DiagnosticCode } from "../../model/diagnostic.ts";
import type { Direction } from "../../model/flow.ts";
import type { PolicyRef } from "../../model/program.ts";
import type { Span } from "../../model/source.ts";
import { finish, type Steps } from "../../model/steps.ts";
import type { SettingChange } from "../attack/settings.ts";
import type { Edit } from "../edit.ts";
import type { FindingContext } from "./context.ts";
import type { Finding, FindingCertainty, FindingSeverity, Witness } from "./finding.ts";
import type { Bundle } from "./mappings.ts";

/** One kind of finding. */
export interface FindingRule {
  readonly id: string;
  readonly name: string;
  readonly severity: FindingSeverity;
  /** One line: what is wrong. */
  readonly title: string;
  /** Two or three sentences: what it means and why it matters. */
  readonly description: string;
  readonly mappings: readonly Bundle[];
  /** Which workloads raise the severity: those that can be entered from outside or hold what is worth taking, or the latter alone. */
  readonly weighs?: "exposure" | "value";
  /** The diagnostic that says the same of the same policy, about a field or below it; where the findings are shown it is not. */
  readonly tells?: { readonly code: DiagnosticCode; readonly field?: string };
  /** `policy`: what it tells of a NetworkPolicy rests on no other, but for what the engine says and who isolates; it can be asked about one alone. */
  readonly each?: "policy";
  readonly find: (context: FindingContext) => Iterable<Observation>;
}

/** What a rule has seen, before its severity is weighed and its fixes are tried. */
export interface Observation {
  /** What it is about, such as `shop/Deployment/web`: with the rule's id what tells it from all other findings. */
  readonly about: string;
  readonly fact: string;
  readonly consequence?: string;
  readonly advice?: string;
  readonly endpoints?: readonly Endpoint[];
  readonly namespace?: string;
  readonly direction?: Direction;
  readonly policy?: PolicyRef;
  readonly span?: Span | undefined;
  readonly related?: Finding["related"];
  /** Takes the place of the rule's severity, and why. */
  readonly severity?: { readonly is: FindingSeverity; readonly because: string };
  /** `proved` where nothing is said. */
  readonly certainty?: FindingCertainty;
  readonly witness?: Witness | undefined;
  readonly path?: Finding["path"] | undefined;
  /** The first that does away with the finding becomes its fix. Made only for those that are tried. */
  readonly fixes?: () => readonly FixProposal[];
  /** Keys of findings that have the same root cause, the deepest first; it is folded under the first that was found. */
  readonly under?: readonly string[];
}

/** What a rule sees in a context, looked for once. */
export function observationsOf(context: FindingContext, rule: FindingRule): readonly Observation[] {
  return finish(observing(context, rule));
}

/** How many observations are made between two pauses. */
const STRIDE = 16;

/** {@link observationsOf} with pauses, in which nobody knows how much is left. */
export function* observing(context: FindingContext, rule: FindingRule): Steps<readonly Observation[]> {
  const seen = context.once(noneSeen);
  const known = seen.get(rule);
  if (known) return known;
  const observations: Observation[] = [];
  for (const observation of rule.find(context))
    if (observations.push(observation) % STRIDE === 0) yield { stage: "looking for gaps", done: 0 };
  seen.set(rule, observations);
  return observations;
}

function noneSeen(): Map<FindingRule, readonly Observation[]> {
  return new Map();
}

export interface FixProposal {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** What is to change of objects other than policies. */
  readonly settings?: readonly SettingChange[];
  /** `less`: it is worth having too where it leaves the finding less grave. */
  readonly aim?: "gone" | "less";
}
