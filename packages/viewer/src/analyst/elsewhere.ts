import type { Options, Source } from "@watertight/core";
import type { Conduct } from "../slices.ts";
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
    return this.order(conduct, (serial, done) => {
      this.worker.postMessage({ do: "open", serial, sources, options }, []);
      return (word) => {
        if (word.say === "opened") done({ number: word.number, overview: unpack(word.overview) });
      };
    });
  }

  ask<N extends Name>(number: number, name: N, ask: Ask<N>, conduct: Conduct): Promise<Answer<N> | undefined> {
    return this.order(conduct, (serial, done) => {
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

  /** One order and what is said to it, until it is done, given up or has failed. */
  private order<T>(
    { signal, onProgress }: Conduct,
    give: (serial: number, done: (value: T) => void) => (word: Word) => void,
  ): Promise<T | undefined> {
    const serial = ++this.serial;
    return new Promise<T | undefined>((resolve, reject) => {
      const giveUp = () => this.worker.postMessage({ do: "give up", serial }, []);
      const isOver = () => {
        this.waiting.delete(serial);
        signal.removeEventListener("abort", giveUp);
      };
      const done = (value: T | undefined) => {
        isOver();
        resolve(value);
      };
      const onFailure = (error: Error) => {
        isOver();
        reject(error);
      };
      signal.addEventListener("abort", giveUp);
      const onWord = give(serial, done);
      this.waiting.set(serial, {
        onWord: (word) => {
          if (word.say === "progress") onProgress(word.progress);
          else if (word.say === "given up") done(undefined);
          else if (word.say === "failed") onFailure(new Error(word.problem));
          else onWord(word);
        },
        onFailure,
      });
    });
  }
}
