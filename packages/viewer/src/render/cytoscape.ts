import cytoscape from "cytoscape";
import type { Rect } from "../layout/sizes.ts";
import type { Emphasis, Overlay } from "../scene/emphasis.ts";
import type { Scene } from "../scene/scene.ts";
import { type Camera, cameraFor, cameraOn, isAfar, type Room } from "./camera.ts";
import { drawnElements, overlaidElements } from "./elements.ts";
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
const ZOOM = { least: 0.08, most: 3, step: 1.25 } as const;

/** What the camera is to show, and how much of the host's foot is covered by something else. */
export interface Wanted {
  /** Parts that are brought out, by their ids; `core` are the most important among them. */
  readonly parts: readonly string[];
  readonly core: readonly string[];
  readonly covered: number;
}

const NOTHING_WANTED: Wanted = { parts: [], core: [], covered: 0 };

/** What an emphasis makes of parts. */
const ROLES = ["selected", "lit", "quiet", "faded"] as const;
type Role = (typeof ROLES)[number];

/** Draws scenes on a canvas. Holds no state but the camera: everything else it is told. */
export class CytoscapeRenderer {
  private readonly cy: cytoscape.Core;
  private palette: Palette;
  private isFitted = true;
  /** From afar only names are written, and these larger. */
  private writing: "close" | "afar" = "close";
  private wanted = NOTHING_WANTED;
  private overlaid: cytoscape.CollectionReturnValue;

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
    this.overlaid = this.cy.collection();
    this.listen(listener);
  }

  /** Replaces the picture, with nothing over it; {@link settle} then moves the camera. */
  show(scene: Scene): void {
    this.cy.batch(() => {
      this.cy.elements().remove();
      this.cy.add(drawnElements(scene) as cytoscape.ElementDefinition[]);
    });
    this.overlaid = this.cy.collection();
    this.writing = "close";
    this.write();
    this.cy.forceRender();
  }

  /** Replaces what is drawn over the picture, which stays as it is. */
  overlay(scene: Scene, overlay: Overlay): void {
    this.cy.batch(() => {
      this.overlaid.remove();
      this.overlaid = this.cy.add(overlaidElements(scene, overlay) as cytoscape.ElementDefinition[]);
    });
  }

  /** Other colours for the same picture. */
  recolour(palette: Palette): void {
    this.palette = palette;
    this.cy.style(stylesheet(palette) as cytoscape.StylesheetJson);
  }

  /** Fades everything but some parts; nothing is faded without an emphasis. Only what looks different is drawn anew. */
  emphasise(emphasis: Emphasis | undefined): void {
    const elements = this.cy.elements();
    const roles = new Map(elements.map((element) => [element.id(), emphasis ? this.rolesIn(emphasis, element) : []]));
    this.cy.batch(() => {
      for (const role of ROLES) {
        const isWanted = (element: cytoscape.SingularElementArgument) =>
          roles.get(element.id())?.includes(role) ?? false;
        elements.filter((element) => isWanted(element) && !element.hasClass(role)).addClass(role);
        elements.filter((element) => !isWanted(element) && element.hasClass(role)).removeClass(role);
      }
    });
  }

  private rolesIn({ selected, lit }: Emphasis, element: cytoscape.SingularElementArgument): readonly Role[] {
    const of: string = element.data("of") ?? element.id();
    if (selected.has(of)) return ["selected", "lit"];
    if (lit.has(of)) return ["lit"];
    return [this.cy.getElementById(of).hasClass("box") ? "quiet" : "faded"];
  }

  /** Shows everything, and goes on doing so while the reader does not move the camera. */
  fit(): void {
    const room = this.room();
    if (room) this.move(cameraOn(this.extent(this.cy.elements()), room));
    this.isFitted = true;
  }

  /**
   * Moves the camera to what is wanted, now and whenever the host changes its size.
   *
   * A camera that the reader has moved goes no further than it must for the wanted parts to be in sight.
   */
  settle(wanted: Wanted = this.wanted): void {
    this.wanted = wanted;
    const room = this.room();
    if (!room) return;
    const extentOf = (ids: readonly string[]) => {
      const found = this.named(ids);
      return found.empty() ? undefined : this.extent(found);
    };
    if (!this.isFitted) this.reveal(wanted.parts, room);
    else this.move(cameraFor(this.extent(this.cy.elements()), extentOf(wanted.parts), extentOf(wanted.core), room));
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

  /** The whole picture as PNG. */
  toPng(): Promise<Blob> {
    this.write("close");
    const picture = this.cy.png({
      output: "blob-promise",
      full: true,
      scale: 2,
      bg: this.palette.canvas,
      maxWidth: 8000,
      maxHeight: 8000,
    });
    this.write();
    return picture;
  }

  destroy(): void {
    this.cy.destroy();
  }

  private write(as: "close" | "afar" = isAfar(this.cy.zoom()) ? "afar" : "close"): void {
    if (as === this.writing) return;
    this.writing = as;
    this.cy.batch(() => this.cy.nodes(".landmark, .close").toggleClass("afar", as === "afar"));
  }

  private move({ zoom, pan }: Camera): void {
    this.cy.viewport({ zoom, pan });
  }

  /** The room there is to see something in; none before there is something. */
  private room(): Room | undefined {
    this.cy.resize();
    if (this.cy.elements().empty() || this.cy.width() === 0) return undefined;
    return { width: this.cy.width(), height: Math.max(80, this.cy.height() - this.wanted.covered) };
  }

  private named(ids: readonly string[]): cytoscape.CollectionReturnValue {
    const wanted = new Set(ids);
    return this.cy.elements().filter((element) => wanted.has(element.id()));
  }

  private extent(elements: cytoscape.CollectionReturnValue): Rect {
    const { x1: x, y1: y, w: width, h: height } = elements.boundingBox({});
    return { x, y, width, height };
  }

  /** Moves the picture just enough to show some parts; not at all when they are in sight. */
  private reveal(ids: readonly string[], room: Room): void {
    const parts = this.named(ids);
    if (parts.empty()) return;
    const { x1, x2, y1, y2 } = parts.renderedBoundingBox({});
    const inset = 24;
    const shift = (low: number, high: number, size: number) => {
      if (low < inset) return inset - low;
      return high > size - inset ? Math.max(size - inset - high, inset - low) : 0;
    };
    const by = { x: shift(x1, x2, room.width), y: shift(y1, y2, room.height) };
    if (by.x !== 0 || by.y !== 0) this.cy.panBy(by);
  }

  private listen({ onTap, onDoubleTap, onHover }: Listener): void {
    this.cy.on("tap", ({ target }) => onTap(hitOf(target)));
    this.cy.on("dbltap", ({ target }) => {
      const hit = hitOf(target);
      if (hit) onDoubleTap(hit);
    });
    this.cy.on("mouseover", "node, edge", ({ target }) => onHover(hitOf(target)));
    this.cy.on("mouseout", "node, edge", () => onHover(undefined));
    this.cy.on("zoom", () => this.write());
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
