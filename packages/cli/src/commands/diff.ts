import type { Diagnostic, Source } from "@watertight/core";
import { gitRange, readCommit } from "../git.ts";
import { isLive } from "../input-options.ts";
import type { Io } from "../io.ts";
import { reportDiagnostics } from "../terminal.ts";
import { Unusable } from "../unusable.ts";
import { type DeltaOptions, printDelta, reportOn } from "./delta.ts";
import { proposalsBetween, withinFolder, withPlaces } from "./delta-page.ts";
import { type Given, isEmpty, type Loaded, loadSide } from "./load.ts";

export interface DiffOptions extends DeltaOptions {
  /** The paths after `--`. */
  readonly after?: readonly string[];
  readonly git?: string;
}

/** `watertight diff`: what differs between two inputs, and which policy did it; 1 with `--exit-code` when anything does. */
export async function diff(paths: readonly string[], options: DiffOptions, io: Io): Promise<number> {
  const [old, now] = await inputsOf(paths, options);
  const texts: { readonly before: Source[]; readonly after: Source[] } = { before: [], after: [] };
  const isPage = options.format === "html";
  const before = await loadSide(old, options, io, { worthSaying: () => [], ...(isPage && { texts: texts.before }) });
  const after = await loadSide(now, options, io, isPage ? { texts: texts.after } : {});
  const gone = onlyIn(before, after);
  reportDiagnostics(gone, io, options.verbose ? "all" : "faults");
  if (isEmpty(before.program.cluster) && isEmpty(after.program.cluster))
    throw new Unusable("there is no Kubernetes object on either side");
  const report = await reportOn(before, after, options, io);
  return printDelta(report, [...gone, ...after.diagnostics], options, io, () => {
    const plain = (side: Side, list: readonly Source[]) => ("texts" in side ? list : withinFolder(list, side));
    const [given, others] = [plain(old, texts.before), plain(now, texts.after)];
    const isTwice = [...before.diagnostics, ...after.diagnostics].some(({ code }) => code === "object-duplicate");
    const sources = isTwice ? withPlaces(given, others) : given;
    return { title: titleOf(options, before, after), sources, proposed: proposalsBetween(sources, others) };
  });
}

function titleOf({ git }: DiffOptions, before: Loaded, after: Loaded): string {
  return git ?? `${before.title} → ${after.title}`;
}

type Side = readonly string[] | Given;

async function inputsOf(paths: readonly string[], { git, after = [], ...input }: DiffOptions): Promise<[Side, Side]> {
  if (isLive(input)) throw new Unusable("diff compares files; dump a live cluster with `kubectl get … -o json` first");
  if (git === undefined) {
    if (paths.length > 0 && after.length > 0) return [paths, after];
    throw new Unusable("say what to compare: BEFORE… -- AFTER…, or --git BASE..HEAD [PATH…]");
  }
  if (after.length > 0) throw new Unusable("give --git, or BEFORE… -- AFTER…, and not both");
  const range = await gitRange(git);
  const [old, now] = [await readCommit(range.before, paths), await readCommit(range.after, paths)];
  if (old.texts.length + now.texts.length === 0)
    throw new Unusable(`nothing to read in ${paths.join(", ") || "this folder"} at either end of ${git}`);
  return [
    { ...old, title: git },
    { ...now, title: git },
  ];
}

/** What was wrong before and is not any more; what still is, is said once. */
function onlyIn(before: Loaded, after: Loaded): readonly Diagnostic[] {
  const keyOf = ({ code, message, span }: Diagnostic) => `${code} ${span?.path} ${message}`;
  const still = new Set(after.diagnostics.map(keyOf));
  return before.diagnostics.filter((diagnostic) => !still.has(keyOf(diagnostic)));
}
