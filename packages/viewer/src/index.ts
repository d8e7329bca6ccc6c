export type { ViewerEvents } from "./events.ts";
export { WatertightViewer } from "./element.ts";
export type { ConnectionQuestion, Selection, ViewState } from "./state.ts";
