import { IpSet } from "../../model/ip.ts";
import type { FindingContext } from "./context.ts";
import { familiesShown } from "./families.ts";
import type { FindingRule } from "./rule.ts";
import { addressesOf, statementsIn } from "./statements.ts";
import { listedEndpoints, PEER_WORD } from "./words.ts";

export const singleStackRule: FindingRule = {
  id: "NPG217",
  name: "single-stack-rule",
  severity: "low",
  title: "Rules speak of the addresses of one family where the cluster has two",
  description:
    "An IPv4 block says nothing of IPv6. In a cluster with both families the same client or server is then allowed over one and denied over the other, or the wide block for one family undoes the narrow ones for the other.",
  mappings: ["egress"],
  *find(context) {
    const isDual = isDualStack(context);
    const families = familiesShown(context.cluster);
    const isIPv6Only = families.has("IPv6") && !families.has("IPv4");
    for (const policy of context.networkPolicies) {
      for (const direction of policy.isolates) {
        const subjects = context.selected(policy);
        const blocks = statementsIn(policy, direction)
          .filter(({ written }) => written.peers !== "any")
          .map(({ written }) => addressesOf(written.peers))
          .reduce((set, one) => set.union(one), IpSet.NONE);
        const [v4, v6] = [blocks.intersect(IpSet.IPV4), blocks.intersect(IpSet.IPV6)];
        const isOneOnly = isDual && v4.isEmpty !== v6.isEmpty;
        const isWider = !isIPv6Only && v6.equals(IpSet.IPV6) && !v4.equals(IpSet.IPV4);
        if (subjects.length === 0 || (!isOneOnly && !isWider)) continue;
        const { namespace, name, span } = policy.written;
        const [only, other] = v6.isEmpty ? ["IPv4", "IPv6"] : ["IPv6", "IPv4"];
        yield {
          about: `${namespace}/${name} ${direction}`,
          policy: policy.policy,
          namespace,
          direction,
          endpoints: subjects,
          span,
          fact: isOneOnly
            ? `${namespace}/${name} allows ${direction} ${PEER_WORD[direction]} ${only} blocks only, and the cluster has ${other} too.`
            : `${namespace}/${name} allows ${direction} ${PEER_WORD[direction]} all of IPv6, ${v4.isEmpty ? "and none" : "but only some"} of IPv4.`,
          consequence: isOneOnly
            ? `${listedEndpoints(subjects)} may not use ${other} for what is allowed over ${only}.`
            : "What is denied over IPv4 is allowed over IPv6, wherever pods have both.",
          ...(isDual && {
            severity: { is: "medium", because: "pods or Services of the input have both families" } as const,
          }),
        };
      }
    }
  },
};

function isDualStack({ cluster }: FindingContext): boolean {
  const isBoth = (addresses: readonly string[]) =>
    addresses.some((one) => one.includes(":")) && addresses.some((one) => !one.includes(":"));
  return (
    cluster.pods.some(({ addresses }) => isBoth(addresses)) ||
    cluster.services.some(({ families, clusterIPs }) => families.length > 1 || isBoth(clusterIPs))
  );
}
