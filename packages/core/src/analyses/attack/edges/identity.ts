import type { Cluster } from "../../../model/cluster.ts";
import { ConnectionSet } from "../../../model/connections.ts";
import { IpSet, parseAddress, publicAddresses } from "../../../model/ip.ts";
import type { Span } from "../../../model/source.ts";
import { type Account, accountId, accountName, tokenMount } from "../accounts.ts";
import type { Foothold } from "../foothold.ts";
import type { Outlook } from "../outlook.ts";
import type { Site } from "../site.ts";

/** TOKEN and API: a pod has its account's token, and whoever has one and reaches the API server acts as the account. */
export function identityEdges(site: Site, accounts: readonly Account[]): void {
  const { builder, footholds } = site;
  const byId = new Map(accounts.map((account) => [accountId(account), account]));
  const bound = boundAccounts(site.cluster);
  for (const { id, own, namespace, pods } of footholds) {
    for (const pod of pods) {
      const account = byId.get(accountId({ namespace, name: pod.spec.serviceAccountName }));
      const mount = account && tokenMount(pod, account.object);
      if (!account || !mount) continue;
      builder.add({
        edge: "TOKEN",
        needs: [own],
        gives: builder.fact("hold", `token:${accountName(account)}`),
        cost: 0,
        certainty: "proved",
        because: `${id} mounts the token of ${accountName(account)}: ${mount.because}`,
        evidence: mount.evidence.length > 0 ? mount.evidence : [pod.span],
        fix: `set automountServiceAccountToken: false in ${id}${mount.volumes.length === 0 ? "" : `, and remove ${mount.volumes.join(", ")}`}${bound.has(accountId(account)) ? ", which can then not use the roles bound to its account" : ""}`,
        change: { workload: pod.workload, kind: "no-token", volumes: mount.volumes },
      });
    }
  }
  const route = builder.fact("api-route", "api-route");
  for (const account of accounts)
    builder.add({
      edge: "API",
      needs: [builder.fact("hold", `token:${accountName(account)}`), route],
      gives: builder.fact("act", accountName(account)),
      cost: 0,
      certainty: "proved",
      because: `the API server takes the token of ${accountName(account)}`,
      evidence: account.object ? [account.object.span] : [],
    });
}

/** Accounts that a binding names: somebody meant their tokens to be used. */
function boundAccounts({ identities }: Cluster): ReadonlySet<string> {
  const subjects = identities.bindings.flatMap((binding) => binding.subjects);
  return new Set(
    subjects.flatMap(({ kind, name, namespace = "" }) =>
      kind === "ServiceAccount" ? accountId({ namespace, name }) : [],
    ),
  );
}

/** API: which workloads have a way to the API server. */
export function apiRouteEdges(site: Site, outlooks: readonly Outlook[]): void {
  const { builder } = site;
  const route = builder.fact("api-route", "api-route");
  const server = apiServer(site);
  const direct = new Set<Foothold>();
  for (const outlook of outlooks) {
    const { foothold, sending, isPlain } = outlook;
    const way = direct.has(foothold) ? undefined : wayTo(outlook, server);
    const span: Span | undefined = foothold.pods[0]?.span;
    if (!way) continue;
    if (isPlain) direct.add(foothold);
    builder.add({
      edge: "API",
      needs: [sending],
      gives: route,
      cost: 0,
      evidence: span ? [span] : [],
      ...way,
      ...(isPlain && { fix: `keep ${foothold.id} from the API server with an egress policy` }),
    });
  }
}

interface ApiServer {
  /** Its pods, where the input has them. */
  readonly footholds: readonly Foothold[];
  /** Its addresses, where the input gives them. */
  readonly addresses: IpSet;
  readonly ports: ConnectionSet;
}

/** Whether a host of a kubeconfig is this cluster's API server: by the names pods have for it, or an address the input gives. */
export function isApiServer({ cluster }: Pick<Site, "cluster">, host: string): boolean {
  if (/^kubernetes(?:\.default(?:\.svc(?:\.|$)|$)|$)/.test(host)) return true;
  const { point } = parseAddress(host) ?? {};
  return point !== undefined && serverAddresses(cluster).includes(point);
}

function serverEndpoints({ serviceEndpoints }: Cluster) {
  return serviceEndpoints
    .filter(({ namespace, service }) => namespace === "default" && service === "kubernetes")
    .flatMap(({ groups }) => groups);
}

function serverAddresses(cluster: Cluster): readonly bigint[] {
  return serverEndpoints(cluster)
    .flatMap(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses))
    .flatMap((address) => parseAddress(address)?.point ?? []);
}

/** What the input says of the API server: the endpoints of `default/kubernetes`, or its pods. */
function apiServer({ cluster, footholds }: Site): ApiServer {
  const ports = serverEndpoints(cluster).flatMap((group) => group.ports.flatMap(({ port }) => port ?? []));
  return {
    footholds: footholds.filter(
      ({ namespace, endpoint }) => namespace === "kube-system" && /^kube-apiserver/.test(endpoint.name ?? ""),
    ),
    addresses: IpSet.of(serverAddresses(cluster).map((point) => [point, point + 1n])),
    ports: (ports.length > 0 ? ports : [443, 6443]).reduce(
      (set, port) => set.union(ConnectionSet.ports("TCP", port, port)),
      ConnectionSet.NONE,
    ),
  };
}

/**
 * Where nobody says which addresses the API server has, a workload that may reach all of them reaches it; some, perhaps. What is kept
 * from it may still hand its token to somebody outside, who calls the server from there if it is public.
 */
function wayTo({ foothold: { id, endpoint }, plane }: Outlook, server: ApiServer) {
  const isOpen = (set: ConnectionSet) => !set.intersect(server.ports).isEmpty;
  if (server.footholds.some((pod) => isOpen(plane.connection(endpoint, pod.endpoint))))
    return { certainty: "proved", because: `policies let ${id} reach the API server's pod` } as const;
  if (!server.addresses.isEmpty && isOpen(plane.outward(endpoint, server.addresses)))
    return { certainty: "proved", because: `policies let ${id} reach the API server's address` } as const;
  if (!server.addresses.isEmpty)
    return plane.outward(endpoint, publicAddresses()).isEmpty
      ? undefined
      : ({
          certainty: "assumed",
          because: `policies let ${id} reach public addresses, from where a token it sends can be used`,
          assumption: "the API server is reached from outside the cluster",
        } as const);
  if (
    plane.reachability.governed(plane.endpoint(endpoint), "egress") === "no" ||
    endpoint.members.some(({ pods }) => pods.some(({ network }) => network === "host"))
  )
    return {
      certainty: "proved",
      because: `no policy restricts what ${id} sends, so it reaches the API server`,
    } as const;
  if (!isOpen(plane.outward(endpoint, IpSet.ALL))) return undefined;
  return {
    certainty: "assumed",
    because: `policies let ${id} reach some addresses outside on ${server.ports}`,
    assumption: "the API server has one of these addresses",
  } as const;
}
