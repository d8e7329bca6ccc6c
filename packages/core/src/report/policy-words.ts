import { LIKELIHOODS, type Matched, unite } from "../analyses/membership.ts";
import type { IgnoredRule, PolicySummary } from "../analyses/policies.ts";
import type { PeerMatch, PortResolution, Resolved, RuleMatch, RuleRemark } from "../analyses/rule-match.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { Isolated } from "../engine/reach.ts";
import type { UnusedPolicy } from "../model/cluster.ts";
import type { Assumption, Direction } from "../model/flow.ts";
import { formatPortMatch } from "../model/ports.ts";
import type { PolicyRef } from "../model/program.ts";
import type { LabelSelector } from "../model/selector.ts";
import { formatSelector } from "../model/selector.ts";
import { describer } from "./fold.ts";

/** The wording that the forms for people share. Assumptions are numbered in the order they come up, and said once, at the end. */
export class PolicyWords {
  private readonly numbers = new Map<string, { readonly number: number; readonly text: string }>();
  private readonly describe: (some: readonly Endpoint[]) => readonly string[];

  constructor(endpoints: readonly Endpoint[]) {
    this.describe = describer(endpoints);
  }

  /** Endpoints as few words as are exact; those in doubt apart, each with the number of what it hangs on. */
  who(matches: readonly Matched[], where = ""): string {
    if (matches.length === 0) return `nothing${where}`;
    const groups = new Map<string, { readonly first: Matched; readonly endpoints: Endpoint[] }>();
    for (const match of matches) {
      const key = `${match.likelihood} ${match.families?.join() ?? ""} ${this.marks(match.assumptions)}`;
      const group = groups.get(key) ?? { first: match, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push(match.endpoint);
    }
    return [...groups.values()]
      .sort((a, b) => LIKELIHOODS.indexOf(a.first.likelihood) - LIKELIHOODS.indexOf(b.first.likelihood))
      .map(({ first, endpoints }) => this.group(first, endpoints))
      .join("; ");
  }

  private group({ likelihood, families, assumptions }: Matched, endpoints: readonly Endpoint[]): string {
    const names = this.describe(endpoints).join(", ");
    const over = families ? ` (over ${families.join(" and ")} only)` : "";
    return `${likelihood === "possible" ? "perhaps " : ""}${names}${over}${this.marks(assumptions)}`;
  }

  /** Whom a policy selects. */
  selected({ selects, policy }: PolicySummary): string {
    return this.who(selects, withinNamespace(policy));
  }

  /** Whom a peer of a policy's rule matches. */
  peer({ written, matches }: PeerMatch, policy: PolicyRef): string {
    const isLocal = written.kind === "pods" && !("namespaceSelector" in written);
    return this.who(matches, isLocal ? withinNamespace(policy) : "");
  }

  /** What an entry of a port list stands for; `undefined` when that is just what it says. */
  port(port: PortResolution): string | undefined {
    if (port.kind === "everywhere") {
      const text = this.resolved(port);
      return text === formatPortMatch(port.written) || port.written.kind === "every-port" ? undefined : text;
    }
    const groups = new Map<string, Endpoint[]>();
    for (const destination of port.destinations) {
      const text = this.resolved(destination);
      const known = groups.get(text);
      if (known) known.push(destination.endpoint);
      else groups.set(text, [destination.endpoint]);
    }
    const each = [...groups];
    if (each.length === 0) return "nothing";
    if (each.length === 1) return each[0]?.[0];
    return each.map(([text, endpoints]) => `${text} on ${this.describe(endpoints).join(", ")}`).join("; ");
  }

  private resolved({ connections, assumptions }: Resolved): string {
    return `${connections.isEmpty ? "nothing" : connections}${this.marks(assumptions)}`;
  }

  /** The entries of a port list on one line. */
  ports({ ports }: RuleMatch): string {
    if (ports === "any") return "every port";
    return ports
      .map((port) => {
        const resolved = this.port(port);
        return resolved === undefined
          ? formatPortMatch(port.written)
          : `${formatPortMatch(port.written)} = ${resolved}`;
      })
      .join("; ");
  }

  /** Everyone a rule's peers match, together. */
  peers({ peers }: RuleMatch): string {
    if (peers === "any") return "anyone";
    return this.who(unite(peers.map(({ matches }) => matches)));
  }

  /** ` [1] [2]`, numbers given out as needed. */
  marks(assumptions: readonly Assumption[]): string {
    return assumptions
      .map(({ code, message, option }) => {
        const key = `${code} ${message}`;
        const text = option === undefined ? message : `${message} (--assume ${option}=…)`;
        const known = this.numbers.get(key) ?? { number: this.numbers.size + 1, text };
        this.numbers.set(key, known);
        return ` [${known.number}]`;
      })
      .join("");
  }

  /** What the numbers given out so far stand for. */
  notes(): readonly string[] {
    return [...this.numbers.values()].map(({ number, text }) => `[${number}] ${text}`);
  }
}

function withinNamespace({ namespace }: PolicyRef): string {
  return namespace === undefined ? "" : ` in ${namespace}`;
}

/** A policy's kind and name. */
export function titleOf(policy: Pick<PolicyRef, "kind" | "namespace" | "name">): string {
  const { kind, namespace, name } = policy;
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** Where a policy comes in the order: `admin, priority 10`; nothing where order means nothing. */
export function orderOf({ tier, priority }: PolicySummary): string {
  if (priority === undefined) return "";
  return priority === "last" ? `${tier}, last` : `${tier}, priority ${priority}`;
}

/** How many workloads a policy selects: `3 workloads (1 in doubt), perhaps 2 more`. */
export function countWorkloads(matches: readonly Matched[]): string {
  const idsOf = (...likelihoods: readonly Matched["likelihood"][]) =>
    new Set(
      matches
        .filter(({ likelihood }) => likelihoods.includes(likelihood))
        .map(({ endpoint: { namespace, kind, name } }) => `${namespace}/${kind}/${name}`),
    );
  const selected = idsOf("certain", "expected");
  const doubtful = idsOf("expected").size;
  const more = [...idsOf("possible")].filter((id) => !selected.has(id)).length;
  const doubt = doubtful > 0 ? ` (${doubtful} in doubt)` : "";
  if (selected.size === 0) return more === 0 ? "nothing" : `perhaps ${more}`;
  const count = `${selected.size} ${selected.size === 1 ? "workload" : "workloads"}${doubt}`;
  return more === 0 ? count : `${count}, perhaps ${more} more`;
}

/** How many rules a policy has: `1 in, 2 out`. */
export function countRules({ count, ignored }: PolicySummary): string {
  const each = [
    ...(count.ingress > 0 ? [`${count.ingress} in`] : []),
    ...(count.egress > 0 ? [`${count.egress} out`] : []),
    ...(ignored.length > 0 ? [`${ignored.length} ignored`] : []),
  ];
  return each.join(", ") || "none";
}

/** The directions a policy isolates or has rules for. */
export function directionsOf({ isolates, count }: PolicySummary): readonly Direction[] {
  return (["ingress", "egress"] as const).filter((direction) => isolates.includes(direction) || count[direction] > 0);
}

/** How an endpoint stands in a direction. */
export function standWords(isolation: Isolated, policies: number): string {
  if (policies === 0) return "no policy selects it, so everything is allowed";
  switch (isolation) {
    case "yes":
      return "isolated, so only what a rule allows passes";
    case "partly":
      return "isolated in part";
    case "no":
      return "not isolated, so what no rule denies passes";
  }
}

/** The selector of a policy as written. */
export function subjectWords({ written }: PolicySummary): string {
  if ("podSelector" in written) return `podSelector ${selectorWords(written.podSelector)}`;
  const { namespaceSelector, podSelector } = written.subject;
  return podsWords(namespaceSelector, podSelector);
}

/** A peer as written, on one line. */
export function peerWords({ written }: PeerMatch): string {
  switch (written.kind) {
    case "pods":
      return "namespaceSelector" in written
        ? podsWords(written.namespaceSelector, written.podSelector)
        : `podSelector ${selectorWords(written.podSelector)}`;
    case "namespaces":
      return podsWords(written.namespaceSelector, written.podSelector);
    case "ipBlock":
      return `ipBlock ${written.cidr}${written.except.length > 0 ? ` except ${written.except.join(", ")}` : ""}`;
    case "networks":
      return `networks ${written.cidrs.join(", ")}`;
    case "nodes":
      return `nodes ${selectorWords(written.selector)}`;
    case "domainNames":
      return `domainNames ${written.names.join(", ")}`;
    case "unrecognised":
      return "a peer of a newer API";
  }
}

function podsWords(namespaces: LabelSelector, pods: LabelSelector): string {
  const within = `namespaceSelector ${selectorWords(namespaces)}`;
  return pods.requirements.length === 0 ? within : `${within} podSelector ${selectorWords(pods)}`;
}

function selectorWords(selector: LabelSelector): string {
  return selector.requirements.length === 0 ? "{}" : formatSelector(selector);
}

/** What is unusual about a rule, to go on after its action: "allows nothing: …". */
export function remarkWords(remark: RuleRemark | undefined): string {
  switch (remark) {
    case undefined:
      return "";
    case "peers-match-nothing":
      return " nothing: none of its peers matches";
    case "ports-match-nothing":
      return " nothing: none of its ports matches";
    case "fails-closed":
      return " everyone, since one of its peers belongs to a newer API";
  }
}

export function ignoredWords({ reason, direction }: IgnoredRule): string {
  switch (reason) {
    case "direction-not-governed":
      return `has no effect: policyTypes leaves ${direction} out`;
    case "unrecognised-peer":
      return "matches nothing: it has a peer of a newer API";
  }
}

export function leftOutWords({ reason }: UnusedPolicy): string {
  return reason === "rejected"
    ? "left out: it is invalid, and the API server would reject it"
    : "left out: policies of this kind are not evaluated";
}
