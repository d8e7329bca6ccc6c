import { html, nothing, svg, type TemplateResult } from "lit";
import { isOpen } from "../model/graph.ts";
import type { Focus } from "../scene/focus.ts";
import type { Picture } from "../scene/picture.ts";
import type { SceneEdge } from "../scene/scene.ts";

const LINE = svg`<path d="M2 10H38" stroke="var(--wt-allow)" stroke-width="2" fill="none"/><path d="M36 5l9 5l-9 5z" fill="var(--wt-allow)"/>`;
const CARD = (dash: string, stroke: string, extra: unknown) =>
  svg`<rect x="2" y="2" width="42" height="16" rx="4" fill="var(--wt-card)" stroke=${stroke} stroke-width="1.4" stroke-dasharray=${dash}/>${extra}`;
const WALL = (x: number) => svg`<rect x=${x} y="5" width="3.5" height="10" rx="1.5" fill="var(--wt-bar)"/>`;

/** What the marks of a picture mean: those it has, and those that a focus may draw over it. */
export function legend({ scene, graph }: Picture, focus: Focus | undefined): TemplateResult {
  const { boxes, cards, tags, edges } = scene;
  const row = (isThere: boolean, picture: unknown, words: string) =>
    isThere
      ? html`<li><svg viewBox="0 0 46 20" aria-hidden="true">${picture}</svg><span>${words}</span></li>`
      : nothing;
  const own = cards.filter(({ kind }) => kind !== "address").map(({ open }) => open);
  const states = [...boxes.filter(({ kind }) => kind === "namespace").map(({ open }) => open), ...own];
  const isPlain = ({ change, weight }: SceneEdge) => change === undefined && weight !== "hub";
  const isOfOne = focus?.kind === "endpoint";
  return html`<details class="legend" part="legend">
    <summary>Legend</summary>
    <ul tabindex="0" aria-label="Legend">
      ${row(
        edges.some(({ change }) => change === "gained"),
        svg`<path d="M2 10H36" stroke="var(--wt-allow)" stroke-width="4"/><path d="M34 3l11 7l-11 7z" fill="var(--wt-allow)"/>`,
        "the edits let this through",
      )}
      ${row(
        edges.some(({ change }) => change === "lost"),
        svg`<path d="M2 10H42" stroke="var(--wt-open)" stroke-width="4" stroke-dasharray="9 5"/><path d="M43 3V17" stroke="var(--wt-open)" stroke-width="2.5"/>`,
        "the edits stop this",
      )}
      ${row(edges.some(isPlain), LINE, "policies let this through")}
      ${row(
        edges.some(({ weight, from }) => weight === "group" && from.startsWith("group ")),
        svg`<circle cx="4" cy="10" r="4" fill="var(--wt-allow)"/><path d="M4 10H44" stroke="var(--wt-allow)" stroke-width="2.8"/>`,
        "from everything in the box",
      )}
      ${row(
        edges.some(({ weight }) => weight === "hub"),
        svg`<path d="M2 10H44" stroke="var(--wt-context)" stroke-width="1"/>`,
        "from something that reaches into many namespaces, such as metrics",
      )}
      ${row(
        edges.some(({ certainty }) => certainty === "doubtful") || (isOfOne && graph.maybe !== undefined),
        svg`<path d="M2 10H38" stroke="var(--wt-allow)" stroke-width="2" stroke-dasharray="8 3 2 3"/><path d="M36 5l9 5l-9 5z" fill="var(--wt-allow)"/>`,
        "not certain: hangs on what the manifests leave open",
      )}
      ${row(
        tags.some(({ tone }) => tone === "ports"),
        svg`<rect x="2" y="2" width="42" height="16" rx="4" fill="var(--wt-allow-soft)" stroke="var(--wt-allow)"/><text x="23" y="14" text-anchor="middle" font-size="10" fill="var(--wt-allow)">TCP 80</text>`,
        "ports that are open to the lines ending here",
      )}
      ${row(
        tags.some(({ tone }) => tone === "wide"),
        svg`<rect x="2" y="2" width="42" height="16" rx="4" fill="var(--wt-allow)"/><text x="23" y="14" text-anchor="middle" font-size="10" fill="var(--wt-on-allow)">any ▸</text>`,
        "a rule lets in everyone in these words",
      )}
      ${row(
        own.some((state) => !isOpen(state, "in")),
        CARD("", "var(--wt-card-border)", WALL(5)),
        "policies govern ingress: only lines get in",
      )}
      ${row(
        own.some((state) => !isOpen(state, "out")),
        CARD("", "var(--wt-card-border)", WALL(37.5)),
        "policies govern egress: only lines get out",
      )}
      ${row(
        states.some((state) => isOpen(state, "in")),
        CARD(
          "5 3",
          "var(--wt-open)",
          svg`<text x="23" y="14" text-anchor="middle" font-size="10" font-weight="700" fill="var(--wt-open)">OPEN</text>`,
        ),
        "no policy governs ingress: anyone gets in",
      )}
      ${row(
        isOfOne && graph.pairs.some(({ because }) => because === "open"),
        svg`<path d="M2 10H44" stroke="var(--wt-context)" stroke-width="1.6" stroke-dasharray="1.5 4"/>`,
        "no policy governs it; drawn for the selection",
      )}
      ${row(
        focus?.kind === "trail",
        svg`<path d="M2 10H44" stroke="var(--wt-hop)" stroke-width="4"/><rect x="15" y="2" width="16" height="16" rx="4" fill="var(--wt-hop)"/><text x="23" y="14" text-anchor="middle" font-size="11" font-weight="700" fill="var(--wt-on-hop)">2</text>`,
        "a hop of the selected path; dashed where it is no packet",
      )}
      ${row(
        focus?.kind === "rings",
        svg`<circle cx="23" cy="10" r="9" fill="var(--wt-hop)"/><text x="23" y="14" text-anchor="middle" font-size="11" font-weight="700" fill="var(--wt-on-hop)">1</text>`,
        "falls by this many hops from the start",
      )}
      ${row(
        cards.some(({ kind }) => kind === "address"),
        svg`<rect x="2" y="2" width="42" height="16" rx="8" fill="var(--wt-outside-soft)" stroke="var(--wt-outside)" stroke-width="1.4"/>`,
        "addresses outside the cluster",
      )}
    </ul>
    <slot name="legend-extra"></slot>
  </details>`;
}
