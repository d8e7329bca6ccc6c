import type { Endpoint } from "../../engine/endpoints.ts";
import type { NetworkPolicy, PolicyRule } from "../../model/cluster.ts";
import type { Direction } from "../../model/flow.ts";
import { EVERYTHING } from "../../model/selector.ts";
import { accountId } from "../attack/accounts.ts";
import { type Edit, UNWRITTEN } from "../edit.ts";
import { editsOf, type Revision, spliced } from "../flip/proposal.ts";
import { freeName, policyFor } from "../flip/rules.ts";
import type { FindingContext } from "./context.ts";
import { DNS_RULE } from "./dns-rule.ts";
import { keptRules } from "./needed-rules.ts";
import { accountsWithGrants } from "./npg211.ts";
import type { FixProposal } from "./rule.ts";
import { servicesOf } from "./services.ts";
import type { Unlimited } from "./statements.ts";
import { listed, listedEndpoints } from "./words.ts";

type AddPolicy = Extract<Edit, { readonly kind: "add-policy" }>;

/**
 * A default deny for a namespace with DNS let out, and beside it what its open workloads should keep.
 *
 * What is left to whoever applies it is said: who has a role needs the API server, whose address is no pod's; and a Service that
 * nobody is known to use is shut.
 */
export function defaultDeny(
  context: FindingContext,
  namespace: string,
  directions: readonly Direction[],
  open: readonly Endpoint[] = [],
): FixProposal {
  const [inward, outward] = [directions.includes("ingress"), directions.includes("egress")];
  const kept = open.flatMap((subject) =>
    directions.flatMap((direction) => {
      const rules = keptRules(context, subject, direction);
      return rules.length > 0 ? [{ subject, direction, edit: allowing(context, subject, direction, rules) }] : [];
    }),
  );
  const entered = kept.flatMap(({ subject, direction }) => (direction === "ingress" ? [subject] : []));
  const parts = [
    ...(outward ? ["DNS let out"] : []),
    ...(kept.length > 0 ? [inward ? "known needs and ways in kept" : "known needs kept"] : []),
  ];
  const left = [
    ...(outward ? apiCallers(context, open) : []),
    ...(inward ? shutServices(context, open, new Set(entered)) : []),
  ];
  const whom = directions.length > 1 ? "both directions" : directions[0];
  const title = `Add a default deny for ${whom} to namespace ${namespace}${parts.length > 0 ? `, with ${parts.join(" and ")}` : ""}`;
  return {
    title: [title, ...left].join("; "),
    edits: [denyAll(context, namespace, directions), ...apart(kept.map(({ edit }) => edit))],
  };
}

function apiCallers(context: FindingContext, open: readonly Endpoint[]): readonly string[] {
  const callers = open.filter(({ members }) => {
    const pod = members[0]?.pods[0];
    const account = pod && accountId({ namespace: pod.namespace, name: pod.spec.serviceAccountName });
    return account !== undefined && context.once(accountsWithGrants).has(account);
  });
  if (callers.length === 0) return [];
  const whose = callers.length === 1 ? "its account" : "their accounts";
  return [`${listedEndpoints(callers)} may need a rule for the API server besides, since roles are bound to ${whose}`];
}

/** Services to open workloads only, none of which anybody may come to any more. */
function shutServices(
  context: FindingContext,
  open: readonly Endpoint[],
  entered: ReadonlySet<Endpoint>,
): readonly string[] {
  const concerned = new Set(open.flatMap((subject) => servicesOf(context, subject)));
  const used = new Set([...entered].flatMap((subject) => servicesOf(context, subject)));
  const shut = context.cluster.services.filter((service) => concerned.has(service) && !used.has(service));
  if (shut.length === 0) return [];
  const names = shut.map(({ namespace, name }) => `${namespace}/${name}`);
  return [
    `nobody is known to use ${shut.length === 1 ? "Service" : "Services"} ${listed(names)}, which ${shut.length === 1 ? "needs" : "need"} a rule for ${shut.length === 1 ? "its" : "their"} clients`,
  ];
}

/** Under different names: parts of one workload are called the same. */
function apart(edits: readonly AddPolicy[]): readonly Edit[] {
  const counts = new Map<string, number>();
  return edits.map(({ kind, policy }) => {
    const count = (counts.get(policy.name) ?? 0) + 1;
    counts.set(policy.name, count);
    return { kind, policy: count === 1 ? policy : { ...policy, name: `${policy.name}-${count}` } };
  });
}

/** Everything isolated in a namespace, with nothing but DNS let out. */
function denyAll(context: FindingContext, namespace: string, directions: readonly Direction[]): Edit {
  return {
    kind: "add-policy",
    policy: {
      namespace,
      name: freeName(
        context.cluster,
        namespace,
        directions.length > 1 ? "default-deny" : `default-deny-${directions[0]}`,
      ),
      podSelector: EVERYTHING,
      policyTypes: directions,
      policyTypesWritten: true,
      ingress: [],
      egress: directions.includes("egress") ? [DNS_RULE] : [],
      span: UNWRITTEN,
    },
  };
}

/** A policy that lets one endpoint have what it is known to need in a direction, and DNS. */
export function onlyNeeded(context: FindingContext, subject: Endpoint, direction: Direction): Edit {
  const rules = keptRules(context, subject, direction);
  return allowing(context, subject, direction, direction === "egress" ? [...rules, DNS_RULE] : rules);
}

function allowing(
  { cluster }: FindingContext,
  subject: Endpoint,
  direction: Direction,
  rules: readonly PolicyRule[],
): AddPolicy {
  return { kind: "add-policy", policy: policyFor(cluster, subject, direction, rules, "only-needed") };
}

/** One rule of a policy replaced by others, or by none. */
export function withRules(
  policy: NetworkPolicy,
  direction: Direction,
  index: number,
  rules: readonly PolicyRule[],
): readonly Edit[] {
  const revision: Revision = { policy, direction, rules: spliced(policy[direction], index, rules) };
  return editsOf({ revisions: [revision], additions: [], phrases: [] });
}

/** A policy with other rules in place of those that allow everything. */
export function limitedTo(
  { policy: { written }, direction, index }: Unlimited,
  rules: readonly PolicyRule[],
): readonly Edit[] {
  return index === undefined ? [revised(written, { [direction]: rules })] : withRules(written, direction, index, rules);
}

/** A policy with some fields changed. */
export function revised(before: NetworkPolicy, change: Partial<NetworkPolicy>): Edit {
  return { kind: "replace-policy", before, after: { ...before, ...change } };
}
