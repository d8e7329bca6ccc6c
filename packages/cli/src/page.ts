import { createHash } from "node:crypto";
import { type Options, type Source, UPSTREAM } from "@watertight/core";

/** What a page shows, and the script that shows it. */
export interface Page {
  readonly title: string;
  readonly sources: readonly Source[];
  /** What is laid over them: the page opens on the difference. */
  readonly proposed?: readonly Proposal[];
  readonly options: Options;
  readonly script: string;
}

/** A file with another text, or without one, a file that goes. */
export interface Proposal {
  readonly path: string;
  readonly text?: string;
}

/**
 * One HTML file with the viewer and its input inside: opened from disk it needs nothing else, and its policy lets nothing else in.
 *
 * The input is data in JSON without a single `<`, so no text in a manifest can become markup or script.
 */
export function page(content: Page): string {
  const script = embeddable(content.script);
  return html(content, [script], policyFor([script]));
}

/** A page for a server: it loads again, where its viewer stands, as soon as the server's version is another one. */
export interface LivePage {
  readonly html: string;
  /** Its Content-Security-Policy. */
  readonly policy: string;
  /** Differs where the page does. */
  readonly version: string;
}

/** Where a live page hears the version that the server has. */
export const VERSIONS = "/versions";

/** The same page for a server; beyond its own, it may reach {@link VERSIONS} and nothing else. */
export function livePage(content: Page): LivePage {
  const { title, sources, options, script } = content;
  const version = digest(JSON.stringify([title, sources, options, script]), "hex");
  const reload = `new EventSource("${VERSIONS}").onmessage = ({ data }) => {
  if (data === "${version}") return;
  const viewer = document.querySelector("watertight-viewer");
  const reload = (link) => {
    if (link) history.replaceState(null, "", link);
    location.reload();
  };
  Promise.resolve(viewer?.toLink?.()).then(reload, () => reload());
};`;
  const scripts = [embeddable(script), reload];
  const policy = policyFor(scripts, ["connect-src 'self'"]);
  return { html: html(content, scripts, policy), policy, version };
}

/** Lets these scripts run, by their hashes, and nothing else in. */
function policyFor(scripts: readonly string[], more: readonly string[] = []): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map((script) => `'sha256-${digest(script, "base64")}'`).join(" ")}`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "font-src data:",
    "worker-src blob:",
    ...more,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function digest(text: string, encoding: "base64" | "hex"): string {
  return createHash("sha256").update(text).digest(encoding);
}

function html({ title, sources, proposed = [], options }: Page, scripts: readonly string[], policy: string): string {
  const changed = Object.entries(options).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(UPSTREAM[name as keyof Options]),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)} · Watertight</title>
<style>
  html, body { height: 100%; margin: 0; }
  watertight-viewer { display: block; height: 100%; border-radius: 0; --watertight-frame: 0; }
  noscript { display: block; padding: 2rem; font: 1rem/1.5 system-ui, sans-serif; }
</style>
</head>
<body>
<noscript>This page draws who can reach whom with JavaScript, which is turned off here. The same answer as text: watertight list.</noscript>
<watertight-viewer${proposed.length > 0 ? ' view="policies"' : ""}>
<script type="application/json" data-watertight="sources">${embeddedJson(sources)}</script>
${proposed.length > 0 ? `<script type="application/json" data-watertight="proposed">${embeddedJson(proposed)}</script>\n` : ""}${changed.length > 0 ? `<script type="application/json" data-watertight="options">${embeddedJson(Object.fromEntries(changed))}</script>\n` : ""}</watertight-viewer>
${scripts.map((script, index) => `<script${index === 0 ? ' data-worker="blob"' : ""}>${script}</script>`).join("\n")}
</body>
</html>
`;
}

/**
 * A script as the text of a `<script>` element, where nothing can be escaped from outside the language.
 *
 * The two sequences that change how the element is read occur only in strings and regular expressions, where `\x3c` is the same.
 */
function embeddable(script: string): string {
  return script.replace(/\r\n?/g, "\n").replace(/<(?=!--|\/script)/gi, "\\x3c");
}

function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
