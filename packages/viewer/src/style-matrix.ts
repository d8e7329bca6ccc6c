import { css } from "lit";

/** The look of the matrix; its sizes are reckoned in ui/views/matrix.ts. */
export const matrixStyle = css`
  .matrix { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; height: 100%; font-size: 12.5px; }
  .matrix-bar { display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: center; padding: 7px 12px; border-bottom: 1px solid var(--wt-box-border); }
  .matrix-bar .space { flex: 1; }
  .matrix-bar button { min-height: 26px; padding: 1px 9px; font-size: 12px; }
  .matrix-bar button:disabled { color: var(--wt-muted); cursor: default; }
  .marks { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 0; padding: 0; list-style: none; color: var(--wt-muted); }
  .marks li { display: flex; gap: 6px; align-items: center; }
  .marks span { display: grid; place-items: center; width: 22px; height: 20px; border: 1px solid var(--wt-box-border); border-radius: 3px; }
  .marks .share { position: relative; }
  .marks .share s { width: 60%; }
  .matrix .scroller { overflow: auto; overscroll-behavior: contain; }
  .matrix .said { margin: 0; padding: 5px 12px; border-top: 1px solid var(--wt-box-border); color: var(--wt-text); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

  .matrix .whole { position: relative; }
  .matrix .heads { position: sticky; top: 0; z-index: 3; background: var(--wt-canvas); border-bottom: 1px solid var(--wt-box-border); }
  .matrix .corner {
    position: sticky; left: 0; z-index: 2; height: 100%; background: var(--wt-canvas); border-right: 1px solid var(--wt-box-border);
    display: flex; flex-direction: column; justify-content: flex-end; padding: 0 8px 6px 12px; color: var(--wt-muted);
  }
  .matrix .corner span:last-child { align-self: flex-end; }
  .matrix .head { cursor: pointer; overflow: hidden; white-space: nowrap; }
  .matrix .heads .head { position: absolute; top: 0; bottom: 0; display: grid; justify-items: center; align-items: end; padding: 6px 0; }
  .matrix .heads .words { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 100%; }
  .matrix .line .head {
    position: sticky; left: 0; z-index: 2; height: 100%; display: flex; align-items: center; padding: 0 8px 0 24px; background: var(--wt-canvas);
    border-right: 1px solid var(--wt-box-border); border-bottom: 1px solid var(--wt-box);
  }
  .matrix .words { overflow: hidden; text-overflow: ellipsis; }
  .matrix .twist { display: inline-block; width: 14px; color: var(--wt-muted); }
  .matrix .heads .twist { width: auto; height: 14px; transform: rotate(180deg); writing-mode: horizontal-tb; }
  .matrix .more { color: var(--wt-muted); font-weight: 400; }
  .matrix .line .group, .matrix .line .closed { padding-left: 10px; }
  .matrix .group, .matrix .closed { font-weight: 600; }
  .matrix .heads .group, .matrix .line .group, .matrix .strip { background: var(--wt-box); }

  .matrix .line { position: absolute; left: 0; right: 0; }
  .matrix .band, .matrix .gap { position: absolute; top: 0; background: var(--wt-box); }
  .matrix .line.pointed, .matrix .line.pointed .head { background: var(--wt-box); }
  .matrix .cell {
    position: absolute; top: 0; height: 100%; display: flex; align-items: center; justify-content: center; gap: 4px; overflow: hidden;
    border: solid var(--wt-box); border-width: 0 1px 1px 0; cursor: pointer;
  }
  .matrix b { font-size: 12px; font-weight: 400; line-height: 1; }
  .matrix .denied b { font-size: 17px; }
  .matrix s { position: absolute; left: 0; bottom: 0; height: 3px; background: currentcolor; }
  .matrix .cell i { font-style: normal; font-size: 11.5px; white-space: nowrap; }
  .matrix .rule { background: var(--wt-allow-soft); color: var(--wt-allow); }
  .matrix .open { background: var(--wt-open-soft); color: var(--wt-open); }
  .matrix .both { background: linear-gradient(135deg, var(--wt-allow-soft) 50%, var(--wt-open-soft) 50%); color: var(--wt-text); }
  .matrix .cell.denied, .matrix .cell.unknown { color: var(--wt-muted); }
  .matrix .cell.doubtful::after, .marks .doubtful::after { content: "?"; position: absolute; top: 0; right: 2px; font-size: 10px; font-weight: 700; line-height: 12px; color: var(--wt-text); }
  .marks .doubtful { position: relative; }
  .matrix .cell.self { color: var(--wt-muted); background: var(--wt-box); }
  .matrix .cell.outside { cursor: default; background: repeating-linear-gradient(135deg, var(--wt-box) 0 3px, transparent 3px 6px); }
  .matrix .cell:hover { box-shadow: inset 0 0 0 1px var(--wt-card-border); }
  .matrix .cell[aria-selected="true"] { box-shadow: inset 0 0 0 2px var(--wt-text); }
  .matrix .cell:focus-visible, .matrix .head:focus-visible { outline: 2px solid var(--wt-allow); outline-offset: -2px; }

  @container viewer (max-width: 720px) {
    .matrix-bar { padding: 6px 8px; }
    .marks { gap: 2px 10px; font-size: 11.5px; }
    .matrix .line .head { padding: 0 6px 0 12px; }
    .matrix .line .group, .matrix .line .closed { padding-left: 4px; }
  }
  @media (forced-colors: active) {
    .matrix .rule, .matrix .both { border: 1px solid CanvasText; }
    .matrix .open { border: 1px dashed Highlight; }
    .matrix .cell[aria-selected="true"] { outline: 2px solid Highlight; outline-offset: -2px; }
  }
  .matrix.sheet { display: block; height: auto; }
  .paper { border-collapse: collapse; margin: 10px 0 16px; font-size: 11px; }
  .paper caption { text-align: left; padding: 4px 0; color: var(--wt-muted); }
  .paper th { text-align: left; font-weight: 400; padding: 2px 6px 2px 0; white-space: nowrap; max-width: 190px; overflow: hidden; text-overflow: ellipsis; }
  .paper thead th { vertical-align: bottom; max-width: none; padding: 4px 0; }
  .paper thead th span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); max-height: 190px; overflow: hidden; }
  .paper tr { break-inside: avoid; }
  .paper td { border: 1px solid var(--wt-box-border); padding: 1px 4px; min-width: 20px; height: 20px; text-align: center; white-space: nowrap; }
  .paper td i { font-style: normal; font-size: 9.5px; }
  .paper .strip th { padding: 5px 0 2px; font-weight: 600; background: var(--wt-box); }
`;
