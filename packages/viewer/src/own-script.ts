/** The element whose script this is, where a page runs it; that can be told only while it is evaluated. */
export const OWN_SCRIPT = ownScript();

function ownScript(): HTMLScriptElement | undefined {
  if (typeof document === "undefined") return undefined;
  // A module script is nobody's current script; it goes by its name.
  const named = document.querySelector<HTMLScriptElement>('script[src$="watertight-viewer.js"]');
  const script = document.currentScript ?? named;
  return script instanceof HTMLScriptElement ? script : undefined;
}
