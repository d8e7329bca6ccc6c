import type { Endpoint } from "../../engine/endpoints.ts";
import { nameOf } from "../edit.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import { isFit } from "./remedies.ts";
import type { FindingRule, FixProposal } from "./rule.ts";
import { entryOf, isSurelyEntered } from "./standing.ts";
import { spanOf } from "./subjects.ts";
import { counted, listed, shortId } from "./words.ts";

export const hostNetworkOutsidePolicy: FindingRule = {
  id: "NPG502",
  name: "hostnetwork-outside-policy",
  severity: "high",
  title: "A workload on the network of its node is outside all policies",
  description:
    "Pods with hostNetwork send and receive with the address of their node, and most implementations apply no policy to them. They also reach what listens on the node's loopback, the kubelet among it. A policy that selects them gives a false sense of safety.",
  mappings: ["host"],
  *find(context) {
    if (context.program.options.hostNetworkPods === "pod") return;
    const guard = hostPoliciesIn(context);
    for (const subject of context.subjects) {
      if (!isOnHost(subject)) continue;
      const selecting = context.networkPolicies.filter(({ selects }) =>
        selects.some(({ endpoint }) => endpoint === subject),
      );
      const entry = isSurelyEntered(context, subject) ? entryOf(context, subject) : undefined;
      const names = selecting.map(({ written }) => nameOf(written));
      const reached = context.reached(subject);
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: subject.namespace ?? "",
        span: spanOf(context, subject),
        fact:
          names.length > 0
            ? `NetworkPolicy ${listed(names)} ${names.length === 1 ? "selects" : "select"} ${shortId(subject)}, which runs on the network of its node, where most implementations apply no policy.`
            : `${shortId(subject)} runs on the network of its node, outside all policies.`,
        consequence: `It can open connections to ${counted(reached.length, "workload")}, and from its own node to every pod there${guard === undefined ? "" : `, unless ${guard} keep it from that`}.`,
        advice:
          "Run it without hostNetwork, or protect its node by other means: a node firewall or host policies of the implementation.",
        certainty: guard === undefined ? "conditional" : "assumed",
        ...(entry !== undefined
          ? { severity: { is: "critical", because: entry } as const }
          : names.length === 0 && {
              severity: { is: "low", because: "no policy claims to govern it" } as const,
            }),
        fixes: () => offHost(context, subject),
        related: selecting
          .slice(0, 3)
          .map(({ written }) => ({ message: "selects it to no effect", span: written.span })),
      };
    }
  },
};

/** Policies of the implementation that may govern nodes, and with them what shares their network; none are evaluated. */
function hostPoliciesIn({ cluster }: FindingContext): string | undefined {
  if (cluster.controls.otherKinds.some(({ kind }) => kind === "HostEndpoint")) return "Calico's HostEndpoints";
  return cluster.unusedPolicies.some(({ kind }) => kind === "CiliumClusterwideNetworkPolicy")
    ? "CiliumClusterwideNetworkPolicies for nodes"
    : undefined;
}

/** Without hostNetwork, where its template is there to be changed; what serves or guards the node itself is left alone. */
function offHost({ cluster }: FindingContext, subject: Endpoint): readonly FixProposal[] {
  const pods = subject.members.flatMap((member) => member.pods).filter(({ network }) => network === "host");
  const settings = [...new Set(pods.map(({ workload }) => workload))].map(
    (workload) => ({ workload, kind: "own-namespace", field: "hostNetwork" }) as const,
  );
  if (!settings.every((one) => isFit(cluster, one))) return [];
  return [
    {
      title: `Run ${shortId(subject)} without hostNetwork; what it serves at its node's address, or calls at its node's loopback, it then does not`,
      edits: [],
      settings,
    },
  ];
}
