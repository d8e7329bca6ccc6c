import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Span } from "../../model/source.ts";
import type { FindingContext } from "./context.ts";
import { servedPorts, servicesOf } from "./services.ts";

/** A Service that the API server calls. */
export interface Callback {
  readonly what: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly span: Span;
}

/** The Services behind webhooks, aggregated APIs and conversions of custom resources. */
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
  const conversions = controls.customResources.flatMap(({ name, conversion, span }): readonly Callback[] =>
    conversion ? [{ what: `the conversion of ${name}`, ...conversion, span }] : [],
  );
  return [...webhooks, ...apis, ...conversions];
}

/** The ports of a workload that the API server calls, so that its rules have to admit a caller without labels there. */
export function calledPorts(context: FindingContext, subject: Endpoint): ConnectionSet {
  const services = servicesOf(context, subject);
  return ConnectionSet.union(
    context.once(callbacksOf).flatMap(({ namespace, name, port }) => {
      const service = services.find((one) => one.namespace === namespace && one.name === name);
      return service
        ? [servedPorts({ ...service, ports: service.ports.filter((one) => one.port === port) }, subject)]
        : [];
    }),
  );
}
