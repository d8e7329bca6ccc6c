import type { Options, Source } from "@watertight/core";
import type { Conduct } from "../reading.ts";
import type { Answer, Ask, Name } from "./catalogue.ts";
import type { Line } from "./serve.ts";
import { unpack, type Word } from "./wire.ts";
import type { Opened, Workplace } from "./workplace.ts";

/** A worker at the other end of a line; ending it stops whatever it does. */
export type Hand = Line & {
  readonly terminate: () => void;
  /** Called when it breaks down; what it was doing is lost. */
  onerror?: ((event: ErrorEvent) => void) | null;
};

interface Waiting {
  readonly onWord: (word: Word) => void;
  readonly onFailure: (error: Error) => void;
}

/** Has a worker do it, so that the page lives on. */
export class Elsewhere implements Workplace {
  private readonly waiting = new Map<number, Waiting>();
  private serial = 0;

  constructor(private readonly worker: Hand) {
    worker.onmessage = ({ data }) => {
      const word: Word = data;
      if (word.say !== "here") this.waiting.get(word.serial)?.onWord(word);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.end("the worker broke down; these manifests may be too much for this browser");
    };
  }

  open(sources: readonly Source[], options: Partial<Options>, conduct: Conduct): Promise<Opened | undefined> {
    const { signal, onProgress } = conduct;
    return this.order((serial, done) => {
      signal.addEventListener("abort", () => this.worker.postMessage({ do: "give up", serial }, []));
      this.worker.postMessage({ do: "open", serial, sources, options }, []);
      return (word) => {
        if (word.say === "progress") onProgress(word.done);
        else if (word.say === "given up") done(undefined);
        else if (word.say === "opened") done({ number: word.number, overview: unpack(word.overview) });
      };
    });
  }

  ask<N extends Name>(number: number, name: N, ask: Ask<N>): Promise<Answer<N>> {
    return this.order((serial, done) => {
      this.worker.postMessage({ do: "ask", serial, number, name, ask }, []);
      return (word) => {
        if (word.say === "answer") done(unpack(word.answer) as Answer<N>);
      };
    });
  }

  close(number: number): void {
    this.worker.postMessage({ do: "close", number }, []);
  }

  end(why = "the worker was stopped"): void {
    this.worker.terminate();
    for (const { onFailure } of this.waiting.values()) onFailure(new Error(why));
    this.waiting.clear();
  }

  /** One order and what is said to it, until it is done or has failed. */
  private order<T>(give: (serial: number, done: (value: T) => void) => (word: Word) => void): Promise<T> {
    const serial = ++this.serial;
    return new Promise<T>((resolve, reject) => {
      const done = (value: T) => {
        this.waiting.delete(serial);
        resolve(value);
      };
      const onFailure = (error: Error) => {
        this.waiting.delete(serial);
        reject(error);
      };
      const onWord = give(serial, done);
      this.waiting.set(serial, {
        onWord: (word) => (word.say === "failed" ? onFailure(new Error(word.problem)) : onWord(word)),
        onFailure,
      });
    });
  }
}
