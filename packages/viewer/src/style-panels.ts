import { css } from "lit";

/** The look of the panels beside the graph: outline, inspector, legend, notices. */
export const panelStyle = css`
  .panel { min-height: 0; overflow: auto; background: var(--wt-canvas); overscroll-behavior: contain; }
  .outline { grid-column: 1; width: 250px; border-right: 1px solid var(--wt-box-border); }
  .inspector {
    grid-column: 3; width: 372px; padding: 14px 16px 24px; border-left: 1px solid var(--wt-box-border);
  }
  .pane { grid-column: 1; width: 420px; padding: 12px 14px 24px; border-right: 1px solid var(--wt-box-border); }
  .inspector:focus-visible { outline-offset: -2px; }
  .panel > h2, .outline-head { margin: 0; padding: 10px 14px 6px; font-size: 12px; font-weight: 600; color: var(--wt-muted); }

  [role="tree"] { padding: 0 6px 12px; font-size: 13px; }
  [role="treeitem"] {
    display: flex; align-items: baseline; gap: 6px; padding: 3px 6px; border-radius: 5px; cursor: pointer; min-height: 25px;
  }
  [role="treeitem"]:hover { background: var(--wt-box); }
  [role="treeitem"][aria-selected="true"] { background: var(--wt-allow-soft); }
  [role="treeitem"] .twist { width: 11px; flex: none; color: var(--wt-muted); font-size: 10px; }
  [role="treeitem"] .name { flex: 0 1 auto; min-width: 55%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  [role="treeitem"] .more { margin-left: auto; padding-left: 8px; color: var(--wt-muted); font-size: 11.5px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  [aria-level="1"] .name { font-weight: 600; }
  [aria-level="2"] { padding-left: 20px; }
  [aria-level="3"] { padding-left: 36px; color: var(--wt-muted); }
  [aria-level="4"] { padding-left: 52px; }

  .inspector header { display: flex; gap: 8px; align-items: flex-start; }
  .inspector header > div { flex: 1; min-width: 0; }
  .inspector h2, .pane h2 { margin: 0; font-size: 17px; line-height: 1.3; overflow-wrap: anywhere; }
  .inspector .sub { margin: 2px 0 0; color: var(--wt-muted); font-size: 13px; overflow-wrap: anywhere; }
  .inspector h3, .pane h3 { display: flex; gap: 8px; align-items: baseline; margin: 20px 0 6px; font-size: 13px; }
  .inspector h4, .pane h4 { margin: 12px 0 4px; font-size: 13px; font-weight: 600; }
  .inspector p, .pane p { margin: 4px 0; }
  .inspector ul, .pane ul { margin: 0; padding: 0; list-style: none; }
  .inspector .arrow { color: var(--wt-allow); }

  .pill {
    display: inline-block; padding: 0 6px; border-radius: 4px; font-size: 11px; font-weight: 700; line-height: 17px; white-space: nowrap;
  }
  .pill.open { color: var(--wt-open); background: var(--wt-open-soft); border: 1px solid var(--wt-open); }
  .pill.isolated, .pill.governed { color: var(--wt-canvas); background: var(--wt-bar); border: 1px solid var(--wt-bar); }
  .pill.allow { color: var(--wt-on-allow); background: var(--wt-allow); border: 1px solid var(--wt-allow); }
  .tag-chip {
    display: inline-block; padding: 0 6px; border: 1px solid var(--wt-allow); border-radius: 4px; background: var(--wt-allow-soft);
    color: var(--wt-allow); font-size: 11.5px; line-height: 17px;
  }

  .fact { padding: 6px 0; border-top: 1px solid var(--wt-box); }
  .place { font: 12px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; color: var(--wt-muted); }

  .rows li + li { border-top: 1px solid var(--wt-box); }
  .rows button {
    display: flex; justify-content: space-between; align-items: baseline; gap: 10px; width: 100%; padding: 4px 6px; border: 0;
    background: none; text-align: left; white-space: normal; overflow-wrap: anywhere; min-height: 28px;
  }
  .rows button:hover { background: var(--wt-box); }
  .rows small { flex: none; max-width: 50%; color: var(--wt-muted); text-align: right; font-size: 12px; }
  .quiet { color: var(--wt-muted); }
  details.more > summary { cursor: pointer; padding: 4px 6px; color: var(--wt-muted); font-size: 13px; }

  .step { margin: 8px 0 0; }
  .excerpt, pre {
    margin: 6px 0 0; padding: 6px 0; border: 1px solid var(--wt-box-border); border-radius: 6px; background: var(--wt-box); overflow: auto;
    font: 12px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace; tab-size: 2;
  }
  pre { padding: 8px 10px; }
  .excerpt div { display: flex; width: max-content; min-width: 100%; padding-right: 10px; white-space: pre; }
  .excerpt .no { width: 38px; flex: none; padding-right: 10px; text-align: right; color: var(--wt-muted); user-select: none; }
  .excerpt .hit { background: var(--wt-allow-soft); box-shadow: inset 3px 0 var(--wt-allow); }
  .excerpt.pass .hit { background: var(--wt-card); box-shadow: inset 3px 0 var(--wt-context); }
  .excerpt.deny .hit { background: var(--wt-open-soft); box-shadow: inset 3px 0 var(--wt-open); }

  .inspector .verdict { display: flex; gap: 8px; align-items: baseline; margin: 12px 0 0; padding: 8px 10px; border-radius: 6px; border: 1px solid; }
  .verdict.allow { border-color: var(--wt-allow); background: var(--wt-allow-soft); }
  .verdict.deny { border-color: var(--wt-open); background: var(--wt-open-soft); }
  .verdict strong { white-space: nowrap; }

  form.ask { display: grid; gap: 8px; margin-top: 10px; }
  form.ask label { display: grid; gap: 2px; font-size: 12px; color: var(--wt-muted); }
  form.ask input { width: 100%; color: var(--wt-text); font-size: 14px; }
  form.ask .row { display: grid; grid-template-columns: 1fr auto; gap: 8px; align-items: end; }
  form.ask button { background: var(--wt-allow); border-color: var(--wt-allow); color: var(--wt-on-allow); font-weight: 600; }
  .problem { color: var(--wt-open); }

  .legend { position: absolute; left: 12px; bottom: 10px; z-index: 3; font-size: 12.5px; max-width: min(330px, calc(100% - 24px)); }
  .legend summary {
    display: inline-block; padding: 4px 10px; border: 1px solid var(--wt-box-border); border-radius: 6px; background: var(--wt-card); cursor: pointer;
    list-style: none;
  }
  .legend summary::-webkit-details-marker { display: none; }
  .legend[open] summary { border-radius: 6px 6px 0 0; }
  .legend ul {
    margin: -1px 0 0; padding: 8px 12px; list-style: none; display: grid; gap: 6px; background: var(--wt-card);
    border: 1px solid var(--wt-box-border); border-radius: 0 6px 6px 6px; max-height: 340px; overflow: auto;
  }
  .legend li { display: grid; grid-template-columns: 46px 1fr; gap: 8px; align-items: center; }
  .legend svg { width: 46px; height: 20px; overflow: visible; }

  .notice { border-bottom: 1px solid var(--wt-box-border); background: var(--wt-open-soft); font-size: 13px; }
  .notice.calm { background: var(--wt-box); }
  .notice summary { cursor: pointer; padding: 6px 12px; }
  .notice ul { margin: 0; padding: 0 12px 10px 12px; list-style: none; max-height: 180px; overflow: auto; display: grid; gap: 6px; }
  .notice .fix { color: var(--wt-muted); }

  /* As reckoned in chrome.ts. */
  @container viewer (max-width: 1359px) {
    .pane { width: 360px; }
    .inspector { width: 340px; }
  }
  @container viewer (max-width: 720px) {
    .outline, .inspector {
      position: absolute; z-index: 5; inset: auto 0 0 0; width: auto; max-height: 58%; border: 0;
      border-top: 1px solid var(--wt-box-border); border-radius: 12px 12px 0 0; box-shadow: 0 -8px 28px rgb(0 0 0 / 20%);
    }
    .main { grid-template-columns: minmax(0, 1fr); }
    .stage { grid-column: 1; grid-row: 1; }
    .toolbar { gap: 6px; padding: 6px 8px; }
    .toolbar .wide-only, .status .wide-only { display: none; }
    .toolbar .narrow-only { display: inline-block; }
    .pane { width: auto; grid-column: 1; grid-row: 1; z-index: 4; border: 0; }
    .search { flex: 1 1 80px; }
    .toolbar .space { display: none; }
    .status { position: relative; font-size: 11.5px; padding: 3px 10px; }
    .doubts { position: static; }
    .doubts > .popup { left: 8px; right: 8px; bottom: 100%; width: auto; max-width: none; }
  }
`;
