import type { Arrival, ServiceClients } from "../analyses/service-clients.ts";
import type { Endpoint, Grouping } from "../engine/endpoints.ts";
import type { Direction } from "../model/flow.ts";
import { printable } from "./escape.ts";
import { type Anchor, describer, fold, type Gathered, gather } from "./fold.ts";
import type { Listing } from "./listing.ts";
import { servedPorts } from "./names.ts";
import { type Cell, type Paint, plainPaint, table, wrapped } from "./table.ts";
import { uncertainText } from "./uncertain.ts";

/** How a report for people is to look. */
export interface TextOptions {
  /** Columns to fit into. Nothing is ever cut off: what is longer goes on in the next line. */
  readonly width?: number;
  readonly paint?: Paint;
  /** How many files were read, for the summary. */
  readonly files?: number;
}

/** A listing for a person: what was read, what no policy restricts, and who may connect to what in as few rows as say it exactly. */
export function connectionsText(
  listing: Listing,
  { width = 100, paint = plainPaint, files }: TextOptions = {},
): string {
  const anchor: Anchor = listing.scope.from && !listing.scope.to ? "from" : "to";
  const gathered = gather(listing, anchor);
  const sections = [
    ...(isWhole(listing) ? [summary(listing, gathered.inside, files), openness(listing, width, paint)] : []),
    connectionTable(listing, gathered, anchor, width, paint),
    listing.service ? behind(listing.service, width, paint) : "",
    splits(listing, width, paint),
    uncertainText(listing, width, paint),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

/** What was read and how much of it is open, in two lines without ornament. */
export function summary({ reachability }: Listing, open: number, files?: number): string {
  const { adminPolicies, networkPolicies, unusedPolicies, workloads } = reachability.program.cluster;
  const { by } = reachability;
  const inside = reachability.endpoints.filter(({ type }) => type !== "address");
  const pods = count(
    inside.map((endpoint) => endpoint.pods).reduce((sum, each) => sum + each, 0),
    "pod",
  );
  const namespaces = new Set(inside.map(({ namespace }) => namespace)).size;
  const read = [
    `${by === "workload" ? `${count(workloads.length, "workload")} with ${pods}` : pods} in ${count(namespaces, "namespace")}`,
    count(networkPolicies.length, "NetworkPolicy", "NetworkPolicies"),
    ...(adminPolicies.length > 0 ? [count(adminPolicies.length, "admin policy", "admin policies")] : []),
    ...(unusedPolicies.length > 0 ? [`${count(unusedPolicies.length, "policy", "policies")} left out`] : []),
    ...(files === undefined ? [] : [count(files, "file")]),
  ];
  const pairs = inside.length * (inside.length - 1);
  const howMany = open === pairs ? "All" : open === 0 ? "None" : `${open}`;
  const verdict = pairs === 0 ? "" : `\n${howMany} of ${pairs} ordered pairs of ${unitOf(by, inside)} may connect.`;
  return `${read.join(", ")}.${verdict}`;
}

/** Nothing can connect where there is nothing: policies alone say nothing about who reaches whom. */
export function nothingListed({ endpoints }: Listing): string {
  const hasPods = endpoints.some(({ type }) => type !== "address");
  return hasPods
    ? "No connection is allowed."
    : "There is no pod or workload in the input, so there is nothing that could connect.";
}

/** What is paired: not always what was counted, since a template stands for its replicas and a workload may have parts. */
function unitOf(by: Grouping, inside: readonly Endpoint[]): string {
  if (by === "workload" && inside.some(({ distinguishedBy }) => distinguishedBy)) return "workloads, or parts of them,";
  if (by === "pod" && inside.some(({ pods }) => pods > 1)) return "pods, like replicas counted once,";
  return `${by}s`;
}

/** The endpoints that no policy restricts, by direction; for groups also those restricted in part. */
export function ungoverned({
  reachability,
}: Listing): readonly { readonly title: string; readonly endpoints: readonly Endpoint[] }[] {
  const inside = reachability.endpoints.filter(({ type }) => type !== "address");
  const governed = {
    ingress: inside.map((endpoint) => reachability.governed(endpoint, "ingress")),
    egress: inside.map((endpoint) => reachability.governed(endpoint, "egress")),
  };
  const those = (direction: Direction, wanted: "no" | "partly") =>
    inside.filter((_, i) => governed[direction][i] === wanted);
  return [
    { title: "incoming", endpoints: those("ingress", "no") },
    { title: "outgoing", endpoints: those("egress", "no") },
    { title: "incoming, in part", endpoints: those("ingress", "partly") },
    { title: "outgoing, in part", endpoints: those("egress", "partly") },
  ].filter(({ endpoints }) => endpoints.length > 0);
}

/** The same in as few words as are exact. */
export function unrestricted(listing: Listing): readonly { title: string; endpoints: readonly string[] }[] {
  const describe = describer(listing.reachability.endpoints);
  return ungoverned(listing).map(({ title, endpoints }) => ({ title, endpoints: describe(endpoints) }));
}

function openness(listing: Listing, width: number, paint: Paint): string {
  const open = unrestricted(listing);
  if (open.length === 0) return "";
  const rows = open.map(({ title, endpoints }): Cell[] => [
    { text: title, paint: paint.yellow },
    { text: endpoints.join(", ") },
  ]);
  return [paint.bold("No policy restricts"), ...table(rows, width, "  ")].join("\n");
}

function connectionTable(listing: Listing, gathered: Gathered, anchor: Anchor, width: number, paint: Paint): string {
  const rows = fold(listing, anchor, gathered);
  if (rows.length === 0) return nothingListed(listing);
  const titles = anchor === "to" ? ["TO", "PORTS", "FROM"] : ["FROM", "PORTS", "TO"];
  const cells = rows.flatMap(({ anchors, lines }) =>
    lines.map(({ ports, others }, i): Cell[] => [
      { text: i === 0 ? anchors.join(", ") : "", paint: paint.bold },
      { text: ports, breaks: /(?<=,|; )/, paint: paint.cyan },
      { text: others.join(", ") },
    ]),
  );
  return table([titles.map((title): Cell => ({ text: title, paint: paint.dim })), ...cells], width).join("\n");
}

/** The endpoints that a Service leads to, and who gets to some of them only. */
function behind({ service, leadsTo, connections }: ServiceClients, width: number, paint: Paint): string {
  const line = (text: string) => wrapped(printable(text), width, "  ", "    ");
  const words = ({ endpoint, ports }: Arrival) => `${endpoint.id} (${servedPorts(ports)})`;
  const partly = connections.filter(({ arrivals }) => portCount(arrivals) < portCount(leadsTo));
  return [
    paint.bold(printable(`Behind ${service.id}`)),
    ...leadsTo.flatMap((arrival) => line(words(arrival))),
    ...(leadsTo.length === 0 ? line("nothing: no pod or address of the input is a ready endpoint of it") : []),
    ...(partly.length > 0 ? [paint.bold("Only part of that is reached by")] : []),
    ...partly.flatMap(({ from, arrivals }) => line(`${from.id}: ${arrivals.map(words).join(", ")}`)),
  ].join("\n");
}

function portCount(arrivals: readonly Arrival[]): number {
  return new Set(
    arrivals.flatMap(({ endpoint, ports }) => ports.map(({ port }) => `${endpoint.id} ${port.protocol} ${port.port}`)),
  ).size;
}

/** Which labels tell apart the parts of a workload that had to be split. */
function splits({ endpoints }: Listing, width: number, paint: Paint): string {
  const parts = endpoints.filter(({ distinguishedBy }) => distinguishedBy !== undefined);
  if (parts.length === 0) return "";
  const lines = parts.flatMap(({ id, pods, distinguishedBy = [] }) =>
    wrapped(
      printable(`${id} (${count(pods, "pod")}): ${distinguishedBy.join(", ") || "no label of its own"}`),
      width,
      "  ",
      "    ",
    ),
  );
  return [paint.bold("Policies tell pods of one workload apart"), ...lines].join("\n");
}

function isWhole({ scope }: Listing): boolean {
  return scope.from === undefined && scope.to === undefined && scope.ports === undefined;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
