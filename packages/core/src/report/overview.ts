import type { BondNumber } from "../engine/bonds.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { finish, type Steps } from "../model/steps.ts";
import { type Listing, limiter } from "./listing.ts";
import { type Cell, type Paint, plainPaint, table } from "./table.ts";
import { summary, type TextOptions, ungoverned } from "./text.ts";
import { openQuestionsText } from "./uncertain.ts";

/** How many endpoints get a line of their own: with what stands above them they fit a screen. */
const SHOWN = 12;

/** How many are named where the others are only counted. */
const NAMED = 4;

/** From so many namespaces on, a listing of their pairs is no longer read from one end to the other. */
const MANY = 50;

/** Whether a listing is of so many groups that {@link connectionsOverview} tells a person more than the listing itself. */
export function isTooLongToRead({ reachability: { by, endpoints }, scope: { from, to } }: Listing): boolean {
  return by === "namespace" && !from && !to && endpoints.filter(({ type }) => type !== "address").length > MANY;
}

/**
 * A listing by namespace in few lines: how much is open, what no policy restricts, and the namespaces that most others reach.
 * Cost: the fan of each endpoint; no pair is ever made.
 */
export function connectionsOverview(listing: Listing, options: TextOptions = {}): string {
  return finish(overviewSteps(listing, options));
}

/** {@link connectionsOverview} with pauses. */
export function* overviewSteps(
  listing: Listing,
  { width = 100, paint = plainPaint, files }: TextOptions = {},
): Steps<string> {
  const standings = yield* standingsOf(listing);
  const pairs = standings.reduce((sum, { reaches }) => sum + reaches, 0);
  const first = [...standings]
    .sort((a, b) => b.reachedBy - a.reachedBy || b.reaches - a.reaches)
    .slice(0, SHOWN)
    .map((one): Cell[] => [
      { text: one.endpoint.id, paint: paint.bold },
      { text: `${one.reachedBy}` },
      { text: `${one.reaches}` },
      { text: one.fromOutside ? "yes" : "no" },
      { text: one.toOutside ? "yes" : "no" },
    ]);
  const left = standings.length - first.length;
  const titles = ["NAMESPACE", "REACHED BY", "REACHES", "FROM OUTSIDE", "TO OUTSIDE"];
  const sections = [
    ...(listing.scope.ports === undefined ? [summary(listing, pairs, files), openness(listing, width, paint)] : []),
    table([titles.map((text): Cell => ({ text, paint: paint.dim })), ...first], width).join("\n"),
    ...(left > 0 ? [`… and ${left} more, each reached by no more than these.`] : []),
    openQuestionsText(listing, width, paint),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

/** How many namespaces no policy restricts, and the first of them. */
function openness(listing: Listing, width: number, paint: Paint): string {
  const rows = ungoverned(listing).map(({ title, endpoints }): Cell[] => {
    const named = endpoints.slice(0, NAMED).map(({ id }) => id);
    const more = endpoints.length > named.length ? `, … ${endpoints.length} in all` : "";
    return [{ text: title, paint: paint.yellow }, { text: `${named.join(", ")}${more}` }];
  });
  return rows.length === 0 ? "" : [paint.bold("No policy restricts"), ...table(rows, width, "  ")].join("\n");
}

/** What a listing says of one endpoint inside the cluster, counted: others inside, and whether there are any outside. */
interface Standing {
  readonly endpoint: Endpoint;
  reachedBy: number;
  reaches: number;
  fromOutside: boolean;
  toOutside: boolean;
}

/** How many sources are looked at between two pauses. */
const STRIDE = 16;

/** Of every endpoint inside, in the order of the listing. */
function* standingsOf({ reachability, scope }: Listing): Steps<readonly Standing[]> {
  const { endpoints } = reachability;
  const limit = limiter(scope);
  /** By number of the bond; numbers mean the same in each fan. */
  const shown: boolean[] = [];
  const standings = endpoints.map((endpoint): Standing | undefined =>
    endpoint.type === "address"
      ? undefined
      : { endpoint, reachedBy: 0, reaches: 0, fromOutside: false, toOutside: false },
  );
  for (const [position, from] of endpoints.entries()) {
    if (position % STRIDE === 0) yield { stage: "listing connections", done: position / endpoints.length };
    const source = standings[position];
    const { row, bonds } = reachability.fan(from, scope.ports);
    const { peers: positions, labels } = row.openPeers();
    for (let i = 0; i < positions.length; i++) {
      const at = positions[i] as number;
      const bond = labels[i] as BondNumber;
      shown[bond] ??= !limit(bonds.bond(bond).connections).isEmpty;
      if (at === position || !shown[bond]) continue;
      const destination = standings[at];
      if (source && destination) {
        source.reaches++;
        destination.reachedBy++;
      } else if (source) source.toOutside = true;
      else if (destination) destination.fromOutside = true;
    }
  }
  yield { stage: "listing connections", done: 1 };
  return standings.filter((standing) => standing !== undefined);
}
