import { html, nothing, type TemplateResult } from "lit";
import { AsyncDirective, directive } from "lit/async-directive.js";
import { ref } from "lit/directives/ref.js";
import { type Axis, axisOf } from "../../layout/axis.ts";
import type { Graph } from "../../model/graph.ts";
import { type Line, type Matrix, matrixOf } from "../../model/matrix.ts";
import { HEADS, type Spot, walk } from "../../model/matrix-walk.ts";
import { MARKS, matrixCsv, matrixMarkdown, sentence, shortWords } from "../../model/matrix-words.ts";
import { vertexOfId } from "../../model/names.ts";
import type { ViewState } from "../../state.ts";
import type { ViewContext } from "../view.ts";
import { paperParts } from "./matrix-paper.ts";
import { gridParts, key, type Measures, STRIP } from "./matrix-parts.ts";

/** As many lines may be copied: a table that a page or a sheet still takes. */
const MOST_COPIED = 400;

/** Columns with their ports, up to a number; beyond it, or where there is little room, columns of marks. */
const WITH_PORTS = { width: 62, height: 28 };
/** What a mark and the room around it take of a cell, and each letter beside it. */
const BESIDE = { mark: 32, letter: 6.6 };
const MARKS_ONLY = { width: 26, height: 26 };
const MOST_WITH_PORTS = 20;
const NARROW = 560;

/** Who opens connections in rows, who accepts them in columns: a spreadsheet of every verdict, of which only what is seen is in the page. */
class MatrixView extends AsyncDirective {
  private context: ViewContext | undefined;
  private matrix: Matrix = { lines: [], cell: () => ({ kind: "unknown" }) };
  private drawnFrom: { readonly graph: Graph; readonly open: ReadonlySet<string> } | undefined;
  /** By the names of lines, so that it stays where it is when others open and close. */
  private active: { readonly row: string | undefined; readonly column: string | undefined } | undefined;
  private pointed: Spot | undefined;
  private cells: "ports" | "marks" | "fitting" = "fitting";
  private port = { x: 0, y: 0, width: 900, height: 500 };
  private scroller: HTMLElement | undefined;
  private said = "";
  private known: { readonly of: Matrix; readonly width: number } | undefined;
  private on: "screen" | "paper" = "screen";
  private readonly sizes = new ResizeObserver(() => this.scrolled());

  render(context: ViewContext): TemplateResult {
    this.context = context;
    const { graph, disclosure } = context.picture;
    if (graph !== this.drawnFrom?.graph || disclosure.open !== this.drawnFrom.open) {
      this.drawnFrom = { graph, open: disclosure.open };
      this.matrix = matrixOf(graph, disclosure.open);
      this.pointed = undefined;
    }
    return this.template(context);
  }

  override disconnected(): void {
    this.sizes.disconnect();
    removeEventListener("beforeprint", this.turnToPaper);
  }

  override reconnected(): void {
    this.attach(this.scroller);
  }

  private readonly attach = (element: Element | undefined): void => {
    this.sizes.disconnect();
    this.scroller = element instanceof HTMLElement ? element : undefined;
    if (!this.scroller) return;
    this.sizes.observe(this.scroller);
    addEventListener("beforeprint", this.turnToPaper);
  };

  private template({ look }: ViewContext): TemplateResult {
    const { matrix, said } = this;
    const measures = this.measures();
    const count = matrix.lines.length;
    const isMarks = measures.cell.width === MARKS_ONLY.width;
    if (this.on === "paper") return this.sheet(count);
    return html`<div class="matrix" part="matrix">
      <div class="matrix-bar">
        ${legend(matrix, this.drawnFrom?.graph)}
        <span class="space"></span>
        <button aria-pressed=${String(!isMarks)} @click=${() => this.change(() => (this.cells = isMarks ? "ports" : "marks"))}>Ports</button>
        <button ?disabled=${count > MOST_COPIED} title=${count > MOST_COPIED ? "too many rows: close namespaces first" : "as a table for a pull request or a wiki"} @click=${() => this.copy("Markdown")}>Copy as Markdown</button>
        <button ?disabled=${count > MOST_COPIED} @click=${() => this.copy("CSV")}>CSV</button>
      </div>
      <div class="scroller" ${ref(this.attach)} @scroll=${() => this.scrolled()}>
        <div role="grid" aria-label="Who may reach whom: rows open connections, columns accept them" aria-rowcount=${count + 1} aria-colcount=${count + 1}
          @click=${this.onClick} @keydown=${this.onKey} @focusin=${this.onFocus} @pointerover=${this.onPoint} @pointerleave=${() => this.point(undefined)}>
          ${gridParts({ matrix, measures, ...this.axes(measures), port: this.port, active: this.spot(), pointed: this.pointed, selected: this.selectedSpot(look) })}
        </div>
      </div>
      <p class="said" aria-hidden="true">${this.pointedWords() ?? "Point at a cell to read it; choose it to see why."}</p>
      <p class="visually-hidden" role="status">${said}</p>
    </div>`;
  }

  /** All of it for paper, where that is something to read. */
  private sheet(count: number): TemplateResult {
    const few = this.matrix.lines.filter(({ type }) => type !== "head").length <= MOST_WITH_PORTS;
    const cells = this.cells === "ports" || (this.cells === "fitting" && few) ? "ports" : "marks";
    return html`<div class="matrix sheet" part="matrix">
      <div class="matrix-bar">${legend(this.matrix, this.drawnFrom?.graph)}</div>
      ${
        count > MOST_COPIED
          ? html`<p>The matrix has ${count} rows, too many for paper: close namespaces, or copy it as CSV.</p>`
          : paperParts(this.matrix, cells)
      }
    </div>`;
  }

  // Geometry

  private measures(): Measures {
    const isNarrow = this.port.width < NARROW;
    const head = isNarrow ? { width: 120, height: 104 } : { width: 190, height: 164 };
    const few = this.matrix.lines.filter(({ type }) => type !== "head").length <= MOST_WITH_PORTS;
    const withPorts = this.cells === "fitting" ? few && !isNarrow : this.cells === "ports";
    return { head, cell: withPorts ? { ...WITH_PORTS, width: this.widest() } : MARKS_ONLY };
  }

  /** Columns as wide as the longest words in a cell, of a matrix that is small enough to look at every cell. */
  private widest(): number {
    const { lines, cell } = this.matrix;
    if (this.known?.of === this.matrix) return this.known.width;
    const rows =
      lines.length > 2 * MOST_WITH_PORTS ? [] : lines.flatMap(({ type }, at) => (type === "head" ? [] : [at]));
    const longest = Math.max(0, ...rows.flatMap((row) => rows.map((column) => shortWords(cell(row, column)).length)));
    const width = Math.max(WITH_PORTS.width, Math.ceil(BESIDE.mark + longest * BESIDE.letter));
    this.known = { of: this.matrix, width };
    return width;
  }

  private axes({ cell }: Measures): { readonly rows: Axis; readonly columns: Axis } {
    const along = (size: number) => axisOf(this.matrix.lines.map(({ type }) => (type === "head" ? STRIP : size)));
    return { rows: along(cell.height), columns: along(cell.width) };
  }

  private scrolled(): void {
    const { scroller } = this;
    if (!scroller || scroller.clientWidth === 0) return;
    const { head } = this.measures();
    const { scrollLeft: x, scrollTop: y, clientWidth, clientHeight } = scroller;
    this.change(() => (this.port = { x, y, width: clientWidth, height: clientHeight - head.height }));
  }

  private readonly turnToPaper = (): void => {
    this.change(() => (this.on = "paper"));
    addEventListener("afterprint", () => this.change(() => (this.on = "screen")), { once: true });
  };

  // Where one is

  private spot(): Spot {
    const at = (name: string | undefined) => this.matrix.lines.findIndex(({ end }) => end === name);
    const spot = { row: at(this.active?.row), column: at(this.active?.column) };
    return spot.row === HEADS && spot.column === HEADS ? { row: 0, column: HEADS } : spot;
  }

  private line(position: number): Line | undefined {
    return this.matrix.lines[position];
  }

  private selectedSpot({ selection, question }: ViewState): Spot | undefined {
    const { lines } = this.matrix;
    const { graph } = this.context?.picture ?? {};
    const at = (name: string) => {
      const vertex = graph && vertexOfId(graph, name);
      return lines.findIndex(({ end, type }) => type !== "head" && end === (vertex?.id ?? name));
    };
    if (question) return { row: at(question.from), column: at(question.to) };
    return selection?.kind === "edge" ? { row: at(selection.from), column: at(selection.to) } : undefined;
  }

  private pointedWords(): string | undefined {
    const { row = HEADS, column = HEADS } = this.pointed ?? {};
    const [from, to] = [this.line(row), this.line(column)];
    return from && to ? sentence(from, to, this.matrix.cell(row, column)) : (from ?? to)?.fullName;
  }

  // What is done

  private readonly onPoint = (event: PointerEvent): void => {
    if (event.pointerType !== "touch") this.point(spotOf(event));
  };

  private point(spot: Spot | undefined): void {
    if (JSON.stringify(spot) !== JSON.stringify(this.pointed)) this.change(() => (this.pointed = spot));
  }

  private readonly onFocus = (event: FocusEvent): void => {
    const spot = spotOf(event);
    if (spot) this.change(() => this.goTo(spot));
  };

  private readonly onClick = (event: MouseEvent): void => {
    const spot = spotOf(event);
    if (spot) this.choose(spot);
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    const from = this.spot();
    const isChoice = event.key === "Enter" || event.key === " ";
    const to = isChoice ? undefined : walk(this.matrix, from, event.key, event.ctrlKey || event.metaKey);
    if (!isChoice && !to) return;
    event.preventDefault();
    event.stopPropagation();
    if (isChoice) this.choose(from);
    else if (to) this.focus(to);
  };

  private goTo(spot: Spot): void {
    this.active = { row: this.line(spot.row)?.end, column: this.line(spot.column)?.end };
    this.pointed = spot;
  }

  private focus(spot: Spot): void {
    this.goTo(spot);
    this.reveal(spot);
    this.scrolled();
    this.scroller?.querySelector<HTMLElement>(`[data-at="${key(spot)}"]`)?.focus({ preventScroll: true });
  }

  /** Scrolls a place into sight, clear of the heads. */
  private reveal({ row, column }: Spot): void {
    const { scroller } = this;
    if (!scroller) return;
    const measures = this.measures();
    const { rows, columns } = this.axes(measures);
    const into = (axis: Axis, line: number, from: number, length: number) => {
      if (line === HEADS) return from;
      const [start = 0, end = 0] = [axis[line], axis[line + 1]];
      return start < from ? start : Math.max(from, end - length);
    };
    scroller.scrollTop = into(rows, row, scroller.scrollTop, scroller.clientHeight - measures.head.height);
    scroller.scrollLeft = into(columns, column, scroller.scrollLeft, scroller.clientWidth - measures.head.width);
  }

  /** Opens or closes a namespace, selects a workload, or has the inspector explain a cell. */
  private choose(spot: Spot): void {
    const { actions } = this.context ?? {};
    const [row, column] = [this.line(spot.row), this.line(spot.column)];
    if (!actions) return;
    this.goTo(spot);
    if (row && column) {
      const cell = this.matrix.cell(spot.row, spot.column);
      const ofVertices = row.type === "vertex" && column.type === "vertex";
      if (cell.kind === "outside") return;
      if (cell.kind === "unknown") actions.toggle(row.group.id);
      else if (ofVertices && cell.kind !== "allowed") actions.ask({ from: row.end, to: column.end, port: "" });
      else actions.select({ kind: "edge", from: row.end, to: column.end });
      return;
    }
    const line = row ?? column;
    if (line?.type === "vertex") actions.select({ kind: "endpoint", id: line.end });
    else if (line) actions.toggle(line.group.id);
  }

  private copy(form: "Markdown" | "CSV"): void {
    const text = form === "CSV" ? matrixCsv(this.matrix) : matrixMarkdown(this.matrix);
    const told = (words: string) => () => this.change(() => (this.said = words));
    const { clipboard } = navigator as { clipboard?: Clipboard };
    // Pages that came over plain HTTP have no clipboard.
    const copied = clipboard ? clipboard.writeText(text) : Promise.reject(new Error("no clipboard"));
    copied.then(told(`copied as ${form}`), told("the browser did not let it be copied"));
  }

  private change(part: () => void): void {
    part();
    if (this.context && this.isConnected) this.setValue(this.template(this.context));
  }
}

function spotOf(event: Event): Spot | undefined {
  const cell = (event.target as Element | null)?.closest<HTMLElement>("[data-at]");
  const [row, column] = cell?.dataset.at?.split(" ").map(Number) ?? [];
  return row === undefined || column === undefined ? undefined : { row, column };
}

/** What the marks mean. */
function legend({ lines }: Matrix, graph: Graph | undefined): TemplateResult {
  const hasDoubts = graph?.maybe !== undefined;
  const entry = (mark: "rule" | "open" | "both" | "denied", words: string) =>
    html`<li><span class=${mark} aria-hidden="true"><b>${MARKS[mark]}</b></span> ${words}</li>`;
  return html`<ul class="marks" aria-label="Legend">
    ${entry("rule", "allowed by rules")}${entry("open", "no policy has a say")}${entry("both", "some of both")}${entry("denied", "denied")}
    ${hasDoubts ? html`<li><span class="denied doubtful" aria-hidden="true"></span> not certain</li>` : nothing}
    ${lines.some(({ type }) => type === "closed") ? html`<li><span class="rule share" aria-hidden="true"><s></s></span> share of pairs</li>` : nothing}
  </ul>`;
}

/** The matrix, with a state of its own as long as it is shown. */
export const matrixView = directive(MatrixView);
