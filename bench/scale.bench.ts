/**
 * Times every phase on growing clusters, with `JSON.parse` of the same text in the same run as the measure: the machine's own speed
 * cancels out of the ratio. Times are processor time, all threads together, or with `--clock` what passes; each cluster has a process
 * of its own. `--only S,M` picks sizes; `--runs 5` says how often; `--detail full` leaves out the dumps that show of each pod only what
 * verdicts look at; `--patient` has V8 compile as late as the command line does.
 */
import { spawnSync } from "node:child_process";
import {
  type Cluster,
  type ClusterEdit,
  compile,
  type Namespace,
  type NetworkPolicy,
  type Pod,
  type PolicyEdit,
  type Reachability,
  Reading,
  reach,
  WhatIf,
} from "@watertight/core";
import { compilePatiently } from "../packages/cli/src/patience.ts";
import { bitCount } from "../packages/core/src/model/bitset.ts";
import { SCENARIOS, type Shape } from "./cluster.ts";
import { textsOf } from "./dump.ts";
import { naive } from "./naive.ts";
import { DETAILS } from "./pod.ts";

if (process.argv.includes("--patient")) compilePatiently();

type Size = Shape & { readonly name: string };

const SIZES: readonly Size[] = [
  { name: "S", pods: 1_000, namespaces: 40, policies: 250, seed: 1 },
  { name: "M", pods: 10_000, namespaces: 300, policies: 2_000, seed: 1 },
  { name: "L", pods: 50_000, namespaces: 1_000, policies: 8_000, seed: 1 },
  { name: "XL", pods: 150_000, namespaces: 3_000, policies: 20_000, seed: 1 },
];
const ODD: readonly Size[] = SCENARIOS.filter((scenario) => scenario !== "typical").map((scenario) => ({
  ...(SIZES[1] as Size),
  scenario,
  name: `M ${scenario}`,
}));
const EDITS = 300;
const STARTS = 20;
const QUESTIONS = 20_000;

const option = (name: string) => process.argv[process.argv.indexOf(`--${name}`) + 1];
const only = process.argv.includes("--only") ? option("only")?.split(",") : ["S", "M"];
const details = process.argv.includes("--detail") ? option("detail")?.split(",") : DETAILS;
const runs = process.argv.includes("--runs") ? Number(option("runs")) : 5;
const byClock = process.argv.includes("--clock");

/** Of what is shown in full only what compares with reading is measured: questions and edits cost the same. */
function measure(size: Size): void {
  const reading = new Reading();
  let [bytes, dumps] = [0, 0];
  for (const text of textsOf(size)) {
    reading.read({ path: `dump-${dumps++}.json`, text });
    bytes += text.length;
  }
  const { cluster } = reading.finish();
  const times = new Times();
  let facts = "";
  for (let run = 0; run < runs; run++) {
    times.sum("JSON.parse", textsOf(size), (text) => JSON.parse(text));
    const { program } = times.take("compile", () => compile(cluster));
    const [reachability, pairs] = times.take("every pair", () => everyPair(reach(program)));
    facts = `${program.parties.length} parties, ${reachability.endpoints.length} endpoints, ${pairs} open pairs`;
    // Only after the last run: V8 would get to know the code of the others by it.
    if (run === runs - 1 && size.detail !== "full") {
      times.take("one by one", () => oneByOne(reachability));
      questions(size, cluster, reachability, times);
    }
  }
  const name = size.detail === "full" ? `${size.name} in full` : size.name;
  console.log(`${name}: ${size.pods} pods, ${size.policies} policies, ${(bytes / 1e6).toFixed(1)} MB; ${facts}`);
  times.print(size.pods);
}

/** Works out every open pair, each with its exact set of connections, in words of up to 32 that have one. */
function everyPair(reachability: Reachability): [Reachability, number] {
  let pairs = 0;
  for (const from of reachability.endpoints) {
    const { runs, bonds } = reachability.fan(from);
    for (const { row, from, to } of runs)
      for (let i = from; i < to; i++)
        if (!bonds.bond(row.labels[i] as number).connections.isEmpty) pairs += bitCount(row.masks[i] as number);
  }
  return [reachability, pairs];
}

/** Goes through every open pair one by one. */
function oneByOne(reachability: Reachability): number {
  let pairs = 0;
  for (const from of reachability.endpoints) {
    const { row, bonds } = reachability.fan(from);
    for (const label of row.openPeers().labels) if (!bonds.bond(label).connections.isEmpty) pairs++;
  }
  return pairs;
}

function questions(size: Size, cluster: Cluster, reachability: Reachability, times: Times): void {
  const next = numbers(size.seed);
  const { endpoints } = reachability;
  const pods = endpoints.filter(({ type }) => type !== "address");
  const any = <T>(list: readonly T[]) => list[next() % list.length] as T;
  const asked = Array.from({ length: QUESTIONS }, () => [any(pods).id, any(endpoints).id] as const);
  times.share("between, by id", QUESTIONS, () => {
    for (const [from, to] of asked) reachability.between(from, to);
  });
  const sample = asked.slice(0, 500);
  times.share("naive, a pair", sample.length, naive(cluster, reachability, sample));
  for (let i = 0; i < STARTS; i++) times.take("blast radius", () => reachability.reachableFrom(any(pods)));

  const state = times.take("open for edits", () => WhatIf.open(cluster));
  state.apply([{ before: cluster.networkPolicies[0] as NetworkPolicy }]);
  for (let i = 0; i < EDITS; i++) {
    const edit = editOf(any(cluster.networkPolicies), any(cluster.networkPolicies), i);
    times.take("what-if", () => state.apply([edit]));
  }
  for (let i = 0; i < STARTS; i++) {
    const pod = any(cluster.pods);
    times.take("pod gone", () => state.apply([{ kind: "pod", before: pod }]));
    times.take("pod like others", () => state.apply([{ kind: "pod", after: { ...pod, id: `${pod.id}-${i}` } }]));
    times.take("pod unlike any", () => state.apply([relabelled(pod, "app", `new-${i}`)]));
    times.take("namespace", () => state.apply([relabelled(any(cluster.namespaces), "env", any(ENVIRONMENTS))]));
  }
}

const ENVIRONMENTS = ["dev", "staging", "prod"];

function relabelled(before: Pod | Namespace, key: string, value: string): ClusterEdit {
  const labels = { ...before.labels, values: new Map(before.labels.values).set(key, value) };
  return "workload" in before
    ? { kind: "pod", before, after: { ...before, labels } }
    : { kind: "namespace", before, after: { ...before, labels } };
}

/** A policy removed, replaced by what another of its cluster says, or added. */
function editOf(policy: NetworkPolicy, other: NetworkPolicy, i: number): PolicyEdit {
  if (i % 3 === 0) return { before: policy };
  const { namespace, name } = policy;
  return i % 3 === 1
    ? { before: policy, after: { ...other, namespace, name } }
    : { after: { ...policy, name: `new-${i}` } };
}

/** What each kind of work took, each time it was done. */
class Times {
  private readonly all = new Map<string, number[]>();

  take<T>(name: string, work: () => T): T {
    const took = stopwatch();
    const result = work();
    this.add(name, took());
    return result;
  }

  /** The time of one piece of work done in parts. */
  sum<T>(name: string, parts: Iterable<T>, work: (part: T) => void): void {
    let time = 0;
    for (const part of parts) {
      const took = stopwatch();
      work(part);
      time += took();
    }
    this.add(name, time);
  }

  /** The time of one of several equal pieces of work. */
  share(name: string, pieces: number, work: () => void): void {
    const took = stopwatch();
    work();
    this.all.set(name, [took() / pieces]);
  }

  private add(name: string, time: number): void {
    this.all.set(name, [...(this.all.get(name) ?? []), time]);
  }

  print(pods: number): void {
    const floor = quantile(this.all.get("JSON.parse") ?? [], 0.5);
    for (const [name, list] of this.all) {
      const [half, most] = [quantile(list, 0.5), quantile(list, 0.99)];
      const first = list.length > 1 ? `  first ${shown(list[0] as number)}` : "";
      const tail = list.length > runs ? `  p99 ${shown(most)}` : first;
      console.log(`  ${name.padEnd(16)}${shown(half)} ${(half / floor).toFixed(4).padStart(9)} × JSON.parse${tail}`);
    }
    const compiling = quantile(this.all.get("compile") ?? [], 0.5);
    console.log(
      `  compiling a pod ${((compiling / pods) * 1000).toFixed(1)} µs; memory at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
    );
  }
}

/** Starts counting milliseconds: of processor time, of all threads, to which what else the machine does matters less; or by the clock. */
function stopwatch(): () => number {
  if (byClock) {
    const start = performance.now();
    return () => performance.now() - start;
  }
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
}

function quantile(list: readonly number[], share: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}

function shown(milliseconds: number): string {
  return milliseconds < 0.1
    ? `${(milliseconds * 1e6).toFixed(0).padStart(8)} ns`
    : `${milliseconds.toFixed(2).padStart(8)} ms`;
}

/** Seeded numbers, the same on each run. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}

const chosen = [...SIZES, ...ODD].filter(({ name }) => only?.includes(name) || only?.includes("all"));
const shapes = chosen.flatMap((size) =>
  DETAILS.filter((detail) => details?.includes(detail) && (detail === "slim" || size.scenario === undefined)).map(
    (detail) => ({ ...size, detail }),
  ),
);
if (shapes.length === 1 && shapes[0]) measure(shapes[0]);
else
  for (const { name, detail } of shapes) {
    const own = [process.argv[1] ?? "", "--only", name, "--detail", detail, "--runs", String(runs)];
    for (const flag of ["--patient", "--clock"]) if (process.argv.includes(flag)) own.push(flag);
    spawnSync(process.execPath, [...process.execArgv, ...own], { stdio: "inherit" });
  }
