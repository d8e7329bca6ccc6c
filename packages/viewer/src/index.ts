import { WatertightViewer } from "./element.ts";

export type { ViewerAttributes } from "./attributes.ts";
export type { Controls } from "./chrome.ts";
export type { ViewerEvents } from "./events.ts";
export { type Mounted, type MountOptions, mount } from "./mount.ts";
export { WatertightViewer };
export type { ConnectionQuestion, RouteQuestion, Selection, ViewState } from "./state.ts";
export type { Ruling } from "./analyst/catalogue.ts";
export { version } from "./version.ts";

declare global {
  interface HTMLElementTagNameMap {
    "watertight-viewer": WatertightViewer;
  }
}
