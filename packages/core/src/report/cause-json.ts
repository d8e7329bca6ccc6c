import type { Cause } from "../analyses/delta/change.ts";
import { policyId } from "../model/program.ts";
import type { Span } from "../model/source.ts";
import { spanAnswer } from "./json.ts";

export type CauseAnswer =
  | {
      readonly change: "added" | "changed" | "removed";
      readonly kind: string;
      /** `namespace/name`, or the name of a cluster-scoped policy. */
      readonly policy: string;
      /** Where it is written: after, or before where it is removed. */
      readonly source: Span;
    }
  | { readonly change: "endpoint"; readonly endpoint: string; readonly traits: readonly string[] }
  | { readonly change: "surroundings" };

export function causeAnswer(cause: Cause): CauseAnswer {
  switch (cause.kind) {
    case "policy": {
      const { change, policy } = cause;
      return { change, kind: policy.kind, policy: policyId(policy), source: spanAnswer(policy.span) };
    }
    case "endpoint":
      return { change: "endpoint", endpoint: cause.id, traits: cause.traits };
    case "surroundings":
      return { change: "surroundings" };
  }
}
