import type { PolicyPeer } from "../../model/cluster.ts";
import { IpSet } from "../../model/ip.ts";
import { nameOf } from "../edit.ts";
import { setOf } from "../side-effects.ts";
import { METADATA } from "./clouds.ts";
import { withRules } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { addressesOf, amountToEverything, isWorld, namesAllPods, numericPorts, statementsOf } from "./statements.ts";
import { firstOf } from "./subjects.ts";
import { capitalised, listed, listedEndpoints } from "./words.ts";

/** Ranges that are inside: private, shared and link-local addresses. Source: RFC 1918, 6598, 3927, 4193, 4291. */
export const INSIDE = {
  IPv4: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  IPv6: ["fc00::/7", "fe80::/10"],
} as const;

/** Ranges most networks take their addresses from. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/** A range that some clouds and providers take theirs from. */
const SHARED = ["100.64.0.0/10"];

/** More ports than any one service needs. */
const WIDE = 1000;

export const egressAnyIp: FindingRule = {
  id: "NPG203",
  name: "egress-any-ip",
  severity: "high",
  title: "A rule lets a workload connect to every address, those inside among them",
  description:
    "A block such as 0.0.0.0/0 without `except` holds not only the internet but also nodes, the metadata service, other networks behind the same routers, and, with most implementations, every pod.",
  mappings: ["egress", "metadata"],
  each: "policy",
  *find(context) {
    const matchesPods = context.program.options.ipBlockMatchesPods;
    for (const statement of statementsOf(context, "egress")) {
      const { policy, written, words, about } = statement;
      const subjects = context.selected(policy);
      const { peers } = written;
      const addresses = addressesOf(peers);
      if (subjects.length === 0 || amountToEverything([written]) || !isWorld(addresses)) continue;
      const inside = addresses.intersect(setOf([...INSIDE.IPv4, ...INSIDE.IPv6]));
      if (inside.isEmpty || !isWide(numericPorts(written))) continue;
      const hasPrivate = !inside.intersect(setOf(PRIVATE)).isEmpty;
      const toPods = namesAllPods(written) || (matchesPods && hasPrivate);
      const lesser = hasPrivate
        ? toPods
          ? undefined
          : "with this implementation address blocks do not match pods"
        : "the private ranges are excepted";
      yield {
        about,
        policy: policy.policy,
        namespace: policy.written.namespace,
        direction: "egress",
        endpoints: subjects,
        span: written.span,
        fact: `${capitalised(words)} lets ${listedEndpoints(subjects)} connect to ${whole(addresses)}, ${hasPrivate ? "private" : "shared or link-local"} addresses included.`,
        consequence: `That holds ${listed(["the internet", ...held(inside), ...(toPods ? ["every pod"] : [])], 4)}.`,
        ...(lesser !== undefined && { severity: { is: hasPrivate ? "medium" : "low", because: lesser } as const }),
        witness: firstOf(subjects, (subject) => context.witness(subject, context.internet, "allow")),
        ...(peers === "any" && { advice: "Name in `to` what it needs." }),
        fixes: () =>
          peers === "any"
            ? []
            : [
                {
                  title: `Take private and link-local ranges out of ${words} with \`except\``,
                  edits: withRules(policy.written, "egress", statement.index, [
                    { ...written, peers: peers.map(withoutInside) },
                  ]),
                },
              ],
        under: [`NPG202 ${nameOf(policy.written)} egress`],
      };
    }
  },
};

/** What private addresses are taken for, in words. */
function held(inside: IpSet): readonly string[] {
  const metadata = METADATA.find(({ block }) => inside.includes(setOf([block])));
  return [
    ...(inside.intersect(setOf(PRIVATE)).isEmpty ? [] : ["private addresses such as those of nodes"]),
    ...(inside.intersect(setOf(SHARED)).isEmpty ? [] : ["shared addresses (100.64.0.0/10)"]),
    ...(metadata === undefined ? [] : [`the metadata service at ${metadata.address}`]),
  ];
}

export function isWide(ports: ReturnType<typeof numericPorts>): boolean {
  return (["TCP", "UDP"] as const).some(
    (protocol) => ports.portRanges(protocol).reduce((sum, [first, last]) => sum + last - first + 1, 0) > WIDE,
  );
}

function whole(addresses: IpSet): string {
  const families = [addresses.includes(IpSet.IPV4) && "0.0.0.0/0", addresses.includes(IpSet.IPV6) && "::/0"];
  const named = families.filter((one) => one !== false);
  return named.length > 0 ? named.join(" and ") : "nearly every address";
}

function withoutInside(peer: PolicyPeer): PolicyPeer {
  if (peer.kind !== "ipBlock") return peer;
  const cut = [...INSIDE.IPv4, ...INSIDE.IPv6].filter(
    (cidr) => !setOf([cidr]).intersect(peer.addresses).isEmpty && setOf([peer.cidr]).includes(setOf([cidr])),
  );
  const except = [...new Set([...peer.except, ...cut])];
  return { ...peer, except, addresses: peer.addresses.subtract(setOf(cut)) };
}
