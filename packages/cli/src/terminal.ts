import { type Diagnostic, formatDiagnostic, printable, type Steps } from "@watertight/core";
import pc from "picocolors";
import type { Io, Output } from "./io.ts";

export type Paint = ReturnType<typeof pc.createColors>;

/** Colours for a stream: only on a terminal or where they are asked for, and never against the user's wish. */
export function paintFor(stream: Output, { env }: Io): Paint {
  const isAskedFor = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== "0";
  const isFit = stream.isTTY === true && env.TERM !== "dumb" && env.FORCE_COLOR !== "0";
  return pc.createColors(!env.NO_COLOR && (isAskedFor || isFit));
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

/** Milliseconds between two pictures of a bar. */
const FRAME = 100;

const BAR = 24;

/**
 * A line on a terminal's stderr that says what a long run is at; it is wiped before anything else is written. There is none where
 * nobody watches: in continuous integration, and on terminals that cannot wipe a line.
 */
export class Progress {
  private readonly started = Date.now();
  private drawn = 0;
  private shown = "";
  private visible = false;

  constructor(private readonly io: Pick<Io, "stderr" | "env">) {}

  /** Runs long work to its end. */
  run<T>(steps: Steps<T>): T {
    try {
      for (;;) {
        const { done, value } = steps.next();
        if (done) return value;
        this.step(value.stage, value.done);
      }
    } finally {
      this.end();
    }
  }

  /** Says what is done, where nobody knows how long it will take. */
  show(what: string): void {
    if (this.isDue(Date.now())) this.draw(`${what} …`);
  }

  /** Says how much of it is done, between 0 and 1. Cheap enough to be called thousands of times a second. */
  step(what: string, done: number): void {
    const now = Date.now();
    if ((now - this.drawn < FRAME && what === this.shown) || !this.isDue(now)) return;
    this.drawn = now;
    this.shown = what;
    const part = Math.min(Math.max(done, 0), 1);
    const filled = Math.round(part * BAR);
    this.draw(`${what} ${"█".repeat(filled)}${"░".repeat(BAR - filled)} ${Math.floor(part * 100)} %`);
  }

  end(): void {
    if (this.visible) this.io.stderr.write("\r\u001b[K");
    this.visible = false;
  }

  private isDue(now: number): boolean {
    const { stderr, env } = this.io;
    const isWatched = stderr.isTTY === true && env.TERM !== "dumb" && !env.CI;
    return isWatched && now - this.started >= PATIENCE;
  }

  private draw(line: string): void {
    this.io.stderr.write(`\r\u001b[K${line}`);
    this.visible = true;
  }
}
