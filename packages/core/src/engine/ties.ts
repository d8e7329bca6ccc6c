import { ConnectionSet } from "../model/connections.ts";
import type { Assumption } from "../model/flow.ts";
import type { PolicyRef, Rule } from "../model/program.ts";
import { isOpen, type OpenQuestions } from "./profile.ts";

export const PRIORITY_TIE: Assumption = {
  code: "priority-tie",
  certainty: "implementation-defined",
  message:
    "policies of equal priority disagree, and the API does not say which comes first; here it is the one whose name sorts first",
};

/**
 * What a rule might still decide when policies of equal priority may come in any order: whatever was undecided before the first of
 * them, less what earlier rules of its own policy surely decided.
 */
export class Ties {
  private tie: number | undefined;
  private before = ConnectionSet.NONE;
  private readonly decided = new Map<PolicyRef, ConnectionSet>();

  constructor(private readonly open: OpenQuestions) {}

  reachable({ tie, policy }: Rule, live: ConnectionSet): ConnectionSet {
    if (tie === undefined || !isOpen(this.open, PRIORITY_TIE)) return live;
    if (tie !== this.tie) {
      this.tie = tie;
      this.before = live;
      this.decided.clear();
    }
    return this.before.subtract(this.decided.get(policy) ?? ConnectionSet.NONE);
  }

  decide({ policy }: Rule, connections: ConnectionSet): void {
    this.decided.set(policy, (this.decided.get(policy) ?? ConnectionSet.NONE).union(connections));
  }
}
