import type { IsolationChange, PairChange } from "../analyses/delta/change.ts";
import type { Delta } from "../analyses/delta.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { Estimate } from "../engine/extent.ts";
import type { Isolated } from "../engine/reach.ts";
import type { Opening } from "../engine/verdicts.ts";
import type { PortsByProtocol } from "../model/connections.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Direction } from "../model/flow.ts";
import { type CauseAnswer, causeAnswer } from "./cause-json.ts";
import type { DeltaReport } from "./delta.ts";
import { type DiagnosticAnswer, diagnosticAnswer } from "./json.ts";
import { type TurnoverAnswer, turnoverAnswer } from "./turnover-json.ts";

/** What `schema/delta-v1.json` describes. */
export interface DeltaAnswer extends ChangeAnswer, TurnoverAnswer {
  readonly schema: "watertight/delta/v1";
  readonly diagnostics: readonly DiagnosticAnswer[];
}

/** The connections of a delta. */
export interface ChangeAnswer {
  /** Pairs of endpoints that both clusters have and that may connect in only one of them. */
  readonly added: readonly ConnectionDelta[];
  readonly removed: readonly ConnectionDelta[];
  /** Pairs that may connect in both, on other ports. */
  readonly changed: readonly PortsDelta[];
  /** Pairs that come out the same by default, but not whichever way open questions are settled. */
  readonly unsettled: readonly CertaintyDelta[];
  /** Pairs that come out the same on every port, but not on other protocols, such as ICMP. */
  readonly otherProtocols: readonly OtherProtocolsDelta[];
  readonly isolation: readonly IsolationDelta[];
  readonly endpoints: {
    readonly added: readonly DeltaEndpoint[];
    readonly removed: readonly DeltaEndpoint[];
    /** Connections that come and go with them. */
    readonly opened: readonly Omit<ConnectionDelta, "because" | "certain">[];
    readonly closed: readonly Omit<ConnectionDelta, "because" | "certain">[];
  };
  /** What the ids of address endpoints stand for, as far as changes speak of them. */
  readonly addresses: readonly { readonly id: string; readonly cidrs: readonly string[] }[];
}

interface Pair {
  readonly from: string;
  readonly to: string;
}

/** Whether other protocols, such as ICMP, pass: as options are, under some settlement of open questions, under every one. */
export interface PassAnswer {
  readonly expected: boolean;
  readonly may: boolean;
  readonly must: boolean;
}

/** Absent where other protocols come out as they did. */
interface WithOthers {
  readonly otherProtocols?: { readonly before: PassAnswer; readonly after: PassAnswer };
}

export interface OtherProtocolsDelta extends Pair {
  /** Open before and after alike. */
  readonly ports: PortsByProtocol;
  readonly before: PassAnswer;
  readonly after: PassAnswer;
  readonly because: readonly CauseAnswer[];
}

export interface ConnectionDelta extends Pair, WithOthers {
  readonly ports: PortsByProtocol;
  readonly egress: Opening;
  readonly ingress: Opening;
  /** Whether it is so whichever way open questions are settled. */
  readonly certain: boolean;
  readonly because: readonly CauseAnswer[];
}

export interface PortsDelta extends Pair, WithOthers {
  readonly before: PortsByProtocol;
  readonly after: PortsByProtocol;
  readonly opened: PortsByProtocol;
  readonly closed: PortsByProtocol;
  readonly certain: boolean;
  readonly because: readonly CauseAnswer[];
}

export interface CertaintyDelta extends Pair, WithOthers {
  readonly ports: PortsByProtocol;
  readonly before: RangeAnswer;
  readonly after: RangeAnswer;
  readonly because: readonly CauseAnswer[];
}

/** What may get through under some settlement of open questions, and what must under every one. */
export interface RangeAnswer {
  readonly may: PortsByProtocol;
  readonly must: PortsByProtocol;
}

export interface IsolationDelta {
  readonly endpoint: string;
  readonly direction: Direction;
  readonly before: Isolated;
  readonly after: Isolated;
  readonly because: readonly CauseAnswer[];
}

export interface DeltaEndpoint {
  readonly id: string;
  readonly type: "workload" | "address";
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly pods: number;
}

/** A delta as `watertight/delta/v1`. */
export function deltaAnswer(report: DeltaReport, diagnostics: readonly Diagnostic[] = []): DeltaAnswer {
  return {
    schema: "watertight/delta/v1",
    ...changeAnswer(report.delta),
    ...turnoverAnswer(report),
    diagnostics: diagnostics.map(diagnosticAnswer),
  };
}

export function changeAnswer(delta: Delta): ChangeAnswer {
  const { added, removed, changed, unsettled, others, endpoints, isolation } = delta;
  return {
    added: added.map(connectionDelta),
    removed: removed.map(connectionDelta),
    changed: changed.map(portsDelta),
    unsettled: unsettled.map(certaintyDelta),
    otherProtocols: others.map(otherProtocolsDelta),
    isolation: isolation.map(isolationDelta),
    endpoints: {
      added: endpoints.added.map(endpointAnswer),
      removed: endpoints.removed.map(endpointAnswer),
      opened: endpoints.opened.map(withEndpoint),
      closed: endpoints.closed.map(withEndpoint),
    },
    addresses: addressesOf([
      ...added,
      ...removed,
      ...changed,
      ...unsettled,
      ...others,
      ...endpoints.opened,
      ...endpoints.closed,
    ]),
  };
}

function connectionDelta(change: PairChange): ConnectionDelta {
  return { ...withEndpoint(change), certain: isCertain(change), because: change.because.map(causeAnswer) };
}

function withEndpoint(change: PairChange) {
  const { from, to, before, after, egress, ingress } = change;
  const { expected } = after.expected.isEmpty ? before : after;
  return { from: from.id, to: to.id, ports: expected.toJSON(), egress, ingress, ...withOthers(change) };
}

function withOthers({ others }: PairChange): WithOthers {
  return others ? { otherProtocols: { before: passAnswer(others.before), after: passAnswer(others.after) } } : {};
}

function passAnswer({ expected, possible, certain }: Estimate): PassAnswer {
  return { expected: !expected.isEmpty, may: !possible.isEmpty, must: !certain.isEmpty };
}

function otherProtocolsDelta({ from, to, after, others, because }: PairChange): OtherProtocolsDelta {
  if (!others) throw new Error("a pair is listed for its other protocols alone, and yet they do not differ");
  const [was, is] = [passAnswer(others.before), passAnswer(others.after)];
  const ports = after.expected.toJSON();
  return { from: from.id, to: to.id, ports, before: was, after: is, because: because.map(causeAnswer) };
}

function portsDelta(change: PairChange): PortsDelta {
  const { from, to, before, after, because } = change;
  return {
    from: from.id,
    to: to.id,
    before: before.expected.toJSON(),
    after: after.expected.toJSON(),
    opened: after.expected.subtract(before.expected).toJSON(),
    closed: before.expected.subtract(after.expected).toJSON(),
    certain: isCertain(change),
    ...withOthers(change),
    because: because.map(causeAnswer),
  };
}

/** Whether what opens could not be open before and must be now, and the other way round for what closes. */
function isCertain({ before, after }: PairChange): boolean {
  const opened = after.expected.subtract(before.expected);
  const closed = before.expected.subtract(after.expected);
  return isSure(before, after, opened) && isSure(after, before, closed);
}

function isSure(without: Estimate, withIt: Estimate, connections: Estimate["expected"]): boolean {
  return withIt.certain.includes(connections) && without.possible.intersect(connections).isEmpty;
}

function certaintyDelta(change: PairChange): CertaintyDelta {
  const { from, to, before, after, because } = change;
  const range = ({ possible, certain }: Estimate) => ({ may: possible.toJSON(), must: certain.toJSON() });
  return {
    from: from.id,
    to: to.id,
    ports: after.expected.toJSON(),
    before: range(before),
    after: range(after),
    ...withOthers(change),
    because: because.map(causeAnswer),
  };
}

function isolationDelta({ endpoint, direction, before, after, because }: IsolationChange): IsolationDelta {
  return { endpoint: endpoint.id, direction, before, after, because: because.map(causeAnswer) };
}

function endpointAnswer({ id, type, namespace, kind, name, pods }: Endpoint): DeltaEndpoint {
  return {
    id,
    type: type === "address" ? type : "workload",
    ...(namespace !== undefined && { namespace }),
    ...(kind !== undefined && { kind }),
    ...(name !== undefined && { name }),
    pods,
  };
}

function addressesOf(changes: readonly PairChange[]) {
  const found = new Map(changes.flatMap(({ from, to }) => [from, to].map((end) => [end.id, end] as const)));
  return [...found.values()].flatMap(({ id, cidrs }) => (cidrs ? [{ id, cidrs }] : []));
}
