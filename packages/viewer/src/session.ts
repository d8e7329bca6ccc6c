import {
  type ChangeAnswer,
  type Diagnostic,
  formatSpan,
  type Options,
  type Progress,
  type Source,
} from "@watertight/core";
import { type Analysis, analyse, detailedFor, doubtfulIn, type Reply } from "./analysis.ts";
import type { Answer, Ask, Name, Refusal } from "./analyst/catalogue.ts";
import type { Workplace } from "./analyst/workplace.ts";
import type { Page } from "./layout/place.ts";
import type { Budget } from "./model/budget.ts";
import type { compared } from "./model/comparing.ts";
import { edited, sameEdits } from "./model/edits.ts";
import { type History, NO_HISTORY, recorded, stepped } from "./model/history.ts";
import { comparedPictureOf, type Picture, pictureOf } from "./scene/picture.ts";
import type { Failure } from "./sources.ts";
import { type Action, type SourceEdit, START, update, type ViewState } from "./state.ts";

/** Where a viewer is with its input. */
export type Phase =
  | { readonly at: "empty" }
  /** `progress`: how far it has come, once it takes long enough to be worth saying. */
  | { readonly at: "loading"; readonly progress?: Progress }
  /** Somebody had enough of waiting. */
  | { readonly at: "stopped" }
  | ({ readonly at: "failed" } & Failure)
  | {
      readonly at: "ready";
      /** What is shown: the input, with the edits there are. */
      readonly analysis: Analysis;
      /** The input without them; absent while there are none. */
      readonly before?: Analysis;
      /** What the edits change; there while `before` is. */
      readonly change?: Reply<ChangeAnswer>;
      /** Edits that are being worked through, or could not be: then what is shown is the last that could. */
      readonly pending: Pending;
    };

export type Pending = "none" | "working" | { readonly problem: string; readonly diagnostics: readonly Diagnostic[] };

/** What a session tells its owner. */
export interface SessionEvents {
  /** Something that is seen is not as it was. */
  readonly onChange: () => void;
  readonly onState: (state: ViewState, before: ViewState) => void;
  /** Edits are shown, or all are gone. */
  readonly onEdited: () => void;
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
  /** Edits that are worked through, but for what they change. */
  private coming: Analysis | undefined;
  /** Lays what edits make over what was; there with the first of them. */
  private compare: typeof compared | undefined;
  private history: History = NO_HISTORY;
  private waiting: (() => void)[] = [];
  private page: Page;
  private budget: Partial<Budget> = {};
  /** Which input is asked for its doubtful pairs: one that stayed for a moment, since they take long to find. */
  private doubted: number | undefined;
  private resting: ReturnType<typeof setTimeout> | undefined;

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
    const onProgress = (progress: Progress) => {
      if (this.phase.at !== "ready") this.enter({ at: "loading", progress });
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
    this.history = NO_HISTORY;
    this.phase = { at: "ready", analysis: detailedFor(analysis, this.look), pending: "none" };
    this.redraw();
    if (this.look.edits.length > 0) this.follow(this.look.edits, "show");
    else this.rest(analysis);
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
    const { edits } = this.look;
    if (state.edits === edits || !sameEdits(state.edits, edits)) {
      if (state.edits !== edits) this.history = recorded(this.history, edits, state.edits, Date.now());
      this.turnTo(state);
    } else this.turnTo({ ...state, edits });
  }

  /** Takes the last edit back, or makes it again; whether there was one. */
  step(way: "back" | "forward"): boolean {
    const step = stepped(this.history, this.look.edits, way);
    if (!step) return false;
    this.history = step.history;
    this.turnTo(update(this.look, { do: "edit", edits: step.edits }));
    return true;
  }

  /** Whether edits can be taken back, or made again. */
  get steps(): { readonly back: "some" | "none"; readonly forward: "some" | "none" } {
    const { past, future } = this.history;
    return { back: past.length > 0 ? "some" : "none", forward: future.length > 0 ? "some" : "none" };
  }

  private turnTo(state: ViewState): void {
    if (state === this.look) return;
    const before = this.look;
    this.look = state;
    const pin = pinnedBy(state);
    const isLeftOut = pin !== undefined && this.picture?.disclosure.left.includes(pin);
    const isMoved = state.open !== before.open || state.only !== before.only || isLeftOut;
    if (this.refine() || isMoved) this.redraw();
    if (state.edits !== before.edits) this.follow(state.edits, "hold");
    this.events.onState(state, before);
    this.events.onChange();
  }

  /** Draws for a page of another size. */
  resize(page: Page): void {
    if (page.width === this.page.width && page.height === this.page.height) return;
    this.page = page;
    this.redraw();
  }

  /** Draws no more than this, where a page says so. */
  limit(budget: Partial<Budget>): void {
    if (JSON.stringify(budget) === JSON.stringify(this.budget)) return;
    this.budget = budget;
    this.redraw();
  }

  end(): void {
    this.forget();
  }

  /**
   * Lays edits over the input; what was shown stays until they are worked through, and where they bring an error that was not there
   * before, `hold` keeps it: that object would be refused, and what a typist has half written says nothing.
   */
  private follow(edits: readonly SourceEdit[], onError: "hold" | "show"): void {
    this.editing?.abort();
    this.drop();
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
    const analysing = analyse(input.place, sources, input.options, conduct, this.arrived);
    Promise.all([analysing, import("./model/comparing.ts")]).then(
      ([analysis, comparing]) => {
        this.compare = comparing.compared;
        if (!analysis) return;
        if (signal.aborted) {
          input.place.close(analysis.number);
          return;
        }
        const told = { ...analysis, diagnostics: withoutOverlaid(analysis.diagnostics, edits) };
        const errors = onError === "hold" ? this.newErrors(told) : [];
        if (errors.length === 0) {
          this.coming = told;
          this.present();
        } else {
          input.place.close(analysis.number);
          this.hold(problemOf(errors), told.diagnostics);
        }
      },
      (error: unknown) => {
        if (!signal.aborted) this.hold(error instanceof Error ? error.message : String(error), []);
      },
    );
  }

  /** Leaves what is shown, and says why. */
  private hold(problem: string, diagnostics: readonly Diagnostic[]): void {
    if (this.phase.at !== "ready") return;
    this.phase = { ...this.phase, pending: { problem, diagnostics } };
    this.release();
    this.events.onChange();
  }

  private newErrors({ diagnostics }: Analysis): readonly Diagnostic[] {
    const shown = this.phase.at === "ready" ? this.phase.analysis.diagnostics : [];
    const keyOf = ({ code, message, span }: Diagnostic) => `${code} ${span?.path} ${message}`;
    const known = new Set(shown.map(keyOf));
    return diagnostics.filter((one) => one.severity === "error" && !known.has(keyOf(one)));
  }

  /** Shows what is coming as soon as it is known what it changes, so that the picture is drawn once. */
  private present(): void {
    const { coming, input } = this;
    if (!coming || !input || coming.ask("change", input.analysis.number).at === "waiting") return;
    this.coming = undefined;
    this.show(coming, input.analysis);
  }

  private show(analysis: Analysis, before: Analysis | undefined): void {
    const shown = this.phase.at === "ready" ? this.phase.analysis : undefined;
    if (shown && shown.number !== this.input?.analysis.number) this.input?.place.close(shown.number);
    const detailed = detailedFor(analysis, this.look);
    const change = before && { before, change: analysis.ask("change", before.number) };
    this.phase = { at: "ready", analysis: detailed, ...change, pending: "none" };
    this.redraw();
    this.release();
    this.events.onEdited();
    this.rest(analysis);
  }

  private release(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const go of waiting) go();
  }

  /** What the edits change, once they are worked through; nothing where there are none, or they could not be. */
  settled(): Promise<ChangeAnswer | undefined> {
    const { phase } = this;
    const now = phase.at === "ready" && phase.pending !== "working" ? phase : undefined;
    if (now) return Promise.resolve(now.change?.at === "here" && now.pending === "none" ? now.change.value : undefined);
    return new Promise((resolve, reject) => {
      this.waiting.push(() => this.settled().then(resolve, reject));
    });
  }

  /** The answer to a question about what is shown. Rejects while nothing is, and where the question cannot be answered, with the reason. */
  async answer<N extends Name>(name: N, ask: Ask<N>): Promise<Exclude<Answer<N>, Refusal>> {
    if (this.phase.at !== "ready") throw new Error("there are no manifests yet");
    const answer = await this.phase.analysis.answer(name, ask);
    if (isRefusal(answer)) throw new Error(answer.problem);
    return answer as Exclude<Answer<N>, Refusal>;
  }

  /** Gives up what is coming. */
  private drop(): void {
    if (this.coming) this.input?.place.close(this.coming.number);
    this.coming = undefined;
  }

  private forget(): void {
    this.editing?.abort();
    clearTimeout(this.resting);
    this.coming = undefined;
    this.input?.place.end();
    this.input = undefined;
  }

  /** An answer came: what is drawn may need it, and some view waits for it. */
  private readonly arrived = (): void => {
    this.present();
    if (this.refine()) this.redraw();
    this.events.onChange();
  };

  /** Takes in what the state speaks of and the graph has not; whether there was something. */
  private refine(): boolean {
    if (this.phase.at !== "ready") return false;
    const { analysis } = this.phase;
    const detailed = detailedFor(analysis, this.look);
    this.phase = { ...this.phase, analysis: this.doubted === analysis.number ? doubtfulIn(detailed) : detailed };
    return this.phase.analysis !== analysis;
  }

  /** Once nothing else comes, asks which pairs are not certain. */
  private rest({ number, ask }: Analysis): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.doubted = number;
      ask("doubts", null);
      if (this.refine()) this.redraw();
      this.events.onChange();
    }, 400);
  }

  private redraw(): void {
    if (this.phase.at === "ready") {
      const { analysis, before, change } = this.phase;
      const { open, only } = this.look;
      const pin = pinnedBy(this.look);
      const pinned = new Set(pin === undefined ? [] : [pin]);
      const wish = { open: open === "default" ? open : new Set(open), pinned, page: this.page, budget: this.budget };
      this.picture =
        before && change?.at === "here" && this.compare
          ? comparedPictureOf(this.compare(analysis.graph, before.graph, change.value), only, wish)
          : pictureOf(analysis.graph, wish, this.picture);
    }
    this.events.onChange();
  }
}

function isRefusal(answer: object): answer is Refusal {
  return "problem" in answer;
}

/** Objects that a new file writes anew take the place of the given ones, which is what it is for. */
function withoutOverlaid(diagnostics: readonly Diagnostic[], edits: readonly SourceEdit[]): readonly Diagnostic[] {
  const laid = new Set(edits.map(({ path }) => path));
  return diagnostics.filter(({ code, span }) => code !== "object-duplicate" || !span || !laid.has(span.path));
}

function problemOf([first, ...more]: readonly Diagnostic[]): string {
  if (!first) return "";
  const place = first.span ? `${formatSpan(first.span)}: ` : "";
  return `${place}${first.message}${more.length > 0 ? `, and ${more.length} more` : ""}`;
}

/** The namespace that must not be left out, since it is looked at. */
function pinnedBy({ selection }: ViewState): string | undefined {
  return selection?.kind === "namespace" ? selection.id : undefined;
}
