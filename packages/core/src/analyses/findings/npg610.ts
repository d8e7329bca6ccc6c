import { type Link, titleOfLink } from "../exposure/entry.ts";
import type { FindingContext } from "./context.ts";
import { operatorIn } from "./makers.ts";
import type { FindingRule } from "./rule.ts";
import { behind } from "./services.ts";
import { exposureOn } from "./standing.ts";
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
      if (behind(context, service).length > 0) continue;
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
    for (const { object, reason, message } of context.once(exposureOn).deadEnds) {
      if (!DANGLING.has(reason) || !isShown(context, object)) continue;
      yield {
        about: `${titleOfLink(object)} ${reason}`,
        ...(object.namespace !== undefined && { namespace: object.namespace }),
        span: object.span,
        fact: `${capitalised(message)}.`,
        consequence: "Requests to it fail.",
        advice: "Correct the backend, or give the input what is missing.",
        ...lesser,
      };
    }
  },
};

const DANGLING: ReadonlySet<string> = new Set(["missing-service", "missing-port", "not-granted"]);

/** Whether the input has Services beside a route at all; where not, they are in another file. */
function isShown({ cluster }: FindingContext, { namespace }: Link): boolean {
  return cluster.services.some((service) => service.namespace === namespace);
}
