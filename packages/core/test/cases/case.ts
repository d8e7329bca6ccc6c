import { parse as parseYaml } from "yaml";
import {
  type Cluster,
  compile,
  type Diagnostic,
  type Options,
  PRESETS,
  parse,
  type Source,
  UPSTREAM,
} from "../../src/index.ts";
import type { OracleDestination, OracleEnd, OracleFlow } from "../oracle/context.ts";
import { everyPod } from "../oracle/pods.ts";
import { sourcesOf } from "./manifests-of-case.ts";

/**
 * A truth table as a file. Everything but `title` and `rules` is optional, but something must be asked or expected.
 *
 * `steps` change what is above them, one after the other, and ask again; what was asked or expected above is not asked again. Labels of
 * a pod or namespace are its whole value, or under `labels` beside other fields.
 */
export interface CaseFile extends Step {
  readonly title: string;
  readonly source?: string;
  /** Rules of the specification it shows. */
  readonly rules: readonly string[];
  readonly steps?: readonly Step[];
}

export interface Step extends Partial<Check>, Expected {
  readonly say?: string;
  readonly namespaces?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Namespaces that the input has no object for. */
  readonly undeclared?: readonly string[];
  readonly nodes?: Readonly<Record<string, string>>;
  readonly pods?: Readonly<Record<string, PodEntry>>;
  readonly policies?: string;
  /** Any further manifests, such as workloads. */
  readonly manifests?: string;
  readonly preset?: string;
  readonly options?: Partial<Options>;
  /** The API server would refuse something here, so it has no effect. Need not be said where `diagnostics` are. */
  readonly rejects?: boolean;
  readonly checks?: readonly Check[];
}

/** What the input itself is said to be. */
export interface Expected {
  /** Every error and warning there is, and those notes that are worth asking for. */
  readonly diagnostics?: readonly Remark[];
  /** Policies without a say in any verdict: `NetworkPolicy a/p`; for cluster-scoped ones `ClusterNetworkPolicy p`. */
  readonly leftOut?: readonly string[];
  /** Every endpoint with pods, by its id, and how many pods it stands for. */
  readonly endpoints?: Readonly<Record<string, number>>;
}

export interface Remark {
  readonly code: string;
  /** Counted in `policies`, or in `manifests` where `in` says so or there are no policies. */
  readonly line: number;
  readonly in?: "policies" | "manifests" | "cluster";
  /** As the API server names it. */
  readonly field?: string;
  /** `error` or `warning`, where it is the severity that matters. */
  readonly severity?: string;
}

/**
 * A flow and its table: the first line names destinations, every further one a source. `.` is allowed, `X` denied, `-` not asked. With
 * `~` before it the verdict is implementation-defined, with `?` unknown, with `!` specified; without a mark either may be.
 */
export interface Check {
  /** `TCP 80`, `UDP 53`, `ICMP`. */
  readonly flow: string;
  readonly table: string;
  readonly family?: "IPv4" | "IPv6";
}

export type PodEntry = Readonly<Record<string, string>> | PodFields;

export interface PodFields {
  readonly labels: Readonly<Record<string, string>>;
  /** `http TCP 8080`, or `http TCP 8080 sidecar` for another kind of container. */
  readonly ports?: readonly string[];
  readonly ip?: string | readonly string[];
  readonly node?: string;
  readonly hostNetwork?: boolean;
}

/** One step as it is read, with all that is asked of it. */
export interface Situation {
  readonly where: string;
  readonly sources: readonly Source[];
  /** What the options are made of: `--preset` and `--assume` of the command line. */
  readonly preset: string;
  readonly assumed: Partial<Options>;
  readonly options: Options;
  readonly cluster: Cluster;
  /** Of reading and compiling. */
  readonly diagnostics: readonly Diagnostic[];
  readonly expected: Expected;
  readonly cells: readonly Cell[];
}

/** One cell of one table of one step. */
export interface Cell {
  readonly where: string;
  readonly flow: OracleFlow;
  readonly allowed: boolean;
  readonly certainty?: "specified" | "implementation-defined" | "unknown";
}

export function readCase(text: string): CaseFile {
  return parseYaml(text) as CaseFile;
}

/** Every step of a case that asks for something. */
export function situationsOf(file: CaseFile): readonly Situation[] {
  const { title: _, source: __, rules: ___, steps, ...first } = file;
  const all: Step[] = [first];
  for (const step of steps ?? []) {
    const {
      flow: _,
      table: __,
      checks: ___,
      diagnostics: ____,
      leftOut: _____,
      endpoints: ______,
      ...before
    } = all[all.length - 1] ?? first;
    all.push({
      ...before,
      ...step,
      pods: { ...before.pods, ...step.pods },
      namespaces: { ...before.namespaces, ...step.namespaces },
    });
  }
  return all.map((step, number) => situationOf(step, `step ${number}`)).filter(asksSomething);
}

function asksSomething({ cells, expected }: Situation): boolean {
  return cells.length > 0 || Object.values(expected).some((value) => value !== undefined);
}

function situationOf(step: Step, where: string): Situation {
  const { preset = "upstream", options: assumed = {}, leftOut, endpoints } = step;
  const remarks = step.diagnostics?.map(
    (remark) => ({ in: step.policies ? "policies" : "manifests", ...remark }) as const,
  );
  const options: Options = { ...UPSTREAM, ...PRESETS[preset], ...assumed };
  const sources = sourcesOf(step);
  const { cluster, diagnostics: read } = parse(sources, options);
  const refused = read.filter(({ severity }) => severity === "error");
  if (remarks === undefined && refused.length > 0 !== (step.rejects ?? false)) {
    throw new Error(refused.map(({ message }) => message).join("; ") || "nothing was refused");
  }
  return {
    where,
    sources,
    preset,
    assumed,
    options,
    cluster,
    diagnostics: [...read, ...compile(cluster, options).diagnostics],
    expected: {
      ...(remarks && { diagnostics: remarks }),
      ...(leftOut && { leftOut }),
      ...(endpoints && { endpoints }),
    },
    cells: checksOf(step).flatMap((check) => cellsOfTable(check, where, cluster)),
  };
}

function checksOf(step: Step): readonly Check[] {
  const { flow, table, checks = [] } = step;
  return [...(flow !== undefined && table !== undefined ? [{ ...step, flow, table }] : []), ...checks];
}

function cellsOfTable(check: Check, where: string, cluster: Cluster): readonly Cell[] {
  const [header = [], ...rows] = check.table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first);
  const [protocol, port] = check.flow.split(" ");
  const about: Pick<OracleFlow, "protocol" | "port" | "family"> = {
    protocol: protocol === "ICMP" ? "other" : (protocol as OracleFlow["protocol"]),
    ...(port !== undefined && { port: Number(port) }),
    ...(check.family && { family: check.family }),
  };
  const cells: Cell[] = [];
  for (const [from = "", ...answers] of rows) {
    if (answers.length !== header.length - 1) throw new Error(`the row of ${from} has ${answers.length} cells`);
    answers.forEach((answer, column) => {
      const to = header[column + 1] ?? "";
      const [, mark, verdict] = /^([~?!]?)([.X])$/.exec(answer) ?? [];
      if (answer === "-") return;
      if (!verdict) throw new Error(`what is ${answer}?`);
      const certainty = MARKS[mark ?? ""];
      cells.push({
        where: `${where}: ${from} → ${to} ${check.flow}`,
        flow: { source: endOf(from, cluster), destination: destinationOf(to, cluster), ...about },
        allowed: verdict === ".",
        ...(certainty && { certainty }),
      });
    });
  }
  return cells;
}

const MARKS: Readonly<Record<string, Cell["certainty"]>> = {
  "!": "specified",
  "~": "implementation-defined",
  "?": "unknown",
};

/** `a/Service/web`, or what a source may be. */
function destinationOf(text: string, cluster: Cluster): OracleDestination {
  return text.includes("/Service/") ? { service: text.replace("/Service/", "/") } : endOf(text, cluster);
}

/** `a/web`, `a/Deployment/web`, either with `#1` for one of its replicas; everything without a `/` is an address. */
function endOf(text: string, cluster: Cluster): OracleEnd {
  if (!text.includes("/")) return { address: text };
  const [name, ordinal] = text.split("#");
  const pods = everyPod(cluster).filter(({ of }) => `${of.namespace}/${of.name}` === name || of.workload === name);
  const pod = pods.find(({ id }) => ordinal === undefined || id.endsWith(`#${ordinal}`));
  if (!pod) throw new Error(`no pod is called ${text}`);
  return { pod: pod.of.id, replica: pod.replica };
}
