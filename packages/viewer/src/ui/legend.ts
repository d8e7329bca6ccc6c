import { html, nothing, svg, type TemplateResult } from "lit";

const LINE = svg`<path d="M2 10H38" stroke="var(--wt-allow)" stroke-width="2" fill="none"/><path d="M36 5l9 5l-9 5z" fill="var(--wt-allow)"/>`;
const CARD = (dash: string, stroke: string, extra: unknown) =>
  svg`<rect x="2" y="2" width="42" height="16" rx="4" fill="var(--wt-card)" stroke=${stroke} stroke-width="1.4" stroke-dasharray=${dash}/>${extra}`;

/** What every mark in the graph means; those of a comparison only where there is one. */
export function legend(compared: "edited" | "as given"): TemplateResult {
  const row = (picture: unknown, words: string) =>
    html`<li><svg viewBox="0 0 46 20" aria-hidden="true">${picture}</svg><span>${words}</span></li>`;
  const wall = (x: number) => svg`<rect x=${x} y="5" width="3.5" height="10" rx="1.5" fill="var(--wt-bar)"/>`;
  return html`<details class="legend" part="legend">
    <summary>Legend</summary>
    <ul tabindex="0" aria-label="Legend">
      ${
        compared === "edited"
          ? [
              row(
                svg`<path d="M2 10H36" stroke="var(--wt-allow)" stroke-width="4"/><path d="M34 3l11 7l-11 7z" fill="var(--wt-allow)"/>`,
                "the edits let this through",
              ),
              row(
                svg`<path d="M2 10H42" stroke="var(--wt-open)" stroke-width="4" stroke-dasharray="9 5"/><path d="M43 3V17" stroke="var(--wt-open)" stroke-width="2.5"/>`,
                "the edits stop this",
              ),
            ]
          : nothing
      }
      ${row(LINE, "policies let this through")}
      ${row(svg`<circle cx="4" cy="10" r="4" fill="var(--wt-allow)"/><path d="M4 10H44" stroke="var(--wt-allow)" stroke-width="2.8"/>`, "from everything in the box")}
      ${row(svg`<path d="M2 10H44" stroke="var(--wt-context)" stroke-width="1"/>`, "from something that reaches into many namespaces, such as metrics")}
      ${row(svg`<rect x="2" y="2" width="42" height="16" rx="4" fill="var(--wt-allow-soft)" stroke="var(--wt-allow)"/><text x="23" y="14" text-anchor="middle" font-size="10" fill="var(--wt-allow)">TCP 80</text>`, "ports that are open to the lines ending here")}
      ${row(svg`<rect x="2" y="2" width="42" height="16" rx="4" fill="var(--wt-allow)"/><text x="23" y="14" text-anchor="middle" font-size="10" fill="var(--wt-on-allow)">any ▸</text>`, "a rule lets in everyone in these words")}
      ${row(CARD("", "var(--wt-card-border)", wall(5)), "policies govern ingress: only lines get in")}
      ${row(CARD("", "var(--wt-card-border)", wall(37.5)), "policies govern egress: only lines get out")}
      ${row(CARD("5 3", "var(--wt-open)", svg`<text x="23" y="14" text-anchor="middle" font-size="10" font-weight="700" fill="var(--wt-open)">OPEN</text>`), "no policy governs ingress: anyone gets in")}
      ${row(svg`<path d="M2 10H44" stroke="var(--wt-context)" stroke-width="1.6" stroke-dasharray="1.5 4"/>`, "no policy governs it; drawn for a selection")}
      ${row(svg`<path d="M2 10H38" stroke="var(--wt-allow)" stroke-width="2" stroke-dasharray="8 3 2 3"/><path d="M36 5l9 5l-9 5z" fill="var(--wt-allow)"/>`, "not certain: hangs on what the manifests leave open")}
      ${row(svg`<path d="M2 10H44" stroke="var(--wt-hop)" stroke-width="4"/><rect x="15" y="2" width="16" height="16" rx="4" fill="var(--wt-hop)"/><text x="23" y="14" text-anchor="middle" font-size="11" font-weight="700" fill="var(--wt-on-hop)">2</text>`, "a hop of the selected path; dashed where it is no packet")}
      ${row(svg`<circle cx="23" cy="10" r="9" fill="var(--wt-hop)"/><text x="23" y="14" text-anchor="middle" font-size="11" font-weight="700" fill="var(--wt-on-hop)">1</text>`, "falls by this many hops from the start")}
      ${row(svg`<rect x="2" y="2" width="42" height="16" rx="8" fill="var(--wt-outside-soft)" stroke="var(--wt-outside)" stroke-width="1.4"/>`, "addresses outside the cluster")}
    </ul>
    <slot name="legend-extra"></slot>
  </details>`;
}
