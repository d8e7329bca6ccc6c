import { openQuestions, type UncertainPair, type Uncertainty } from "../analyses/uncertain.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { Assumption } from "../model/flow.ts";
import { printable } from "./escape.ts";
import { describer } from "./fold.ts";
import type { Listing } from "./listing.ts";
import { type Cell, type Paint, table, wrapped } from "./table.ts";

/** Beyond these the text says how many more there are. */
const MOST_ROWS = 12;

/** Pairs of a listing that are not certain, in words. */
export interface UncertainWords {
  readonly title: string;
  /** Whom to, on which ports as far as is known, from whom. */
  readonly rows: readonly (readonly [to: string, ports: string, from: string])[];
  /** How many rows are left out. */
  readonly more: number;
  readonly because: readonly string[];
}

/** Nothing where every pair is certain. */
export function uncertainWords(listing: Listing): UncertainWords | undefined {
  const found = listing.uncertainty();
  const { pairs } = found;
  if (pairs?.length === 0) return undefined;
  const rows = rowsOf(pairs ?? [], describer(listing.endpoints));
  return {
    title: titleOf(found),
    rows: rows.slice(0, MOST_ROWS),
    more: Math.max(0, rows.length - MOST_ROWS),
    because: found.assumptions.map(assumptionWords),
  };
}

function titleOf({ pairs }: Uncertainty): string {
  if (!pairs) return "Not certain: more pairs than were asked about one by one; `query` tells for each";
  const number = pairs.length === 1 ? "1 pair hangs" : `${pairs.length} pairs hang`;
  return `Not certain: ${number} on what the input or the API leave open`;
}

/** Equal destinations get one row for all their sources, then rows with equal sources become one. */
function rowsOf(pairs: readonly UncertainPair[], describe: (some: readonly Endpoint[]) => readonly string[]) {
  const columns = grouped(pairs, ({ to, ...pair }) => `${portWords(pair)} ${to.id}`);
  const rows = grouped(columns, (column) => `${portWords(column[0])} ${column.map(({ from }) => from.id).join()}`);
  return rows.map((row) => {
    const [[first], sources] = [row[0], row[0].map(({ from }) => from)];
    const destinations = row.map(([{ to }]) => to);
    return [describe(destinations).join(", "), portWords(first), describe(sources).join(", ")] as const;
  });
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return [...groups.values()];
}

function portWords({ allowed, possible }: Pick<UncertainPair, "allowed" | "possible">): string {
  if (allowed.isEmpty) return `none, maybe ${possible}`;
  return allowed.equals(possible) ? `${allowed}, maybe less` : `${allowed}, maybe ${possible}`;
}

/** For listings that name no pair: what verdicts may hang on. */
export function openQuestionsText({ reachability }: Listing, width: number, paint: Paint): string {
  const questions = openQuestions(reachability.program);
  if (questions.length === 0) return "";
  const title = "What verdicts may hang on (`query` tells for each pair)";
  return [
    paint.bold(title),
    ...questions.flatMap((one) => wrapped(printable(assumptionWords(one)), width, "  -", "    ")),
  ].join("\n");
}

function assumptionWords({ message, option }: Assumption): string {
  return option ? `${message} (--assume ${option}=…)` : message;
}

/** The same for a terminal; empty where every pair is certain. */
export function uncertainText(listing: Listing, width: number, paint: Paint): string {
  const words = uncertainWords(listing);
  if (!words) return "";
  const titles = ["TO", "PORTS", "FROM"].map((text): Cell => ({ text, paint: paint.dim }));
  const cells = words.rows.map(([to, ports, from]): Cell[] => [
    { text: to, paint: paint.bold },
    { text: ports, breaks: /(?<=,|; )/, paint: paint.yellow },
    { text: from },
  ]);
  return [
    ...wrapped(words.title, width, "", "  ").map(paint.bold),
    ...(cells.length > 0 ? table([titles, ...cells], width, "  ") : []),
    ...(words.more > 0 ? [`  and ${words.more} more such rows; -o json has every pair`] : []),
    ...words.because.flatMap((one) => wrapped(printable(one), width, "  -", "    ")),
  ].join("\n");
}
