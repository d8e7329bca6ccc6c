import type { Endpoint } from "../../engine/endpoints.ts";
import type { NetworkPolicy, PolicyRule } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { EVERYTHING, type LabelSelector } from "../../model/selector.ts";
import { type Edit, nameOf, UNWRITTEN } from "../edit.ts";
import { tellingSelector } from "../flip/labels.ts";
import { freeName } from "../flip/rules.ts";
import { type Actors, actorsOf } from "./actors.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import { DNS_RULE } from "./dns-rule.ts";
import { meansUnseen } from "./npg602.ts";
import { presumption } from "./presumed.ts";
import type { FindingRule } from "./rule.ts";
import { numericPorts, statementsIn } from "./statements.ts";
import { counted, listed, listedEndpoints } from "./words.ts";

export const dnsEgressMissing: FindingRule = {
  id: "NPG601",
  name: "dns-egress-missing",
  severity: "medium",
  title: "Pods that are isolated for egress may not ask DNS",
  description:
    "Nearly every connection begins with a name. Pods whose egress policies allow no resolver look as if everything were broken, not as if DNS were. Both UDP and TCP are needed, since long answers come over TCP.",
  mappings: ["availability"],
  *find(context) {
    const isolated = context.examined.filter(
      (one) => !isOnHost(one) && context.isolatedBy(one, "egress").length > 0 && asksDns(one),
    );
    if (isolated.length === 0) return;
    const dns = actorsOf(context, "dns");
    const access = new Map(isolated.map((one) => [one, accessOf(context, dns, one)]));
    for (const { name: namespace } of context.namespaces) {
      for (const kind of ["none", "udp-only"] as const) {
        const lacking = isolated.filter((one) => one.namespace === namespace && access.get(one) === kind);
        const [first] = lacking;
        if (!first) continue;
        const policies = [...new Set(lacking.flatMap((one) => context.isolatedBy(one, "egress")))];
        const isMistaken = policies.some(({ written }) => written.egress.some(({ peers }) => namesOpenshiftDns(peers)));
        const byName = lacking.some((one) => context.needed.some(({ from }) => from.id === one.id));
        yield {
          about: `${namespace} ${kind}`,
          endpoints: lacking,
          namespace,
          direction: "egress",
          span: policies[0]?.written.span,
          fact: `${listedEndpoints(lacking)} may not ask DNS${kind === "udp-only" ? " over TCP" : ""}.`,
          consequence: `${counted(lacking.length, "workload")} ${lacking.length === 1 ? "is" : "are"} isolated for egress by ${listed(policies.map(({ written }) => nameOf(written)))}, and no rule allows ${kind === "udp-only" ? "TCP" : "port"} 53 to ${dns.basis === "shown" ? "the DNS pods" : `the DNS pods (${presumption("dns")})`} or a resolver outside.`,
          certainty: dns.basis === "shown" ? "proved" : "conditional",
          ...severityOf(kind, byName, reasonToAskNobody(context, lacking)),
          ...(isMistaken && {
            advice:
              "The DNS pods of OpenShift listen on 5353, and that is the port policies see: allow it in place of 53.",
          }),
          fixes: () =>
            isMistaken
              ? []
              : [
                  {
                    title: `Let DNS out of ${listedEndpoints(lacking)}, over UDP and TCP`,
                    edits: [...editsFor(context, namespace, lacking)],
                  },
                ],
        };
      }
    }
  },
};

/** How a workload stands to name resolution: by both protocols, by UDP only, or not at all. */
type Access = "full" | "udp-only" | "none";

/** What answers DNS listens on: 53 everywhere, and 5353 the pods of OpenShift. */
const [UDP, TCP] = (["UDP", "TCP"] as const).map((protocol) => ConnectionSet.ports(protocol, 53, 53)) as [
  ConnectionSet,
  ConnectionSet,
];
const [OPENSHIFT_UDP, OPENSHIFT_TCP] = (["UDP", "TCP"] as const).map((protocol) =>
  ConnectionSet.ports(protocol, 5353, 5353),
) as [ConnectionSet, ConnectionSet];

/** What a workload may ask of the DNS pods on the ports they listen on, of a resolver outside, or of pods the input does not show. */
function accessOf(context: FindingContext, dns: Actors, subject: Endpoint): Access {
  const inside = dns.from(subject);
  const outside = context.outside.reduce((set, to) => set.union(context.allowed(subject, to)), ConnectionSet.NONE);
  const unseen = dns.basis === "shown" ? ConnectionSet.NONE : allowedToUnseen(context, subject);
  const isOpen = (usual: ConnectionSet, openshift: ConnectionSet) =>
    !inside.intersect(listening(context, dns, usual, openshift)).isEmpty ||
    !outside.intersect(usual).isEmpty ||
    !unseen.intersect(usual.union(openshift)).isEmpty;
  if (!isOpen(UDP, OPENSHIFT_UDP)) return "none";
  return isOpen(TCP, OPENSHIFT_TCP) ? "full" : "udp-only";
}

/** Policies see the port of the pods, which is not that of their Service on OpenShift; which it is their containers declare. */
function listening(
  context: FindingContext,
  { basis, endpoints }: Actors,
  usual: ConnectionSet,
  openshift: ConnectionSet,
): ConnectionSet {
  if (basis === "presumed") return usual;
  const declared = ConnectionSet.union(endpoints.map((one) => context.declaredPorts(one)));
  const isUsual = !declared.intersect(UDP.union(TCP)).isEmpty;
  const isOpenshift = !declared.intersect(OPENSHIFT_UDP.union(OPENSHIFT_TCP)).isEmpty;
  return isUsual === isOpenshift ? usual.union(openshift) : isUsual ? usual : openshift;
}

/** What its rules allow to pods of which the input shows none: the DNS pods may be among them, wherever they are. */
function allowedToUnseen(context: FindingContext, subject: Endpoint): ConnectionSet {
  const rules = context.isolatedBy(subject, "egress").flatMap((policy) => statementsIn(policy, "egress"));
  const unseen = rules.filter(({ match: { peers } }) => peers !== "any" && peers.some(meansUnseen));
  return ConnectionSet.union(
    unseen.map(({ written }) => {
      const ports = numericPorts(written);
      return namesOpenshiftDns(written.peers) ? ports.subtract(UDP.union(TCP)) : ports;
    }),
  );
}

/** Whether the only pods a rule names are those of the namespace whose DNS pods are known not to listen on 53. */
function namesOpenshiftDns(peers: PolicyRule["peers"]): boolean {
  return (
    peers !== "any" &&
    peers.every(
      (peer) =>
        peer.kind === "namespaces" &&
        peer.namespaceSelector.requirements.some(({ values }) => values.length === 1 && values[0] === "openshift-dns"),
    )
  );
}

function severityOf(kind: Access, byName: boolean, muteBecause: string | undefined) {
  if (kind === "udp-only") return { severity: { is: "low", because: "short answers come over UDP" } as const };
  if (byName) return { severity: { is: "high", because: "it is known to reach others by name" } as const };
  return muteBecause === undefined ? {} : { severity: { is: "low", because: muteBecause } as const };
}

/** Why workloads may do without names, if they all may. */
function reasonToAskNobody(context: FindingContext, lacking: readonly Endpoint[]): string | undefined {
  const isMute = (one: Endpoint) => context.endpoints.every((to) => to === one || context.allowed(one, to).isEmpty);
  if (lacking.every(isMute)) return "it may connect to nobody anyway";
  if (lacking.every((one) => isMute(one) || namesSingleAddresses(context, one)))
    return "its rules name single addresses only, so that it may need no names";
  return undefined;
}

function namesSingleAddresses(context: FindingContext, subject: Endpoint): boolean {
  const rules = context.isolatedBy(subject, "egress").flatMap(({ written }) => written.egress);
  return rules.every(
    ({ peers }) => peers !== "any" && peers.every((peer) => peer.kind === "ipBlock" && /\/(32|128)$/.test(peer.cidr)),
  );
}

/** Pods that use the cluster's DNS; those with a resolver of their own do not. */
function asksDns({ members }: Endpoint): boolean {
  const policy = members[0]?.pods[0]?.spec.dnsPolicy;
  return policy !== "Default" && policy !== "None";
}

/** One policy for the namespace where all of it is isolated already, else one for each workload: no other pod is to be isolated. */
function* editsFor(context: FindingContext, namespace: string, lacking: readonly Endpoint[]): Generator<Edit> {
  const all = context.subjects.filter((one) => one.namespace === namespace && !isOnHost(one));
  const isUniform = all.every((one) => context.isolatedBy(one, "egress").length > 0);
  if (isUniform) yield { kind: "add-policy", policy: allowDns(context, namespace, "allow-dns", EVERYTHING) };
  else
    for (const one of lacking) {
      const selector = tellingSelector(context.cluster, one);
      yield { kind: "add-policy", policy: allowDns(context, namespace, `${one.name}-allow-dns`, selector) };
    }
}

function allowDns(context: FindingContext, namespace: string, name: string, podSelector: LabelSelector): NetworkPolicy {
  return {
    namespace,
    name: freeName(context.cluster, namespace, name),
    podSelector,
    policyTypes: ["egress"],
    policyTypesWritten: true,
    ingress: [],
    egress: [DNS_RULE],
    span: UNWRITTEN,
  };
}
