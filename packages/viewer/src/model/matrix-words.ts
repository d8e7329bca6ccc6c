import { csvRow, markdownRow } from "@watertight/core";
import type { Allowed, Cell, Line, Matrix } from "./matrix.ts";
import { shortPorts } from "./ports.ts";

/** The mark of a cell, which says the same as its colour. */
export type Mark = "rule" | "open" | "both" | Exclude<Cell["kind"], "allowed">;

export const MARKS: { readonly [M in Mark]: string } = {
  rule: "✓",
  open: "●",
  both: "◐",
  denied: "·",
  self: "↻",
  outside: "",
  unknown: "…",
};

export function markOf(cell: Cell): Mark {
  return cell.kind === "allowed" ? cell.because : cell.kind;
}

/** Whether what a cell says hangs on what the input leaves open. */
export function isDoubtful(cell: Cell): boolean {
  return (cell.kind === "allowed" || cell.kind === "denied") && cell.possible !== undefined;
}

const SHORT = 9;

/** What fits into a cell beside its mark: ports, or where a cell stands for many pairs, how many of them. */
export function shortWords(cell: Cell): string {
  if (cell.kind !== "allowed") return "";
  const { pairs, of, ports } = cell;
  const [only = ""] = ports;
  if (of === "unknown") return "some";
  if (pairs < of) return `${pairs}/${of}`;
  if (ports.length > 1) return "all ≠"; // every pair, on ports of its own
  return shortPorts(only === "all ports" ? "all" : only.replace(/^TCP (?!all)/, ""), SHORT);
}

/** What a cell says, as a sentence for whoever hears it. */
export function sentence(row: Line, column: Line, cell: Cell): string {
  const [from, to] = [nameOf(row), nameOf(column)];
  switch (cell.kind) {
    case "self":
      return `${from}: every pod reaches itself`;
    case "outside":
      return `${from} to ${to}: not for this cluster to decide`;
    case "unknown":
      return row === column
        ? `Inside ${from}: not worked out until it is opened`
        : `${from} to ${to}: not worked out until one of them is opened`;
    case "denied": {
      const target = column.type === "closed" ? `anything in ${to}` : to;
      const bare = row.type === "closed" ? `Nothing in ${from} may reach ${target}` : `${from} may not reach ${target}`;
      return bare + doubtOf(cell);
    }
    case "allowed":
      return allowedSentence(row, column, cell);
  }
}

/** What else may be, where that hangs on what the input leaves open. */
function doubtOf({
  possible = [],
  ports = [],
}: {
  readonly possible?: readonly string[];
  readonly ports?: readonly string[];
}): string {
  if (possible.length === 0) return "";
  const more = possible.filter((one) => !ports.includes(one));
  const words = more.length === 0 ? "less" : `${more.slice(0, 2).join(" or ")}${more.length > 2 ? " and others" : ""}`;
  return `; not certain: maybe ${words}`;
}

function allowedSentence(row: Line, column: Line, cell: Allowed): string {
  const { because, pairs, of, ports } = cell;
  const [from, to] = [nameOf(row), nameOf(column)];
  const rule = { rule: "", open: "; no policy has a say", both: "; on some of it no policy has a say" }[because];
  const why = rule + doubtOf(cell);
  const where = `on ${ports.slice(0, 4).join(" or ")}${ports.length > 4 ? ` and ${ports.length - 4} others` : ""}`;
  if (of === 1) return `${from} may reach ${to} ${where}${why}`;
  if (of !== "unknown") return `${pairs} of ${of} pairs from ${from} to ${to} are allowed, ${where}${why}`;
  const some = (line: Line, name: string) => (line.type === "closed" ? `some of ${name}` : name);
  return `${capital(some(row, from))} may reach ${some(column, to)}, at most ${where}${why}`;
}

function nameOf({ type, group, fullName }: Line): string {
  return type === "closed" && group.type === "outside" ? "the outside" : fullName;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The matrix as a Markdown table; `heads` of open groups are left out, since every name carries its namespace. */
export function matrixMarkdown(matrix: Matrix): string {
  const [head = [], ...body] = tableOf(matrix);
  const rule = `|${head.map(() => " --- ").join("|")}|`;
  return [markdownRow(...head), rule, ...body.map((cells) => markdownRow(...cells)), ""].join("\n");
}

export function matrixCsv(matrix: Matrix): string {
  return tableOf(matrix).map(csvRow).join("");
}

function tableOf({ lines, cell }: Matrix): readonly (readonly string[])[] {
  const shown = lines.flatMap((line, at) => (line.type === "head" ? [] : [{ line, at }]));
  return [
    ["from ↓ to →", ...shown.map(({ line }) => headOf(line))],
    ...shown.map(({ line, at }) => [headOf(line), ...shown.map((other) => exported(cell(at, other.at)))]),
  ];
}

function headOf(line: Line): string {
  return line.type === "closed" ? `${line.fullName} (all of it)` : line.fullName;
}

/** A cell that stands alone, without colour and legend. */
function exported(cell: Cell): string {
  const doubt = isDoubtful(cell) ? " (not certain)" : "";
  if (cell.kind !== "allowed")
    return { self: "itself", outside: "", unknown: "not worked out", denied: `denied${doubt}` }[cell.kind];
  const { because, pairs, of, ports } = cell;
  const part = of === "unknown" ? "some: " : of > 1 ? `${pairs} of ${of}: ` : "";
  const why = { rule: "", open: " (no policy)", both: " (partly no policy)" }[because];
  return `${part}${ports.join("; ")}${why}${doubt}`;
}
