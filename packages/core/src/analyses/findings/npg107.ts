import type { Endpoint } from "../../engine/endpoints.ts";
import type { Direction } from "../../model/flow.ts";
import { formatSelector, matches } from "../../model/selector.ts";
import { groupBy } from "../attack/group-by.ts";
import { type Edit, UNWRITTEN } from "../edit.ts";
import { tellingSelector } from "../flip/labels.ts";
import { freeName } from "../flip/rules.ts";
import { DIRECTIONS, type FindingContext, isOnHost, type NetworkPolicyMatch } from "./context.ts";
import { identityKey, partOf } from "./identity.ts";
import { revised } from "./repair.ts";
import type { FindingRule, FixProposal } from "./rule.ts";
import { behind } from "./services.ts";
import { certaintyOf, spanOf } from "./subjects.ts";
import { listedEndpoints } from "./words.ts";

export const partialCoverage: FindingRule = {
  id: "NPG107",
  name: "partial-coverage",
  severity: "medium",
  title: "Some workloads of one application are isolated and others are not",
  description:
    "Workloads that carry the same application label usually deserve the same protection. A second version, a canary, a Job or a migration is easily left out of a selector, and gives whoever gets in the same access as the others.",
  mappings: ["ingress", "egress"],
  weighs: "exposure",
  *find(context) {
    for (const application of [...labelledAlike(context), ...servedTogether(context)]) {
      for (const direction of DIRECTIONS) {
        const { about, bond, members } = application;
        const open = members.filter((subject) => context.open(subject, direction) === "anyone");
        const closed = members.filter((subject) => context.reachability.isolated(subject, direction) === "yes");
        const [missed] = open;
        const policies = [...new Set(closed.flatMap((subject) => context.isolatedBy(subject, direction)))];
        if (!missed || closed.length === 0 || application.isToldOf(open, closed)) continue;
        const missing = missingLabels(
          missed,
          policies.flatMap(({ written }) => written.podSelector.requirements),
        );
        yield {
          about: `${about} ${direction}`,
          endpoints: open,
          namespace: missed.namespace ?? "",
          direction,
          span: spanOf(context, missed),
          fact: `${listedEndpoints(open)} ${open.length === 1 ? "is" : "are"} not isolated for ${direction}, unlike ${listedEndpoints(closed)} ${bond}.`,
          consequence:
            missing.length > 0
              ? `The selectors ask for ${missing.join(" and ")}, which it does not carry.`
              : "No selector takes it in.",
          advice: "Give it the labels the policies select, or widen the selectors.",
          certainty: certaintyOf(context, missed, direction),
          related: policies
            .slice(0, 3)
            .map(({ written }) => ({ message: `isolates the others: ${written.name}`, span: written.span })),
          fixes: () => [...widened(context, policies, members, open), ...copied(context, closed, open, direction)],
        };
      }
    }
  },
};

/** Workloads that should be isolated alike. */
interface Application {
  readonly about: string;
  /** What they have in common, in words. */
  readonly bond: string;
  readonly members: readonly Endpoint[];
  /** Whether another application says the same of these two groups. */
  readonly isToldOf: (open: readonly Endpoint[], closed: readonly Endpoint[]) => boolean;
}

/** Workloads by namespace and application label, of those that have more than one. */
function labelledAlike(context: FindingContext): readonly Application[] {
  const named = context.examined.filter((subject) => identityKey(subject) !== undefined && !isOnHost(subject));
  const groups = groupBy(named, (subject) => `${subject.namespace} ${identityKey(subject)}`);
  return [...groups]
    .filter(([, members]) => members.length > 1)
    .map(([about, members]) => ({ about, bond: "of the same application", members, isToldOf: () => false }));
}

/** Workloads behind one Service, unless their labels say that they are different parts of an application. */
function servedTogether(context: FindingContext): readonly Application[] {
  const examined = new Set(context.examined);
  return context.cluster.services.flatMap((service): readonly Application[] => {
    if (service.selector.size === 0 || service.type === "ExternalName") return [];
    const members = behind(context, service).filter((subject) => examined.has(subject) && !isOnHost(subject));
    if (members.length < 2 || new Set(members.map(partOf)).size > 1) return [];
    const name = `${service.namespace}/${service.name}`;
    const isToldOf = (open: readonly Endpoint[], closed: readonly Endpoint[]) => {
      const told = new Set(closed.flatMap((one) => identityKey(one) ?? []));
      return open.some((one) => told.has(identityKey(one) ?? ""));
    };
    return [
      { about: `${service.namespace} Service/${service.name}`, bond: `behind Service ${name}`, members, isToldOf },
    ];
  });
}

/** The policies of the others with selectors that ask for nothing the open ones lack, where that takes in nobody else. */
function widened(
  { cluster }: FindingContext,
  policies: readonly NetworkPolicyMatch[],
  members: readonly Endpoint[],
  open: readonly Endpoint[],
): readonly FixProposal[] {
  const podsOf = (endpoints: readonly Endpoint[]) =>
    endpoints.flatMap((one) => one.members.flatMap(({ pods }) => pods));
  const missed = podsOf(open);
  const own = new Set(podsOf(members).map(({ workload }) => workload));
  return policies.flatMap(({ written }) => {
    const requirements = written.podSelector.requirements.filter((one) =>
      missed.every(({ labels }) => matches({ requirements: [one] }, labels).holds),
    );
    const podSelector = { requirements };
    const taken = cluster.pods.filter(
      ({ namespace, labels }) => namespace === written.namespace && matches(podSelector, labels).holds,
    );
    const isClose = requirements.length > 0 && taken.every(({ workload }) => own.has(workload));
    return isClose
      ? [
          {
            title: `Select ${formatSelector(podSelector)} in ${written.name}, so that it governs ${listedEndpoints(open)} too`,
            edits: [revised(written, { podSelector })],
          },
        ]
      : [];
  });
}

/** A copy, for each open one, of the policies that isolate one of the others. */
function copied(
  context: FindingContext,
  [model]: readonly Endpoint[],
  open: readonly Endpoint[],
  direction: Direction,
): readonly FixProposal[] {
  const policies = model ? context.isolatedBy(model, direction) : [];
  const edits = policies.flatMap(({ written }) =>
    open.map((subject): Edit => {
      const { namespace } = written;
      const name = freeName(context.cluster, namespace, `${written.name}-${subject.name ?? "pods"}`);
      const podSelector = tellingSelector(context.cluster, subject);
      return { kind: "add-policy", policy: { ...written, name, podSelector, span: UNWRITTEN } };
    }),
  );
  return model && edits.length > 0
    ? [{ title: `Give ${listedEndpoints(open)} what isolates ${listedEndpoints([model])}`, edits }]
    : [];
}

function missingLabels(
  { members }: Endpoint,
  requirements: readonly { key: string; operator: string; values: readonly string[] }[],
) {
  const labels = members[0]?.pods[0]?.labels.values;
  const missing = requirements
    .filter(({ operator, key, values }) => operator === "In" && !values.includes(labels?.get(key) ?? "\0"))
    .map(({ key, values }) => `${key}=${values.join("|")}`);
  return [...new Set(missing)];
}
