import type { Endpoint } from "../../engine/endpoints.ts";
import type { PortMatch } from "../../model/ports.ts";
import type { Service } from "../../model/service.ts";
import type { FindingContext } from "./context.ts";
import { targetsOf } from "./npg305.ts";
import { withRules } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { servedPorts, servicesOf } from "./services.ts";
import { statementsOf } from "./statements.ts";
import { capitalised, listedEndpoints } from "./words.ts";

export const servicePortUsedInPolicy: FindingRule = {
  id: "NPG608",
  name: "service-port-used-in-policy",
  severity: "high",
  title: "A rule names the port of a Service where the port of its pods is meant",
  description:
    "Policies see connections after the Service has translated its port to that of the pod. A rule with the Service's port allows a port nobody listens on, and not the one the traffic comes to.",
  mappings: ["availability"],
  each: "policy",
  *find(context) {
    for (const { policy, written, match, direction, words, about, index } of statementsOf(context)) {
      const targets = targetsOf(context, { policy, written, match, direction, words, about, index });
      const { ports } = written;
      if (ports === "any" || targets.length === 0) continue;
      for (const port of ports) {
        const mistaken = port.kind === "range" && port.first === port.last && mistakenFor(context, port, targets);
        if (!mistaken) continue;
        const { service, target } = mistaken;
        const corrected: PortMatch = { ...port, first: target, last: target };
        yield {
          about: `${about} ${port.protocol}/${port.first}`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: targets,
          span: port.span,
          fact: `${capitalised(words)} allows ${port.protocol} ${port.first}, the port of Service ${service.namespace}/${service.name}, whose pods listen on ${target}.`,
          consequence: `Traffic through the Service comes to ${port.protocol} ${target} of ${listedEndpoints(targets)}, which this rule does not allow.`,
          related: [{ message: "the Service", span: service.span }],
          fixes: () => [
            {
              title: `Write ${target} in place of ${port.first} in ${words}`,
              edits: withRules(policy.written, direction, index, [
                { ...written, ports: ports.map((one) => (one === port ? corrected : one)) },
              ]),
            },
          ],
        };
      }
    }
  },
};

/** The Service whose port a number is, where no pod it leads to declares that number. */
function mistakenFor(
  context: FindingContext,
  port: Extract<PortMatch, { kind: "range" }>,
  targets: readonly Endpoint[],
): { readonly service: Service; readonly target: number } | undefined {
  if (targets.some((one) => context.declaredPorts(one).contains(port.protocol, port.first))) return undefined;
  const [first, ...others] = targets;
  if (!first) return undefined;
  for (const service of servicesOf(context, first)) {
    const entry = service.ports.find((one) => one.port === port.first && one.protocol === port.protocol);
    if (!entry || servedPorts(service, first).contains(port.protocol, port.first)) continue;
    if (!others.every((one) => servicesOf(context, one).includes(service))) continue;
    const [range] = servedPorts({ ...service, ports: [entry] }, first).portRanges(port.protocol);
    if (range) return { service, target: range[0] };
  }
  return undefined;
}
