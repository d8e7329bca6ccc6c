import { ConnectionSet } from "../model/connections.ts";
import { Numbering } from "../model/sequences.ts";

/** What opened one side of a connection: no policy was in the way, a rule let it through, or both, for parts of it. */
export type Opening = "default" | "policy" | "mixed";

/** What one direction comes to for one subject and one peer. */
export interface SideVerdict {
  readonly allowed: ConnectionSet;
  /** The part of it that no policy had a say on. */
  readonly byDefault: ConnectionSet;
}

/** Number of a {@link SideVerdict}. */
export type Label = number;

/** Nothing is allowed. */
export const CLOSED: Label = 0;

/** Side verdicts by number: equal verdicts, equal number. */
export class Verdicts {
  private readonly numbers = new Numbering<string>();
  private readonly all: SideVerdict[] = [];

  constructor() {
    this.label({ allowed: ConnectionSet.NONE, byDefault: ConnectionSet.NONE });
  }

  label(verdict: SideVerdict): Label {
    const number = this.numbers.of(`${verdict.allowed.key}|${verdict.byDefault.key}`);
    if (number === this.all.length) this.all.push(verdict);
    return number;
  }

  verdict(label: Label): SideVerdict {
    return this.all[label] as SideVerdict;
  }

  get size(): number {
    return this.all.length;
  }
}

/** What opened these of the allowed connections. */
export function openingOf({ byDefault }: SideVerdict, connections: ConnectionSet): Opening {
  if (byDefault.includes(connections)) return "default";
  return byDefault.intersect(connections).isEmpty ? "policy" : "mixed";
}

/** What opened a side that has two ways to go. */
export function mix(a: Opening, b: Opening): Opening {
  return a === b ? a : "mixed";
}
