import { nameOf } from "../edit.ts";
import type { FindingRule } from "./rule.ts";
import { denyAllIn } from "./statements.ts";
import { listed } from "./words.ts";

export const nonL4Protocols: FindingRule = {
  id: "NPG507",
  name: "non-l4-protocols",
  severity: "info",
  title: "A default deny says nothing of ICMP and other protocols without ports",
  description:
    "NetworkPolicy covers TCP, UDP and SCTP. Whether a pod that is isolated still answers a ping is left to the implementation, so neither rely on it being blocked nor on it being open.",
  mappings: ["enforcement"],
  *find(context) {
    const denies = context.cluster.namespaces.flatMap(({ name }) =>
      [denyAllIn(context, name, "ingress"), denyAllIn(context, name, "egress")].filter((one) => one !== undefined),
    );
    const [first] = denies;
    if (!first) return;
    const names = [...new Set(denies.map(({ written }) => nameOf(written)))];
    yield {
      about: "cluster",
      span: first.written.span,
      policy: first.policy,
      fact: `${listed(names)} ${names.length === 1 ? "denies" : "deny"} TCP, UDP and SCTP only.`,
      consequence: "What happens to ICMP and other protocols is left to the implementation.",
      certainty: "conditional",
    };
  },
};
