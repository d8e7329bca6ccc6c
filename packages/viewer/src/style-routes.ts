import { css } from "lit";

/** The look of the paths and gaps views, and of what the inspector says about a path or a finding. */
export const routeStyle = css`
  .number {
    display: inline-grid; place-items: center; min-width: 20px; height: 20px; padding: 0 5px; border-radius: 10px; font-size: 12px;
    font-weight: 700; line-height: 1; color: var(--wt-on-hop); background: var(--wt-hop); border: 1px solid var(--wt-hop);
  }
  .number.ring-2, .number.ring-3, .number.ring-4 { color: var(--wt-text); background: none; border-width: 2px; }
  .number.ring-3 { border-style: dashed; border-width: 1.5px; }
  .number.ring-4 { border-style: dotted; border-width: 1.5px; }

  form.route { display: grid; grid-template-columns: 1fr auto 1fr; gap: 8px; align-items: end; margin: 12px 0 4px; }
  form.route > label { display: grid; gap: 2px; font-size: 12px; color: var(--wt-muted); min-width: 0; }
  .pane p.quiet { font-size: 13px; }
  .pane > h2 { padding: 0; font-size: 17px; color: var(--wt-text); }
  form.route > label input { width: 100%; color: var(--wt-text); }
  form.route fieldset { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0; padding: 0; border: 0; }
  .choice { display: inline-flex; gap: 6px; align-items: center; min-height: 24px; font-size: 13px; color: var(--wt-text); }
  .choice input { width: 16px; min-height: 16px; margin: 0; accent-color: var(--wt-allow); }

  form.sift { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin: 10px 0; }
  form.sift input { grid-column: 1 / -1; }
  form.sift select, form.sift input { width: 100%; min-width: 0; }
  .counts { display: flex; flex-wrap: wrap; gap: 4px 16px; }

  .pane ol, .inspector ol { margin: 0; padding: 0; list-style: none; }
  .paths li, .findings li { margin: 0 0 6px; }
  .paths button, .findings button {
    display: grid; gap: 6px; width: 100%; padding: 8px 10px; text-align: left; white-space: normal; overflow-wrap: anywhere;
    border-color: var(--wt-box-border);
  }
  .paths button[aria-pressed="true"] { border-color: var(--wt-hop); background: var(--wt-card); box-shadow: inset 3px 0 var(--wt-hop); }
  .findings button[aria-pressed="true"] { border-color: var(--wt-allow); background: var(--wt-allow-soft); box-shadow: inset 3px 0 var(--wt-allow); }
  .paths small, .findings small { color: var(--wt-muted); font-size: 12px; }
  .path-head { display: grid; gap: 1px; }
  .chain { display: grid; gap: 3px; }
  .chain .link { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 7px; align-items: center; font-size: 12.5px; }
  .chain .number { min-width: 17px; height: 17px; font-size: 10.5px; }
  .chain small { max-width: 16em; text-align: right; }

  table.rings { width: 100%; border-collapse: collapse; font-size: 13px; }
  .rings caption { text-align: left; padding: 4px 0 6px; color: var(--wt-muted); }
  .rings th, .rings td { padding: 5px 8px 5px 0; text-align: right; vertical-align: top; border-top: 1px solid var(--wt-box-border); font-variant-numeric: tabular-nums; white-space: nowrap; }
  .rings td:last-child { white-space: normal; width: 100%; }
  .rings thead th { font-weight: 600; font-size: 12px; color: var(--wt-muted); white-space: nowrap; border-top: 0; }
  .rings th:first-child, .rings th:last-child, .rings td:last-child { text-align: left; }
  .rings td.names p { margin: 3px 0 0; font-size: 12px; overflow-wrap: anywhere; }
  button.name {
    display: inline; min-height: 24px; padding: 1px 6px; margin: 0 4px 4px 0; border-color: var(--wt-box-border); border-radius: 5px; font-size: 12.5px;
    white-space: normal; text-align: left; overflow-wrap: anywhere;
  }
  .steps p button.name { margin: 0; }

  .chokes li { padding: 8px 0; border-top: 1px solid var(--wt-box-border); overflow-wrap: anywhere; }
  .chokes li:first-child { border-top: 0; padding-top: 2px; }
  .tries { display: inline-flex; flex-wrap: wrap; gap: 6px; margin: 2px 0; }
  .tries button { min-height: 28px; }
  .plain li { padding: 2px 0; font-size: 13px; overflow-wrap: anywhere; }
  .what-if { margin: 10px 0; padding: 8px 12px; border: 2px solid var(--wt-allow); border-radius: 8px; background: var(--wt-allow-soft); overflow-wrap: anywhere; }
  .what-if li { font-size: 13px; padding: 2px 0; }

  .steps > li { padding: 10px 0; border-top: 1px solid var(--wt-box-border); }
  .steps > li:first-child { border-top: 0; }
  .inspector .steps h3 { margin: 0 0 6px; flex-wrap: wrap; align-items: center; }
  .steps p { overflow-wrap: anywhere; }
  .steps .quiet { font-size: 13px; }

  .posture { margin: 10px 0 14px; padding: 2px 12px 8px; border: 1px solid var(--wt-box-border); border-radius: 8px; }
  .posture > summary { cursor: pointer; padding: 4px 0; }
  .posture > summary h3 { display: inline; margin: 0; font-size: 14px; }
  .brief { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 2px 18px; margin-top: 4px; font-size: 13px; }
  .brief > span { display: flex; justify-content: space-between; gap: 8px; }
  .posture[open] .brief { display: none; }
  .brief strong { font-variant-numeric: tabular-nums; }
  .brief > .quiet { grid-column: 1 / -1; font-size: 12px; }
  .none-match { display: grid; gap: 8px; justify-items: center; margin: 24px 0; }
  .pane .posture p { font-size: 13px; }
  .pane .posture dl { margin: 4px 6px; font-size: 12.5px; }
  .posture dt { font-weight: 600; }
  .posture dd { margin: 0 0 6px; color: var(--wt-muted); }
  .dimensions li { padding: 3px 0; border-top: 1px solid var(--wt-box); }
  .dimension { display: grid; grid-template-columns: minmax(0, 1fr) 84px 40px; gap: 8px; align-items: center; font-weight: 600; font-size: 13px; }
  .dimension strong { text-align: right; font-variant-numeric: tabular-nums; }
  .dimension .quiet { grid-column: 2 / -1; text-align: right; font-weight: 400; }
  .dimension meter { width: 100%; height: 8px; border: 1px solid var(--wt-card-border); border-radius: 4px; background: var(--wt-canvas); }
  .dimension meter::-webkit-meter-bar { border: 0; background: none; height: 100%; }
  .dimension meter::-webkit-meter-optimum-value { background: var(--wt-bar); }
  .dimension meter::-moz-meter-bar { background: var(--wt-bar); }
  .pane .dimensions p { margin: 1px 0; }
  .pane .dimensions p.quiet, .pane .posture li p.quiet { margin: 1px 0 0; font-size: 12px; overflow-wrap: anywhere; }
  .pane ul.evidence { padding-left: 14px; list-style: disc; font-size: 12px; color: var(--wt-muted); overflow-wrap: anywhere; }
  .pill.fail { color: var(--wt-canvas); background: var(--wt-open); border: 1px solid var(--wt-open); }
  .pill.warn { color: var(--wt-open); background: var(--wt-open-soft); border: 1px solid var(--wt-open); }
  .pill.unknown { color: var(--wt-text); background: var(--wt-canvas); border: 1px dashed var(--wt-card-border); }
  .pill.pass { color: var(--wt-canvas); background: var(--wt-bar); border: 1px solid var(--wt-bar); }
  .pill.not-assessable { color: var(--wt-muted); background: var(--wt-canvas); border: 1px solid var(--wt-box-border); }

  .pane h3.severity { align-items: center; margin-bottom: 2px; }
  .pill.critical, .pill.high { color: var(--wt-canvas); background: var(--wt-open); border: 1px solid var(--wt-open); }
  .pill.medium { color: var(--wt-open); background: var(--wt-open-soft); border: 1px solid var(--wt-open); }
  .pill.low, .pill.info { color: var(--wt-text); background: var(--wt-box); border: 1px solid var(--wt-card-border); }
  .pane h4 { font-weight: 500; }
  .inspector dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 2px 12px; margin: 4px 6px; font-size: 13px; }
  .inspector dt { color: var(--wt-muted); }
  .inspector dd { margin: 0; }
  .pane .verdict { display: flex; gap: 8px; align-items: baseline; margin: 12px 0; padding: 8px 10px; border-radius: 6px; border: 1px solid; }
`;
