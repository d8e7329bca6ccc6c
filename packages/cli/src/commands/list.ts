import {
  type Connection,
  type ConnectionSet,
  connectionsAsked,
  connectionsCsv,
  connectionsDot,
  connectionsJson,
  connectionsMarkdown,
  connectionsMermaid,
  connectionsText,
  type Endpoint,
  findDestination,
  type Grouping,
  isTooLongToRead,
  type Listing,
  listConnections,
  listServiceClients,
  namesOf,
  overviewSteps,
  printable,
  reach,
} from "@watertight/core";
import type { LIST_FORMATS } from "../formats.ts";
import type { InputOptions } from "../input-options.ts";
import type { Io } from "../io.ts";
import { Progress, paintFor, print, widthOf } from "../terminal.ts";
import { Unusable } from "../unusable.ts";
import { someEndpoints } from "./endpoints.ts";
import { commandLine } from "./hint.ts";
import { type Loaded, loadForVerdicts, loadWithTexts } from "./load.ts";
import { portOption } from "./ports.ts";

export interface ListOptions extends InputOptions {
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
  readonly by: Grouping;
  readonly exposure?: boolean;
  readonly config?: string;
  readonly format: (typeof LIST_FORMATS)[number];
}

/** `watertight list`: every allowed connection, or with `--exposure` what the internet can reach. */
export async function list(paths: readonly string[], options: ListOptions, io: Io): Promise<number> {
  if (options.exposure) {
    const { exposure } = await import("./analyses.ts");
    return exposure(paths, options, io);
  }
  if (options.config !== undefined)
    throw new Unusable("--config: no connection depends on it; it says what serves classes, for --exposure");
  const { format } = options;
  if (format === "html") await listOnPage(paths, options, io);
  else if (format === "svg") await listAsPicture(paths, options, io);
  else {
    const loaded = await loadForVerdicts(paths, options, io);
    const listing = listingOf(loaded, options);
    const text =
      format === "text" ? textOf(listing, loaded, paths, options, io) : FORMS[format](watched(listing, format, io));
    await print(text, io.stdout);
    if (format === "csv") noteLeftOut(listing, io);
  }
  return 0;
}

/** The listing, saying how far it is where it goes through all connections once and writes them elsewhere than to the terminal. */
function watched(listing: Listing, format: keyof typeof FORMS, io: Io): Listing {
  const isStreamed = format === "csv" || format === "json";
  if (!isStreamed || io.stdout.isTTY || !io.stderr.isTTY) return listing;
  const place = new Map(listing.endpoints.map((endpoint, at) => [endpoint, at / listing.endpoints.length]));
  const progress = new Progress(io);
  const connections = {
    *[Symbol.iterator]() {
      let last: Endpoint | undefined;
      for (const connection of listing.connections) {
        const { from } = connection;
        if (from !== last) progress.step("listing connections", place.get(from) ?? 0);
        last = from;
        yield connection;
      }
      progress.end();
    },
  };
  return { ...listing, connections };
}

/** A table of connections has no place for pairs that connect only if what is open is settled otherwise. */
function noteLeftOut(listing: Listing, io: Io): void {
  const { length } = (listing.uncertainty().pairs ?? []).filter(({ allowed }) => allowed.isEmpty);
  if (length === 0) return;
  const pairs = length === 1 ? "1 pair that does not connect" : `${length} pairs that do not connect`;
  io.stderr.write(`not certain: ${pairs} by what the input says, but may; \`-o json\` lists such under "uncertain"\n`);
}

/** The viewer shows all there is; what was asked for has to be there all the same. */
async function listOnPage(paths: readonly string[], options: ListOptions, io: Io): Promise<void> {
  const loaded = await loadWithTexts(paths, options, io);
  listingOf(loaded, options);
  const { page } = await import("./analyses.ts");
  await print(page({ ...loaded, script: await io.readViewerScript() }), io.stdout);
}

/** A picture shows all there is at once, workloads or whole namespaces; what it is made with is loaded only for it. */
async function listAsPicture(paths: readonly string[], options: ListOptions, io: Io): Promise<void> {
  const { from, to, port, by } = options;
  const narrowed = Object.entries({ from, to, port }).find(([, value]) => value !== undefined);
  if (narrowed) throw new Unusable(`--${narrowed[0]}: a picture shows every connection; -o dot draws those asked for`);
  if (by === "pod") throw new Unusable("--by pod: a picture shows workloads, or with --by namespace namespaces");
  const { program } = await loadForVerdicts(paths, options, io);
  const { svgOfProgram } = await import("@watertight/viewer/svg");
  await print(svgOfProgram(program, by === "namespace" ? { open: [] } : {}), io.stdout);
}

const FORMS = {
  json: connectionsJson,
  csv: connectionsCsv,
  md: connectionsMarkdown,
  dot: connectionsDot,
  mermaid: connectionsMermaid,
} as const;

function listingOf({ program, diagnostics }: Loaded, { from, to, port, by }: ListOptions): Listing {
  const reachability = reach(program, { by });
  const sources = from === undefined ? undefined : someEndpoints(reachability, from, "--from");
  const called = to === undefined ? undefined : findDestination(program, to);
  if (called?.kind === "service") {
    const { service, address } = called;
    const question = { service, ...(address && { address }), ...(port !== undefined && portListed(port)) };
    const listing = listServiceClients(reachability, question, sources, diagnostics);
    if ("problem" in listing) throw new Unusable(`--to: ${listing.problem}`);
    return listing;
  }
  const scope = {
    ...(sources && { from: sources }),
    ...(to !== undefined && { to: someEndpoints(reachability, to, "--to") }),
    ...(port !== undefined && { ports: portsListed(port) }),
  };
  return listConnections(reachability, scope, diagnostics);
}

function portsListed(text: string): ConnectionSet {
  const { protocol, port } = portListed(text);
  return connectionsAsked(protocol, port);
}

function portListed(text: string) {
  const asked = portOption(text);
  if (asked.protocol === "other")
    throw new Unusable(
      `--port: listings show TCP, UDP and SCTP; \`watertight query --port ${text}\` answers for one pair`,
    );
  return asked;
}

function textOf(listing: Listing, { files }: Loaded, paths: readonly string[], options: ListOptions, io: Io): string {
  const paint = paintFor(io.stdout, io);
  const summed = files === undefined ? {} : { files };
  const look = { width: widthOf(io.stdout), paint, ...summed };
  if (isTooLongToRead(listing))
    return `${new Progress(io).run(overviewSteps(listing, look))}${moreOf(listing, paths, options).map(paint.dim).join("")}`;
  const text = connectionsText(listing, look);
  const hint = hintFor(listing, paths, options);
  return hint === undefined ? text : `${text}\n${paint.dim(`Why?  ${printable(hint)}`)}\n`;
}

/** How to see what an overview only counts. */
function moreOf({ endpoints }: Listing, paths: readonly string[], options: ListOptions): readonly string[] {
  if (paths.includes("-")) return [];
  const list = (...more: string[]) => printable(commandLine("list", paths, options, ["--by", "namespace", ...more]));
  return [`\nOne of them:  ${list("--to", endpoints[0]?.id ?? "")}\n`, `Every pair:   ${list("-o", "csv")}\n`];
}

/** The question to ask next: about a connection that a policy opened, if there is one. */
function hintFor(
  { connections, endpoints }: Listing,
  paths: readonly string[],
  options: ListOptions,
): string | undefined {
  if (options.by === "namespace" || paths.includes("-")) return undefined;
  let example: Connection | undefined;
  for (const connection of connections) {
    const { from, to, ingress } = connection;
    if (from.type !== to.type) continue;
    example ??= connection;
    if (ingress !== "policy") continue;
    example = connection;
    break;
  }
  if (!example) return undefined;
  const nameOf = namesOf(endpoints);
  return commandLine("query", paths, options, ["--from", nameOf(example.from), "--to", nameOf(example.to)]);
}
