import type { Options, Source } from "@watertight/core";
import { type Analysis, analyse, detailedFor } from "./analysis.ts";
import type { Workplace } from "./analyst/workplace.ts";
import type { Page } from "./layout/place.ts";
import { edited } from "./model/edits.ts";
import { type Picture, pictureOf } from "./scene/picture.ts";
import { type Action, type SourceEdit, START, update, type ViewState } from "./state.ts";

/** Where a viewer is with its input. */
export type Phase =
  | { readonly at: "empty" }
  /** `done`: how much is read, from 0 to 1, once it takes long enough to be worth saying. */
  | { readonly at: "loading"; readonly done?: number }
  /** Somebody had enough of waiting. */
  | { readonly at: "stopped" }
  | { readonly at: "failed"; readonly problem: string }
  | {
      readonly at: "ready";
      /** What is shown: the input, with the edits there are. */
      readonly analysis: Analysis;
      /** The input without them; absent while there are none. */
      readonly before?: Analysis;
      /** Edits that are being worked through, or could not be. */
      readonly pending: "none" | "working" | { readonly problem: string };
    };

/** What a session tells its owner. */
export interface SessionEvents {
  /** Something that is seen is not as it was. */
  readonly onChange: () => void;
  readonly onState: (state: ViewState, before: ViewState) => void;
}

/** The manifests as they were given, and where they are worked through. */
interface Input {
  readonly place: Workplace;
  readonly analysis: Analysis;
  readonly options: Partial<Options>;
}

/** What one viewer knows and looks at. All that is seen follows from it. */
export class Session {
  phase: Phase = { at: "empty" };
  look: ViewState = START;
  /** The graph as drawn; absent until there is one. */
  picture: Picture | undefined;
  private input: Input | undefined;
  private editing: AbortController | undefined;
  private page: Page;

  constructor(
    private readonly placeFor: (sources: readonly Source[]) => Promise<Workplace>,
    private readonly events: SessionEvents,
    page: Page,
  ) {
    this.page = page;
  }

  /** Opens other manifests in place of those there are; whether it came to that. `look` says where to look first. */
  async open(
    sources: readonly Source[],
    options: Partial<Options>,
    signal: AbortSignal,
    look: (analysis: Analysis) => ViewState,
  ): Promise<boolean> {
    const onProgress = (done: number) => {
      if (this.phase.at !== "ready") this.enter({ at: "loading", done });
    };
    const place = await this.placeFor(sources);
    const end = () => place.end();
    signal.addEventListener("abort", end);
    const analysis = signal.aborted
      ? undefined
      : await analyse(place, sources, options, { signal, onProgress }, this.arrived).catch((error: unknown) => {
          end();
          throw error;
        });
    signal.removeEventListener("abort", end);
    if (!analysis || signal.aborted) {
      end();
      return false;
    }
    this.forget();
    this.input = { place, analysis, options };
    this.look = look(analysis);
    this.phase = { at: "ready", analysis: detailedFor(analysis, this.look), pending: "none" };
    this.redraw();
    if (this.look.edits.length > 0) this.follow(this.look.edits);
    return true;
  }

  enter(phase: Exclude<Phase, { at: "ready" }>): void {
    if (phase.at !== "loading") this.forget();
    this.phase = phase;
    this.picture = undefined;
    this.events.onChange();
  }

  act(action: Action): void {
    this.become(update(this.look, action));
  }

  become(state: ViewState): void {
    if (state === this.look) return;
    const before = this.look;
    this.look = state;
    if (this.refine() || state.open !== before.open || pinnedBy(state) !== pinnedBy(before)) this.redraw();
    if (state.edits !== before.edits) this.follow(state.edits);
    this.events.onState(state, before);
    this.events.onChange();
  }

  /** Draws for a page of another size. */
  resize(page: Page): void {
    if (page.width === this.page.width && page.height === this.page.height) return;
    this.page = page;
    this.redraw();
  }

  end(): void {
    this.forget();
  }

  /** Lays edits over the input; what was shown stays until they are worked through. */
  private follow(edits: readonly SourceEdit[]): void {
    this.editing?.abort();
    const { input } = this;
    if (this.phase.at !== "ready" || !input) return;
    if (edits.length === 0) {
      this.show(input.analysis, undefined);
      return;
    }
    this.editing = new AbortController();
    const { signal } = this.editing;
    this.phase = { ...this.phase, pending: "working" };
    const sources = edited(input.analysis.sources, edits);
    const conduct = { signal, onProgress: () => undefined };
    analyse(input.place, sources, input.options, conduct, this.arrived).then(
      (analysis) => {
        if (!analysis) return;
        if (signal.aborted) input.place.close(analysis.number);
        else this.show(analysis, input.analysis);
      },
      (error: unknown) => {
        if (signal.aborted || this.phase.at !== "ready") return;
        this.phase = { ...this.phase, pending: { problem: error instanceof Error ? error.message : String(error) } };
        this.events.onChange();
      },
    );
  }

  private show(analysis: Analysis, before: Analysis | undefined): void {
    const shown = this.phase.at === "ready" ? this.phase.analysis : undefined;
    if (shown && shown.number !== this.input?.analysis.number) this.input?.place.close(shown.number);
    const detailed = detailedFor(analysis, this.look);
    this.phase = { at: "ready", analysis: detailed, ...(before && { before }), pending: "none" };
    this.redraw();
  }

  private forget(): void {
    this.editing?.abort();
    this.input?.place.end();
    this.input = undefined;
  }

  /** An answer came: what is drawn may need it, and some view waits for it. */
  private readonly arrived = (): void => {
    if (this.refine()) this.redraw();
    this.events.onChange();
  };

  /** Takes in what the state speaks of and the graph has not; whether there was something. */
  private refine(): boolean {
    if (this.phase.at !== "ready") return false;
    const { analysis } = this.phase;
    this.phase = { ...this.phase, analysis: detailedFor(analysis, this.look) };
    return this.phase.analysis !== analysis;
  }

  private redraw(): void {
    if (this.phase.at === "ready") {
      const { open } = this.look;
      const pin = pinnedBy(this.look);
      const pinned = new Set(pin === undefined ? [] : [pin]);
      const groups = open === "default" ? open : new Set(open);
      this.picture = pictureOf(this.phase.analysis.graph, { open: groups, pinned, page: this.page });
    }
    this.events.onChange();
  }
}

/** The namespace that must not be left out, since it is looked at. */
function pinnedBy({ selection }: ViewState): string | undefined {
  return selection?.kind === "namespace" ? selection.id : undefined;
}
