import type { PoliciesReport } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import { tallyOf } from "../../model/compare.ts";
import { changeList } from "../changes.ts";
import { replied } from "../replied.ts";
import type { ViewContext } from "../view.ts";
import { editorPart } from "./policy-editor.ts";
import { policyList } from "./policy-list.ts";

/** Every policy with what it does, the files they are written in, and what editing them would change. */
export function policiesView(context: ViewContext): TemplateResult {
  const { analysis, before, change, desk, actions } = context;
  const reply = analysis.ask("policies", {});
  const earlier = before?.ask("policies", {});
  const known = reply.at === "here" && !("problem" in reply.value) ? reply.value : undefined;
  const tally = change?.at === "here" ? tallyOf(change.value) : undefined;
  const editing = desk.part === "editor" ? desk.path : firstFile(context, known);
  const part = (name: typeof desk.part, words: unknown, turn: () => void) =>
    html`<button aria-pressed=${String(desk.part === name)} @click=${turn}>${words}</button>`;
  return html`<div class="desk">
    <h2 class="visually-hidden">Policies</h2>
    <div class="desk-parts" role="group" aria-label="Policies, editor or changes">
      ${part("list", html`Policies ${known ? html`<span class="quiet">${known.policies.length}</span>` : nothing}`, () => actions.work({ part: "list" }))}
      ${part("editor", "Editor", () => actions.work({ part: "editor", path: editing }))}
      ${part("changes", html`Changes ${tally ? html`<span class="sign gained">+${tally.gained}</span> <span class="sign lost">−${tally.lost}</span>` : nothing}`, () => actions.work({ part: "changes" }))}
    </div>
    ${
      desk.part === "editor"
        ? editorPart(context, desk)
        : html`<div class="desk-body" tabindex="-1">${
            desk.part === "changes"
              ? changeList(context)
              : replied(reply, (report) =>
                  policyList(
                    context,
                    report,
                    earlier?.at === "here" && !("problem" in earlier.value) ? earlier.value : undefined,
                  ),
                )
          }</div>`
    }
  </div>`;
}

/** The file the editor opens with when none was chosen: that of the selected policy, else of the first. */
function firstFile({ analysis, look }: ViewContext, report: PoliciesReport | undefined): string {
  const chosen = report?.policies.find(
    ({ kind, policy }) => look.selection?.kind === "policy" && look.selection.id === `${kind}/${policy}`,
  );
  const [edit] = look.edits.filter(({ text }) => text !== undefined);
  return (chosen ?? report?.policies[0])?.source.path ?? edit?.path ?? analysis.sources[0]?.path ?? "";
}
