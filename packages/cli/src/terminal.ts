import { type Diagnostic, formatDiagnostic, printable } from "@watertight/core";
import pc from "picocolors";
import type { Io, Output } from "./io.ts";

export type Paint = ReturnType<typeof pc.createColors>;

/** Colours for a stream: only on a terminal, and never against the user's wish. */
export function paintFor(stream: Output, { env }: Io): Paint {
  return pc.createColors(stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb");
}

/** Columns to fit into; what is piped gets a width that reads well. */
export function widthOf(stream: Output): number {
  return stream.isTTY && stream.columns ? stream.columns : 100;
}

/** How much text is written at once. */
const CHUNK = 65_536;

/** Writes a text, or its pieces joined to chunks of a reasonable size, no faster than they are read. */
export async function print(text: string | Iterable<string>, stream: Output): Promise<void> {
  if (typeof text === "string") {
    stream.write(text);
    return;
  }
  let chunk = "";
  for (const piece of text) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    if (!stream.write(chunk)) await new Promise<void>((resolve) => stream.once("drain", resolve));
    chunk = "";
  }
  stream.write(chunk);
}

/** How many faults of one code are reported in full; past that they are one habit, or one cause. */
const SHOWN = 10;

/**
 * Reports diagnostics on stderr, one line each with its remedy below. What repeats is only counted, and so are notes, unless `show`
 * has more of them.
 */
export function reportDiagnostics(diagnostics: readonly Diagnostic[], io: Io, show: "faults" | "notes" | "all"): void {
  const limit = { error: SHOWN, warning: SHOWN, info: show === "notes" ? SHOWN : 0 };
  const paint = paintFor(io.stderr, io);
  const tint = { error: paint.red, warning: paint.yellow, info: paint.cyan };
  const seen = new Map<string, number>();
  const hidden = new Map<string, number>();
  const lines = diagnostics.flatMap((diagnostic) => {
    const { code, severity } = diagnostic;
    const sort = severity === "info" ? "note" : `further \`${code}\` ${severity}`;
    const before = seen.get(sort) ?? 0;
    seen.set(sort, before + 1);
    if (show !== "all" && before >= limit[severity]) {
      hidden.set(sort, (hidden.get(sort) ?? 0) + 1);
      return [];
    }
    const line = formatDiagnostic(diagnostic);
    const fix = diagnostic.fix === undefined ? [] : [paint.dim(`  fix: ${printable(diagnostic.fix)}`)];
    return [line.replace(` ${severity} `, ` ${tint[severity](severity)} `), ...fix];
  });
  if (hidden.size > 0) lines.push(paint.dim(`${leftOut(hidden)} not shown; --verbose shows them`));
  if (lines.length > 0) io.stderr.write(`${lines.join("\n")}\n`);
}

/** `50 further errors, 3 notes`, the notes last. */
function leftOut(hidden: ReadonlyMap<string, number>): string {
  return [...hidden]
    .sort(([a], [b]) => Number(a === "note") - Number(b === "note"))
    .map(([sort, count]) => `${count} ${sort}${count === 1 ? "" : "s"}`)
    .join(", ");
}

/** Half a second: what takes less needs no progress. */
const PATIENCE = 500;

/** Text above this size is announced at once, since reading it cannot be interrupted to say so. */
const LARGE = 4_000_000;

/** A line on a terminal's stderr that says what a long run is at; it is wiped before anything else is written. */
export class Progress {
  private readonly started = Date.now();
  private visible = false;

  constructor(private readonly io: Io) {}

  show(what: string, characters = 0): void {
    if (!this.io.stderr.isTTY || (Date.now() - this.started < PATIENCE && characters < LARGE)) return;
    this.io.stderr.write(`\r\u001b[K${what} …`);
    this.visible = true;
  }

  end(): void {
    if (this.visible) this.io.stderr.write("\r\u001b[K");
    this.visible = false;
  }
}
