import {
  applyEdits,
  type Cluster,
  closest,
  compileSteps,
  type Decision,
  type Diagnostic,
  decide,
  flipAnswer,
  flips,
  objectKeys,
  overlay,
  type Program,
  parse,
  printable,
  readPort,
  repairsText,
  type Source,
  sortDiagnostics,
  withoutObjects,
} from "@watertight/core";
import type { Io } from "../io.ts";
import { Progress, paintFor, reportDiagnostics, widthOf } from "../terminal.ts";
import { Unusable } from "../unusable.ts";
import { type DeltaOptions, printDelta, reportOn } from "./delta.ts";
import { proposalsBetween, type Sides, withoutWritten } from "./delta-page.ts";
import { oneEndpoint } from "./endpoints.ts";
import { type Loaded, loadWithTexts, readTexts } from "./load.ts";

export interface WhatIfOptions extends DeltaOptions {
  readonly add: readonly string[];
  readonly replace: readonly string[];
  readonly remove: readonly string[];
  /** FROM, TO and a port; what follows are paths. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** `watertight what-if`: what edits laid over an input would change, or the least edit that would allow or deny a flow. */
export async function whatIf(paths: readonly string[], options: WhatIfOptions, io: Io): Promise<number> {
  const loaded = await loadWithTexts(paths, options, io);
  const { add, replace, remove, allow, deny } = options;
  if (allow ?? deny) {
    if (add.length + replace.length + remove.length > 0)
      throw new Unusable("--allow and --deny find an edit; they take no other");
    return repair(loaded, allow ?? deny ?? [], allow ? "allow" : "deny", options, io);
  }
  if (add.length + replace.length + remove.length === 0)
    throw new Unusable("say what to change: --add, --replace, --remove, or what to achieve: --allow, --deny");
  const { cluster, diagnostics, files } = await edited(loaded, options, io);
  reportDiagnostics(diagnostics, io, options.verbose ? "all" : "faults");
  const after = new Progress(io).run(compileSteps(cluster, loaded.options));
  const known = sortDiagnostics([...loaded.diagnostics, ...diagnostics]);
  const report = await reportOn(loaded, after, options, io);
  return printDelta(report, known, options, io, () => pageOf(loaded, files));
}

/** The input with files laid over it, as if they were among its own, and objects taken out; what is new is wrong with those files. */
async function edited(
  { sources, program, diagnostics: known, options }: Loaded & { readonly sources: readonly Source[] },
  { add, replace, remove }: WhatIfOptions,
  io: Io,
): Promise<{
  readonly cluster: Cluster;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly Source[];
}> {
  const [added, replacing] = [await readTexts(add, io), await readTexts(replace, io)];
  const there = new Set(objectKeys(program.cluster));
  for (const key of objectKeys(parse(replacing.sources, options).cluster))
    if (!there.has(key)) throw new Unusable(`--replace: ${key} is not in the input; --add adds it`);
  const files = [...added.sources, ...replacing.sources];
  const laid = new Set(files.map(({ path }) => path));
  const parsed = parse([...sources, ...files], options);
  const said = new Set(known.map(keyOf));
  const isOverlay = ({ code, span }: Diagnostic) =>
    code === "object-duplicate" && span !== undefined && laid.has(span.path);
  const gone = keysToRemove(remove, parsed.cluster);
  return {
    cluster: withoutObjects(parsed.cluster, gone),
    files: withoutWritten([...sources, ...files], parsed.cluster, gone),
    diagnostics: [
      ...added.problems,
      ...replacing.problems,
      ...parsed.diagnostics.filter((one) => !said.has(keyOf(one)) && !isOverlay(one)),
    ],
  };
}

/** The page about the input and what it would be. */
function pageOf({ title, sources }: Loaded & { readonly sources: readonly Source[] }, after: readonly Source[]): Sides {
  return { title: `${title}, what if`, sources, proposed: proposalsBetween(sources, after) };
}

function keyOf({ code, message, span }: Diagnostic): string {
  return `${code} ${span?.path}:${span?.line} ${message}`;
}

function keysToRemove(wanted: readonly string[], cluster: Cluster): ReadonlySet<string> {
  const keys = objectKeys(cluster);
  for (const key of wanted) {
    if (keys.includes(key)) continue;
    const similar = closest(
      key,
      keys.map((id) => ({ id, spellings: [id] })),
    );
    const hint = similar.length > 0 ? `; did you mean\n${similar.map((id) => `  ${id}`).join("\n")}` : "";
    throw new Unusable(`--remove: there is no \`${key}\` in the input${hint}`);
  }
  return new Set(wanted);
}

/** Edits that bring a verdict about, the one that changes least first; 1 where none is found. */
async function repair(
  loaded: Loaded & { readonly sources: readonly Source[] },
  [from = "", to = "", port]: readonly string[],
  verdict: "allow" | "deny",
  options: WhatIfOptions,
  io: Io,
): Promise<number> {
  const { program, diagnostics } = loaded;
  const decision = decisionOn(program, from, to, port, `--${verdict}`);
  const isSo = decision.verdict === verdict && (verdict === "deny" || decision.scope === "all");
  const found = isSo ? [] : flips(program, decision);
  if (options.format === "text") {
    const looks = { width: widthOf(io.stdout), paint: paintFor(io.stdout, io) };
    io.stdout.write(repairsText(decision, verdict, found, looks));
    return isSo || found.length > 0 ? 0 : 1;
  }
  const [best] = found;
  const edits = best?.edits ?? [];
  const after = new Progress(io).run(compileSteps(applyEdits(program.cluster, edits), loaded.options));
  const repairs = found.map(flipAnswer);
  const patched = () => {
    const changed = overlay(loaded.sources, repairs[0]?.patch ?? "", "watertight-edits.yaml");
    const paths = new Set(changed.map(({ path }) => path));
    return pageOf(loaded, [...loaded.sources.filter(({ path }) => !paths.has(path)), ...changed]);
  };
  const report = await reportOn(loaded, after, options, io);
  const status = await printDelta(report, diagnostics, options, io, patched, { repairs });
  return isSo || found.length > 0 ? status : 1;
}

function decisionOn(program: Program, from: string, to: string, port: string | undefined, option: string): Decision {
  if (from === "" || to === "") throw new Unusable(`${option} takes FROM and TO, and a port if one is meant`);
  const asked = port === undefined ? {} : readPort(port);
  if (!asked) throw new Unusable(`${option}: \`${printable(port ?? "")}\` is no port; write TCP/5432, 8080 or UDP`);
  oneEndpoint(program, from, option);
  oneEndpoint(program, to, option);
  return decide(program, { source: from, destination: to, ...asked });
}
