import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { type Axis, type Stretch, stretchAt } from "../../layout/axis.ts";
import type { Line, Matrix } from "../../model/matrix.ts";
import { HEADS, type Spot } from "../../model/matrix-walk.ts";
import { isDoubtful, MARKS, markOf, sentence, shortWords } from "../../model/matrix-words.ts";

/** Sizes in pixels; see style-matrix.ts for all else. */
export interface Measures {
  /** Of the heads of rows and columns. */
  readonly head: { readonly width: number; readonly height: number };
  readonly cell: { readonly width: number; readonly height: number };
}

/** The strip of an open group's name. */
export const STRIP = 24;

/** How many rows and columns are in the page at once, whatever the size of the matrix. */
export const MOST = 60;

/** What of a matrix is in the page, and where. */
export interface Frame {
  readonly matrix: Matrix;
  readonly measures: Measures;
  readonly rows: Axis;
  readonly columns: Axis;
  /** The pixels that are seen of the cells. */
  readonly port: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** The one place in the tab order. */
  readonly active: Spot;
  readonly pointed: Spot | undefined;
  readonly selected: Spot | undefined;
}

/** The heads and cells that are in the page, laid at their places of the whole. */
export function gridParts(frame: Frame): TemplateResult {
  const { matrix, measures, rows, columns, port, active, pointed } = frame;
  const shownRows = shown(rows, port.y, port.height, active.row);
  const shownColumns = shown(columns, port.x, port.width, active.column);
  const whole = { width: total(columns) + measures.head.width, height: total(rows) + measures.head.height };
  const line = (column: number) => matrix.lines[column] as Line;
  const over = (column: number) => ({
    left: measures.head.width + (columns[column] ?? 0),
    width: size(columns, column),
    height: whole.height,
  });
  return html`<div class="whole" role="none" .style=${px(whole)}>
    ${shownColumns.map((column) => (line(column).type === "head" ? html`<div class="gap" aria-hidden="true" .style=${px(over(column))}></div>` : nothing))}
    ${
      pointed && pointed.column !== HEADS
        ? html`<div class="band" aria-hidden="true" .style=${px(over(pointed.column))}></div>`
        : nothing
    }
    <div class="heads" role="row" aria-rowindex="1" .style=${px({ height: measures.head.height, width: whole.width })}>
      <div class="corner" role="columnheader" aria-colindex="1" .style=${px({ width: measures.head.width })}>
        <span class="visually-hidden">From, by rows; to, by columns</span>
        <span aria-hidden="true">from&nbsp;↓</span><span aria-hidden="true">to&nbsp;→</span>
      </div>
      ${repeat(
        shownColumns,
        (column) => line(column).end,
        (column) =>
          head(frame, { row: HEADS, column }, line(column), {
            left: measures.head.width + (columns[column] ?? 0),
            width: size(columns, column),
          }),
      )}
    </div>
    ${repeat(
      shownRows,
      (row) => line(row).end,
      (row) => rowOf(frame, row, shownColumns),
    )}
  </div>`;
}

function rowOf(frame: Frame, row: number, columns: readonly number[]): TemplateResult {
  const { matrix, measures, rows, pointed } = frame;
  const line = matrix.lines[row] as Line;
  const place = { top: measures.head.height + (rows[row] ?? 0), height: size(rows, row) };
  const marks = line.type === "head" ? " strip" : pointed?.row === row ? " pointed" : "";
  return html`<div class="line${marks}" role="row" aria-rowindex=${row + 2} .style=${px(place)}>
    ${head(frame, { row, column: HEADS }, line, { width: measures.head.width })}
    ${
      line.type === "head"
        ? nothing
        : repeat(
            columns.filter((column) => matrix.lines[column]?.type !== "head"),
            (column) => matrix.lines[column]?.end,
            (column) => cellOf(frame, { row, column }),
          )
    }
  </div>`;
}

function head({ active }: Frame, at: Spot, line: Line, place: Readonly<Record<string, number>>): TemplateResult {
  const isRow = at.column === HEADS;
  const opens = line.type === "head" ? "true" : line.type === "closed" ? "false" : nothing;
  const twist =
    line.type === "vertex"
      ? nothing
      : html`<span class="twist" aria-hidden="true">${line.type === "head" ? "▾" : "▸"}</span>`;
  const size = line.type === "closed" ? html` <span class="more">${line.group.size}</span>` : nothing;
  const words =
    line.type === "vertex"
      ? line.fullName
      : `${line.name}, ${line.group.size} ${line.type === "head" ? "listed" : "in one"}`;
  const kind = line.type === "head" ? "group" : line.type;
  return html`<div class="head ${kind}" role=${isRow ? "rowheader" : "columnheader"}
    aria-colindex=${at.column + 2} aria-expanded=${opens} aria-label=${words} title=${line.fullName} data-at=${key(at)}
    tabindex=${same(at, active) ? "0" : "-1"} .style=${px(place)}><span class="words">${twist}${line.name}${size}</span></div>`;
}

function cellOf(frame: Frame, at: Spot): TemplateResult {
  const { matrix, measures, columns, active, selected } = frame;
  const cell = matrix.cell(at.row, at.column);
  const mark = markOf(cell);
  const place = { left: measures.head.width + (columns[at.column] ?? 0), width: size(columns, at.column) };
  const share = cell.kind === "allowed" && cell.of !== "unknown" && cell.of > 1 ? cell.pairs / cell.of : undefined;
  const short = measures.cell.width > measures.cell.height ? shortWords(cell) : "";
  return html`<div class="cell ${mark}${isDoubtful(cell) ? " doubtful" : ""}" role="gridcell" aria-colindex=${at.column + 2} data-at=${key(at)}
    aria-selected=${selected && same(at, selected) ? "true" : nothing}
    tabindex=${same(at, active) ? "0" : "-1"} .style=${px(place)}><b aria-hidden="true">${MARKS[mark]}</b>${short ? html`<i aria-hidden="true">${short}</i>` : nothing}${
      share === undefined ? nothing : html`<s .style=${`width:${Math.max(8, share * 100)}%`}></s>`
    }<span class="visually-hidden">${sentence(matrix.lines[at.row] as Line, matrix.lines[at.column] as Line, cell)}</span></div>`;
}

/** Positions to have in the page: those in sight with a few around them, and the one that has the focus. */
function shown(axis: Axis, from: number, length: number, active: number): readonly number[] {
  const { first, end }: Stretch = stretchAt(axis, from, from + length, 3, MOST);
  const positions = Array.from({ length: end - first }, (_, i) => first + i);
  if (active === HEADS || (active >= first && active < end) || active >= axis.length - 1) return positions;
  return active < first ? [active, ...positions] : [...positions, active];
}

function total(axis: Axis): number {
  return axis.at(-1) ?? 0;
}

function size(axis: Axis, line: number): number {
  return (axis[line + 1] ?? 0) - (axis[line] ?? 0);
}

export function key({ row, column }: Spot): string {
  return `${row} ${column}`;
}

export function same(a: Spot, b: Spot): boolean {
  return a.row === b.row && a.column === b.column;
}

/** As declarations. They are set through the property: an attribute is what a strict content policy forbids. */
function px(sizes: Readonly<Record<string, number>>): string {
  return Object.entries(sizes)
    .map(([name, pixels]) => `${name}:${pixels}px`)
    .join(";");
}
