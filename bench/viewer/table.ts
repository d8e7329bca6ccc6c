// What was measured, beside its targets.

/** One line of the table. */
interface Row {
  readonly goal: string;
  readonly target: string;
  readonly measured: string;
  readonly met: "yes" | "no";
}

const rows: Row[] = [];

export function note(goal: string, target: string, measured: string, met: boolean): void {
  rows.push({ goal, target, measured, met: met ? "yes" : "no" });
  console.error(`${goal}: ${measured}`);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The table, as Markdown. */
export function printed(): string {
  const lines = rows.map(({ goal, target, measured, met }) => `| ${goal} | ${target} | ${measured} | ${met} |`);
  return ["| goal | target | measured | met |", "| --- | --- | --: | --- |", ...lines].join("\n");
}
