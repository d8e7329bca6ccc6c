import { formatConnections } from "../../model/connections.ts";
import { nameOf } from "../edit.ts";
import { callbacksOf } from "./callbacks.ts";
import { isOnHost } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { behind, servedPorts } from "./services.ts";
import { listed, shortId } from "./words.ts";

export const controlPlaneCallbackBlocked: FindingRule = {
  id: "NPG605",
  name: "control-plane-callback-blocked",
  severity: "high",
  title: "The API server calls pods whose policies admit no address outside the cluster's pods",
  description:
    "Webhooks and aggregated APIs are called by the API server, which is not a pod and carries no labels. A backend that admits only pods refuses it; with failurePolicy Fail nothing of the kind it watches can be created any more.",
  mappings: ["availability"],
  *find(context) {
    for (const { what, namespace, name, port, span } of context.once(callbacksOf)) {
      const service = context.cluster.services.find((one) => one.namespace === namespace && one.name === name);
      if (!service) continue;
      const meant = { ...service, ports: service.ports.filter((one) => one.port === port) };
      for (const subject of behind(context, service)) {
        if (isOnHost(subject)) continue;
        const ports = servedPorts(meant, subject);
        const policies = context.isolatedBy(subject, "ingress");
        const isOpen = context.outside.some((one) => !context.allowed(one, subject).intersect(ports).isEmpty);
        if (ports.isEmpty || policies.length === 0 || isOpen) continue;
        yield {
          about: `${what} ${subject.id}`,
          endpoints: [subject],
          namespace: service.namespace,
          direction: "ingress",
          span,
          fact: `The API server calls ${shortId(subject)} on ${formatConnections(ports)} for ${what}, and ${listed(policies.map(({ written }) => nameOf(written)))} ${policies.length === 1 ? "admits" : "admit"} no address there.`,
          consequence: "The call fails, unless it comes by way of a node the pod runs on.",
          advice: `Allow ingress to ${formatConnections(ports)} without \`from\`, or from the addresses of the control plane.`,
          certainty: "conditional",
          witness: context.witness(context.internet, subject, "deny", ports),
        };
      }
    }
  },
};
