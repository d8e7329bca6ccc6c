import { html, nothing, type TemplateResult } from "lit";
import { type Graph, residentsOf } from "../model/graph.ts";
import { longName } from "../model/names.ts";
import type { Selection } from "../state.ts";
import { GLYPHS } from "./glyphs.ts";

/** Something a search can find. */
export interface Suggestion {
  readonly name: string;
  readonly detail: string;
  readonly selection: Selection;
}

const MOST = 8;

/** The best matches of a text among namespaces, workloads and addresses: names that begin with it first. */
export function suggestions(graph: Graph, text: string): readonly Suggestion[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const all: readonly Suggestion[] = [
    ...graph.groups
      .flatMap((group) => residentsOf(graph, group))
      .map(
        (vertex): Suggestion => ({
          name: longName(vertex),
          detail: vertex.detail,
          selection: { kind: "endpoint", id: vertex.id },
        }),
      ),
    ...graph.groups.map(
      (group): Suggestion => ({
        name: group.title,
        detail: group.type === "namespace" ? "Namespace" : "Addresses",
        selection: { kind: "namespace", id: group.id },
      }),
    ),
  ];
  const rank = ({ name }: Suggestion) => {
    const at = name.toLowerCase().indexOf(wanted);
    const start = name.toLowerCase().split("/").at(-1)?.startsWith(wanted);
    return at === -1 ? Number.POSITIVE_INFINITY : start ? 0 : at === 0 ? 1 : 2;
  };
  return all
    .map((one) => ({ one, at: rank(one) }))
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at || a.one.name.length - b.one.name.length || (a.one.name < b.one.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ one }) => one);
}

/** What the search field shows and does. */
export interface SearchState {
  readonly text: string;
  readonly active: number;
  readonly found: readonly Suggestion[];
  readonly change: (text: string, active: number) => void;
  readonly choose: (suggestion: Suggestion) => void;
}

/** A field with suggestions below it: the combobox pattern, driven by arrow keys, Enter and Escape. */
export function search({ text, active, found, change, choose }: SearchState): TemplateResult {
  const isOpen = text.trim() !== "";
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      change(text, (active + step + found.length) % found.length);
    } else if (event.key === "Enter" && found[active]) {
      event.preventDefault();
      choose(found[active]);
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      change("", 0);
    }
  };
  return html`<div class="search">
    ${GLYPHS.search}
    <input
      type="text" role="combobox" aria-label="Search workloads, namespaces and addresses" placeholder="Search  ( / )" autocomplete="off"
      spellcheck="false" aria-autocomplete="list" aria-controls="found" aria-expanded=${String(isOpen)}
      aria-activedescendant=${isOpen && found[active] ? `found-${active}` : nothing}
      .value=${text} @input=${(event: InputEvent) => change((event.target as HTMLInputElement).value, 0)} @keydown=${onKey}
    />
    <ul class="suggestions" id="found" role="listbox" aria-label="Matches" ?hidden=${!isOpen}>
      ${found.map(
        (one, index) => html`<li role="option" id=${`found-${index}`} aria-selected=${String(index === active)}
          @pointerdown=${(event: Event) => event.preventDefault()} @click=${() => choose(one)}>
          <span>${one.name}</span> <small>${one.detail}</small></li>`,
      )}
      ${found.length === 0 && isOpen ? html`<li role="option" aria-selected="false" aria-disabled="true"><small>nothing is called that</small></li>` : nothing}
    </ul>
  </div>`;
}
