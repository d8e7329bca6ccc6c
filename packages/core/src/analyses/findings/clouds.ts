import type { Cluster } from "../../model/cluster.ts";

/** Where the large clouds serve an instance's metadata and credentials, over either family. */
export const METADATA = [
  { address: "169.254.169.254", block: "169.254.169.254/32" },
  { address: "fd00:ec2::254", block: "fd00:ec2::254/128" },
] as const;

/** What keys of labels and annotations, and names of provisioners, say of the cloud a cluster runs in. */
const SIGNS: { readonly [cloud: string]: RegExp } = {
  AWS: /(?:^|\.)(?:eks\.amazonaws\.com|karpenter\.k8s\.aws)\/|\/aws-load-balancer-|\.csi\.aws\.com$|^kubernetes\.io\/aws-ebs$/,
  "Google Cloud": /(?:^|\.)(?:cloud\.google\.com|gke\.io)\/|\.csi\.storage\.gke\.io$|^kubernetes\.io\/gce-pd$/,
  Azure:
    /(?:^|\.)(?:kubernetes\.azure\.com|azure\.workload\.identity)\/|\/azure-load-balancer-|\.csi\.azure\.com$|^kubernetes\.io\/azure-/,
};

/** The cloud the cluster runs in, as far as one alone shows; charts that are written for several show none. */
export function cloudOf({ nodes, services, identities, storage }: Cluster): string | undefined {
  const shown = [
    ...nodes.flatMap(({ labels, annotations }) => [...labels.values.keys(), ...annotations.keys()]),
    ...[...services, ...identities.serviceAccounts].flatMap(({ annotations }) => [...annotations.keys()]),
    ...storage.classes.map(({ provisioner }) => provisioner),
  ];
  const [cloud, ...others] = Object.entries(SIGNS).filter(([, sign]) => shown.some((one) => sign.test(one)));
  return others.length === 0 ? cloud?.[0] : undefined;
}
