import type { Options, Source } from "@watertight/core";
import type { SourceEdit } from "./state.ts";

/** What a viewer is to read, or why it cannot. */
export type Input =
  | {
      readonly kind: "sources";
      readonly sources: readonly Source[];
      /** What is laid over them from the start. */
      readonly edits: readonly SourceEdit[];
      readonly options: Partial<Options>;
    }
  | ({ readonly kind: "failed" } & Failure);

/** Why manifests could not be had, and what whoever wrote the page may do about it. */
export interface Failure {
  readonly problem: string;
  readonly fix?: string;
}

/** A file that cannot be had, as {@link Failure} says. */
class Unreadable extends Error implements Failure {
  constructor(
    readonly problem: string,
    readonly fix: string,
  ) {
    super(problem);
  }
}

/**
 * Manifests written inside the element: YAML in a script with a `data-path`, or a list of sources as JSON. Nothing in it is run.
 */
export function inlineSources(element: Element): Input {
  const sources: Source[] = [];
  let options: Partial<Options> = {};
  let edits: readonly SourceEdit[] = [];
  for (const script of element.querySelectorAll<HTMLScriptElement>("script")) {
    const text = script.textContent ?? "";
    const role = script.dataset.watertight;
    if (script.type === "application/yaml") {
      sources.push({ path: script.dataset.path ?? `inline-${sources.length + 1}.yaml`, text: withoutIndent(text) });
    } else if (script.type === "application/json" && role !== undefined) {
      const value = readJson(text);
      if (role === "sources" && isSources(value)) sources.push(...value);
      else if (role === "proposed" && isEdits(value)) edits = value;
      else if (role === "options" && typeof value === "object" && value !== null) options = value;
      else return { kind: "failed", problem: `the inline ${role} are not what they should be` };
    } else if (script.type === "application/json") {
      sources.push({ path: script.dataset.path ?? `inline-${sources.length + 1}.json`, text });
    }
  }
  return { kind: "sources", sources, edits, options };
}

/** Where manifests may come from: the page's own origin, or any that a page can ask. */
export type Origins = "own" | "any";

/** Fetches manifests, all at once. */
export async function fetchSources(
  list: string,
  page: Document,
  origins: Origins,
  signal: AbortSignal,
): Promise<Input> {
  const names = list.split(/\s+/).filter((name) => name !== "");
  try {
    const sources = await Promise.all(names.map((name) => fetchSource(name, page, origins, signal)));
    return { kind: "sources", sources, edits: [], options: {} };
  } catch (error) {
    if (signal.aborted) return { kind: "sources", sources: [], edits: [], options: {} };
    return { kind: "failed", ...failureOf(error) };
  }
}

/** Whatever was thrown, in words. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Unreadable) return { problem: error.problem, fix: error.fix };
  return { problem: error instanceof Error ? error.message : String(error) };
}

async function fetchSource(name: string, page: Document, origins: Origins, signal: AbortSignal): Promise<Source> {
  const url = URL.canParse(name, page.baseURI) ? new URL(name, page.baseURI) : undefined;
  if (!url)
    throw new Unreadable(`${name} is no address that this page could ask for`, "Put the manifests inside the element.");
  const own = new URL(page.baseURI);
  const isOwn = url.origin === own.origin && url.protocol === own.protocol;
  if (!isOwn && (origins === "own" || !/^https?:$/.test(url.protocol))) {
    const problem = `${name} is on another origin, and only manifests of this page's own are read`;
    throw new Unreadable(problem, "Serve it beside this page, or set allow-cross-origin on the element.");
  }
  if (url.protocol === "file:") {
    const problem = `${name} cannot be read from a page opened as a file`;
    throw new Unreadable(problem, "Put the manifests inside the element, or open the page through a server.");
  }
  const response = await fetch(url, { signal, credentials: "same-origin" }).catch(() => {
    const fix = isOwn
      ? "The server gave no answer. Is it running, and does the page's content policy allow connect-src 'self'?"
      : "Its server has to allow this page (Access-Control-Allow-Origin), and the page's content policy has to allow it.";
    throw new Unreadable(`${name} could not be fetched`, fix);
  });
  if (!response.ok) {
    const status = `${response.status} ${response.statusText}`.trim();
    throw new Unreadable(
      `${name} could not be fetched: ${status}`,
      `Asked for ${url.href}: src is relative to the page.`,
    );
  }
  return { path: name, text: await response.text() };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSources(value: unknown): value is Source[] {
  return Array.isArray(value) && value.every((one) => typeof one?.path === "string" && typeof one?.text === "string");
}

function isEdits(value: unknown): value is SourceEdit[] {
  const isText = (one: unknown) => one === undefined || typeof one === "string";
  return Array.isArray(value) && value.every((one) => typeof one?.path === "string" && isText(one.text));
}

/** Text without the indentation all its lines share, as it has when a page indents its markup. */
function withoutIndent(text: string): string {
  const lines = text.replace(/^[ \t]*\r?\n/, "").split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const shared = Math.min(...indents);
  return Number.isFinite(shared) ? lines.map((line) => line.slice(shared)).join("\n") : text;
}
