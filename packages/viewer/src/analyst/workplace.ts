import { type Options, type Source, UPSTREAM } from "@watertight/core";
import { type Conduct, readInSlices } from "../reading.ts";
import { Analyst } from "./analyst.ts";
import type { Answer, Ask, Name, Overview } from "./catalogue.ts";

/** Where inputs are worked through: in the page itself, or in a worker. Each is known by the number it was opened under. */
export interface Workplace {
  /** Reads manifests and works out every pair; nothing once it is given up. */
  open(sources: readonly Source[], options: Partial<Options>, conduct: Conduct): Promise<Opened | undefined>;
  /** The answer, or when it takes long or comes from elsewhere, a promise of it. */
  ask<N extends Name>(number: number, name: N, ask: Ask<N>): Answer<N> | Promise<Answer<N>>;
  /** Forgets an input. */
  close(number: number): void;
  /** Forgets all of them, and stops what is under way. */
  end(): void;
}

export interface Opened {
  readonly number: number;
  readonly overview: Overview;
}

/** Questions that may take longer than a reader's patience: whoever waits is told before they are begun. */
const LONG: ReadonlySet<Name> = new Set(["findings", "paths", "change", "turnover", "doubts"]);

/** Works on the thread it is on: only reading is done in slices. `pause` lets the page paint before a long question. */
export class Here implements Workplace {
  private readonly inputs = new Map<number, Analyst>();
  private last = 0;

  constructor(private readonly pause: () => Promise<void>) {}

  async open(sources: readonly Source[], options: Partial<Options>, conduct: Conduct): Promise<Opened | undefined> {
    const complete = { ...UPSTREAM, ...options };
    const parsed = await readInSlices(sources, complete, conduct);
    if (!parsed) return undefined;
    const analyst = new Analyst(parsed, complete);
    const number = ++this.last;
    this.inputs.set(number, analyst);
    return { number, overview: analyst.overview };
  }

  ask<N extends Name>(number: number, name: N, ask: Ask<N>): Answer<N> | Promise<Answer<N>> {
    return LONG.has(name) ? this.pause().then(() => this.answer(number, name, ask)) : this.answer(number, name, ask);
  }

  close(number: number): void {
    this.inputs.delete(number);
  }

  end(): void {
    this.inputs.clear();
  }

  private answer<N extends Name>(number: number, name: N, ask: Ask<N>): Answer<N> | Promise<Answer<N>> {
    const analyst = this.inputs.get(number);
    if (!analyst) throw new Error("this input is no longer open");
    return analyst.answer(name, ask, this.inputs);
  }
}
