import { LitElement, type PropertyDeclarations } from "lit";
import type { Controls } from "./chrome.ts";

/** What a page may write on the element: each an attribute, and the property of the same meaning. */
export abstract class ViewerAttributes extends LitElement {
  static override properties: PropertyDeclarations = {
    src: { type: String },
    view: { type: String },
    focusOn: { type: String, attribute: "focus" },
    from: { type: String },
    to: { type: String },
    port: { type: String },
    open: { type: String },
    theme: { type: String },
    controls: { type: String },
    height: { type: String },
    readonly: { type: Boolean },
    lazy: { type: Boolean },
    hashState: { type: Boolean, attribute: "hash-state" },
    allowCrossOrigin: { type: Boolean, attribute: "allow-cross-origin" },
    maxNodes: { type: Number, attribute: "max-nodes" },
    maxEdges: { type: Number, attribute: "max-edges" },
  };

  /** One or more URLs of manifests, on this page's origin, separated by spaces. */
  declare src: string | undefined;
  /** Which view to show at the start: `graph`, `matrix`, `paths`, `gaps` or `policies`. */
  declare view: string;
  /** An endpoint to select at the start: `shop/web`, an id, `internet`. */
  declare focusOn: string | undefined;
  /** With `to` and `port`: a connection to answer at the start. */
  declare from: string | undefined;
  declare to: string | undefined;
  declare port: string | undefined;
  /** The namespaces to take apart at the start, separated by spaces: `*` for all, empty for none. By default what suits their number. */
  declare open: string | undefined;
  /** The colours; `auto` follows the reader's system. */
  declare theme: "auto" | "light" | "dark";
  /** `none`: the picture alone; `basic`: with its legend and a way to the full view; `full`, the default: everything. */
  declare controls: Controls;
  /** How high the element is, where no style sheet of the page says so: a CSS length, or a number of pixels. */
  declare height: string | undefined;
  /** Nothing can be edited. */
  declare readonly: boolean;
  /** Reads and works through the manifests only once the element comes near the part of the page that is seen. */
  declare lazy: boolean;
  /** Keeps what is looked at in the fragment of the page's address. On a page of several viewers, one can have it. */
  declare hashState: boolean;
  /** Lets `src` and `proposed` name manifests of other origins; they are asked for without credentials. */
  declare allowCrossOrigin: boolean;
  /** How many cards and boxes are drawn at most, and how many lines; 400 and 1,200 by default. What is left out is said. */
  declare maxNodes: number | undefined;
  declare maxEdges: number | undefined;

  constructor() {
    super();
    this.view = "graph";
    this.theme = "auto";
    this.controls = "full";
    this.readonly = false;
    this.lazy = false;
    this.hashState = false;
    this.allowCrossOrigin = false;
  }
}
