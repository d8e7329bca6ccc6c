import type { Page } from "./layout/place.ts";
import { nameOfEnd } from "./model/names.ts";
import { COLOUR_QUERIES, paletteOf, themeOf } from "./render/colours.ts";
import { CytoscapeRenderer, type Hit } from "./render/cytoscape.ts";
import type { Palette, ThemeName } from "./render/theme.ts";
import { emphasisOf, highlightOf } from "./scene/emphasis.ts";
import type { Focus, Pointed } from "./scene/focus.ts";
import type { Picture } from "./scene/picture.ts";
import type { Selection } from "./state.ts";

/** What happens on the stage. */
export interface StageEvents {
  readonly onSelect: (selection: Selection | undefined) => void;
  readonly onToggle: (group: string) => void;
  readonly onTheme: (theme: ThemeName) => void;
}

/** The height of what lies over the foot of the graph: the legend and the buttons of the camera. */
const FOOT = 30;

/** The part of the viewer that is drawn: keeps the renderer in step with picture, selection, theme and size. */
export class Stage {
  private renderer: CytoscapeRenderer | undefined;
  private picture: Picture | undefined;
  private focus: Focus | undefined;
  private covered = 0;
  private theme = "auto";
  private hover: ReturnType<typeof setTimeout> | undefined;
  private readonly resizing = new ResizeObserver(() => this.renderer?.settle());
  private readonly queries = COLOUR_QUERIES.map((query) => matchMedia(query));

  constructor(
    private readonly host: HTMLElement,
    private readonly canvas: HTMLElement,
    private readonly events: StageEvents,
  ) {
    this.resizing.observe(canvas);
    for (const query of this.queries) query.addEventListener("change", this.recolour);
    // A plain wheel scrolls the page; over the graph it zooms only with Ctrl or Cmd, or once the graph has been chosen.
    canvas.addEventListener("wheel", this.guardWheel, { capture: true });
  }

  /** Shows a picture and brings out the focus, clear of the pixels that are `covered` at the bottom. */
  show(picture: Picture, focus: Focus | undefined, covered: number): void {
    const isNew = picture !== this.picture;
    const moved = isNew || covered !== this.covered || JSON.stringify(focus) !== JSON.stringify(this.focus);
    if (!moved) return;
    this.picture = picture;
    this.focus = focus;
    this.covered = covered;
    const renderer = this.renderer ?? this.start();
    const { overlay, emphasis } = highlightOf(picture, focus);
    if (isNew) renderer.show(picture.scene);
    renderer.overlay(picture.scene, overlay);
    renderer.emphasise(emphasis);
    const selected = emphasis?.selected ?? new Set<string>();
    const ends = picture.scene.edges.filter(({ id }) => selected.has(id)).flatMap(({ from, to }) => [from, to]);
    const core = [...selected, ...ends];
    renderer.settle({ parts: [...core, ...(emphasis?.lit ?? [])], core, covered: Math.max(FOOT, covered) });
  }

  get isDrawn(): boolean {
    return this.picture !== undefined;
  }

  set wantedTheme(theme: string) {
    if (theme === this.theme) return;
    this.theme = theme;
    this.recolour();
  }

  get palette(): Palette {
    return paletteOf(this.host, themeOf(this.theme, window));
  }

  readonly recolour = (): void => {
    this.events.onTheme(themeOf(this.theme, window));
    this.renderer?.recolour(this.palette);
  };

  zoom(direction: "in" | "out"): void {
    this.renderer?.zoom(direction);
  }

  fit(): void {
    this.renderer?.fit();
  }

  pan(x: number, y: number): void {
    this.renderer?.pan(x, y);
  }

  toPng(): Promise<Blob> {
    if (!this.renderer) return Promise.reject(new Error("there is no picture yet"));
    return this.renderer.toPng();
  }

  destroy(): void {
    clearTimeout(this.hover);
    this.resizing.disconnect();
    this.canvas.removeEventListener("wheel", this.guardWheel, { capture: true });
    for (const query of this.queries) query.removeEventListener("change", this.recolour);
    this.renderer?.destroy();
    this.renderer = undefined;
  }

  private start(): CytoscapeRenderer {
    const inner = this.canvas.ownerDocument.createElement("div");
    inner.setAttribute("aria-hidden", "true");
    inner.className = "cytoscape";
    this.canvas.replaceChildren(inner);
    this.events.onTheme(themeOf(this.theme, window));
    this.renderer = new CytoscapeRenderer(inner, this.palette, {
      onTap: (hit) => {
        this.canvas.focus({ preventScroll: true });
        const selection = hit && this.selectionOf(hit);
        // Lines that only the focus has drawn lead nowhere else.
        if (selection || !hit) this.events.onSelect(selection);
      },
      onDoubleTap: (hit) => {
        const group = this.groupOf(hit);
        if (group !== undefined) this.events.onToggle(group);
      },
      onHover: (hit) => this.hovered(hit),
    });
    return this.renderer;
  }

  private hovered(hit: Hit | undefined): void {
    clearTimeout(this.hover);
    this.hover = setTimeout(() => {
      const { picture, renderer } = this;
      if (!picture || !renderer || this.focus || picture.scene.cards.length > 300) return;
      const over = hit && hit.kind !== "box" ? this.selectionOf(hit) : undefined;
      renderer.emphasise(emphasisOf(picture, over));
    }, 120);
  }

  private selectionOf({ kind, id }: Hit): Pointed | undefined {
    if (!this.picture) return undefined;
    const { graph, scene, view } = this.picture;
    if (kind === "edge") {
      const line = view.lines.find((one) => one.id === id);
      return line && { kind: "edge", from: nameOfEnd(graph, line.from), to: nameOfEnd(graph, line.to) };
    }
    const card = scene.cards.find((one) => one.id === id);
    const vertex = card?.vertex === undefined ? undefined : graph.vertices[card.vertex];
    if (vertex) return { kind: "endpoint", id: vertex.id };
    const group = card?.group ?? scene.boxes.find((one) => one.id === id)?.group;
    return group === undefined ? undefined : { kind: "namespace", id: group };
  }

  /** The namespace a double click opens or closes. */
  private groupOf({ kind, id }: Hit): string | undefined {
    const { scene } = this.picture ?? {};
    if (kind === "card") return scene?.cards.find((one) => one.id === id && one.vertex === undefined)?.group;
    return kind === "box" ? scene?.boxes.find((one) => one.id === id)?.group : undefined;
  }

  private readonly guardWheel = (event: WheelEvent): void => {
    const chosen = this.canvas.matches(":focus");
    if (!event.ctrlKey && !event.metaKey && !chosen) event.stopImmediatePropagation();
  };
}

/** The room a picture has on a page, in coarse steps, so that a small change of size does not move everything. */
export function pageOf({ width, height }: Page): Page {
  const step = (size: number, by: number) => Math.max(by * 3, Math.round(size / by) * by);
  return { width: step(width, 120), height: step(height, 80) };
}
