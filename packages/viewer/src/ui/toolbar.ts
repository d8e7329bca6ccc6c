import { html, nothing, type TemplateResult } from "lit";
import { GLYPHS } from "./glyphs.ts";

/** What the toolbar shows and does. */
export interface ToolbarState {
  readonly tabs: TemplateResult;
  readonly search: TemplateResult;
  /** `absent` where no view of the moment has room for one. */
  readonly outline: "shown" | "hidden" | "absent";
  readonly asking: "yes" | "no";
  readonly menu: "open" | "closed";
  /** Leaves the full view, where there is another. */
  readonly leave: (() => void) | undefined;
  readonly groups: "some-closed" | "all-open" | "single";
  readonly toggleOutline: () => void;
  readonly ask: () => void;
  readonly toggleMenu: () => void;
  readonly toggleGroups: () => void;
  readonly save: (kind: "png" | "svg" | "json" | "link") => void;
}

export function toolbar(state: ToolbarState): TemplateResult {
  const item = (kind: "png" | "svg" | "json" | "link", words: string) =>
    html`<button @click=${() => state.save(kind)}>${words}</button>`;
  return html`<div class="toolbar" part="toolbar" role="toolbar" aria-label="Viewer">
    ${state.tabs}
    ${
      state.outline === "absent"
        ? nothing
        : html`<button class="icon" aria-pressed=${state.outline === "shown"} aria-label="Outline" title="Outline" @click=${state.toggleOutline}>${GLYPHS.outline}</button>`
    }
    ${state.search}
    <span class="space"></span>
    ${
      state.groups === "single"
        ? nothing
        : html`<button class="wide-only" @click=${state.toggleGroups}>${state.groups === "all-open" ? "Close namespaces" : "Open namespaces"}</button>`
    }
    <button aria-pressed=${state.asking === "yes"} @click=${state.ask}>Test<span class="wide-only"> a connection</span></button>
    <div class="menu-anchor">
      <button class="icon" aria-expanded=${state.menu === "open"} aria-label="Save or share" title="Save or share" @click=${state.toggleMenu}>${GLYPHS.save}</button>
      ${
        state.menu === "open"
          ? html`<div class="menu" role="group" aria-label="Save or share">
              ${item("svg", "Picture as SVG")}${item("png", "Picture as PNG")}${item("json", "Connections as JSON")}${item("link", "Copy link")}
            </div>`
          : nothing
      }
    </div>
    <slot name="actions"></slot>
    ${state.leave ? html`<button class="icon" aria-label="Leave the full view" title="Leave the full view" @click=${state.leave}>${GLYPHS.close}</button>` : nothing}
  </div>`;
}

/** The buttons that move the camera, and the one that brings `more`: the full view. */
export function zoomButtons(move: (how: "in" | "out" | "fit") => void, more: (() => void) | undefined): TemplateResult {
  return html`${more ? html`<button class="more" @click=${more}>Full view</button>` : nothing}
  <div class="zoom" role="group" aria-label="Zoom">
    <button class="icon" aria-label="Zoom in" title="Zoom in (+)" @click=${() => move("in")}>${GLYPHS.plus}</button>
    <button class="icon" aria-label="Zoom out" title="Zoom out (−)" @click=${() => move("out")}>${GLYPHS.minus}</button>
    <button class="icon" aria-label="Show everything" title="Show everything (0)" @click=${() => move("fit")}>${GLYPHS.fit}</button>
  </div>`;
}
