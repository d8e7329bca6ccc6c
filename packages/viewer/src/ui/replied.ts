import { printable } from "@watertight/core";
import { html, type TemplateResult } from "lit";
import type { Reply } from "../analysis.ts";
import type { Refusal } from "../analyst/catalogue.ts";

/** An answer as soon as there is one; until then that it is on its way, and if there can be none, why. */
export function replied<T extends object>(
  reply: Reply<T>,
  show: (value: Exclude<T, Refusal>) => TemplateResult,
  waiting = "Working it out …",
): TemplateResult {
  if (reply.at === "waiting") return html`<p class="waiting quiet">${waiting}</p>`;
  const problem = reply.at === "failed" ? reply.problem : problemOf(reply.value);
  if (problem !== undefined) return html`<p class="problem" role="alert">${printable(problem)}</p>`;
  return show((reply as { readonly value: T }).value as Exclude<T, Refusal>);
}

function problemOf(value: object): string | undefined {
  return "problem" in value && typeof value.problem === "string" ? value.problem : undefined;
}
