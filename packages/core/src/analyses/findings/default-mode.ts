import type { Cluster } from "../../model/cluster.ts";

/** Whether Cilium is told to isolate every pod, selected or not. Source: docs.cilium.io, "Policy Enforcement Modes". */
export function deniesByDefault({ storage }: Cluster): boolean {
  const cilium = storage.configMaps.find(({ name }) => name === "cilium-config");
  return cilium?.entries.some(({ key, value }) => key === "enable-policy" && value === "always") ?? false;
}
