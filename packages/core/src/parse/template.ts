import type { Diagnostic } from "../model/diagnostic.ts";
import type { SourceText } from "./text.ts";

/** What fills a template in: Helm its `{{ }}`, a shell's `envsubst` its `${ }`, `oc process` the objects of a Template. */
export type TemplateTool = "helm" | "envsubst" | "oc";

const SAID: Readonly<Record<TemplateTool, { readonly message: string; readonly fix: string }>> = {
  helm: {
    message: "this is a template, not a manifest: `{{` marks what a tool has to fill in first",
    fix: "render it first: helm template . | watertight list -",
  },
  envsubst: {
    message: "this is a template, not a manifest: `${` marks what a tool has to fill in first",
    fix: "fill it in first: envsubst < FILE | watertight list -",
  },
  oc: {
    message: "the objects of a Template are not there before it is processed; none of them is read",
    fix: "process it first: oc process --local -f FILE -o yaml | watertight list -",
  },
};

/** The diagnostic for a template that was given instead of what it renders to. */
export function templateNotRendered(text: SourceText, marker: number, tool: TemplateTool): Diagnostic {
  const span = text.span(marker, marker + 2);
  return { code: "template-not-rendered", severity: "error", ...SAID[tool], span };
}

/** What may be the cause of a syntax error, rather than what the YAML reader stumbles over as a consequence. */
export function causeOfSyntaxError(text: SourceText, start: number, end: number): Diagnostic | undefined {
  const content = text.text.slice(start, end);
  const conflict = /^<{7} .*$/m.exec(content);
  if (conflict && /^>{7} /m.test(content)) {
    const at = start + conflict.index;
    const span = text.span(at, at + conflict[0].length);
    return {
      code: "syntax",
      severity: "error",
      message: "a merge conflict was left in the text",
      span,
      fix: "resolve it",
    };
  }
  const marker = markerIn(content);
  return marker === undefined ? undefined : templateNotRendered(text, start + marker, "helm");
}

/** Where the first template marker stands outside comments and quotes. */
function markerIn(content: string): number | undefined {
  const line = /^[^"'#\n{]*(?:\{[^"'#\n{]+)*\{\{/m.exec(content);
  return line ? line.index + line[0].length - 2 : undefined;
}
