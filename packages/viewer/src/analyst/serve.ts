import type { Progress } from "@watertight/core";
import type { Conduct } from "../slices.ts";
import type { Name } from "./catalogue.ts";
import { type Order, pack, type Word } from "./wire.ts";
import { Here } from "./workplace.ts";

/** One end of a line between a page and a worker. */
export interface Line {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: Order | Word, transfer: ArrayBuffer[]): void;
}

/** Does in a worker what {@link Here} does in a page. */
export function serve(line: Line): void {
  const place = new Here(() => Promise.resolve());
  const underway = new Map<number, AbortController>();
  const say = (word: Word, transfer: ArrayBuffer[] = []) => line.postMessage(word, transfer);
  const failed = (serial: number) => (error: unknown) =>
    say({ say: "failed", serial, problem: error instanceof Error ? error.message : String(error) });

  /** Does what takes a while, until it is given up. */
  const conducted = async <T>(serial: number, work: (conduct: Conduct) => T | Promise<T>): Promise<T> => {
    const controller = new AbortController();
    underway.set(serial, controller);
    const onProgress = (progress: Progress) => say({ say: "progress", serial, progress });
    try {
      return await work({ signal: controller.signal, onProgress });
    } finally {
      underway.delete(serial);
    }
  };
  const open = async ({ serial, sources, options }: Extract<Order, { do: "open" }>): Promise<void> => {
    const opened = await conducted(serial, (conduct) => place.open(sources, options, conduct));
    if (!opened) return say({ say: "given up", serial });
    const { packed, transfer } = pack(opened.overview);
    say({ say: "opened", serial, number: opened.number, overview: packed }, transfer);
  };
  const answer = async ({ serial, number, name, ask }: Extract<Order, { do: "ask" }>): Promise<void> => {
    const answered = await conducted(serial, (conduct) => place.ask<Name>(number, name, ask, conduct));
    if (!answered) return say({ say: "given up", serial });
    const { packed, transfer } = pack(answered);
    say({ say: "answer", serial, answer: packed }, transfer);
  };

  line.onmessage = ({ data }) => {
    const order: Order = data;
    switch (order.do) {
      case "open":
        open(order).catch(failed(order.serial));
        break;
      case "give up":
        underway.get(order.serial)?.abort();
        break;
      case "ask":
        answer(order).catch(failed(order.serial));
        break;
      case "close":
        place.close(order.number);
        break;
    }
  };
  say({ say: "here" });
}
