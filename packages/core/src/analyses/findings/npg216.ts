import { ConnectionSet } from "../../model/connections.ts";
import { connectionsOf } from "../../model/ports.ts";
import { DNS_RULE } from "./dns-rule.ts";
import { isWide } from "./npg203.ts";
import { withRules } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { addressesOf, isWorld, numericPorts, statementsOf } from "./statements.ts";
import { firstOf } from "./subjects.ts";
import { capitalised, listedEndpoints } from "./words.ts";

const DNS = ConnectionSet.ports("UDP", 53, 53).union(ConnectionSet.ports("TCP", 53, 53));

export const dnsToAnywhere: FindingRule = {
  id: "NPG216",
  name: "dns-to-anywhere",
  severity: "medium",
  title: "A rule lets port 53 out to any address",
  description:
    "DNS is needed to the cluster's resolver only. Open to the world, port 53 carries anything to anybody who runs a server there; and a tunnel through the resolver remains possible even when the rule is right.",
  mappings: ["egress"],
  each: "policy",
  weighs: "exposure",
  *find(context) {
    for (const { policy, written, words, about, index } of statementsOf(context, "egress")) {
      const subjects = context.selected(policy);
      const ports = numericPorts(written);
      if (subjects.length === 0 || isWide(ports) || !isWorld(addressesOf(written.peers))) continue;
      if (ports.intersect(DNS).isEmpty) continue;
      const others =
        written.ports === "any" ? [] : written.ports.filter((port) => !DNS.includes(connectionsOf(port, [])));
      const kept = others.length > 0 ? [{ ...written, ports: others }] : [];
      yield {
        about,
        policy: policy.policy,
        namespace: policy.written.namespace,
        direction: "egress",
        endpoints: subjects,
        span: written.span,
        fact: `${capitalised(words)} lets ${listedEndpoints(subjects)} open port 53 of every address.`,
        consequence: "Anything can be carried out over that port to a server of the attacker's.",
        advice: "Name the DNS pods. Names that are looked up through them still leave the cluster.",
        witness: firstOf(subjects, (subject) => context.witness(subject, context.internet, "allow", DNS)),
        fixes: () => [
          {
            title: `Limit port 53 in ${words} to the DNS pods of kube-system`,
            edits: withRules(policy.written, "egress", index, [...kept, DNS_RULE]),
          },
        ],
      };
    }
  },
};
