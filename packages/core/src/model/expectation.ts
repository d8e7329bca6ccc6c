import type { Protocol, Verdict } from "./flow.ts";
import type { Span } from "./source.ts";

/** One thing a file says must hold. */
export type Expectation = FlowExpectation | PathExpectation | GapsExpectation;

interface Told {
  readonly because?: string;
  readonly span: Span;
}

/** Every flow from one end to the other comes out so, on a port or on every port. */
export interface FlowExpectation extends Told {
  readonly kind: "flow";
  readonly from: EndPattern;
  readonly to: EndPattern;
  readonly port?: { readonly protocol: Protocol | "other"; readonly port?: number };
  readonly verdict: Verdict;
}

/** Whether who has one end can come to have the other, in any number of steps. */
export interface PathExpectation extends Told {
  readonly kind: "path";
  readonly from: EndPattern;
  readonly to: EndPattern;
  readonly edges: "network" | "all";
  readonly exists: boolean;
}

/** Whether there are findings, as grave as said or graver. */
export interface GapsExpectation extends Told {
  readonly kind: "gaps";
  /** A glob. */
  readonly namespace?: string;
  readonly rule?: string;
  readonly severity: "critical" | "high" | "medium" | "low" | "info";
  readonly none: boolean;
}

/** `name`: an endpoint as a person calls it, or a glob of `namespace/name` or of an id. */
export type EndPattern =
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "selected"; readonly namespace?: string; readonly labels: ReadonlyMap<string, string> };

/** An end as it was written, on one line. */
export function formatEnd(end: EndPattern): string {
  if (end.kind === "name") return end.text;
  const labels = [...end.labels].map(([key, value]) => `${key}=${value}`).join(",");
  return [
    ...(end.namespace === undefined ? [] : [`${end.namespace}/*`]),
    ...(labels === "" ? [] : [`(${labels})`]),
  ].join(" ");
}

/** Whether a text is one that a glob means: `*` is any run of characters but a slash. Cost: product of the lengths. */
export function matchesGlob(glob: string, text: string): boolean {
  const [patterns, parts] = [glob.split("/"), text.split("/")];
  return patterns.length === parts.length && patterns.every((pattern, i) => matchesPart(pattern, parts[i] ?? ""));
}

/** The last star seen takes one more character whenever what follows it does not fit. */
function matchesPart(pattern: string, text: string): boolean {
  let [p, t, star, taken] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      taken = t;
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++taken;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}
