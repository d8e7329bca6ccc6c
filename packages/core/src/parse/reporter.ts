import type { Diagnostic } from "../model/diagnostic.ts";
import type { Report } from "./text.ts";

/**
 * A report that keeps what it is told fit to print: the words of the input escaped and cut short, and what would repeat for every
 * document of a template said once in a file.
 */
export function reporter(report: Report): Report {
  const templates = new Set<string>();
  return (diagnostic) => {
    if (diagnostic.code === "template-not-rendered" && diagnostic.span) {
      const told = `${diagnostic.span.path}\n${diagnostic.fix}`;
      if (templates.has(told)) return;
      templates.add(told);
    }
    report(printable(diagnostic));
  };
}

function printable(diagnostic: Diagnostic): Diagnostic {
  const { message, field, fix } = diagnostic;
  return {
    ...diagnostic,
    message: oneLine(message),
    ...(field !== undefined && { field: oneLine(field) }),
    ...(fix !== undefined && { fix: oneLine(fix) }),
  };
}

const MAX_LENGTH = 500;

/** Control characters, line separators, and marks that change the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

function oneLine(text: string): string {
  const short = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return short.replace(UNPRINTABLE, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace(/^[^\\]$/, escaped),
  );
}

/** JSON leaves characters above 0x7e as they are. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
