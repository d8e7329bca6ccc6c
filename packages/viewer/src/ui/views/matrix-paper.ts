import { html, type TemplateResult } from "lit";
import type { Line, Matrix } from "../../model/matrix.ts";
import { isDoubtful, MARKS, markOf, shortWords } from "../../model/matrix-words.ts";

/** Columns that an upright sheet has room for beside the heads of rows: with their ports, or marks alone. */
const PER_PIECE = { ports: 10, marks: 24 } as const;

/** The matrix for paper, which does not scroll: every row and column, in tables of as many columns as a sheet is wide. */
export function paperParts(matrix: Matrix, cells: keyof typeof PER_PIECE): TemplateResult {
  const columns = matrix.lines.flatMap(({ type }, at) => (type === "head" ? [] : [at]));
  const size = PER_PIECE[cells];
  const starts = columns.flatMap((_, at) => (at % size === 0 ? [at] : []));
  return html`${starts.map((start) => {
    const own = columns.slice(start, start + size);
    const caption = starts.length > 1 ? `To: columns ${start + 1} to ${start + own.length} of ${columns.length}` : "";
    return piece(matrix, own, caption, cells);
  })}`;
}

function piece(
  { lines, cell }: Matrix,
  columns: readonly number[],
  caption: string,
  cells: keyof typeof PER_PIECE,
): TemplateResult {
  const value = (row: number, column: number) => {
    const it = cell(row, column);
    const mark = markOf(it);
    const words = cells === "ports" ? shortWords(it) : "";
    return html`<td class=${mark}>${MARKS[mark]}${isDoubtful(it) ? "?" : ""}${words ? html` <i>${words}</i>` : ""}</td>`;
  };
  return html`<table class="paper">
    ${caption ? html`<caption>${caption}</caption>` : ""}
    <thead><tr><th scope="col">from ↓ to →</th>${columns.map((at) => html`<th scope="col"><span>${nameOf(lines[at] as Line)}</span></th>`)}</tr></thead>
    <tbody>${lines.map((line, row) =>
      line.type === "head"
        ? html`<tr class="strip"><th scope="rowgroup" colspan=${columns.length + 1}>${line.name}</th></tr>`
        : html`<tr><th scope="row">${line.name}</th>${columns.map((column) => value(row, column))}</tr>`,
    )}</tbody>
  </table>`;
}

/** On another sheet than its namespace's head, a column has to say whose it is. */
function nameOf({ type, fullName, group }: Line): string {
  return type === "closed" ? `${fullName} (${group.size})` : fullName;
}
