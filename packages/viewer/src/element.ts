import { connectionsAnswer, listConnections, type Options, type Source } from "@watertight/core";
import { LitElement, type PropertyValues, type TemplateResult } from "lit";
import { type Analysis, analyse, detailedFor } from "./analysis.ts";
import { CHROME_AT_START, type Chrome, expandedAtStart, NARROW, outlineOf, roomBeside, showing } from "./chrome.ts";
import { tell } from "./events.ts";
import type { Page } from "./layout/place.ts";
import { Loader } from "./loader.ts";
import { findVertex } from "./model/names.ts";
import { svgOf } from "./render/svg.ts";
import { broughtOut } from "./scene/emphasis.ts";
import { type Picture, pictureOf } from "./scene/picture.ts";
import { pageOf, Stage } from "./stage.ts";
import { type Action, decodeState, encodeState, START, sameSelection, update, type ViewState } from "./state.ts";
import { style } from "./style.ts";
import type { Actions } from "./ui/actions.ts";
import { commandOf, perform } from "./ui/keys.ts";
import { save } from "./ui/save.ts";
import { type Phase, shell } from "./ui/shell.ts";
import { announcement } from "./ui/words.ts";

/** `<watertight-viewer>`: manifests in, a graph of who may reach whom out, with the reasons for every line. */
export class WatertightViewer extends LitElement {
  static override styles = style;
  static override properties = {
    src: { type: String },
    view: { type: String },
    focusOn: { type: String, attribute: "focus" },
    from: { type: String },
    to: { type: String },
    port: { type: String },
    theme: { type: String },
    readonly: { type: Boolean },
    sources: { attribute: false, noAccessor: true },
    state: { attribute: false, noAccessor: true },
  };

  /** One or more URLs of manifests, on this page's origin, separated by spaces. */
  declare src: string | undefined;
  /** Which view to show; only `graph` so far, whatever else is asked for. */
  declare view: string;
  /** An endpoint to select at the start: `shop/web`, an id, `internet`. */
  declare focusOn: string | undefined;
  /** With `to` and `port`: a connection to answer at the start. */
  declare from: string | undefined;
  declare to: string | undefined;
  declare port: string | undefined;
  declare theme: "auto" | "light" | "dark";
  declare readonly: boolean;

  private given: readonly Source[] | undefined;
  private phase: Phase = { at: "empty" };
  private look: ViewState = START;
  private picture: Picture | undefined;
  private stage: Stage | undefined;
  private readonly loader = new Loader({
    onWait: () => {
      if (this.phase.at !== "ready") this.enter({ at: "loading" });
    },
    onSources: async (sources, options, signal) =>
      sources.length === 0 ? this.enter({ at: "empty" }) : this.accept(sources, options, signal),
    onFailure: (problem) => this.fail(problem),
  });
  private spoken = "";
  private chrome: Chrome = CHROME_AT_START;
  private readonly inside = new MutationObserver(() => this.reload());
  private readonly sizes = new ResizeObserver(() => this.resized());
  private page = pageOf({ width: 1200, height: 480 });

  constructor() {
    super();
    this.view = "graph";
    this.theme = "auto";
    this.readonly = false;
  }

  /** The manifests to show; they take the place of `src` and of what is inside the element. */
  get sources(): readonly Source[] {
    return this.phase.at === "ready" ? this.phase.analysis.sources : (this.given ?? []);
  }

  set sources(sources: readonly Source[]) {
    this.given = [...sources];
    this.reload();
  }

  /** What is looked at: plain data that can be kept and given back. */
  get state(): ViewState {
    return this.look;
  }

  set state(state: Partial<ViewState>) {
    this.become({ ...START, ...state });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.inside.observe(this, { childList: true, subtree: true, characterData: true });
    this.sizes.observe(this);
    this.ownerDocument.defaultView?.addEventListener("hashchange", this.followLink);
    this.addEventListener("keydown", this.onKey);
    this.reload();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.inside.disconnect();
    this.sizes.disconnect();
    this.ownerDocument.defaultView?.removeEventListener("hashchange", this.followLink);
    this.removeEventListener("keydown", this.onKey);
    this.loader.stop();
    this.stage?.destroy();
    this.stage = undefined;
  }

  // What a page may ask for

  /** The picture as it is, as a PNG. */
  toPNG(): Promise<Blob> {
    return this.stage?.toPng() ?? Promise.reject(new Error("there is no picture yet"));
  }

  /** The picture as an SVG document: the same text for the same state. */
  toSVG(): string {
    if (!this.picture || !this.stage) throw new Error("there is no picture yet");
    return svgOf(this.picture, this.stage.palette);
  }

  /** Every allowed connection, as `watertight list -o json` gives it. */
  toJSON(): ReturnType<typeof connectionsAnswer> | undefined {
    if (this.phase.at !== "ready") return undefined;
    const { reachability, diagnostics } = this.phase.analysis;
    return connectionsAnswer(listConnections(reachability, {}, diagnostics));
  }

  /** This page's address with the state in its fragment. */
  toLink(): string {
    const url = new URL(this.ownerDocument.location.href);
    url.hash = encodeState(this.look, this.owner);
    return url.href;
  }

  // Input

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("src") && this.hasUpdated) this.reload();
    const asked = ["focusOn", "from", "to", "port"].some((name) => changed.has(name));
    if (asked && this.hasUpdated && this.phase.at === "ready") {
      this.look = this.withAttributes(this.look, this.phase.analysis);
      if (this.refine()) this.redraw();
    }
  }

  private reload(): void {
    if (this.isConnected) this.loader.load(() => ({ element: this, given: this.given, src: this.src }));
  }

  private async accept(sources: readonly Source[], options: Partial<Options>, signal: AbortSignal): Promise<void> {
    const onProgress = (done: number) => {
      if (this.phase.at !== "ready") this.enter({ at: "loading", done });
    };
    const whole = await analyse(sources, options, { signal, onProgress });
    if (!whole || signal.aborted) return;
    const linked = decodeState(this.ownerDocument.location.hash, this.owner);
    this.look = linked ?? this.withAttributes(this.look, whole);
    const analysis = detailedFor(whole, this.look);
    this.phase = { at: "ready", analysis };
    this.chrome = { ...this.chrome, expanded: expandedAtStart(analysis.graph) };
    if (!this.picture) this.page = this.pageNow();
    this.redraw();
    const errors = analysis.diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0) tell(this, "watertight-error", { diagnostics: errors });
    this.updateComplete.then(
      () =>
        tell(this, "watertight-ready", {
          endpoints: analysis.reachability.endpoints.length,
          pairs: analysis.graph.pairs.length,
        }),
      () => undefined,
    );
  }

  private withAttributes(look: ViewState, { graph }: Analysis): ViewState {
    const { selection: _, question: __, ...rest } = look;
    if (this.from && this.to) return { ...rest, question: { from: this.from, to: this.to, port: this.port ?? "" } };
    const vertex = this.focusOn ? findVertex(graph, this.focusOn) : undefined;
    return vertex ? { ...rest, selection: { kind: "endpoint", id: vertex.id } } : look;
  }

  private fail(problem: string): void {
    this.enter({ at: "failed", problem });
    tell(this, "watertight-error", { problem, diagnostics: [] });
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    if (phase.at !== "ready") this.picture = undefined;
    this.requestUpdate();
  }

  // State

  private readonly actions: Actions = {
    select: (selection) => this.act({ do: "select", selection }),
    toggle: (group) => this.act({ do: "toggle", group, open: [...(this.picture?.disclosure.open ?? [])] }),
    openGroups: (groups) => this.act({ do: "open", groups }),
    ask: (question) => this.act({ do: "ask", question }),
  };

  private act(action: Action): void {
    this.become(update(this.look, action));
  }

  private become(state: ViewState): void {
    if (state === this.look) return;
    const before = this.look;
    this.look = state;
    if (this.refine() || state.open !== before.open) this.redraw();
    if (!sameSelection(state.selection, before.selection)) {
      if (this.phase.at === "ready") this.chrome = showing(this.chrome, this.phase.analysis.graph, state.selection);
      tell(this, "watertight-select", { selection: state.selection });
    }
    tell(this, "watertight-change", { state });
    if (this.phase.at === "ready") this.spoken = announcement(this.phase.analysis, state);
    this.requestUpdate();
  }

  /** Works out what the state speaks of and the graph has not; whether there was something. */
  private refine(): boolean {
    if (this.phase.at !== "ready") return false;
    const { analysis } = this.phase;
    this.phase = { at: "ready", analysis: detailedFor(analysis, this.look) };
    return this.phase.analysis !== analysis;
  }

  private redraw(): void {
    if (this.phase.at === "ready") {
      const { selection, open } = this.look;
      const pinned = new Set(selection?.kind === "namespace" ? [selection.id] : []);
      const groups = open === "default" ? open : new Set(open);
      this.picture = pictureOf(this.phase.analysis.graph, { open: groups, pinned, page: this.page });
    }
    this.requestUpdate();
  }

  private setChrome(part: Partial<Chrome>): void {
    this.chrome = { ...this.chrome, ...part };
    this.requestUpdate();
  }

  private readonly followLink = (): void => {
    const state = decodeState(this.ownerDocument.location.hash, this.owner);
    if (state) this.become(state);
  };

  private get owner(): string {
    return this.id || "1";
  }

  private resized(): void {
    const page = this.pageNow();
    if (page.width === this.page.width && page.height === this.page.height) return;
    this.page = page;
    this.redraw();
  }

  private pageNow(): Page {
    return pageOf(roomBeside(this.clientWidth, this.clientHeight, this.chrome, this.look));
  }

  // What is seen

  protected override render(): TemplateResult {
    const { phase, picture, look, chrome, view, spoken, actions, onGraphKey, camera } = this;
    return shell({
      ...{ phase, picture, look, chrome, view, spoken, actions, onGraphKey, camera },
      outline: outlineOf(this.chrome, this.clientWidth),
      change: (part) => this.setChrome(part),
      focusRow: () => this.focusRow(),
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
    const sheets = this.clientWidth > NARROW ? [] : [...this.renderRoot.querySelectorAll<HTMLElement>(".panel")];
    const covered = Math.max(0, ...sheets.map(({ offsetHeight }) => offsetHeight));
    if (this.picture) this.stage.show(this.picture, broughtOut(this.picture, this.look), covered);
  }

  // What is done

  private announce(words: string): void {
    this.spoken = words;
    this.requestUpdate();
  }

  private readonly camera = (how: "in" | "out" | "fit"): void => {
    if (how === "fit") this.stage?.fit();
    else this.stage?.zoom(how);
  };

  private focusRow(): void {
    this.updateComplete.then(
      () => this.renderRoot.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus(),
      () => undefined,
    );
  }

  private readonly onGraphKey = (event: KeyboardEvent): void => {
    if (!this.picture) return;
    const command = commandOf(event, this.picture, this.look.selection);
    if (!command) return;
    event.preventDefault();
    perform(command, {
      ...this.actions,
      zoom: this.camera,
      pan: (x, y) => this.stage?.pan(x, y),
      inspect: () => this.renderRoot.querySelector<HTMLElement>(".inspector")?.focus(),
    });
  };

  /** Keys of the whole viewer: a slash searches, Escape backs out of one thing at a time. */
  private readonly onKey = (event: KeyboardEvent): void => {
    const [inner] = event.composedPath();
    const typing = inner instanceof HTMLInputElement;
    if (event.key === "/" && !typing) {
      event.preventDefault();
      this.renderRoot.querySelector<HTMLInputElement>(".search input")?.focus();
    } else if (event.key === "Escape") {
      if (this.chrome.menu === "open") this.setChrome({ menu: "closed" });
      else if (this.look.question) this.actions.ask(undefined);
      else if (this.look.selection) this.actions.select(undefined);
      else if (typing) this.renderRoot.querySelector<HTMLElement>(".canvas")?.focus();
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "watertight-viewer": WatertightViewer;
  }
}

if (!customElements.get("watertight-viewer")) customElements.define("watertight-viewer", WatertightViewer);
