import { html, type TemplateResult } from "lit";
import { VIEWS, type ViewName } from "../state.ts";
import { VIEW_PARTS } from "./views.ts";

/** The views as tabs; where there is little room, one list of them. */
export function tabs(current: ViewName, show: (view: ViewName) => void): TemplateResult {
  const known = VIEWS.flatMap((name) => {
    const part = VIEW_PARTS[name];
    return part ? [{ name, title: part.title }] : [];
  });
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = known.findIndex(({ name }) => name === current);
    const next = known[(at + step + known.length) % known.length];
    if (!next) return;
    show(next.name);
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-view="${next.name}"]`)?.focus();
  };
  return html`<div class="tabs wide-only" role="tablist" aria-label="View" @keydown=${onKey}>
      ${known.map(
        ({ name, title }) => html`<button role="tab" data-view=${name} aria-selected=${String(name === current)}
          tabindex=${name === current ? "0" : "-1"} @click=${() => show(name)}>${title}</button>`,
      )}
    </div>
    <select class="narrow-only" aria-label="View" @change=${(event: Event) => show((event.target as HTMLSelectElement).value as ViewName)}>
      ${known.map(({ name, title }) => html`<option value=${name} ?selected=${name === current}>${title}</option>`)}
    </select>`;
}
