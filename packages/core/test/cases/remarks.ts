import type { Remark } from "./case.ts";

/** A diagnostic as a case sees it, be it from the library or from an answer in JSON. */
export interface Found {
  readonly code: string;
  readonly severity: string;
  readonly field?: string;
  readonly path?: string;
  readonly line?: number;
}

/**
 * What is there, told as the expectations tell it: equal to them when every one is met and nothing else is wrong. Notes count only
 * where their code is asked for.
 */
export function remarksIn(found: readonly Found[], expected: readonly Remark[]): readonly Remark[] {
  return found
    .filter(({ code, severity }) => severity !== "info" || expected.some((one) => one.code === code))
    .map(({ path = "", line = 0, ...rest }) => ({ ...rest, line, in: fileOf(path) }))
    .map(({ code, severity, field, ...place }) => {
      const whole = { code, severity, ...(field !== undefined && { field }), ...place };
      return expected.find((one) => entriesOf(one).every(([key, value]) => whole[key] === value)) ?? whole;
    })
    .sort((a, b) => a.line - b.line || (a.code < b.code ? -1 : 1));
}

function entriesOf(remark: Remark) {
  return Object.entries(remark) as [keyof Remark, unknown][];
}

function fileOf(path: string): NonNullable<Remark["in"]> {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.yaml$/, "");
  return name as NonNullable<Remark["in"]>;
}
