import type { Endpoint } from "../../engine/endpoints.ts";
import type { ConnectionSet } from "../../model/connections.ts";
import type { Program } from "../../model/program.ts";
import { mentionsOf, ServiceNames } from "./mentions.ts";
import { selects, servedPorts } from "./services.ts";

/** A connection that some workload has to be able to open for the application to work, inferred from what the manifests mention. */
export interface NeededFlow {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly connections: ConnectionSet;
  /** Where it is known from, in words. */
  readonly because: string;
}

/**
 * The flows that configuration speaks of: a workload that is given the name of a Service needs the pods behind it.
 *
 * What applications know by themselves, or from Secrets, is not seen: the list may lack flows. Cost: the texts of the pods, and for
 * each mention one look at the workloads.
 */
export function neededFlows({ cluster }: Program, subjects: readonly Endpoint[]): readonly NeededFlow[] {
  const services = new ServiceNames(cluster);
  return subjects.flatMap((from) => {
    const pod = from.members[0]?.pods[0];
    if (!pod) return [];
    return mentionsOf(cluster, pod, services).flatMap(({ service, port, where }) => {
      const ports = service.ports.filter((one) => port === undefined || one.port === port);
      const meant = { ...service, ports: ports.length > 0 ? ports : service.ports };
      return subjects
        .filter((to) => to !== from && selects(service, to))
        .map((to) => ({
          from,
          to,
          connections: servedPorts(meant, to),
          because: `${where} of ${from.namespace}/${from.name} names Service ${service.namespace}/${service.name}`,
        }))
        .filter(({ connections }) => !connections.isEmpty);
    });
  });
}
