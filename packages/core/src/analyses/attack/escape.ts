import type { Span } from "../../model/source.ts";
import type { EdgeName, StepCertainty } from "./fact.ts";
import type { PodSetting } from "./pod-settings.ts";

/** What a pod is given that leads to its node. */
export interface Escape {
  readonly edge: EdgeName;
  /** `node`: control of it. `tokens`: those of the pods on it. `variables`: Secrets in the environment of the pods on it. */
  readonly gives: "node" | "tokens" | "variables";
  readonly cost: number;
  readonly certainty: StepCertainty;
  readonly because: string;
  readonly assumption?: string;
  readonly span: Span;
  readonly fix: string;
  readonly setting: PodSetting;
}
