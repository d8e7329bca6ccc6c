import type { WatertightViewer } from "./element.ts";

/** What a page may say of a viewer it makes by script: its attributes by the names of their properties, and manifests. */
export type MountOptions = Partial<
  Pick<
    WatertightViewer,
    | "src"
    | "sources"
    | "view"
    | "focusOn"
    | "from"
    | "to"
    | "port"
    | "open"
    | "theme"
    | "controls"
    | "height"
    | "readonly"
    | "lazy"
    | "hashState"
    | "allowCrossOrigin"
    | "maxNodes"
    | "maxEdges"
  >
>;

/** A viewer made by {@link mount}. */
export interface Mounted {
  readonly element: WatertightViewer;
  /** Once it is drawn for the first time; rejects where the manifests cannot be had. */
  readonly ready: Promise<void>;
  /** Takes it out of the page, and whatever it holds with it. */
  readonly destroy: () => void;
}

/** Makes a viewer at the end of an element, for pages that are built by script. */
export function mount(into: Element, options: MountOptions = {}): Mounted {
  const element = into.ownerDocument.createElement("watertight-viewer");
  Object.assign(element, options);
  const ready = new Promise<void>((resolve, reject) => {
    element.addEventListener("watertight-ready", () => resolve(), { once: true });
    element.addEventListener("watertight-error", ({ detail }) => {
      if (detail.problem !== undefined) reject(new Error(detail.problem));
    });
  });
  // Whoever does not wait for it is told by the element itself.
  ready.catch(() => undefined);
  into.append(element);
  return { element, ready, destroy: () => element.remove() };
}
