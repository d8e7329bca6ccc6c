import { type PathsAnswer, printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import { count } from "../status.ts";
import { factName } from "../steps.ts";
import { patchButtons } from "../try-edit.ts";
import type { ViewContext } from "../view.ts";

const SHOWN = 6;

type Cut = NonNullable<PathsAnswer["cut"]>;
type Flows = readonly { readonly from: string; readonly to: string }[];

/** The smallest change that stops what can be stopped, edit by edit, with what each closes and breaks. */
export function chokePoints({ chokePoints: points, cut }: PathsAnswer, context: ViewContext): TemplateResult {
  if (!cut)
    return html`<h3>Choke points</h3><p class="quiet">There are too many starts and targets to look for them; name one above.</p>`;
  if (cut.connected === 0) return html``;
  const sentence = (edit: string) => printable(edit.charAt(0).toUpperCase() + edit.slice(1));
  return html`
    <h3>Choke points <span class="quiet">${cut.closes} of ${count(cut.connected, "way")} can be closed</span></h3>
    ${
      points.length === 0
        ? nothing
        : html`<p class="quiet">${cut.proof === "smallest" ? "Proved to be the smallest change" : "The best change found; a smaller one may exist"}:
            mean blast radius ${cut.meanBefore} → ${cut.meanAfter}.</p>
          <ol class="chokes">${points.map(
            ({ edit, closes, patch, merge }) => html`<li>
              <p>${sentence(edit)}</p>
              <p class="quiet">${alone(closes)}</p>
              ${patchButtons(context, { patch, merge, what: printable(edit) })}
            </li>`,
          )}</ol>
          <p class="quiet">${breaks(cut)}${cut.merge === "" ? "" : " Whether what settings take away is used, the manifests do not show."}</p>
          ${points.length > 1 ? html`<p>All ${points.length} together: ${patchButtons(context, { patch: cut.patch, merge: cut.merge, what: "all choke points" })}</p>` : nothing}`
    }
    ${cut.open > 0 ? html`<p>${count(cut.open, "way")} stay open all the same.</p>` : nothing}
    ${
      cut.inherent.length === 0
        ? nothing
        : html`<details class="more"><summary>${count(cut.inherent.length, "way")} that no policy can close</summary>
            <p class="quiet">They rest on flows the application needs, or on steps that no setting takes away. Logins, patches and scoped Secrets help there.</p>
            <ul class="plain">${cut.inherent.slice(0, 4 * SHOWN).map(flow)}</ul>
            ${cut.inherent.length > 4 * SHOWN ? html`<p class="quiet">and ${cut.inherent.length - 4 * SHOWN} more</p>` : nothing}</details>`
    }`;
}

function alone(closes: number): string {
  return closes === 0 ? "closes nothing alone, only with the others" : `closes ${count(closes, "way")} even alone`;
}

/** What the change does to flows that the application needs, as far as that is known. */
function breaks(cut: Cut): string {
  const known = cut.needs.filter(({ from }) => from !== "internet").length;
  const doubts = cut.doubts.length === 0 ? "" : `; in doubt: ${named(cut.doubts)}`;
  if (known === 0) return `Nothing is known of what the workloads need of each other, so it may break them${doubts}.`;
  if (cut.breaks.length > 0) return `Tried: it breaks ${named(cut.breaks)}${doubts}.`;
  return `Tried: it breaks none of the ${count(known, "flow")} known to be needed${doubts}.`;
}

function named(flows: Flows): string {
  const more = flows.length - SHOWN;
  const shown = flows.slice(0, SHOWN).map(({ from, to }) => `${factName(from)} → ${factName(to)}`);
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function flow({ from, to }: Flows[number]): TemplateResult {
  return html`<li>${factName(from)} → ${factName(to)}</li>`;
}
