import type { DiagnosticCode } from "../model/diagnostic.ts";
import { MAX_DEPTH } from "./tree.ts";

/** Where and why a text stops being JSON. */
export class JsonFault {
  constructor(
    readonly offset: number,
    readonly message: string,
    readonly code: DiagnosticCode = "syntax",
  ) {}
}

/** The fault that was thrown; what is none goes on. */
export function faultOf(thrown: unknown): JsonFault {
  if (thrown instanceof JsonFault) return thrown;
  throw thrown;
}

export function unexpected(text: string, at: number, wanted: string): JsonFault {
  if (at >= text.length) return new JsonFault(text.length, `the text ends where ${wanted} should follow`);
  return new JsonFault(at, `found \`${text.slice(at, at + 1)}\` where ${wanted} should be`);
}

export function tooDeep(at: number): JsonFault {
  return new JsonFault(at, `nested more than ${MAX_DEPTH} levels deep`, "nesting-too-deep");
}
