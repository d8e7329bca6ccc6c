import { type Progress, printable } from "@watertight/core";
import { html, type TemplateResult } from "lit";
import type { Reply } from "../analysis.ts";
import type { Refusal } from "../analyst/catalogue.ts";
import { bar, capital } from "./blank.ts";

/** An answer as soon as there is one; until then how far it has come, with a way to stop it, and if there can be none, why. */
export function replied<T extends object>(
  reply: Reply<T>,
  show: (value: Exclude<T, Refusal>) => TemplateResult,
  waiting = "Working it out …",
): TemplateResult {
  if (reply.at === "waiting")
    return reply.progress ? underway(reply.progress, reply.stop) : html`<p class="waiting quiet">${waiting}</p>`;
  if (reply.at === "stopped")
    return html`<p class="quiet">Stopped. <button @click=${reply.again}>Work it out</button></p>`;
  const problem = reply.at === "failed" ? reply.problem : problemOf(reply.value);
  if (problem !== undefined) return html`<p class="problem" role="alert">${printable(problem)}</p>`;
  return show((reply as { readonly value: T }).value as Exclude<T, Refusal>);
}

function underway(progress: Progress, stop: () => void): TemplateResult {
  return html`<p class="waiting quiet">${capital(progress.stage)} …</p>
    <p>${bar(progress)} <button @click=${stop}>Stop</button></p>`;
}

function problemOf(value: object): string | undefined {
  return "problem" in value && typeof value.problem === "string" ? value.problem : undefined;
}
