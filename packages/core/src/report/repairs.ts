import type { Flip } from "../analyses/flip.ts";
import type { Decision } from "../engine/decide.ts";
import { formatConnections } from "../model/connections.ts";
import type { Verdict } from "../model/flow.ts";
import { printable } from "./escape.ts";
import { plainPaint, wrapped } from "./table.ts";
import type { TextOptions } from "./text.ts";

/** Edits that bring a verdict about, for a person: the best with its patch, then the others by what they change besides. */
export function repairsText(
  { question, verdict, scope }: Decision,
  wanted: Verdict,
  repairs: readonly Flip[],
  { width = 100, paint = plainPaint }: TextOptions = {},
): string {
  const flow = `${question.source.id} ${wanted === "allow" ? "may" : "may not"} reach ${question.destination.id} on ${formatConnections(question.connections)}`;
  if (verdict === wanted && (wanted === "deny" || scope === "all")) return `${printable(flow)} already.\n`;
  if (repairs.length === 0) return `No edit of NetworkPolicies was found after which ${printable(flow)}.\n`;
  const [best, ...others] = repairs.map(({ summary }, i) =>
    paint.bold(wrapped(printable(`${i + 1}. ${summary}`), width, "", "   ").join("\n")),
  );
  const patch = (repairs[0]?.patch ?? "").trimEnd().split("\n");
  const sections = [
    [best, ...patch.map((line) => `   ${printable(line)}`)].join("\n"),
    ...(others.length > 0
      ? [others.join("\n"), paint.dim("Another as YAML: -o json | jq -r '.repairs[1].patch'")]
      : []),
  ];
  return `${sections.join("\n\n")}\n`;
}
