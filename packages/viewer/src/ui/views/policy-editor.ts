import { printable, type Source } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Desk } from "../../chrome.ts";
import { edited, withEdit } from "../../model/edits.ts";
import type { ViewContext } from "../view.ts";
import { codeEditor } from "./code-editor.ts";

/** The files with an editor for one of them; what is typed is an edit of it. */
export function editorPart(context: ViewContext, desk: Extract<Desk, { part: "editor" }>): TemplateResult {
  const { analysis, before, pending, look, actions, readonly } = context;
  const given = (before ?? analysis).sources;
  const files = edited(given, look.edits);
  const file = files.find(({ path }) => path === desk.path) ?? files[0];
  if (!file) return html`<div class="desk-body"><p class="quiet">There is no file. A new policy makes one.</p></div>`;
  const { path } = file;
  const problem = typeof pending === "object" ? pending : undefined;
  const edit = look.edits.find((one) => one.path === path);
  const original = given.find((one) => one.path === path);
  const sheet = {
    path,
    text: file.text,
    diagnostics: diagnosticsOf(problem?.diagnostics ?? analysis.diagnostics, path),
    mode: readonly ? ("read" as const) : ("write" as const),
    line: desk.path === path ? desk.line : undefined,
  };
  const write = (at: string, text: string | undefined) =>
    actions.edit(withEdit(given, look.edits, text === undefined ? { path: at } : { path: at, text }));
  return html`<div class="sheet">
    <div class="sheet-head">
      ${choice(context, files, path)}
      ${edit && original ? html`<button class="small" @click=${() => write(path, original.text)}>Revert</button>` : nothing}
      ${readonly || original ? nothing : html`<button class="small" @click=${() => write(path, undefined)}>Remove file</button>`}
    </div>
    <div class="editor" part="editor" ${codeEditor(sheet, {
      onText: write,
      vocabulary: () => {
        const reply = analysis.ask("vocabulary", null);
        return reply.at === "here" ? reply.value : undefined;
      },
    })}><p class="waiting quiet">Opening the editor …</p></div>
    <p id="editor-keys" class="editor-keys">${readonly ? "Read only." : "Ctrl+Space completes. Escape, then Tab leaves the editor."}</p>
    ${problem ? html`<p class="editor-problem problem" role="status">${printable(problem.problem)}<br /><span class="quiet">The picture stays as it was until this is mended.</span></p>` : nothing}
  </div>`;
}

/** Which file is in the editor: those with edits are marked. */
function choice({ look, actions }: ViewContext, files: readonly Source[], path: string): TemplateResult {
  const isEdited = (one: Source) => look.edits.some((edit) => edit.path === one.path);
  return html`<select aria-label="File" .value=${path} @change=${(event: Event) => actions.work({ part: "editor", path: (event.target as HTMLSelectElement).value })}>
    ${files.map((one) => html`<option value=${one.path} ?selected=${one.path === path}>${isEdited(one) ? "● " : ""}${printable(one.path)}</option>`)}
  </select>`;
}

const kept = new WeakMap<object, Map<string, ReturnType<typeof filtered>>>();

/** The diagnostics of a file: the same list for the same diagnostics, so that marks are set anew only when there are others. */
function diagnosticsOf(all: ViewContext["analysis"]["diagnostics"], path: string) {
  const known = kept.get(all) ?? new Map<string, ReturnType<typeof filtered>>();
  kept.set(all, known);
  const list = known.get(path) ?? filtered(all, path);
  known.set(path, list);
  return list;
}

function filtered(all: ViewContext["analysis"]["diagnostics"], path: string) {
  return all.filter(({ span }) => span?.path === path);
}
