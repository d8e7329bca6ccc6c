import cytoscape from "cytoscape";
import type { Emphasis } from "../scene/emphasis.ts";
import type { Scene, SceneEdge } from "../scene/scene.ts";
import { drawnElements } from "./elements.ts";
import { stylesheet } from "./stylesheet.ts";
import type { Palette } from "./theme.ts";

/** What a reader pointed at. */
export interface Hit {
  readonly kind: "card" | "box" | "edge";
  readonly id: string;
}

/** What the renderer reports. */
export interface Listener {
  readonly onTap: (hit: Hit | undefined) => void;
  readonly onDoubleTap: (hit: Hit) => void;
  readonly onHover: (hit: Hit | undefined) => void;
}

const GUARD = "__________cytoscape_stylesheet";
const ZOOM = { least: 0.08, most: 3, step: 1.25, fitted: 1.25 } as const;

/** Draws scenes on a canvas. Holds no state but the camera: everything else it is told. */
export class CytoscapeRenderer {
  private readonly cy: cytoscape.Core;
  private palette: Palette;
  private isFitted = true;

  constructor(host: HTMLElement, palette: Palette, listener: Listener) {
    guardStyles(host.ownerDocument);
    this.palette = palette;
    this.cy = cytoscape({
      container: host,
      style: stylesheet(palette) as cytoscape.StylesheetJson,
      layout: { name: "preset" },
      autoungrabify: true,
      autounselectify: true,
      boxSelectionEnabled: false,
      minZoom: ZOOM.least,
      maxZoom: ZOOM.most,
    });
    this.listen(listener);
  }

  /** Replaces the picture. The camera stays unless it showed the whole of the last one. */
  show(scene: Scene, overlay: readonly SceneEdge[] = []): void {
    this.cy.batch(() => {
      this.cy.elements().remove();
      this.cy.add(drawnElements(scene, overlay) as cytoscape.ElementDefinition[]);
    });
    this.cy.forceRender();
    if (this.isFitted) this.fit();
  }

  /** Other colours for the same picture. */
  recolour(palette: Palette): void {
    this.palette = palette;
    this.cy.style(stylesheet(palette) as cytoscape.StylesheetJson);
  }

  /** Fades everything but some parts; nothing is faded without an emphasis. */
  emphasise(emphasis: Emphasis | undefined): void {
    this.cy.batch(() => {
      this.cy.elements().removeClass("faded lit selected");
      if (!emphasis) return;
      this.cy.elements().forEach((element) => {
        const of: string = element.data("of") ?? element.id();
        if (emphasis.selected.has(of)) element.addClass("selected");
        if (emphasis.lit.has(of) || emphasis.selected.has(of)) element.addClass("lit");
        else if (!this.cy.getElementById(of).hasClass("box")) element.addClass("faded");
      });
    });
  }

  fit(padding = 20): void {
    this.cy.resize();
    const elements = this.cy.elements();
    if (elements.length === 0 || this.cy.width() === 0) return;
    this.cy.fit(elements, padding);
    // A small picture on a large page: letters need not be larger than the page's own.
    if (this.cy.zoom() > ZOOM.fitted) {
      this.cy.zoom(ZOOM.fitted);
      this.cy.center(elements);
    }
    this.isFitted = true;
  }

  /** Zooms in or out around the middle. */
  zoom(direction: "in" | "out"): void {
    const level = this.cy.zoom() * (direction === "in" ? ZOOM.step : 1 / ZOOM.step);
    this.cy.zoom({ level, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
    this.isFitted = false;
  }

  pan(x: number, y: number): void {
    this.cy.panBy({ x, y });
    this.isFitted = false;
  }

  /** Moves the picture just enough to show some parts left of what covers the right edge; not at all when they are in sight. */
  reveal(ids: Iterable<string>, covered: number): void {
    const wanted = new Set(ids);
    this.cy.resize();
    const parts = this.cy.elements().filter((element) => wanted.has(element.id()));
    if (parts.empty()) return;
    const { x1, x2, y1, y2 } = parts.renderedBoundingBox({});
    const inset = 24;
    const shift = (low: number, high: number, size: number) => {
      if (low < inset) return inset - low;
      return high > size - inset ? Math.max(size - inset - high, inset - low) : 0;
    };
    const by = { x: shift(x1, x2, this.cy.width() - covered), y: shift(y1, y2, this.cy.height()) };
    if (by.x !== 0 || by.y !== 0) this.cy.panBy(by);
  }

  /** Call when the host changed its size. */
  resize(): void {
    this.cy.resize();
    if (this.isFitted) this.fit();
  }

  /** The whole picture as PNG. */
  toPng(): Promise<Blob> {
    return this.cy.png({
      output: "blob-promise",
      full: true,
      scale: 2,
      bg: this.palette.canvas,
      maxWidth: 8000,
      maxHeight: 8000,
    });
  }

  destroy(): void {
    this.cy.destroy();
  }

  private listen({ onTap, onDoubleTap, onHover }: Listener): void {
    this.cy.on("tap", ({ target }) => onTap(hitOf(target)));
    this.cy.on("dbltap", ({ target }) => {
      const hit = hitOf(target);
      if (hit) onDoubleTap(hit);
    });
    this.cy.on("mouseover", "node, edge", ({ target }) => onHover(hitOf(target)));
    this.cy.on("mouseout", "node, edge", () => onHover(undefined));
    this.cy.on("dragpan scrollzoom pinchzoom", () => {
      this.isFitted = false;
    });
  }
}

function hitOf(target: cytoscape.SingularElementReturnValue | cytoscape.Core): Hit | undefined {
  if (!("group" in target) || typeof target.data !== "function") return undefined;
  const kind = target.data("kind");
  if (kind === "card" || kind === "box" || kind === "edge") return { kind, id: target.id() };
  return undefined;
}

/** Cytoscape writes a style element into the head unless one of this id is there; an inert one keeps strict pages quiet. */
function guardStyles(page: Document): void {
  if (page.getElementById(GUARD)) return;
  const guard = page.createElement("meta");
  guard.id = GUARD;
  page.head.append(guard);
}
