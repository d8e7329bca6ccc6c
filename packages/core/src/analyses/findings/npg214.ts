import { NAME_LABEL } from "../../parse/namespace.ts";
import { isPulled, LEVERS, type Lever } from "../attack/edges/levers.ts";
import type { Power } from "../attack/edges/powers.ts";
import { type Grant, grantsOf, holderName } from "../attack/grants.ts";
import type { FindingContext } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { isSystem } from "./severity.ts";
import { byName, isByCustomLabel, withoutRights } from "./spoofing-fixes.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { counted, listed } from "./words.ts";

/** What lets somebody give pods, or namespaces, the labels he likes. */
const MAKING = leversOver(["pods", "relabel"]);
const LABELLING = leversOver(["labels"]);

export const spoofableIdentity: FindingRule = {
  id: "NPG214",
  name: "spoofable-identity",
  severity: "medium",
  title: "Rules admit by labels that some account of the cluster may give to anything",
  description:
    "A label is no proof of identity. Whoever may create pods in a namespace may label one as the pods that a rule admits, and whoever may change a Namespace may give it the label a namespaceSelector asks for.",
  mappings: ["control"],
  *find(context) {
    const grants = grantsOf(context).filter(isUnexpected);
    const makers = grants.filter((grant) => gives(grant, MAKING));
    const labellers = grants.filter((grant) => gives(grant, LABELLING));
    const statements = statementsOf(context, "ingress").filter(({ policy }) => context.selected(policy).length > 0);
    for (const { name: namespace, span } of context.cluster.namespaces) {
      const inScope = makers.filter(({ scope }) => scope === "*" || scope === namespace);
      const trusting = statements.filter((statement) => admitsByLabel(statement, namespace));
      const able = inScope.filter((grant) => trusting.some((statement) => !isTrusted(context, grant, statement)));
      if (able.length === 0) continue;
      yield {
        about: `pods ${namespace}`,
        namespace,
        direction: "ingress",
        span: trusting[0]?.written.span ?? span,
        fact: `${counted(trusting.length, "rule")} ${trusting.length === 1 ? "admits" : "admit"} pods of ${namespace} by their labels, and ${holders(able)} may make or relabel pods there.`,
        consequence: `A pod with those labels is let in by ${listed(trusting.map(({ words }) => words))}.`,
        advice: "Take that right away, pin the labels by an admission policy, or check identities in a mesh.",
        certainty: "conditional",
        fixes: () => withoutRights(context, able, MAKING),
        related: able
          .slice(0, 3)
          .flatMap(({ evidence, words }) => evidence.slice(0, 1).map((at) => ({ message: words, span: at }))),
      };
    }
    const byCustomLabel = statements.filter(({ written }) => namesByCustomLabel(written.peers));
    const [first] = byCustomLabel;
    if (labellers.length === 0 || !first) return;
    yield {
      about: "namespaces",
      direction: "ingress",
      span: first.written.span,
      fact: `${counted(byCustomLabel.length, "rule")} ${byCustomLabel.length === 1 ? "admits" : "admit"} namespaces by labels of their own, and ${holders(labellers)} may change labels of namespaces.`,
      consequence: `A namespace with that label is let in by ${listed(byCustomLabel.map(({ words }) => words))}.`,
      advice: `Name namespaces by ${NAME_LABEL}, which nobody can change.`,
      certainty: "conditional",
      fixes: () => [...byName(context, byCustomLabel), ...withoutRights(context, labellers, LABELLING)],
    };
  },
};

/** Whether whatever runs as the grant's holder is among those that a rule selects or admits: an operator among its own. */
function isTrusted(context: FindingContext, { holder }: Grant, { policy, match }: Statement): boolean {
  if (holder.kind !== "account") return false;
  const { account } = holder;
  const peers = match.peers === "any" ? [] : match.peers.flatMap(({ matches }) => matches);
  const trusted = new Set([...context.selected(policy), ...peers.map(({ endpoint }) => endpoint)]);
  const runners = context.subjects.filter(({ namespace, members }) => {
    const runsAsIt = members.some(({ pods }) => pods.some(({ spec }) => spec.serviceAccountName === account.name));
    return namespace === account.namespace && runsAsIt;
  });
  return runners.length > 0 && runners.every((one) => trusted.has(one));
}

function leversOver(powers: readonly Power[]): readonly Lever[] {
  return LEVERS.filter((lever) => powers.includes(lever.gives) && !lever.kinds);
}

/** Whether a grant pulls one of these levers over more than single objects. */
function gives({ rule, scope }: Grant, levers: readonly Lever[]): boolean {
  return rule.resourceNames.length === 0 && levers.some((lever) => isPulled(lever, rule, scope));
}

/** Not those of the system, nor of whoever may do everything anyway. */
function isUnexpected({ holder, rule }: Grant): boolean {
  const isAdmin = rule.verbs.includes("*") && rule.resources.includes("*");
  const home =
    holder.kind === "account" ? holder.account.namespace : holder.kind === "namespace" ? holder.namespace : "";
  return !isAdmin && !isSystem(home);
}

function holders(grants: readonly Grant[]): string {
  return listed([...new Set(grants.map(({ holder }) => holderName(holder)))]);
}

/** Whether a rule admits some pods of a namespace, but not all of them. */
function admitsByLabel({ match, written, policy }: Statement, namespace: string): boolean {
  if (match.peers === "any" || written.peers === "any") return false;
  return match.peers.some(({ written: peer, matches }) => {
    if (!("podSelector" in peer) || peer.podSelector.requirements.length === 0) return false;
    const isOwn = !("namespaceSelector" in peer) && policy.written.namespace === namespace;
    return isOwn || matches.some(({ endpoint }) => endpoint.namespace === namespace);
  });
}

function namesByCustomLabel(peers: Statement["written"]["peers"]): boolean {
  return peers !== "any" && peers.some(isByCustomLabel);
}
