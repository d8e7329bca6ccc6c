import type { Cluster } from "../../model/cluster.ts";
import type { Family } from "../../model/flow.ts";

/** The address families that some pod, node or Service of the input has. Empty where no address is written. */
export function familiesShown({ pods, services, nodes }: Cluster): ReadonlySet<Family> {
  const addresses = [...pods, ...nodes, ...services.map(({ clusterIPs }) => ({ addresses: clusterIPs }))];
  return new Set([
    ...services.flatMap(({ families }) => families),
    ...addresses.flatMap((one) => one.addresses.map(familyOf)),
  ]);
}

function familyOf(address: string): Family {
  return address.includes(":") ? "IPv6" : "IPv4";
}
