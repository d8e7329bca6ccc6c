import { type Explanation, explain, type SideExplanation } from "../analyses/explain.ts";
import { type Flip, flip } from "../analyses/flip.ts";
import { type EndpointDecision, isServiceDecision } from "../analyses/service-decision.ts";
import type { Decision } from "../engine/decide.ts";
import { formatConnections } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import type { Program } from "../model/program.ts";
import { printable } from "./escape.ts";
import { servedPorts } from "./names.ts";
import { type Paint, plainPaint, wrapped } from "./table.ts";
import type { TextOptions } from "./text.ts";

const LABEL = 18;

/** A decision for a person: the verdict in one sentence, then what each side said and where, then what it rests on. */
export function decisionText(
  program: Program,
  decision: Decision,
  { width = 100, paint = plainPaint }: TextOptions = {},
  explanation: Explanation = explain(program, decision),
  reversal: Flip | undefined = flip(program, decision),
): string {
  const [headline = ""] = explanation.lines;
  const sections = [
    [`${verdictWord(decision, paint)}  ${printable(headline)}`],
    ...(isServiceDecision(decision)
      ? decision.endpoints.map((one) => endpointLines(program, one, width, paint))
      : [bothSides(explanation, width, paint)]),
    assumptionLines(decision, width, paint),
    reversal ? flipLines(reversal, width, paint) : [],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function bothSides({ egress, ingress }: Explanation, width: number, paint: Paint): string[] {
  return [...side("egress", egress, width, paint), ...side("ingress", ingress, width, paint)];
}

const VIEWS = { client: "under the client's address", node: "under a node's address" } as const;

/** An endpoint of a Service: its verdict and where traffic arrives, then both sides. */
function endpointLines(
  program: Program,
  { endpoint, ports, view, decision }: EndpointDecision,
  width: number,
  paint: Paint,
) {
  return [
    `${verdictWord(decision, paint)}  ${printable(endpoint.id)} (${servedPorts(ports)}${view ? `, ${VIEWS[view]}` : ""})`,
    ...bothSides(explain(program, decision), width, paint),
  ];
}

function verdictWord({ verdict, scope }: Decision, paint: Paint): string {
  if (verdict === "deny") return paint.bold(paint.red("DENIED"));
  return scope === "all" ? paint.bold(paint.green("ALLOWED")) : paint.bold(paint.yellow("ALLOWED IN PART"));
}

/** One direction: its verdict as a label, its steps beside it. */
function side(direction: Direction, { verdict, steps }: SideExplanation, width: number, paint: Paint): string[] {
  const word = verdict === "allow" ? "allowed" : "denied";
  const label = `${direction.padEnd(8)} ${word}`.padEnd(LABEL);
  const indent = " ".repeat(LABEL);
  const lines = steps.flatMap(({ sentence }) =>
    wrapped(printable(withoutLabel(sentence, direction, word)), width, indent, `${indent}  `),
  );
  const tint = verdict === "allow" ? paint.green : paint.red;
  return lines.map((line, i) => (i === 0 ? label.replace(word, tint(word)) + line.slice(LABEL) : line));
}

/** The sentence without what its label already says. */
function withoutLabel(sentence: string, direction: Direction, word: string): string {
  const rest = sentence.startsWith(`${direction}: `) ? sentence.slice(direction.length + 2) : sentence;
  return rest.startsWith(`${word}, `) ? rest.slice(word.length + 2) : rest;
}

/** The smallest edit that turns the verdict round; its YAML is in the JSON answer. */
function flipLines({ verdict, summary }: Flip, width: number, paint: Paint): string[] {
  const where = paint.dim("(as YAML: -o json | jq -r .flip.patch)");
  return [`${paint.bold(`To ${verdict} it`)} ${where}`, ...wrapped(printable(summary), width, "  ", "  ")];
}

function assumptionLines(decision: Decision, width: number, paint: Paint): string[] {
  const { certainty, assumptions } = decision;
  const sure = certainty === "specified" ? [] : [`certainty: ${certainty}`];
  if (assumptions.length === 0) return sure;
  const lines = assumptions.flatMap(({ message, option }) =>
    wrapped(printable(option ? `${message} (--assume ${option}=…)` : message), width, "  -", "    "),
  );
  const heading = paint.bold(certainty === "specified" ? "Note" : `This rests on (certainty: ${certainty})`);
  return [heading, ...lines, ...otherwise(decision).flatMap((line) => wrapped(line, width, "  ", "  "))];
}

/** What the verdict could be instead, where that is another one. */
function otherwise({ verdict, scope, possible, certain, question }: Decision): string[] {
  if (verdict === "deny")
    return possible.isEmpty ? [] : [`Settled otherwise, it may be allowed on ${formatConnections(possible)}.`];
  const lost = question.connections.subtract(certain);
  return scope === "some" || lost.isEmpty ? [] : [`Settled otherwise, it may be denied on ${formatConnections(lost)}.`];
}
