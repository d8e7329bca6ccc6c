import { compile, type Program } from "@watertight/core";
import { describe, expect, test } from "vitest";
import { type Cell, type Situation, situationsOf } from "../../core/test/cases/case.ts";
import { CASES } from "../../core/test/cases/every-case.ts";
import { remarksIn } from "../../core/test/cases/remarks.ts";
import { nameOf } from "../../core/test/properties/engine.ts";
import { folder, watertight } from "./runs.ts";
import { violations } from "./schema.ts";

/** The truth tables of the library once more, from manifests in files to an answer in JSON. */
describe.each([...new Set(CASES.map((one) => one.folder))])("the command line on %s", (kind) => {
  test.each(CASES.filter((one) => one.folder === kind).map(({ name, file }) => ({ name, title: file.title, file })))(
    "$name: $title",
    async ({ file }) => {
      for (const situation of situationsOf(file)) {
        const path = folder(Object.fromEntries(situation.sources.map(({ path, text }) => [path, text])));
        const { program } = compile(situation.cluster, situation.options);
        for (const cell of differing(situation.cells)) await checkCell(path, situation, cell, program);
        await checkInput(path, situation);
      }
    },
  );
});

/**
 * One cell for each answer that a table gives: every cell is checked in the library's own tests. On the command line a family is asked
 * for by addresses of that family.
 */
function differing(cells: readonly Cell[]): readonly Cell[] {
  const askable = cells.filter(({ flow }) => flow.family === undefined);
  const answers = askable.map(({ flow, allowed, certainty }) => [flow.protocol, flow.port, allowed, certainty].join());
  return askable.filter((_, index) => answers.indexOf(answers[index] ?? "") === index);
}

async function checkCell(
  path: string,
  situation: Situation,
  { where, flow, allowed, certainty }: Cell,
  program: Program,
) {
  const { source, destination, protocol, port } = flow;
  const asked = protocol === "other" ? "ICMP" : port === undefined ? protocol : `${protocol}/${port}`;
  const ends = ["--from", nameOf(program, source), "--to", nameOf(program, destination), "--port", asked];
  const answer = await ask(["query", path, ...ends, ...assumptions(situation)], "decision-v1");
  const is = { verdict: answer.verdict, ...(certainty && { certainty: answer.certainty }) };
  expect({ where, ...is }).toEqual({ where, verdict: allowed ? "allow" : "deny", ...(certainty && { certainty }) });
}

/** Diagnostics and endpoints, as a listing has them. */
async function checkInput(path: string, situation: Situation) {
  const { where, expected } = situation;
  if (!expected.diagnostics && !expected.endpoints) return;
  const answer = await ask(["list", path, ...assumptions(situation)], "connections-v1");
  const is = {
    ...(expected.diagnostics && { diagnostics: remarksIn(answer.diagnostics.map(found), expected.diagnostics) }),
    ...(expected.endpoints && { endpoints: podsById(answer.endpoints) }),
  };
  const { leftOut: _, ...wanted } = expected;
  expect({ where, ...is }).toEqual({ where, ...wanted });
}

/** As little of the answers as is looked at. */
interface Answer {
  readonly verdict: string;
  readonly certainty: string;
  readonly endpoints: readonly { readonly id: string; readonly pods?: number }[];
  readonly diagnostics: readonly {
    readonly code: string;
    readonly severity: string;
    readonly field?: string;
    readonly source?: { readonly path: string; readonly line: number };
  }[];
}

async function ask(args: readonly string[], schema: Parameters<typeof violations>[0]): Promise<Answer> {
  const { status, out, err } = await watertight([...args, "-o", "json"]);
  expect(status, err).toBe(0);
  const answer = JSON.parse(out);
  expect(violations(schema, answer)).toEqual([]);
  return answer;
}

function assumptions({ preset, assumed }: Situation): readonly string[] {
  return ["--preset", preset, ...Object.entries(assumed).flatMap(([name, value]) => ["--assume", `${name}=${value}`])];
}

function found({ source, ...rest }: Answer["diagnostics"][number]) {
  return { ...rest, ...(source && { path: source.path, line: source.line }) };
}

function podsById(endpoints: Answer["endpoints"]): Readonly<Record<string, number>> {
  return Object.fromEntries(endpoints.flatMap(({ id, pods }) => (pods === undefined ? [] : [[id, pods]])));
}
