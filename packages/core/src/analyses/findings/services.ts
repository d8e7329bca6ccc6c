import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { matches } from "../../model/selector.ts";
import type { Service } from "../../model/service.ts";

/** Whether a Service sends traffic to pods of an endpoint. */
export function selects(service: Service, { namespace, members }: Endpoint): boolean {
  if (service.namespace !== namespace || service.selector.size === 0) return false;
  const requirements = [...service.selector].map(([key, value]) => ({ key, operator: "In" as const, values: [value] }));
  return members.some(({ pods }) => pods.some(({ labels }) => matches({ requirements }, labels).holds));
}

/** The pod ports a Service sends to, on the pods of an endpoint. */
export function servedPorts(service: Service, { members }: Endpoint): ConnectionSet {
  const declared = members.flatMap(({ pods }) => pods.flatMap(({ ports }) => ports));
  return service.ports.reduce((set, { protocol, targetPort }) => {
    const port =
      typeof targetPort === "number"
        ? targetPort
        : declared.find((one) => one.name === targetPort && one.protocol === protocol)?.port;
    return port === undefined ? set : set.union(ConnectionSet.ports(protocol, port, port));
  }, ConnectionSet.NONE);
}
