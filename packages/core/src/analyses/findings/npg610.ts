import { backendsIn } from "./entries.ts";
import { operatorIn } from "./npg301.ts";
import type { FindingRule } from "./rule.ts";
import { selects } from "./services.ts";
import { capitalised } from "./words.ts";

export const danglingServiceOrRoute: FindingRule = {
  id: "NPG610",
  name: "dangling-service-or-route",
  severity: "low",
  title: "A Service selects no pod, or a route leads to a Service that is not there",
  description: "Whoever calls it gets an error. It is a leftover, or a selector or name that does not fit.",
  mappings: ["availability"],
  *find(context) {
    const { services, serviceEndpoints } = context.cluster;
    const operator = operatorIn(context);
    const lesser = operator && { severity: { is: "info", because: "an operator may make such pods" } as const };
    for (const service of services) {
      const { namespace, name, selector, type, span } = service;
      const isWritten = serviceEndpoints.some((one) => one.namespace === namespace && one.service === name);
      if (type === "ExternalName" || selector.size === 0 || isWritten) continue;
      if (context.subjects.some((subject) => selects(service, subject))) continue;
      const labels = [...selector].map(([key, value]) => `${key}=${value}`).join(",");
      yield {
        about: `${namespace}/Service/${name}`,
        namespace,
        span,
        fact: `Service ${namespace}/${name} selects ${labels}, and no pod of ${namespace} has that.`,
        consequence: operator ? `Pods made by an operator may: the input has ${operator}.` : "It leads nowhere.",
        advice: "Correct its selector, or remove it.",
        ...lesser,
      };
    }
    if (services.length === 0) return;
    for (const { through, namespace, service, span } of backendsIn(context)) {
      const isThere = services.some((one) => one.namespace === namespace && one.name === service);
      const isShown = services.some((one) => one.namespace === namespace);
      if (isThere || !isShown) continue;
      yield {
        about: `${through} ${namespace}/${service}`,
        namespace,
        span,
        fact: `${capitalised(through)} leads to Service ${namespace}/${service}, which the input does not have.`,
        consequence: "Requests to it fail.",
        advice: "Correct the name of the backend, or give the input the Service.",
      };
    }
  },
};
