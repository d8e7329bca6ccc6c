import { INTERNET } from "../analyses/attack/entry-points.ts";
import type { PathsReport } from "../analyses/paths-report.ts";
import { formatSpan } from "../model/source.ts";
import { printable } from "./escape.ts";
import { type CutAnswer, type PathAnswer, type PathsAnswer, pathsAnswer, type StepAnswer } from "./paths-json.ts";
import { type Cell, type Paint, plainPaint, table, wrapped } from "./table.ts";
import type { TextOptions } from "./text.ts";

/** How many paths are spelled out, and how many of anything else is listed. */
const MOST_PATHS = 10;
const MOST_LISTED = 12;

interface Page {
  readonly width: number;
  readonly paint: Paint;
}

/** A report for a person: how far one fall goes, the ways in, each path step by step, and what would close them. */
export function pathsText(report: PathsReport, { width = 100, paint = plainPaint }: TextOptions = {}): string {
  const answer = pathsAnswer(report);
  const page = { width, paint };
  const sections = [
    summaryLines(answer, page),
    radiusLines(answer, page),
    ...answer.paths.slice(0, MOST_PATHS).map((path, i) => pathLines(path, i + 1, page)),
    moreLines(answer),
    chokeLines(answer, page),
    unfollowedLines(answer, page),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** One sentence each on what was asked, what is open from outside, and what counts as precious. */
function summaryLines(answer: PathsAnswer, { width, paint }: Page): string[] {
  const { blastRadius, entries, jewels, mode, edges } = answer;
  const verb = mode === "reach" ? "Packets of one workload reach" : "One fallen workload takes along";
  const steps = edges === "network" ? ", by packets alone" : "";
  const inferred = jewels.filter(({ provenance }) => provenance === "inferred").length;
  const rows: Cell[][] = [
    [
      { text: "Blast radius", paint: paint.bold },
      { text: `${verb} ${blastRadius.mean} of ${blastRadius.most} others on average${steps}.` },
    ],
    [
      { text: "Ways in", paint: paint.bold },
      {
        text:
          entries.length === 0
            ? "none"
            : entries
                .map(
                  ({ object, workload, standing }) =>
                    `${object} → ${workload}${standing === "blocked" ? " (blocked)" : ""}`,
                )
                .join("; "),
      },
    ],
    [
      { text: "Jewels", paint: paint.bold },
      {
        text:
          jewels.length === 0
            ? "none"
            : `${listed(jewels.map(({ id }) => id))}${inferred > 0 ? ` (${inferred === jewels.length ? "all" : inferred} inferred)` : ""}`,
      },
    ],
  ];
  return table(rows, width);
}

function radiusLines({ blastRadius }: PathsAnswer, { width, paint }: Page): string[] {
  const { from, endpoints, others } = blastRadius;
  if (from === null) return [];
  const rings = new Map<number, string[]>();
  const worthSaying = others.filter(({ kind }) => kind !== "hold");
  for (const { id, hops } of [...endpoints, ...worthSaying]) rings.set(hops, [...(rings.get(hops) ?? []), id]);
  const rows = [...rings]
    .sort(([a], [b]) => a - b)
    .map(([hops, ids]): Cell[] => [{ text: hops === 1 ? "1 step" : `${hops} steps` }, { text: listed(ids) }]);
  const heading = `${paint.bold(`If ${printable(from)} falls`)}, ${endpoints.length} other ${endpoints.length === 1 ? "workload falls" : "workloads fall"}`;
  return [heading, ...(rows.length > 0 ? table(rows, width, "  ") : [])];
}

/** One line for each step: what it is, why it can be taken, what else has to be true. */
function pathLines(path: PathAnswer, number: number, page: Page): string[] {
  const { from, to, cost, hops, certainty, inherent, steps } = path;
  const { paint } = page;
  const facts = `cost ${cost}, ${hops === 1 ? "1 step" : `${hops} steps`}, ${certainty}${inherent ? ", over needed flows only" : ""}`;
  return [
    `${paint.bold(`${number}  ${printable(from)} → ${printable(to)}`)}  ${paint.dim(facts)}`,
    ...steps.flatMap((step) => stepLines(step, page)),
  ];
}

function stepLines(step: StepAnswer, { width, paint }: Page): string[] {
  const { edge, from, to, also, port, because, assumptions, evidence } = step;
  const name = edge.padEnd(10);
  const on = port === undefined ? "" : ` on ${port}`;
  const together = also.length === 0 ? "" : `, with ${also.join(", ")}`;
  const [head = "", ...rest] = wrapped(
    printable(`${from} → ${to}${on}${together}`),
    width,
    " ".repeat(14),
    " ".repeat(16),
  );
  const shown = because.some((sentence) => evidence.some((span) => sentence.includes(formatSpan(span))));
  const places = shown ? [] : evidence.slice(0, 2).map(formatSpan);
  const why = [...because, ...(places.length > 0 ? [`see ${places.join(", ")}`] : [])].join("; ");
  return [
    `   ${paint.cyan(name)} ${head.trimStart()}`,
    ...rest,
    ...wrapped(printable(`because ${why}`), width, " ".repeat(14), " ".repeat(16)).map(paint.dim),
    ...assumptions.flatMap((text) =>
      wrapped(printable(`assuming ${text}`), width, " ".repeat(14), " ".repeat(16)).map(paint.yellow),
    ),
  ];
}

function moreLines({ paths, from, to }: PathsAnswer): string[] {
  if (paths.length > MOST_PATHS) return [`${paths.length - MOST_PATHS} more paths; all of them: -o json`];
  return paths.length === 0 ? [`No path leads from ${printable(from)} to ${printable(to)}.`] : [];
}

function chokeLines({ cut, chokePoints }: PathsAnswer, { width, paint }: Page): string[] {
  if (!cut) return ["There are too many starts and targets to look for choke points; name one: --from, --to"];
  if (cut.connected === 0) return [];
  const heading = paint.bold("Choke points");
  const inherent = inherentLine(cut);
  if (cut.proof === "none") return [heading, ...wrapped(inherent, width, "  ", "  ")];
  const proof =
    cut.proof === "smallest" ? "proved to be the smallest change" : "the best change found; a smaller one may exist";
  const fields = [...(cut.patch === "" ? [] : [".cut.patch"]), ...(cut.merge === "" ? [] : [".cut.merge"])];
  const where = fields.length === 0 ? "" : `  ${paint.dim(`(as YAML: -o json | jq -r ${fields.join(",")})`)}`;
  const rows = chokePoints.map(({ edit, closes }): Cell[] => [{ text: `closes ${closes}` }, { text: edit }]);
  const known = cut.needs.filter(({ from }) => from !== INTERNET).length;
  const breaks =
    known === 0
      ? "Nothing is known of what the workloads need of each other, so that the change may break them; say it with --need"
      : cut.breaks.length === 0
        ? `Tried: none of the ${known} needed flows that are known breaks`
        : `Tried: it breaks ${listed(cut.breaks.map(({ from, to }) => `${from} → ${to}`))}`;
  const doubts =
    cut.doubts.length === 0
      ? ""
      : `; ${listed(cut.doubts.map(({ from, to }) => `${from} → ${to}`))} then takes that policies see clients' own addresses`;
  const used = cut.merge === "" ? "" : "; whether what settings take away is used, the manifests do not show";
  const open = cut.open === 0 ? "" : `; ${cut.open} of the ways stay open all the same`;
  return [
    `${heading} (${proof}: ${cut.closes} of ${cut.connected} ways)${where}`,
    ...table(rows, width, "  "),
    ...wrapped(
      `${breaks}${doubts}${used}${open}; the blast radius goes from ${cut.meanBefore} to ${cut.meanAfter} on average.`,
      width,
      "  ",
      "  ",
    ),
    ...(inherent === "" ? [] : wrapped(inherent, width, "  ", "  ")),
  ];
}

/** What else somebody should look at, since no step could be made of it. */
function unfollowedLines({ unfollowed }: PathsAnswer, { width, paint }: Page): string[] {
  if (unfollowed.length === 0) return [];
  const rows = unfollowed
    .slice(0, MOST_LISTED)
    .map(({ what, because, source }): Cell[] => [
      { text: printable(what) },
      { text: printable(`${because}; see ${formatSpan(source)}`) },
    ]);
  const more = unfollowed.length - MOST_LISTED;
  return [
    `${paint.bold("Not followed")}, as what it opens is not in the input or not evaluated`,
    ...table(rows, width, "  "),
    ...(more > 0 ? [`  and ${more} more; all of them: -o json`] : []),
  ];
}

/** What no policy can close, and what might. */
function inherentLine({ inherent, needs }: CutAnswer): string {
  if (inherent.length === 0) return "";
  const shown = listed(inherent.map(({ from, to }) => `${from} → ${to}`));
  const known =
    needs.length > 0
      ? "needed flows, as far as they could be inferred, or steps that no setting takes away"
      : "steps that no setting takes away";
  return printable(
    `Not to be closed, since they rest on ${known}: ${shown}. Logins, patches and scoped secrets help there.`,
  );
}

function listed(words: readonly string[]): string {
  const shown = words.slice(0, MOST_LISTED).join(", ");
  return words.length > MOST_LISTED ? `${shown} and ${words.length - MOST_LISTED} more` : shown;
}
