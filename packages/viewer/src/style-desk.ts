import { css } from "lit";

/** The look of the policies view, its editor, and of what says that something is simulated. */
export const deskStyle = css`
  .simulated {
    display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; padding: 5px 12px; font-size: 13px;
    background: var(--wt-allow-soft); border-bottom: 2px solid var(--wt-allow);
  }
  .simulated .space { flex: 1; }
  .simulated .problem { overflow-wrap: anywhere; }
  .simulated button { min-height: 26px; padding: 1px 9px; }
  .simulated .primary { background: var(--wt-allow); border-color: var(--wt-allow); color: var(--wt-on-allow); font-weight: 600; }
  .simulated button:disabled { opacity: 0.55; cursor: default; }
  .main[data-simulated] { box-shadow: inset 0 0 0 3px var(--wt-allow); padding: 3px; }
  button.link { min-height: 24px; padding: 0; border: 0; background: none; color: var(--wt-allow); text-decoration: underline; text-align: left; white-space: normal; }

  .shell[data-view="policies"] .pane { width: 460px; padding: 0; overflow: hidden; }
  .desk { display: flex; flex-direction: column; height: 100%; min-height: 0; }
  .desk-parts { display: flex; gap: 6px; padding: 8px 12px; border-bottom: 1px solid var(--wt-box-border); }
  .desk-body { flex: 1; min-height: 0; overflow: auto; padding: 10px 12px 24px; }
  .desk-body > :first-child > h3:first-child, .desk-body section:first-of-type > h3 { margin-top: 8px; }
  .pane ul.policies li {
    display: flex; align-items: center; gap: 6px; padding: 3px 0; border-top: 1px solid var(--wt-box); min-height: 44px;
  }
  .policies .what { flex: 1; min-width: 0; display: grid; padding: 3px 6px; border: 0; background: none; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  .policies .what:hover { background: var(--wt-box); }
  .policies .what[aria-pressed="true"] { background: var(--wt-allow-soft); }
  .policies .name { font-weight: 600; }
  .policies .what .quiet { font-size: 12px; }
  .policies .gone .name { text-decoration: line-through; font-weight: 400; color: var(--wt-muted); }
  .policies .what:disabled { cursor: default; color: inherit; }
  button.small { min-height: 26px; padding: 0 8px; font-size: 12px; }
  button[role="switch"] { min-width: 38px; border-radius: 13px; }
  button[role="switch"][aria-checked="true"] { background: var(--wt-bar); border-color: var(--wt-bar); color: var(--wt-canvas); }
  .new > summary { list-style: none; width: max-content; }
  .new > summary::-webkit-details-marker { display: none; }
  summary.button { padding: 5px 10px; border: 1px solid var(--wt-box-border); border-radius: 6px; background: var(--wt-card); cursor: pointer; font-size: 13px; }
  .new[open] > ul { margin-top: 6px; border: 1px solid var(--wt-box-border); border-radius: 6px; }
  .sheet { flex: 1; min-height: 0; display: flex; flex-direction: column; }
  .sheet-head { display: flex; gap: 6px; padding: 8px 12px; }
  .sheet-head select { flex: 1; min-width: 0; }
  .editor { flex: 1; min-height: 120px; overflow: hidden; border-top: 1px solid var(--wt-box-border); border-bottom: 1px solid var(--wt-box-border); }
  .editor .waiting { padding: 0 12px; }
  .pane p.editor-keys { margin: 0; padding: 4px 12px; font-size: 12px; color: var(--wt-muted); }
  .pane p.editor-problem { margin: 0; padding: 4px 12px 8px; font-size: 13px; overflow-wrap: anywhere; }
  ul.plain li { padding: 4px 0; }
  .sign { display: inline-block; min-width: 1em; font-weight: 700; }
  .sign.gained { color: var(--wt-allow); }
  .sign.lost { color: var(--wt-open); }
  .cause + .cause { margin-top: 14px; border-top: 1px solid var(--wt-box-border); }

  @container viewer (max-width: 1359px) {
    .shell[data-view="policies"] .pane { width: 360px; }
  }
  @container viewer (max-width: 720px) {
    .shell[data-view="policies"] .pane { width: auto; }
    .simulated { padding: 4px 8px; gap: 4px 6px; }
    .simulated .space, .simulated button:disabled { display: none; }
  }
`;
