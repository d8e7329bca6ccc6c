import { ConnectionSet } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import type { ContainerPort } from "../model/ports.ts";
import type { Party, PartyIndex, Program, Rule } from "../model/program.ts";
import { Numbering } from "../model/sequences.ts";
import { portsOf, type Side } from "./extent.ts";
import { SETTLED } from "./profile.ts";

/** Number of a distinct port list, as written. */
export type PortSpec = number;

/** Number of a distinct set of connections that port lists come to. */
export type Extent = number;

/** No connections at all. */
export const NO_EXTENT: Extent = 0;

/** What named ports can tell of each party: nothing of those that have none. */
class PortClasses {
  private classes = new Int32Array();
  private readonly numbers = new Numbering<string>();

  /** Of a program, or the same with more parties after those it had. */
  of({ parties }: Program): Int32Array {
    const { classes, numbers } = this;
    if (classes.length === parties.length) return classes;
    const keyOf = (party: Party) => {
      if (party.kind === "addresses") return "";
      return party.ports.length === 0 ? party.network : `${party.network} ${party.ports.map(spelled).sort().join()}`;
    };
    this.classes = new Int32Array(parties.length);
    this.classes.set(classes);
    for (let party = classes.length; party < parties.length; party++)
      this.classes[party] = numbers.of(keyOf(parties[party] as Party));
    return this.classes;
  }
}

/** Port lists by number, and the connections they come to, by number too: equal ones are worked out once. */
export class Ports {
  private readonly specs = new Numbering<string>();
  private readonly rules: Rule[] = [];
  private readonly named: boolean[] = [];
  private readonly specOf = new Map<Rule, PortSpec>();
  private readonly extents = new Numbering<string>();
  private readonly sets: ConnectionSet[] = [];
  private readonly extentOf = new Map<number, Extent>();
  private readonly unions = new Map<number, Extent>();
  private readonly known: PortClasses;
  private classes: Int32Array;

  constructor(
    private program: Program,
    private readonly direction: Direction,
  ) {
    this.known = program.memory.of(PortClasses);
    this.classes = this.known.of(program);
    this.number(ConnectionSet.NONE);
  }

  /** The same program with more parties after those it had. */
  admit(program: Program): void {
    this.program = program;
    this.classes = this.known.of(program);
  }

  /** What named ports can tell of a party: equal numbers, equal meaning of every name. */
  classOf(party: PartyIndex): number {
    return this.classes[party] as number;
  }

  spec(rule: Rule): PortSpec {
    let spec = this.specOf.get(rule);
    if (spec === undefined) {
      spec = this.specs.of(asWritten(rule));
      if (spec === this.rules.length) {
        this.rules.push(rule);
        this.named.push(rule.ports !== "any" && rule.ports.some(({ kind }) => kind === "named"));
      }
      this.specOf.set(rule, spec);
    }
    return spec;
  }

  /** Whether what the list comes to depends on the destination. */
  isNamed(spec: PortSpec): boolean {
    return this.named[spec] as boolean;
  }

  extent(spec: PortSpec, subject: PartyIndex, peer: PartyIndex): Extent {
    const destination = this.direction === "egress" ? peer : subject;
    const key = spec * 2 ** 26 + (this.isNamed(spec) ? this.classOf(destination) + 1 : 0);
    let extent = this.extentOf.get(key);
    if (extent === undefined) {
      const { direction } = this;
      const side: Side = { direction, subject, peer, family: "IPv4", placement: "elsewhere", open: SETTLED };
      extent = this.number(portsOf(this.program, this.rules[spec] as Rule, side).expected);
      this.extentOf.set(key, extent);
    }
    return extent;
  }

  union(a: Extent, b: Extent): Extent {
    if (a === b || b === NO_EXTENT) return a;
    if (a === NO_EXTENT) return b;
    const key = a < b ? a * 2 ** 26 + b : b * 2 ** 26 + a;
    let extent = this.unions.get(key);
    if (extent === undefined) {
      extent = this.number((this.sets[a] as ConnectionSet).union(this.sets[b] as ConnectionSet));
      this.unions.set(key, extent);
    }
    return extent;
  }

  private number(connections: ConnectionSet): Extent {
    const extent = this.extents.of(connections.key);
    if (extent === this.sets.length) this.sets.push(connections);
    return extent;
  }
}

function asWritten({ ports, ranges }: Rule): string {
  if (ports === "any") return "any";
  let text: string = ranges;
  for (const port of ports) {
    text += `;${port.kind} ${port.protocol}`;
    if (port.kind === "range") text += ` ${port.first}-${port.last}`;
    if (port.kind === "named") text += ` ${port.name}`;
  }
  return text;
}

function spelled({ name, protocol, port, container }: ContainerPort): string {
  return `${name} ${protocol} ${port} ${container}`;
}
