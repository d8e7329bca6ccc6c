import { WatertightViewer } from "./element.ts";

export type { ViewerAttributes } from "./attributes.ts";
export type { Controls } from "./chrome.ts";
export type { ViewerEvents } from "./events.ts";
export { WatertightViewer };
export type { ConnectionQuestion, Selection, ViewState } from "./state.ts";

declare global {
  interface HTMLElementTagNameMap {
    "watertight-viewer": WatertightViewer;
  }
}
