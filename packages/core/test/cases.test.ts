import { describe, expect, test } from "vitest";
import { type Cluster, compile, type Diagnostic, reach } from "../src/index.ts";
import { situationsOf } from "./cases/case.ts";
import { CASES } from "./cases/every-case.ts";
import { type Found, remarksIn } from "./cases/remarks.ts";
import { oracle } from "./oracle/oracle.ts";
import { ask } from "./properties/engine.ts";

describe.each([...new Set(CASES.map(({ folder }) => folder))])("%s", (folder) => {
  test.each(CASES.filter((one) => one.folder === folder).map(({ name, file }) => ({ name, title: file.title, file })))(
    "$name: $title",
    ({ file }) => {
      const situations = situationsOf(file);
      expect(situations.length).toBeGreaterThan(0);
      for (const { where: step, cluster, options, diagnostics, expected, cells } of situations) {
        const { program } = compile(cluster, options);
        for (const { where, flow, allowed, certainty } of cells) {
          const truth = oracle(cluster, options, flow);
          const decision = ask(program, flow);
          if (!decision) throw new Error(`the engine has no name for an end: ${where}`);
          const verdict = allowed ? "allow" : "deny";
          expect({ where, oracle: truth.allowed ? "allow" : "deny", engine: decision.verdict }).toEqual({
            where,
            oracle: verdict,
            engine: verdict,
          });
          if (certainty === undefined) continue;
          expect({ where, oracle: truth.certainty, engine: decision.certainty }).toEqual({
            where,
            oracle: certainty,
            engine: certainty,
          });
        }
        const is = {
          ...(expected.diagnostics && { diagnostics: remarksIn(diagnostics.map(found), expected.diagnostics) }),
          ...(expected.leftOut && { leftOut: leftOut(cluster) }),
          ...(expected.endpoints && {
            endpoints: Object.fromEntries(
              reach(program)
                .endpoints.filter(({ type }) => type !== "address")
                .map(({ id, pods }) => [id, pods]),
            ),
          }),
        };
        expect({ step, ...is }).toEqual({ step, ...expected });
      }
    },
  );
});

function found({ code, severity, field, span }: Diagnostic): Found {
  return { code, severity, ...(field !== undefined && { field }), ...(span && { path: span.path, line: span.line }) };
}

function leftOut({ unusedPolicies }: Cluster): readonly string[] {
  return unusedPolicies.map(({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ""}${name}`);
}
