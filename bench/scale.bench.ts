/**
 * Times every phase on growing clusters, with `JSON.parse` of the same text in the same run as the measure: the machine's own speed
 * cancels out of the ratio.
 */
import { compile, type Program, parse, reach } from "@watertight/core";
import { generate, type Shape } from "./cluster.ts";

const SHAPES: readonly (Shape & { readonly name: string })[] = [
  { name: "S", pods: 1_000, namespaces: 40, policies: 250, seed: 1 },
  { name: "M", pods: 10_000, namespaces: 300, policies: 2_000, seed: 1 },
];
const RUNS = 5;

for (const shape of SHAPES) {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: generate(shape) }, null, 2);
  const phases = Array.from({ length: RUNS }, () => run(text));
  const floor = median(phases.map(({ json }) => json));
  const { parties, workloads, open } = phases[0] as Phases;
  console.log(
    `${shape.name}: ${shape.pods} pods, ${shape.policies} policies, ${(text.length / 1e6).toFixed(1)} MB; ` +
      `${workloads} workloads in ${parties} parties, ${open} open pairs`,
  );
  for (const phase of ["json", "parse", "compile", "reach"] as const) {
    const time = median(phases.map((run) => run[phase]));
    console.log(
      `  ${phase.padEnd(8)}${time.toFixed(1).padStart(9)} ms ${(time / floor).toFixed(2).padStart(8)} × JSON.parse`,
    );
  }
}

interface Phases {
  readonly json: number;
  readonly parse: number;
  readonly compile: number;
  readonly reach: number;
  readonly parties: number;
  readonly workloads: number;
  readonly open: number;
}

function run(text: string): Phases {
  const [json] = timed(() => JSON.parse(text));
  const [parseTime, { cluster }] = timed(() => parse([{ path: "dump.json", text }]));
  const [compileTime, { program }] = timed(() => compile(cluster));
  const [reachTime, open] = timed(() => countOpen(program));
  return {
    json,
    parse: parseTime,
    compile: compileTime,
    reach: reachTime,
    parties: program.parties.length,
    workloads: cluster.workloads.length,
    open,
  };
}

function countOpen(program: Program): number {
  let open = 0;
  for (const _ of reach(program).connections()) open++;
  return open;
}

function timed<T>(work: () => T): [milliseconds: number, result: T] {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;
}
