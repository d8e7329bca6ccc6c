import type { Endpoint } from "../../engine/endpoints.ts";
import type { Span } from "../../model/source.ts";
import type { FindingContext } from "./context.ts";
import { servicesOf } from "./services.ts";

/** A Service that the API server calls. */
export interface Callback {
  readonly what: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly span: Span;
}

/** The Services behind webhooks and aggregated APIs. */
export function callbacksOf({ cluster: { controls } }: FindingContext): readonly Callback[] {
  const webhooks = controls.webhooks.flatMap(({ target, configuration, span }): readonly Callback[] =>
    target.kind === "service"
      ? [
          {
            what: `the webhooks of ${configuration}`,
            namespace: target.namespace,
            name: target.name,
            port: target.port,
            span,
          },
        ]
      : [],
  );
  const apis = controls.apiServices.flatMap(({ name, service, span }): readonly Callback[] =>
    service
      ? [{ what: `the API ${name}`, namespace: service.namespace, name: service.name, port: service.port, span }]
      : [],
  );
  return [...webhooks, ...apis];
}

/** Whether the API server calls a workload, so that its rules have to admit a caller without labels. */
export function isCallback(context: FindingContext, subject: Endpoint): boolean {
  const services = servicesOf(context, subject);
  return context
    .once(callbacksOf)
    .some((called) => services.some(({ namespace, name }) => namespace === called.namespace && name === called.name));
}
