import { type Options, parseSteps, type Source, type Steps, UPSTREAM } from "@watertight/core";
import { type Conduct, inSlices } from "../slices.ts";
import { Analyst } from "./analyst.ts";
import type { Answer, Ask, Name, Overview } from "./catalogue.ts";

/** Where inputs are worked through: in the page itself, or in a worker. Each is known by the number it was opened under. */
export interface Workplace {
  /** Reads manifests and works out every pair; nothing once it is given up. */
  open(sources: readonly Source[], options: Partial<Options>, conduct: Conduct): Promise<Opened | undefined>;
  /**
   * The answer, or when it takes long or comes from elsewhere, a promise of it; of nothing once the question is given up, or the
   * input closed.
   */
  ask<N extends Name>(
    number: number,
    name: N,
    ask: Ask<N>,
    conduct: Conduct,
  ): Answer<N> | Promise<Answer<N> | undefined>;
  /** Forgets an input, and gives up what is asked about it. */
  close(number: number): void;
  /** Forgets all of them, and stops what is under way. */
  end(): void;
}

export interface Opened {
  readonly number: number;
  readonly overview: Overview;
}

/** Works on the thread it is on, in slices. `pause` lets the page paint before a long question. */
export class Here implements Workplace {
  private readonly inputs = new Map<number, Analyst>();
  private last = 0;

  constructor(private readonly pause: () => Promise<void>) {}

  async open(sources: readonly Source[], options: Partial<Options>, conduct: Conduct): Promise<Opened | undefined> {
    const analyst = await inSlices(opening(sources, { ...UPSTREAM, ...options }), conduct);
    if (!analyst) return undefined;
    const number = ++this.last;
    this.inputs.set(number, analyst);
    return { number, overview: analyst.overview };
  }

  ask<N extends Name>(
    number: number,
    name: N,
    ask: Ask<N>,
    { signal, onProgress }: Conduct,
  ): Answer<N> | Promise<Answer<N> | undefined> {
    const { inputs } = this;
    const analyst = inputs.get(number);
    if (!analyst) throw new Error("this input is no longer open");
    const answer = analyst.answer(name, ask, inputs);
    if (!(answer instanceof Promise)) return answer;
    const wanted = {
      get aborted() {
        return signal.aborted || !inputs.has(number);
      },
    };
    return Promise.all([answer, this.pause()]).then(([steps]) => inSlices(steps, { signal: wanted, onProgress }));
  }

  close(number: number): void {
    this.inputs.delete(number);
  }

  end(): void {
    this.inputs.clear();
  }
}

function* opening(sources: readonly Source[], options: Options): Steps<Analyst> {
  return yield* Analyst.opening(yield* parseSteps(sources, options), options);
}
