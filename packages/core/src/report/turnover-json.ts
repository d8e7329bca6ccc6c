import type { AttackPath } from "../analyses/attack/path.ts";
import type { Delta } from "../analyses/delta.ts";
import type { Exposure } from "../analyses/exposure/exposure.ts";
import type { ExposureChange, WayChange } from "../analyses/exposure/exposure-delta.ts";
import { type Finding, findingMessage } from "../analyses/findings/finding.ts";
import { fingerprint } from "../analyses/findings/fingerprint.ts";
import type { Turnover } from "../analyses/turnover.ts";
import type { PortsByProtocol } from "../model/connections.ts";
import { policyId } from "../model/program.ts";
import type { Span } from "../model/source.ts";
import { type CauseAnswer, causeAnswer } from "./cause-json.ts";
import type { DeltaReport } from "./delta.ts";
import { exposureCauses, findingCauses, pathCauses } from "./delta-consequences.ts";
import { type EntryAnswer, entryAnswer, type LikelihoodAnswer, likelihoodAnswer } from "./exposure-json.ts";
import { spanAnswer } from "./json.ts";

/** What follows from changed connections, for each of two inputs by itself. */
export interface TurnoverAnswer {
  /** Workloads that the internet reaches in other ways, or to another extent. */
  readonly exposure: readonly ExposureDelta[];
  /** Changed are those more or less severe, and paths to the same end that go another way: each as it is after. */
  readonly gaps: TurnoverLists<GapDelta>;
  readonly paths: TurnoverLists<PathDelta>;
}

interface TurnoverLists<T> {
  readonly opened: readonly T[];
  readonly closed: readonly T[];
  readonly changed: readonly (T & { readonly before: T })[];
}

export interface ExposureDelta {
  readonly endpoint: string;
  /** Null where it is not there. */
  readonly before: StandingAnswer | null;
  readonly after: StandingAnswer | null;
  readonly ways: readonly WayDelta[];
}

export interface StandingAnswer {
  readonly published: LikelihoodAnswer;
  readonly exposed: LikelihoodAnswer;
}

/** One way in: the same objects to the same ports on either side. */
export interface WayDelta {
  readonly kind: EntryAnswer["kind"];
  readonly chain: EntryAnswer["chain"];
  readonly ports: EntryAnswer["ports"];
  readonly hosts: readonly string[];
  readonly before: WayAnswer | null;
  readonly after: WayAnswer | null;
  readonly because: readonly CauseAnswer[];
}

/** What policies let through of its ports, and with what likelihood. */
export type WayAnswer = Pick<EntryAnswer, "published" | "permitted" | "exposed" | "open">;

export interface GapDelta {
  readonly id: string;
  readonly name: string;
  readonly severity: Finding["severity"];
  readonly key: string;
  readonly fingerprint: string;
  readonly message: string;
  readonly endpoints: readonly string[];
  readonly policy: string | null;
  readonly source: Span | null;
  /** Edits behind it, as far as connections show them. */
  readonly because: readonly CauseAnswer[];
}

export interface PathDelta {
  readonly from: string;
  readonly to: string;
  readonly cost: number;
  readonly hops: number;
  readonly certainty: AttackPath["certainty"];
  readonly steps: readonly {
    readonly from: string;
    readonly to: string;
    readonly edge: string;
    readonly ports?: PortsByProtocol;
    readonly evidence: readonly Span[];
  }[];
  /** Edits behind its steps, as far as connections show them. */
  readonly because: readonly CauseAnswer[];
}

/** The consequences in a report, each with the edits behind it. */
export function turnoverAnswer({ delta, exposure, gaps, paths }: DeltaReport): TurnoverAnswer {
  return {
    exposure: exposure.map((change) => exposureChangeAnswer(delta, change)),
    gaps: turnoverLists(gaps, (gap) => gapDelta(delta, gap)),
    paths: turnoverLists(paths, (path) => pathDelta(delta, path)),
  };
}

function turnoverLists<T, A>({ opened, closed, changed }: Turnover<T>, answer: (one: T) => A): TurnoverLists<A> {
  return {
    opened: opened.map(answer),
    closed: closed.map(answer),
    changed: changed.map(({ before, after }) => ({ ...answer(after), before: answer(before) })),
  };
}

function exposureChangeAnswer(delta: Delta, { id, before, after, ways }: ExposureChange): ExposureDelta {
  const standing = (one: Exposure | undefined) =>
    one ? { published: likelihoodAnswer(one.published), exposed: likelihoodAnswer(one.exposed) } : null;
  return {
    endpoint: id,
    before: standing(before),
    after: standing(after),
    ways: ways.map((way) => ({ ...wayAnswer(way), because: exposureCauses(delta, id, way).map(causeAnswer) })),
  };
}

function wayAnswer({ before, after }: WayChange): Omit<WayDelta, "because"> {
  const [was, is] = [before, after].map((entry) => (entry ? entryAnswer(entry) : null));
  const either = is ?? was;
  if (!either) throw new Error("a way in has changed, and yet neither side has it");
  const { kind, chain, ports, hosts } = either;
  const extent = (one: EntryAnswer | null | undefined) =>
    one ? { published: one.published, permitted: one.permitted, exposed: one.exposed, open: one.open } : null;
  return { kind, chain, ports, hosts, before: extent(was), after: extent(is) };
}

function gapDelta(delta: Delta, finding: Finding): GapDelta {
  const { id, name, severity, key, endpoints, policy, span } = finding;
  return {
    id,
    name,
    severity,
    key,
    fingerprint: fingerprint(key),
    message: findingMessage(finding),
    endpoints,
    policy: policy ? policyId(policy) : null,
    source: span ? spanAnswer(span) : null,
    because: findingCauses(delta, finding).map(causeAnswer),
  };
}

function pathDelta(delta: Delta, path: AttackPath): PathDelta {
  const { from, to, cost, hops, certainty, steps } = path;
  return {
    from,
    to,
    cost,
    hops,
    certainty,
    steps: steps.map((step) => ({
      from: step.from,
      to: step.to,
      edge: step.edge,
      ...(step.ports && { ports: step.ports }),
      evidence: step.evidence.map(spanAnswer),
    })),
    because: pathCauses(delta, [path]).map(causeAnswer),
  };
}
