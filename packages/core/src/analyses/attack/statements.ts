import { encounters, sideOf } from "../../engine/encounter.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import { extentOf } from "../../engine/extent.ts";
import { profileOf } from "../../engine/profile.ts";
import type { Reachability } from "../../engine/reach.ts";
import type { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import { policyId } from "../../model/program.ts";
import type { Remedy } from "./fact.ts";

/** Something that can be changed so that less gets through. */
export type Statement =
  /** A rule of a NetworkPolicy, to be narrowed to the flows it has to carry. */
  | { readonly kind: "rule"; readonly policy: string; readonly direction: Direction; readonly index: number }
  /** An endpoint that nothing isolates, to be given a policy that allows the flows it has to. */
  | { readonly kind: "open"; readonly endpoint: string; readonly direction: Direction }
  /** A setting other than a policy, in words and, where it can be written, as the change of a manifest. */
  | ({ readonly kind: "setting" } & Remedy);

/** Equal for equal statements. */
export function statementKey(statement: Statement): string {
  switch (statement.kind) {
    case "rule":
      return `rule ${statement.policy} ${statement.direction} ${statement.index}`;
    case "open":
      return `open ${statement.endpoint} ${statement.direction}`;
    case "setting":
      return `setting ${statement.fix}`;
  }
}

const SIDES: readonly Direction[] = ["ingress", "egress"];

/** Statements that, changed together, stop something. */
export type Bundle = readonly Statement[];

/**
 * Which statements let packets from one endpoint to another, for each side: all of a side have to change for the packets to stop.
 * A side that an admin policy opens, or that no policy governs, such as that of a host-network pod, is left out.
 * Cost: a look at the rules of both ends; pairs that policies treat alike are looked at once.
 */
export class Statements {
  private readonly known = new Map<string, readonly Bundle[]>();

  constructor(private readonly reachability: Reachability) {}

  /** What stops packets, on either side or on one. */
  bundles(
    source: Endpoint,
    destination: Endpoint,
    ports: ConnectionSet,
    sides: readonly Direction[] = SIDES,
  ): readonly Bundle[] {
    return sides.flatMap((direction) => {
      const key = `${direction} ${source.id}>${destination.id}>${ports}`;
      const found = this.known.get(key) ?? this.side(direction, source, destination, ports);
      this.known.set(key, found);
      return found;
    });
  }

  private side(direction: Direction, source: Endpoint, destination: Endpoint, ports: ConnectionSet): readonly Bundle[] {
    const { program } = this.reachability;
    const subject = direction === "ingress" ? destination : source;
    if (subject.type === "address" || subject.members.some(({ pods }) => pods[0]?.network === "host")) return [];
    const statements = new Map<string, Statement>();
    const note = (statement: Statement) => statements.set(statementKey(statement), statement);
    for (const from of source.members) {
      for (const to of destination.members) {
        for (const encounter of encounters(program, from, to)) {
          // Nothing keeps a node from its own pods.
          if (encounter.placement !== "elsewhere") return [];
          const side = sideOf(encounter, direction);
          for (const layer of program.layers) {
            for (const { rules } of profileOf(program, layer, direction, side.subject)) {
              const letting = rules.filter(
                (one) => one.rule.action === "allow" && !extentOf(program, one, side).expected.intersect(ports).isEmpty,
              );
              if (letting.some(({ rule }) => rule.policy.kind !== "NetworkPolicy")) return [];
              for (const { rule } of letting)
                note({ kind: "rule", policy: policyId(rule.policy), direction, index: rule.index });
            }
          }
        }
      }
    }
    if (this.reachability.isolated(subject, direction) !== "yes")
      note({ kind: "open", endpoint: subject.id, direction });
    return statements.size > 0 ? [[...statements.values()]] : [];
  }
}

/**
 * What changing a statement weighs: rules before new policies, what comes in before what goes out, policies before settings, and of
 * those what can be written down before what cannot.
 */
export function weightOf(statement: Statement): number {
  if (statement.kind === "setting") return statement.change ? 105 : 106;
  return (statement.kind === "rule" ? 100 : 101) + (statement.direction === "egress" ? 3 : 0);
}
