import type { DeclaredSides } from "../analyses/attack/declared.ts";
import type { AttackPath } from "../analyses/attack/path.ts";
import type { Cause, PairChange } from "../analyses/delta/change.ts";
import { type Delta, deltaSteps } from "../analyses/delta.ts";
import { type ExposureChange, exposureDelta } from "../analyses/exposure/exposure-delta.ts";
import type { Finding } from "../analyses/findings/finding.ts";
import { gapsDeltaSteps, pathsDeltaSteps, type Turnover } from "../analyses/turnover.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { ConnectionSet } from "../model/connections.ts";
import { type Program, policyId } from "../model/program.ts";
import { formatSpan } from "../model/source.ts";
import { finish, type Steps } from "../model/steps.ts";
import { describer } from "./fold.ts";

/** A delta and what follows from it, before it takes a form. */
export interface DeltaReport {
  readonly delta: Delta;
  readonly exposure: readonly ExposureChange[];
  readonly gaps: Turnover<Finding>;
  readonly paths: Turnover<AttackPath>;
}

/** The delta of two programs' clusters, with exposure, findings and paths as each program by itself has them. */
export function deltaReport(before: Program, after: Program, declared: DeclaredSides = {}): DeltaReport {
  return finish(deltaReportSteps(before, after, declared));
}

/** {@link deltaReport} with pauses. */
export function* deltaReportSteps(before: Program, after: Program, declared: DeclaredSides = {}): Steps<DeltaReport> {
  const delta = yield* deltaSteps(before.cluster, after.cluster, after.options);
  yield { stage: "comparing ways in", done: 0 };
  const exposure = exposureDelta(before, after, declared);
  yield { stage: "comparing ways in", done: 1 };
  const gaps = yield* gapsDeltaSteps(before, after, declared);
  const paths = yield* pathsDeltaSteps(before, after, declared);
  return { delta, exposure, gaps, paths };
}

/** What a change does to a pair, as a person asks: is something open that was not? */
export type Deed = "opens" | "closes" | "changes" | "may change";

/** Changes of one cause that read alike. */
export interface DeltaRow {
  readonly deed: Deed;
  readonly from: readonly Endpoint[];
  readonly to: readonly Endpoint[];
  /** `all`, or `all → TCP 5432`. */
  readonly ports: string;
}

/** Everything one set of causes brought about. */
export interface DeltaGroup {
  readonly causes: readonly Cause[];
  readonly rows: readonly DeltaRow[];
}

/** The changes of pairs by what caused them, in as few rows as say them exactly. */
export function groupsOf({ added, removed, changed, unsettled, others }: Delta): readonly DeltaGroup[] {
  const groups = new Map<string, { causes: readonly Cause[]; changes: Told[] }>();
  const add = (changes: readonly PairChange[], tell: (change: PairChange) => Omit<Told, "change">) => {
    for (const change of changes) {
      const key = change.because.map(causeWords).join("\n");
      const group = groups.get(key) ?? { causes: change.because, changes: [] };
      groups.set(key, group);
      group.changes.push({ change, ...tell(change) });
    }
  };
  add(added, ({ after }) => ({ deed: "opens", ports: after.expected.toString() }));
  add(removed, ({ before }) => ({ deed: "closes", ports: before.expected.toString() }));
  add(changed, ({ before, after }) => ({
    deed: deedOf(before.expected, after.expected),
    ports: `${before.expected} → ${after.expected}`,
  }));
  add(unsettled, ({ before, after }) => ({
    deed: "may change",
    ports: `${range(before)} → ${range(after)}`,
  }));
  add(others, ({ others }) => ({ deed: othersDeed(others), ports: OTHERS }));
  return [...groups.values()].map(({ causes, changes }) => ({ causes, rows: rowsOf(changes) }));
}

/** Connections that come or go with workloads. */
export function endpointRows({ endpoints }: Delta): readonly DeltaRow[] {
  return [
    ...rowsOf(endpoints.opened.map((change) => ({ change, deed: "opens", ports: passing(change, "after") }))),
    ...rowsOf(endpoints.closed.map((change) => ({ change, deed: "closes", ports: passing(change, "before") }))),
  ];
}

interface Told {
  readonly change: PairChange;
  readonly deed: Deed;
  readonly ports: string;
}

/** Ports given up are closed, ports gained are opened; where both happen it is a change. */
function deedOf(before: ConnectionSet, after: ConnectionSet): Deed {
  if (after.includes(before)) return "opens";
  return before.includes(after) ? "closes" : "changes";
}

/** What stands for them where ports stand otherwise. */
const OTHERS = "other protocols";

/** What passes on one side: its ports, or the protocols that have none where only those do. */
export function passing(change: PairChange, side: "before" | "after"): string {
  const ports = change[side].expected;
  return ports.isEmpty && change.others?.[side].expected.isEmpty === false ? OTHERS : ports.toString();
}

function othersDeed(others: PairChange["others"]): Deed {
  if (!others || others.before.expected.equals(others.after.expected)) return "may change";
  return others.after.expected.isEmpty ? "closes" : "opens";
}

function range({ certain, possible }: PairChange["before"]): string {
  return certain.equals(possible) ? `${certain}` : `${certain} to ${possible}`;
}

const DEEDS: readonly Deed[] = ["opens", "closes", "changes", "may change"];

/** Equal destinations first get one row for all their sources, then rows with equal sources become one. */
function rowsOf(changes: readonly Told[]): readonly DeltaRow[] {
  const byDestination = new Map<string, DeltaRow & { from: Endpoint[] }>();
  for (const { change, deed, ports } of changes) {
    const key = JSON.stringify([deed, ports, change.to.id]);
    const row = byDestination.get(key);
    if (row) row.from.push(change.from);
    else byDestination.set(key, { deed, ports, from: [change.from], to: [change.to] });
  }
  const bySources = new Map<string, DeltaRow & { to: Endpoint[] }>();
  for (const { deed, ports, from, to } of byDestination.values()) {
    const key = JSON.stringify([deed, ports, from.map(({ id }) => id)]);
    const row = bySources.get(key);
    if (row) row.to.push(...to);
    else bySources.set(key, { deed, ports, from, to: [...to] });
  }
  return [...bySources.values()].sort((a, b) => DEEDS.indexOf(a.deed) - DEEDS.indexOf(b.deed));
}

/** Endpoints of a delta in words, as few as are exact. */
export function wordsFor({ all }: Delta): (some: readonly Endpoint[]) => readonly string[] {
  const describe = describer(all);
  return (some) => describe(some);
}

/** `NetworkPolicy shop/db added`, without its place. */
export function causeTitle(cause: Cause): string {
  switch (cause.kind) {
    case "policy":
      return `${cause.policy.kind} ${policyId(cause.policy)} ${cause.change}`;
    case "endpoint":
      return `${cause.id} has other ${cause.traits.join(", ")}`;
    case "surroundings":
      return "nodes, or what is known of other pods, are not the same";
  }
}

/** The same with the place, where there is one: `before` where the policy is no more. */
export function causeWords(cause: Cause): string {
  if (cause.kind !== "policy") return causeTitle(cause);
  return `${causeTitle(cause)} (${cause.change === "removed" ? "was " : ""}${formatSpan(cause.policy.span)})`;
}

/** Each cause once. */
export function uniqueCauses(causes: readonly Cause[]): readonly Cause[] {
  return [...new Map(causes.map((cause) => [causeWords(cause), cause])).values()];
}

/** Whether anything at all differs. */
export function isEmptyDelta({ delta, exposure, gaps, paths }: DeltaReport): boolean {
  const { added, removed, changed, unsettled, others, endpoints, isolation } = delta;
  const lists = [added, removed, changed, unsettled, others, endpoints.added, endpoints.removed, isolation];
  const turnovers = [gaps, paths].flatMap(({ opened, closed, changed }) => [opened, closed, changed]);
  return [...lists, exposure, ...turnovers].every((list) => list.length === 0);
}

/** One sentence on what reviewers ask first. */
export function headline(report: DeltaReport): string {
  const { added, removed, changed, unsettled, others, endpoints, isolation } = report.delta;
  const wider = changed.filter(({ before, after }) => !before.expected.includes(after.expected));
  const narrower = changed.filter(({ before, after }) => !after.expected.includes(before.expected));
  const outside = [...added, ...wider].filter(({ from }) => from.type === "address").length;
  const parts = [
    count(added.length, "connection opens", "connections open"),
    count(removed.length, "connection closes", "connections close"),
    count(wider.length, "connection gains ports", "connections gain ports"),
    count(narrower.length, "connection loses ports", "connections lose ports"),
    count(unsettled.length, "connection is certain to another extent", "connections are certain to another extent"),
    count(
      others.length,
      "connection changes in protocols without ports alone",
      "connections change in protocols without ports alone",
    ),
    count(endpoints.added.length, "workload is new", "workloads are new"),
    count(endpoints.removed.length, "workload is gone", "workloads are gone"),
    ...exposureCounts(report.exposure),
    count(report.gaps.opened.length, "new finding", "new findings"),
    count(report.gaps.changed.length, "finding more or less severe", "findings more or less severe"),
    count(report.gaps.closed.length, "finding gone", "findings gone"),
    count(report.paths.opened.length, "new attack path", "new attack paths"),
    count(report.paths.changed.length, "attack path goes another way", "attack paths go another way"),
    count(report.paths.closed.length, "attack path gone", "attack paths gone"),
  ].flat();
  if (parts.length === 0)
    return isolation.length === 0
      ? "No connection changes."
      : `No connection changes; isolation does for ${isolation.length === 1 ? "one endpoint and direction" : `${isolation.length} endpoints and directions`}.`;
  const warning =
    outside === 0
      ? ""
      : ` ${outside === 1 ? "One of those that open is" : `${outside} of those that open are`} from outside.`;
  return `${parts.join(", ")}.${warning}`;
}

function exposureCounts(changes: readonly ExposureChange[]): readonly (readonly string[])[] {
  const isExposed = (one: ExposureChange["after"]) => one?.exposed.expected ?? false;
  const number = (was: boolean, is: boolean) =>
    changes.filter(({ before, after }) => isExposed(before) === was && isExposed(after) === is).length;
  const to = "to the internet";
  return [
    count(number(false, true), `workload newly exposed ${to}`, `workloads newly exposed ${to}`),
    count(number(true, false), `workload no longer exposed ${to}`, `workloads no longer exposed ${to}`),
    count(number(true, true), `workload exposed ${to} in another way`, `workloads exposed ${to} in another way`),
    count(
      number(false, false),
      "workload published in another way, not exposed",
      "workloads published in another way, not exposed",
    ),
  ];
}

function count(number: number, one: string, many: string): readonly string[] {
  return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
}
