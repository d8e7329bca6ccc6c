import type { Endpoint } from "../../engine/endpoints.ts";
import { secretsGiven } from "../attack/edges/secrets.ts";
import type { PeerMatch } from "../rule-match.ts";
import type { FindingContext } from "./context.ts";
import { neededRules } from "./needed-rules.ts";
import { withRules } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { namesEveryone, statementsOf } from "./statements.ts";
import { firstOf, portsOn } from "./subjects.ts";
import { capitalised, counted, listedEndpoints } from "./words.ts";

export const excessVsIntent: FindingRule = {
  id: "NPG215",
  name: "excess-vs-intent",
  severity: "medium",
  title: "A rule admits workloads that nothing says need it, beside those that do",
  description:
    "Where the manifests show who uses a workload, whatever else a rule admits is surplus. What is needed is inferred from variables, arguments and ConfigMaps that name Services, so workloads that a peer names by themselves, or that are given Secrets, are left out of account unless needs are declared.",
  mappings: ["ingress"],
  each: "policy",
  *find(context) {
    for (const statement of statementsOf(context, "ingress")) {
      const { policy, match, words, about, written, index } = statement;
      const subjects = context.selected(policy);
      if (match.peers === "any" || namesEveryone(written)) continue;
      const needing = context.needed.filter(
        ({ to, connections }) =>
          subjects.some(({ id }) => id === to.id) && !portsOn(written.ports, to).intersect(connections).isEmpty,
      );
      const users = new Set(needing.map(({ from }) => from.id));
      const peers = [...new Set(match.peers.flatMap(({ matches }) => matches.map(({ endpoint }) => endpoint)))];
      const named = peers.filter(({ type }) => type !== "address");
      const isSaid = isDeclared(context, subjects);
      const isMeant = isSaid ? () => false : meantBy(match.peers);
      const surplus = named.filter(
        (peer) =>
          !users.has(peer.id) &&
          !isMeant(peer) &&
          subjects.some((one) => one !== peer && !context.allowed(peer, one).isEmpty),
      );
      if (needing.length === 0 || surplus.length === 0 || !named.some(({ id }) => users.has(id))) continue;
      yield {
        about,
        policy: policy.policy,
        namespace: policy.written.namespace,
        direction: "ingress",
        endpoints: subjects,
        span: written.span,
        fact: `${capitalised(words)} admits ${counted(surplus.length, "workload")} not known to need ${listedEndpoints(subjects)}: ${listedEndpoints(surplus)}.`,
        consequence: `Known to need it, by what ${isSaid ? "is declared" : "the manifests mention"}: ${listedEndpoints(needing.map(({ from }) => from))}.`,
        ...(!isSaid && {
          severity: { is: "low", because: "what is needed is inferred, and not declared" } as const,
          certainty: "assumed" as const,
        }),
        witness: firstOf(surplus, (from) => firstOf(subjects, (to) => context.witness(from, to, "allow"))),
        fixes: () => [
          {
            title: `Limit ${words} to what is known to be needed`,
            edits: withRules(policy.written, "ingress", index, neededRules(context, subjects, "ingress")),
          },
        ],
        under: [`NPG206 ${about}`, ...match.peers.map((_, at) => `NPG207 ${about}[${at}]`)],
      };
    }
  },
};

/** Whether a person says who needs some of these workloads: then who is not named does not. */
function isDeclared({ declared }: FindingContext, subjects: readonly Endpoint[]): boolean {
  return declared.needs.some(({ to }) => subjects.some(({ id }) => id === to));
}

/** Tells workloads that whoever wrote the rule had in mind, and those whose configuration is not all there to be read. */
function meantBy(peers: readonly PeerMatch[]): (peer: Endpoint) => boolean {
  const singled = new Set(
    peers.flatMap(({ matches: [only, ...more] }) => (only && more.length === 0 ? [only.endpoint] : [])),
  );
  const isGivenSecrets = ({ members }: Endpoint) =>
    members.some(({ pods }) => pods.some((pod) => secretsGiven(pod).length > 0));
  return (peer) => singled.has(peer) || isGivenSecrets(peer);
}
