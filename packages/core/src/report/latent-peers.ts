import { type LatentPeer, latentPeerRule, latentPeerWords } from "../analyses/exposure/latent-peers.ts";
import { type Answer, answerOf } from "../analyses/exposure/likelihood.ts";
import type { PortsByProtocol } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import { policyId } from "../model/program.ts";
import type { Span } from "../model/source.ts";
import { printable } from "./escape.ts";
import { spanAnswer } from "./json.ts";
import { escaped, markdownRow } from "./markdown.ts";
import { plainPaint, table } from "./table.ts";
import type { TextOptions } from "./text.ts";

/** A latent peer as `schema/policies-v1.json` describes it. */
export interface LatentPeerReport {
  readonly direction: Direction;
  /** Null where no rule asks for anything. */
  readonly rule: {
    readonly policy: string;
    readonly kind: string;
    readonly rule: number;
    readonly source: Span;
  } | null;
  readonly peer: string;
  /** Labels that are enough; null for a namespace that is there already. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly namespaceLabels: Readonly<Record<string, string>> | null;
  readonly today: readonly string[];
  readonly ports: PortsByProtocol;
  readonly answer: Answer;
  readonly expected: boolean;
}

export function latentPeerReport(peer: LatentPeer): LatentPeerReport {
  const { direction, rule, labels, today, connections, likelihood } = peer;
  return {
    direction,
    rule: rule
      ? { policy: policyId(rule.policy), kind: rule.policy.kind, rule: rule.index, source: spanAnswer(rule.span) }
      : null,
    peer: latentPeerWords(peer),
    podLabels: Object.fromEntries(labels.pod),
    namespaceLabels: labels.namespace ? Object.fromEntries(labels.namespace) : null,
    today: today.map(({ id }) => id),
    ports: connections.toJSON(),
    answer: answerOf(likelihood),
    expected: likelihood.expected,
  };
}

const TITLE = "Pods that are not there yet";

/** Who would be let in or may be called, once it is there; a row for each kind of pod. */
export function latentPeersText(
  peers: readonly LatentPeer[],
  { width = 100, paint = plainPaint }: TextOptions = {},
): string {
  const title = paint.bold(TITLE);
  if (peers.length === 0) return `${title}\n  none would be let in, and none may be called\n`;
  const rows = peers.map((peer) => cellsOf(peer).map((text) => ({ text })));
  return [title, ...table(rows, width, "  "), ""].join("\n");
}

export function latentPeersMarkdown(peers: readonly LatentPeer[]): string {
  const head = ["| Direction | Ports | Rule | Who |", "| --- | --- | --- | --- |"];
  const rows = peers.map((peer) => {
    const [direction = "", ports = "", rule = "", who = ""] = cellsOf(peer);
    return markdownRow(direction, ports, rule, who);
  });
  return [
    `### ${TITLE}`,
    "",
    ...(rows.length > 0 ? [...head, ...rows] : [escaped("None would be let in, and none may be called.")]),
    "",
  ].join("\n");
}

function cellsOf(peer: LatentPeer): readonly string[] {
  const { direction, connections, likelihood, today } = peer;
  const perhaps = likelihood.certain ? "" : likelihood.expected ? " (likely)" : " (perhaps)";
  const now = peer.rule && today.length === 0 ? ", of which there is none today" : "";
  const who = `${direction === "ingress" ? "from" : "to"} ${latentPeerWords(peer)}${now}`;
  const ports = likelihood.expected ? `${connections}` : "some ports";
  const rule = latentPeerRule(peer) ?? "no rule needed";
  return [direction, `${ports}${perhaps}`, printable(rule), printable(who)];
}
