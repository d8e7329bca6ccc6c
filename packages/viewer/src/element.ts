import type { ChangeAnswer, ConnectionsAnswer, PathsAnswer, Source } from "@watertight/core";
import type { PropertyDeclarations, PropertyValues, TemplateResult } from "lit";
import { actionsOn } from "./acting.ts";
import { Address } from "./address.ts";
import type { RouteQuestion, Ruling } from "./analyst/catalogue.ts";
import { placeFor, type StartWorker } from "./analyst/places.ts";
import { askedBy, budgetOf, lengthOf, openedBy } from "./asked.ts";
import { ViewerAttributes } from "./attributes.ts";
import {
  CHROME_AT_START,
  type Chrome,
  controlsNow,
  coverOf,
  expandedAtStart,
  outlineOf,
  roomBeside,
  showing,
} from "./chrome.ts";
import { tell } from "./events.ts";
import type { Page } from "./layout/place.ts";
import { Loader, type Manifests } from "./loader.ts";
import { tallyOf } from "./model/compare.ts";
import { yamlStream } from "./model/edits.ts";
import type { Tally } from "./model/view.ts";
import { svgOf } from "./render/svg.ts";
import { Session } from "./session.ts";
import type { Failure } from "./sources.ts";
import { EVERY_ROUTE, focusOf } from "./spotlight.ts";
import { pageOf, Stage } from "./stage.ts";
import { type SourceEdit, START, sameSelection, type ViewState } from "./state.ts";
import { style } from "./style.ts";
import type { Actions } from "./ui/actions.ts";
import { tallyWords } from "./ui/changes.ts";
import { commandOf, perform, viewerKeyOf } from "./ui/keys.ts";
import { save } from "./ui/save.ts";
import { shell } from "./ui/shell.ts";
import { VIEW_PARTS } from "./ui/views.ts";
import { announcement } from "./ui/words.ts";

/** `<watertight-viewer>`: manifests in, a graph of who may reach whom out, with the reasons for every line. */
export class WatertightViewer extends ViewerAttributes {
  static override styles = style;
  /** Starts the worker that large inputs are given to; the self-contained script knows its own. Without one they are read in the page. */
  static startWorker: StartWorker | undefined;
  static override properties: PropertyDeclarations = {
    sources: { attribute: false, noAccessor: true },
    proposed: { type: String, noAccessor: true },
    state: { attribute: false, noAccessor: true },
  };

  private given: readonly Source[] | undefined;
  private laid: string | readonly SourceEdit[] | undefined;
  private readonly session = new Session(
    (sources) => placeFor(sources, WatertightViewer.startWorker),
    {
      onChange: () => this.changed(),
      onState: (state, before) => this.stateChanged(state, before),
      onEdited: () => this.edited(),
    },
    pageOf({ width: 1200, height: 480 }),
  );
  private stage: Stage | undefined;
  private readonly loader = new Loader({
    onWait: () => {
      if (this.session.phase.at !== "ready") this.session.enter({ at: "loading" });
    },
    onSources: async (input, signal) =>
      input.sources.length === 0 ? this.session.enter({ at: "empty" }) : this.accept(input, signal),
    onFailure: (failure) => this.fail(failure),
  });
  private readonly address = new Address(this, ({ state, edits, problem }) => {
    if (problem) this.announce(problem);
    this.session.become({ ...state, edits: edits ?? this.session.look.edits });
  });
  private spoken = "";
  private chrome: Chrome = CHROME_AT_START;
  private readonly inside = new MutationObserver(() => this.reload());
  private readonly sizes = new ResizeObserver(() => this.session.resize(this.pageNow()));

  /** The manifests to show; they take the place of `src` and of what is inside the element. */
  get sources(): readonly Source[] {
    return this.session.phase.at === "ready" ? this.session.phase.analysis.sources : (this.given ?? []);
  }

  set sources(sources: readonly Source[]) {
    this.given = [...sources];
    this.restart();
  }

  /** What is changed of the manifests: the what-if, as it is now. */
  get proposed(): readonly SourceEdit[] {
    return this.session.look.edits;
  }

  /** One or more URLs of manifests laid over `src`, separated by spaces; or edits: files with another text, or without one. */
  set proposed(proposed: string | readonly SourceEdit[] | null) {
    this.laid = typeof proposed === "string" ? proposed : [...(proposed ?? [])];
    if (typeof this.laid === "string") this.restart();
    else this.session.act({ do: "edit", edits: this.laid });
  }

  /** What is looked at: plain data that can be kept and given back. */
  get state(): ViewState {
    return this.session.look;
  }

  set state(state: Partial<ViewState>) {
    this.session.become({ ...START, ...state });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.inside.observe(this, { childList: true, subtree: true, characterData: true });
    this.sizes.observe(this);
    this.address.follow();
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("fullscreenchange", this.onFullScreen);
    this.reload();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.inside.disconnect();
    this.sizes.disconnect();
    this.address.leave();
    this.removeEventListener("keydown", this.onKey);
    this.removeEventListener("fullscreenchange", this.onFullScreen);
    this.loader.stop();
    this.session.end();
    this.stage?.destroy();
    this.stage = undefined;
  }

  // What a page may ask for

  /** The picture as it is, as a PNG. */
  toPNG(): Promise<Blob> {
    this.draw();
    return this.stage?.toPng() ?? Promise.reject(new Error("there is no picture yet"));
  }

  /** The picture as an SVG document, with what is selected brought out as on the screen: the same text for the same state. */
  toSVG(): string {
    const { picture, phase, look } = this.session;
    if (!picture || !this.stage || phase.at !== "ready") throw new Error("there is no picture yet");
    return svgOf(picture, this.stage.palette, focusOf(phase.analysis, look));
  }

  /** Every allowed connection, as `watertight list -o json` gives it; by namespace where there are too many workloads for pairs. */
  toJSON(): ConnectionsAnswer | undefined {
    const { phase } = this.session;
    const reply = phase.at === "ready" ? phase.analysis.ask("connections", null) : undefined;
    return reply?.at === "here" ? reply.value : undefined;
  }

  /** This page's address with the state, edits included, in its fragment. Rejects where the edits are too much for a link. */
  toLink(): Promise<string> {
    return this.address.link(this.session.look);
  }

  /** The manifests as they are looked at, edits included, as one stream of YAML documents. */
  toYAML(): string {
    return yamlStream(this.sources);
  }

  /** May one reach the other on a port (`TCP/5432`; of every port without one), and why. Rejects where an end or the port is none. */
  explain(from: string, to: string, port = ""): Promise<Ruling> {
    return this.session.answer("decision", { from, to, port });
  }

  /** How far an intruder gets, as `watertight paths -o json` has it: from all ways in to all crown jewels but for what is named. */
  paths(options: Partial<RouteQuestion> = {}): Promise<PathsAnswer> {
    return this.session.answer("paths", { ...EVERY_ROUTE, ...options });
  }

  /** Moves the picture so that all of it is seen. */
  fit(): void {
    this.stage?.fit();
  }

  /** Lays edits over the manifests, and gives what they change once that is known, as `watertight what-if -o json` does. */
  async setWhatIf(edits: readonly SourceEdit[]): Promise<ChangeAnswer | undefined> {
    this.session.act({ do: "edit", edits });
    return this.session.settled();
  }

  // Input

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("src") && this.hasUpdated) this.restart();
    if (changed.has("height")) this.style.setProperty("--wt-height", lengthOf(this.height) ?? null);
    this.session.limit(budgetOf(this.maxNodes, this.maxEdges));
    const { phase, look } = this.session;
    const asked = ["view", "focusOn", "from", "to", "port", "open"].some((name) => changed.has(name));
    if (!asked || !this.hasUpdated || phase.at !== "ready") return;
    const opened = changed.has("open") ? openedBy(this.open, look, phase.analysis) : look;
    this.session.become(askedBy(this, opened, phase.analysis));
  }

  private reload(): void {
    const { given, src, laid: proposed } = this;
    const origins = this.allowCrossOrigin ? "any" : "own";
    const when = this.lazy ? "near" : "now";
    if (this.isConnected) this.loader.load(() => ({ element: this, given, src, proposed, origins, when }));
  }

  /** Reads other manifests: what was changed of the former ones is of no meaning for them. */
  private restart(): void {
    this.session.act({ do: "edit", edits: [] });
    this.reload();
  }

  private async accept({ sources, edits, options }: Manifests, signal: AbortSignal): Promise<void> {
    const { session } = this;
    const linked = await this.address.read();
    if (linked?.problem) this.announce(linked.problem);
    if (!session.picture) session.resize(this.pageNow());
    const opened = await session.open(sources, options, signal, (analysis) => {
      const desk = edits.length > 0 ? ({ part: "changes" } as const) : this.chrome.desk;
      this.chrome = { ...this.chrome, expanded: expandedAtStart(analysis.graph), desk };
      const look = linked?.state ?? askedBy(this, openedBy(this.open, session.look, analysis), analysis);
      const kept = session.look.edits.length > 0 ? session.look.edits : edits;
      return { ...look, edits: linked?.edits ?? kept };
    });
    if (!opened || session.phase.at !== "ready") return;
    const { endpoints, graph, diagnostics } = session.phase.analysis;
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0) tell(this, "watertight-error", { diagnostics: errors });
    this.whenDrawn(() => tell(this, "watertight-ready", { endpoints, pairs: graph.pairs.length }));
  }

  private fail({ problem, fix }: Failure): void {
    this.session.enter({ at: "failed", problem, ...(fix !== undefined && { fix }) });
    tell(this, "watertight-error", { problem, diagnostics: [] });
  }

  // State

  private readonly actions: Actions = actionsOn(this.session, {
    work: (desk) => {
      this.setChrome({ desk });
      this.session.act({ do: "show", view: "policies" });
    },
    announce: (words) => this.announce(words),
  });

  private stateChanged(state: ViewState, before: ViewState): void {
    const { phase } = this.session;
    if (!sameSelection(state.selection, before.selection)) {
      if (phase.at === "ready") this.chrome = showing(this.chrome, phase.analysis.graph, state.selection);
      tell(this, "watertight-select", { selection: state.selection });
    }
    tell(this, "watertight-change", { state, ...this.whatIf() });
    if (this.hashState && phase.at === "ready") this.address.keep(state);
    if (phase.at === "ready") this.spoken = announcement(phase.analysis, state, phase.before);
  }

  /** Something came: whatever waited to be said of it can be said now. */
  private changed(): void {
    const { phase, look } = this.session;
    if (this.spoken === "" && phase.at === "ready") this.spoken = announcement(phase.analysis, look, phase.before);
    this.requestUpdate();
  }

  /** Edits are shown, or gone: says what they change. */
  private edited(): void {
    const told = this.whatIf();
    this.announce(told.whatIf ? tallyWords(told.whatIf) : "as it was given");
    tell(this, "watertight-change", { state: this.session.look, ...told });
  }

  private whatIf(): { readonly whatIf?: Tally } {
    const { phase } = this.session;
    return phase.at === "ready" && phase.change?.at === "here" ? { whatIf: tallyOf(phase.change.value) } : {};
  }

  private setChrome(part: Partial<Chrome>): void {
    this.chrome = { ...this.chrome, ...part };
    this.requestUpdate();
  }

  private pageNow(): Page {
    const { clientWidth, clientHeight, chrome } = this;
    const controls = controlsNow(chrome, this.controls);
    return pageOf(roomBeside(clientWidth, clientHeight, chrome, controls, this.session.look));
  }

  private toggleFull(): void {
    const full = this.chrome.full === "yes" ? "no" : "yes";
    this.setChrome({ full });
    if (full === "yes") this.requestFullscreen?.().catch(() => undefined);
    else if (this.matches(":fullscreen")) this.ownerDocument.exitFullscreen().catch(() => undefined);
  }

  private readonly onFullScreen = (): void => {
    if (!this.matches(":fullscreen")) this.setChrome({ full: "no" });
  };

  // What is seen

  protected override render(): TemplateResult {
    const { chrome, spoken, actions, onGraphKey, camera } = this;
    const { phase, picture, look } = this.session;
    return shell({
      ...{ phase, picture, look, chrome, spoken, actions, onGraphKey, camera },
      steps: this.session.steps,
      readonly: this.readonly,
      controls: controlsNow(chrome, this.controls),
      toggleFull: () => this.toggleFull(),
      outline: outlineOf(this.chrome, this.clientWidth),
      change: (part) => this.setChrome(part),
      focusRow: () => this.whenDrawn(() => this.focusPart('[role="treeitem"][tabindex="0"]')),
      stop: () => {
        this.loader.stop();
        this.session.enter({ at: "stopped" });
      },
      resume: () => this.reload(),
      save: (kind) => {
        save(kind, this).then(
          (words) => this.announce(words),
          () => this.announce("that could not be saved"),
        );
      },
    });
  }

  protected override updated(): void {
    const canvas = this.renderRoot.querySelector<HTMLElement>(".canvas");
    if (!canvas) return;
    this.stage ??= new Stage(this, canvas, {
      onSelect: (selection) => this.actions.select(selection),
      onToggle: (group) => this.actions.toggle(group),
      onTheme: (theme) => {
        this.dataset.theme = theme;
      },
    });
    this.stage.wantedTheme = this.theme;
    // While a page covers the graph, it rests as it was.
    if (VIEW_PARTS[this.session.look.view]?.place !== "page" || !this.stage.isDrawn) this.draw();
  }

  private draw(): void {
    const { phase, picture, look } = this.session;
    if (!picture || phase.at !== "ready") return;
    this.stage?.show(picture, focusOf(phase.analysis, look), coverOf(this.renderRoot, this.clientWidth));
  }

  private announce(words: string): void {
    this.spoken = words;
    this.requestUpdate();
  }

  private readonly camera = (how: "in" | "out" | "fit"): void => {
    if (how === "fit") this.stage?.fit();
    else this.stage?.zoom(how);
  };

  private whenDrawn(then: () => void): void {
    this.updateComplete.then(then, () => undefined);
  }

  private focusPart(part: string): void {
    this.renderRoot.querySelector<HTMLElement>(part)?.focus();
  }

  private readonly onGraphKey = (event: KeyboardEvent): void => {
    const { picture, look } = this.session;
    if (!picture) return;
    const command = commandOf(event, picture, look.selection);
    if (!command) return;
    event.preventDefault();
    perform(command, {
      ...this.actions,
      zoom: this.camera,
      pan: (x, y) => this.stage?.pan(x, y),
      inspect: () => this.focusPart(".inspector"),
    });
  };

  /** Keys of the whole viewer: a slash searches, Escape backs out of one thing at a time. */
  private readonly onKey = (event: KeyboardEvent): void => {
    const key = viewerKeyOf(event);
    if (!key) return;
    if (key.does === "search") {
      event.preventDefault();
      this.focusPart(".search input");
    } else if (key.does === "step") {
      if (this.session.step(key.way)) event.preventDefault();
    } else if (this.chrome.menu === "open") {
      this.setChrome({ menu: "closed" });
      this.focusPart(".menu-anchor > button");
    } else if (this.session.look.question) this.actions.ask(undefined);
    else if (this.session.look.selection) this.actions.select(undefined);
    else if (key.from === "field") this.focusPart(".canvas");
  };
}

if (!customElements.get("watertight-viewer")) customElements.define("watertight-viewer", WatertightViewer);
