import { accountId, tokenMount } from "../attack/accounts.ts";
import { nameOf } from "../edit.ts";
import { ownFact, stepsOf } from "./attack.ts";
import { isOnHost } from "./context.ts";
import { accountsWithGrants } from "./npg211.ts";
import type { FindingRule } from "./rule.ts";
import { spanOf } from "./subjects.ts";
import { listed, shortId } from "./words.ts";

export const apiEgressMissing: FindingRule = {
  id: "NPG606",
  name: "api-egress-missing",
  severity: "medium",
  title: "A workload with a role of its own may not connect to the API server",
  description:
    "A bound role and a mounted token are the marks of a controller. If its egress policies let it reach no address of the API server, it starts, waits and fails. The API server is usually no pod: it takes an address block or a rule with a port only.",
  mappings: ["availability"],
  *find(context) {
    const reaching = new Set(stepsOf(context, ["API"]).flatMap(({ needs }) => needs));
    const holders = context.once(accountsWithGrants);
    for (const subject of context.subjects) {
      const policies = context.isolatedBy(subject, "egress");
      const pod = subject.members[0]?.pods[0];
      if (!pod || policies.length === 0 || isOnHost(subject)) continue;
      const account = accountId({ namespace: pod.namespace, name: pod.spec.serviceAccountName });
      const object = context.cluster.identities.serviceAccounts.find((one) => accountId(one) === account);
      const own = ownFact(context, subject.id);
      if (!holders.has(account) || !tokenMount(pod, object) || own === undefined || reaching.has(own)) continue;
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: pod.namespace,
        direction: "egress",
        span: spanOf(context, subject),
        fact: `${shortId(subject)} has a role by its account ${account}, and its egress policies let it reach no API server.`,
        consequence: `${listed(policies.map(({ written }) => nameOf(written)))} ${policies.length === 1 ? "allows" : "allow"} no address it could be at.`,
        advice: "Allow egress to the address of the API server, on 443 or 6443.",
        certainty: "conditional",
      };
    }
  },
};
