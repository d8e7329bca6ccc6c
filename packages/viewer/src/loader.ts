import type { Source } from "@watertight/core";
import { nextFrame } from "./chrome.ts";
import { near } from "./near.ts";
import { type Failure, failureOf, fetchSources, type Input, inlineSources, type Origins } from "./sources.ts";
import type { SourceEdit } from "./state.ts";

/** Where an element's manifests may come from; those given take the place of `src`, and `src` of what is inside it. */
export interface Origin {
  readonly element: Element;
  readonly given: readonly Source[] | undefined;
  readonly src: string | undefined;
  /** URLs of manifests laid over them, or edits. */
  readonly proposed: string | readonly SourceEdit[] | undefined;
  readonly origins: Origins;
  readonly when: "now" | "near";
}

/** Manifests that were found, and what goes with them. */
export type Manifests = Extract<Input, { readonly kind: "sources" }>;

/** What a loader reports. */
export interface LoaderEvents {
  /** It will take a moment. */
  readonly onWait: () => void;
  /** They may be given up before they are worked through. */
  readonly onSources: (input: Manifests, signal: AbortSignal) => Promise<void>;
  readonly onFailure: (failure: Failure) => void;
}

/** Reads manifests, one time at once: whoever asks again is answered, and the earlier question dropped. */
export class Loader {
  private current: AbortController | undefined;

  constructor(private readonly events: LoaderEvents) {}

  /** Reads, once everything that is being set has been set. */
  load(origin: () => Origin): void {
    this.stop();
    const controller = new AbortController();
    this.current = controller;
    queueMicrotask(() => {
      this.read(origin, controller.signal).catch((error: unknown) => {
        if (!controller.signal.aborted) this.events.onFailure(failureOf(error));
      });
    });
  }

  stop(): void {
    this.current?.abort();
  }

  private async read(origin: () => Origin, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { element, when } = origin();
    if (when === "near") {
      this.events.onWait();
      await near(element, signal);
    }
    if (signal.aborted) return;
    const input = await this.input(origin(), signal);
    if (signal.aborted) return;
    if (input.kind === "failed") return this.events.onFailure(input);
    if (input.sources.length > 0) {
      this.events.onWait();
      await nextFrame();
    }
    if (!signal.aborted) await this.events.onSources(input, signal);
  }

  private async input(origin: Origin, signal: AbortSignal): Promise<Input> {
    const input = await this.sources(origin, signal);
    const { proposed, element, origins } = origin;
    if (input.kind === "failed" || proposed === undefined) return input;
    if (typeof proposed !== "string") return { ...input, edits: proposed };
    const laid = await fetchSources(proposed, element.ownerDocument, origins, signal);
    return laid.kind === "failed" ? laid : { ...input, edits: laid.sources };
  }

  private async sources({ element, given, src, origins }: Origin, signal: AbortSignal): Promise<Input> {
    const inside = inlineSources(element);
    if (given) {
      const options = inside.kind === "sources" ? inside.options : {};
      return { kind: "sources", sources: given, edits: [], options };
    }
    if (!src) return inside;
    this.events.onWait();
    return fetchSources(src, element.ownerDocument, origins, signal);
  }
}
