import type { Progress } from "@watertight/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer, Ask, Name } from "../../src/analyst/catalogue.ts";
import { Elsewhere, type Hand } from "../../src/analyst/elsewhere.ts";
import { serve } from "../../src/analyst/serve.ts";
import { Here, type Workplace } from "../../src/analyst/workplace.ts";
import { drawnText } from "../graphs.ts";

/** A worker on the same thread: all that is said still goes through structured clones. */
function worker(): { readonly place: Elsewhere; readonly close: () => void } {
  const { port1, port2 } = new MessageChannel();
  serve(port2);
  const close = () => {
    port1.close();
    port2.close();
  };
  return { place: new Elsewhere(Object.assign(port1, { terminate: close })), close };
}

const ITEM = `- apiVersion: apps/v1
  kind: Deployment
  metadata: { name: NAME, namespace: a }
  spec: { selector: { matchLabels: { app: NAME } }, template: { metadata: { labels: { app: NAME } }, spec: { containers: [{ name: c, image: i }] } } }
`;

const conduct = () => ({ signal: new AbortController().signal, onProgress: () => undefined });

describe("a worker", () => {
  test("answers everything as the page does", async () => {
    await fc.assert(
      fc.asyncProperty(drawnText, async (text) => {
        const { place: elsewhere, close } = worker();
        const here = new Here(() => Promise.resolve());
        const sources = [{ path: "drawn.yaml", text }];
        const [there, own] = [await elsewhere.open(sources, {}, conduct()), await here.open(sources, {}, conduct())];
        expect(there?.overview).toEqual(own?.overview);
        const ask = async <N extends Name>(name: N, question: Ask<N>) => {
          const answer = async (place: Workplace): Promise<Answer<N> | undefined> =>
            place.ask(1, name, question, conduct());
          expect(await answer(elsewhere)).toEqual(await answer(here));
        };
        const vertices = own?.overview.graph.vertices ?? [];
        const [first = "", second = ""] = vertices.map(({ id }) => id);
        await ask("graph", { apart: [], whole: [] });
        await ask("endpoint", [first]);
        await ask("namespace", "a");
        await ask("decision", { from: first, to: second, port: "TCP/80" });
        await ask("decision", { from: first, to: "nobody", port: "" });
        await ask("connections", null);
        await ask("doubts", null);
        await ask("policies", {});
        close();
      }),
      { numRuns: 20 },
    );
  });

  test.each(["findings", "paths"] as const)("answers %s as the page does", async (name) => {
    const { place: elsewhere, close } = worker();
    const here = new Here(() => Promise.resolve());
    const [text = ""] = fc.sample(drawnText, { numRuns: 1, seed: 7 });
    const sources = [{ path: "drawn.yaml", text }];
    await Promise.all([elsewhere, here].map((place) => place.open(sources, {}, conduct())));
    const question = name === "paths" ? ({ from: "", to: "", edges: "all" } as const) : null;
    expect(await elsewhere.ask(1, name, question as Ask<typeof name>, conduct())).toEqual(
      await here.ask(1, name, question as Ask<typeof name>, conduct()),
    );
    close();
  });

  test("says what differs between two inputs it has open", async () => {
    const { place, close } = worker();
    const open = (text: string) => place.open([{ path: "drawn.yaml", text }], {}, conduct());
    const [text = ""] = fc.sample(drawnText, { numRuns: 1, seed: 3 });
    const before = await open(text);
    const after = await open(`${text}\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: extra, namespace: a }\n`);
    const change = await place.ask(after?.number ?? 0, "change", before?.number ?? 0, conduct());
    expect(change?.endpoints.added.map(({ id }) => id)).toEqual(["a/Pod/extra"]);
    close();
  });

  test("says why it has no answer", async () => {
    const { place, close } = worker();
    await expect(place.ask(9, "namespace", "a", conduct())).rejects.toThrow("no longer open");
    close();
  });

  test("leaves nobody waiting when it is stopped", async () => {
    const { place } = worker();
    const answer = place.open([{ path: "a.yaml", text: "" }], {}, conduct());
    place.end();
    await expect(answer).rejects.toThrow("stopped");
  });

  test("that breaks down says so to whoever waits", async () => {
    const hand: Hand = { onmessage: null, onerror: null, postMessage: () => undefined, terminate: () => undefined };
    const place = new Elsewhere(hand);
    const opened = place.open([{ path: "a.yaml", text: "" }], {}, conduct());
    hand.onerror?.({ preventDefault: () => undefined } as ErrorEvent);
    await expect(opened).rejects.toThrow("the worker broke down");
  });

  test.each(["the question is given up", "its input is closed"])(
    "stops working out an answer when %s",
    async (when) => {
      const { place, close } = worker();
      const text = `kind: List\napiVersion: v1\nitems:\n${Array.from({ length: 300 }, (_, i) => ITEM.replaceAll("NAME", `w${i}`)).join("")}`;
      const opened = await place.open([{ path: "a.yaml", text }], {}, conduct());
      const number = opened?.number ?? 0;
      const controller = new AbortController();
      const said: string[] = [];
      const onProgress = ({ stage }: Progress) => {
        if (said.push(stage) > 1) return;
        if (when === "its input is closed") place.close(number);
        else controller.abort();
      };
      expect(await place.ask(number, "findings", null, { signal: controller.signal, onProgress })).toBeUndefined();
      // It was stopped long before the end, and the worker answers others.
      expect(said).not.toContain("trying fixes");
      if (when === "its input is closed")
        await expect(place.ask(number, "vocabulary", null, conduct())).rejects.toThrow();
      else expect((await place.ask(number, "vocabulary", null, conduct()))?.namespaces).toEqual(["a"]);
      close();
    },
  );

  test("gives up reading when it is told to", async () => {
    const { place, close } = worker();
    const controller = new AbortController();
    const text = "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n---\n".repeat(20_000);
    const opened = place.open(
      [{ path: "a.yaml", text }],
      {},
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    expect(await opened).toBeUndefined();
    close();
  });
});
