/** Put there by the build. */
declare const WATERTIGHT_VERSION: string | undefined;

/** The version of this package; `unbuilt` of its sources. */
export const version: string = typeof WATERTIGHT_VERSION === "undefined" ? "unbuilt" : WATERTIGHT_VERSION;
