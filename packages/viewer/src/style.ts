import { type CSSResult, css, unsafeCSS } from "lit";
import { FONT, FORCED, PALETTES, type Palette, propertyOf } from "./render/theme.ts";
import { deskStyle } from "./style-desk.ts";
import { matrixStyle } from "./style-matrix.ts";
import { panelStyle } from "./style-panels.ts";
import { routeStyle } from "./style-routes.ts";

/** A palette as declarations: `--wt-allow: var(--watertight-allow, #0b63b0)`; the page's own value wins. */
function declare(palette: Palette): CSSResult {
  const lines = (Object.keys(palette) as (keyof Palette)[]).map((name) => {
    const property = propertyOf(name);
    return `${property.replace("--watertight", "--wt")}: var(${property}, ${palette[name]});`;
  });
  return unsafeCSS(lines.join("\n"));
}

const frame = css`
  :host {
    ${declare(PALETTES.light)}
    color-scheme: light;
    display: block;
    position: relative;
    height: var(--wt-height, 560px);
    min-height: min(260px, var(--wt-height, 560px));
    border-radius: 8px;
    container: viewer / inline-size;
    font: 14px/1.45 ${unsafeCSS(FONT)};
    color: var(--wt-text);
    background: var(--wt-canvas);
  }
  :host([hidden]) { display: none; }
  :host([data-theme="dark"]) {
    ${declare(PALETTES.dark)}
    color-scheme: dark;
  }
  *, *::before, *::after { box-sizing: border-box; }
  :host(:fullscreen) { border-radius: 0; }
  .shell { border: var(--watertight-frame, 1px solid var(--wt-box-border)); border-radius: inherit; display: grid; height: 100%; grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr); overflow: hidden; }
  .main { position: relative; display: grid; min-height: 0; grid-template-columns: auto minmax(0, 1fr) auto; }
  .stage { position: relative; min-width: 0; min-height: 0; overflow: hidden; grid-column: 2; }
  .canvas, .cytoscape { position: absolute; inset: 0; outline: none; }
  .canvas:focus-visible::after {
    content: ""; position: absolute; inset: 2px; border: 2px solid var(--wt-allow); border-radius: 4px; pointer-events: none;
  }

  button, input, select { font: inherit; font-size: 13px; color: inherit; }
  button {
    min-height: 30px; padding: 3px 10px; border: 1px solid var(--wt-box-border); border-radius: 6px; background: var(--wt-card);
    cursor: pointer; white-space: nowrap;
  }
  button:hover { background: var(--wt-box); }
  button[aria-pressed="true"], button[aria-expanded="true"] { background: var(--wt-allow-soft); border-color: var(--wt-allow); }
  button.icon { display: inline-grid; place-items: center; width: 30px; padding: 0; }
  :focus-visible { outline: 2px solid var(--wt-allow); outline-offset: 1px; }
  svg.glyph { width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
  input, select {
    min-height: 30px; padding: 3px 9px; border: 1px solid var(--wt-card-border); border-radius: 6px; background: var(--wt-canvas);
  }
  input::placeholder { color: var(--wt-muted); opacity: 1; }

  .toolbar {
    display: flex; gap: 8px; align-items: center; flex-wrap: wrap; padding: 7px 10px; border-bottom: 1px solid var(--wt-box-border);
    background: var(--wt-canvas);
  }
  .toolbar .space { flex: 1; }
  .narrow-only { display: none; }
  .tabs { display: flex; gap: 2px; }
  .tabs button { border-color: transparent; background: none; }
  .tabs button:hover { background: var(--wt-box); }
  .tabs button[aria-selected="true"] { font-weight: 600; border-color: var(--wt-allow); background: var(--wt-allow-soft); }
  .page { position: absolute; inset: 0; z-index: 3; overflow: auto; background: var(--wt-canvas); }
  .toolbar .group { display: flex; gap: 6px; align-items: center; }
  .search { position: relative; flex: 9 1 130px; max-width: 260px; }
  .search input { width: 100%; padding-left: 30px; }
  .search svg.glyph { position: absolute; left: 9px; top: 7px; color: var(--wt-muted); pointer-events: none; }
  .suggestions, .menu {
    position: absolute; z-index: 6; top: calc(100% + 4px); left: 0; min-width: 100%; margin: 0; padding: 4px; list-style: none;
    background: var(--wt-canvas); border: 1px solid var(--wt-box-border); border-radius: 8px; box-shadow: 0 8px 24px rgb(0 0 0 / 18%);
    max-height: 320px; overflow: auto;
  }
  .suggestions li { display: flex; justify-content: space-between; gap: 16px; padding: 5px 8px; border-radius: 5px; cursor: pointer; white-space: nowrap; }
  .suggestions li[aria-selected="true"], .suggestions li:hover { background: var(--wt-allow-soft); }
  .suggestions small { color: var(--wt-muted); }
  .menu-anchor { position: relative; }
  .menu { left: auto; right: 0; display: grid; }
  .menu button { border: 0; text-align: left; background: none; }
  .menu button:hover { background: var(--wt-box); }

  .zoom { position: absolute; right: 12px; bottom: 10px; display: flex; z-index: 3; }
  button.more { position: absolute; right: 118px; bottom: 10px; z-index: 3; }
  .zoom button { border-radius: 0; margin-left: -1px; width: 32px; }
  .zoom button:first-child { border-radius: 6px 0 0 6px; }
  .zoom button:last-child { border-radius: 0 6px 6px 0; }

  .status {
    display: flex; gap: 6px 14px; flex-wrap: wrap; align-items: center; min-height: 28px; padding: 4px 12px; font-size: 12px;
    color: var(--wt-muted); border-top: 1px solid var(--wt-box-border); background: var(--wt-canvas);
  }
  .status button { min-height: 24px; padding: 0 8px; font-size: 12px; }
  .doubts { position: relative; }
  .doubts > summary { cursor: pointer; list-style: none; text-decoration: underline; text-underline-offset: 3px; text-decoration-style: dotted; }
  .doubts > summary::-webkit-details-marker { display: none; }
  .doubts > .popup {
    position: absolute; bottom: calc(100% + 10px); left: -8px; z-index: 6; width: 380px; max-width: 80cqw; max-height: 50cqh; overflow: auto; padding: 6px 12px 10px;
    border: 1px solid var(--wt-card-border); border-radius: 8px; background: var(--wt-card); color: var(--wt-text); font-size: 13px; box-shadow: 0 6px 20px rgb(0 0 0 / 0.18);
  }
  .doubts ul { margin: 0; padding: 0; list-style: none; }
  .doubts p { margin: 4px 0; }
  .status .rows button { font-size: 12.5px; padding: 4px 6px; }
  .doubt { margin: 10px 0 0; padding: 8px 10px; border: 1px dashed var(--wt-text); border-radius: 6px; }
  .doubt p { margin: 0 0 2px; }
  .status strong { color: var(--wt-text); font-weight: 600; }

  .card-state { position: absolute; inset: 0; display: grid; place-items: center; padding: 24px; text-align: center; background: var(--wt-canvas); z-index: 4; overflow: auto; }
  .card-state > div { max-width: 520px; }
  .card-state h2 { margin: 12px 0 6px; font-size: 18px; }
  .card-state p { margin: 0 0 10px; color: var(--wt-muted); }
  .card-state pre { text-align: left; }
  .card-state svg { width: 120px; height: 66px; }
  .card-state .problem { color: var(--wt-text); overflow-wrap: anywhere; }
  .waiting::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 8px; border-radius: 50%; background: var(--wt-allow); animation: pulse 1.6s ease-in-out infinite; }
  .pulse { animation: pulse 1.6s ease-in-out infinite; }
  @keyframes pulse { 50% { opacity: 0.35; } }

  .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

/** What readers ask of every page; after everything else, so that it wins. */
const circumstances = css`
  @media (prefers-reduced-motion: reduce) { .pulse, .waiting::before { animation: none; } }
  @media (forced-colors: active) {
    :host, :host([data-theme]) { ${declare(FORCED)} }
    .pill, .pill.critical, .pill.high, .pill.medium, .pill.fail, .pill.warn, .pill.pass, .number, .what-if, .paths button, .findings button { color: CanvasText; background: Canvas; border-color: CanvasText; }
    .pill.open, .pill.isolated, .pill.governed, .pill.allow, form.ask button { color: CanvasText; background: Canvas; }
    button[role="switch"][aria-checked="true"] { color: CanvasText; background: Canvas; border: 2px solid CanvasText; }
    .excerpt .hit { border-inline-start: 3px solid Highlight; }
    .tag-chip, .pill { border: 1px solid; }
    [aria-selected="true"], button[aria-pressed="true"] { outline: 2px solid Highlight; }
  }
  @media print {
    /* Paper does not scroll: whatever a reader could scroll to stands below each other. */
    :host { print-color-adjust: exact; height: auto !important; min-height: 0; }
    .shell { height: auto; overflow: visible; display: block; }
    .toolbar, .zoom, .outline, .inspector header button, .simulated button, .desk-parts, form.sift, form.route, form.ask { display: none; }
    .main { display: block; min-height: 0; }
    .main[data-simulated] { box-shadow: none; border: 2px solid var(--wt-allow); }
    .panel { overflow: visible; position: static; }
    .pane, .inspector, .shell[data-view] .pane { width: auto; max-height: none; border: 0; box-shadow: none; }
    .stage { height: 440px; overflow: hidden; break-inside: avoid; }
    .page { position: static; overflow: visible; }
    .shell[data-view="matrix"] .stage { height: auto; overflow: visible; break-inside: auto; }
    .shell[data-view="matrix"] .canvas { display: none; }
    .cytoscape, .cytoscape div { width: 100% !important; height: 100% !important; }
    .cytoscape canvas { width: 100% !important; height: 100% !important; object-fit: contain; }
    .desk, .desk-body { height: auto; overflow: visible; }
    .excerpt, pre, .legend ul, .notice ul { max-height: none; overflow: visible; }
    li, .fact, .step { break-inside: avoid; }
  }
`;

export const style = [frame, panelStyle, deskStyle, matrixStyle, routeStyle, circumstances];
