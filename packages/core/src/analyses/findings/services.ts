import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Service } from "../../model/service.ts";
import { isSelected, servedBy } from "../service-targets.ts";

/** Whether a Service selects pods of an endpoint, ready or not: that a pod is not ready says nothing of policies. */
export function selects(service: Service, { namespace, members }: Endpoint): boolean {
  return service.namespace === namespace && members.some(({ pods }) => pods.some((pod) => isSelected(pod, service)));
}

/** The pod ports a Service sends to, on the pods of an endpoint. */
export function servedPorts(service: Service, { members }: Endpoint): ConnectionSet {
  const served = members.flatMap(({ pods }) => pods.flatMap((pod) => servedBy(pod, service)));
  return ConnectionSet.union(
    served.map(({ port: { protocol }, target }) => ConnectionSet.ports(protocol, target, target)),
  );
}
