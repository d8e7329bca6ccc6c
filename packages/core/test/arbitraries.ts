import fc, { type Arbitrary } from "fast-check";
import type {
  Cluster,
  Namespace,
  NetworkPolicy,
  Node,
  Ordinals,
  Pod,
  PolicyPeer,
  PolicyRule,
  Workload,
} from "../src/model/cluster.ts";
import type { Direction, Protocol } from "../src/model/flow.ts";
import { type IpSet, parseCidr } from "../src/model/ip.ts";
import { type Options, UPSTREAM } from "../src/model/options.ts";
import type { ContainerPort, PortMatch } from "../src/model/ports.ts";
import type { LabelSelector, Labels, Requirement } from "../src/model/selector.ts";
import type { Span } from "../src/model/source.ts";
import { NO_RESOURCES, PLAIN_SPEC } from "./empty.ts";
import type { OracleEnd, OracleFlow } from "./oracle/context.ts";
import { everyPod } from "./oracle/pods.ts";

/**
 * Random clusters from small universes, so that selectors select, names collide and blocks hold some pods and not others. Every
 * feature a verdict may hang on occurs often enough to matter; properties/coverage.test.ts measures how often.
 */
export interface Scenario {
  readonly cluster: Cluster;
  readonly options: Options;
  readonly flows: readonly OracleFlow[];
}

/** Where everything drawn is said to be written. */
export const NOWHERE: Span = { path: "drawn.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 };

const NAMESPACES = ["a", "b", "c"] as const;
const NODES = [
  { name: "n1", addresses: ["192.168.0.1", "fd01::1"] },
  { name: "n2", addresses: ["192.168.0.2", "fd01::2"] },
] as const;
const PORTS = [80, 81, 443, 5353];
const NAMES = ["http", "dns"];
export const BLOCKS = {
  IPv4: [
    "0.0.0.0/0",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/24",
    "10.0.1.77/24",
    "10.0.0.0/30",
    "10.0.0.1/32",
    "10.0.1.2/32",
    "128.0.0.0/1",
    "192.168.0.0/24",
    "192.168.0.1/32",
    "203.0.113.0/24",
  ],
  IPv6: ["::/0", "::/0", "fd00::/64", "fd00::/126", "fd00::1/128", "fd01::/64", "2001:db8::/32"],
};
const OUTSIDE = [
  "203.0.113.7",
  "198.51.100.1",
  "10.0.0.200",
  "10.0.0.1",
  "192.168.0.1",
  "2001:db8::7",
  "fd00::99",
  "fd01::1",
];

// ------------------------------------------------------------------------------------------------------------------- labels

const value = fc.constantFrom("x", "y", "");

const labels: Arbitrary<Map<string, string>> = fc
  .record({ app: value, tier: value, env: value }, { requiredKeys: [] })
  .map((drawn) => new Map(Object.entries(drawn)));

const INDEX = "apps.kubernetes.io/pod-index";
const POD_KEYS = ["app", "app", "tier", "tier", "env", INDEX, INDEX, INDEX, "pod-template-hash", "pod-template-hash"];
const NAMESPACE_KEYS = ["app", "tier", "env", "kubernetes.io/metadata.name"];
const OPERATORS = ["In", "In", "NotIn", "NotIn", "Exists", "DoesNotExist"] as const;

function requirement(keys: readonly string[]): Arbitrary<Requirement> {
  return fc.constantFrom(...keys).chain((key) => {
    const values = fc.uniqueArray(valueOfKey(key), { minLength: 1, maxLength: 2 });
    return fc
      .tuple(fc.constantFrom(...OPERATORS), values)
      .map(([operator, some]) => ({ key, operator, values: operator === "In" || operator === "NotIn" ? some : [] }));
  });
}

function valueOfKey(key: string): Arbitrary<string> {
  if (key === INDEX) return fc.constantFrom("0", "1");
  if (key === "kubernetes.io/metadata.name") return fc.constantFrom(...NAMESPACES);
  if (key === "pod-template-hash") return fc.constantFrom("5d9c", "77fb");
  return value;
}

function selector(keys: readonly string[]): Arbitrary<LabelSelector> {
  return fc.array(requirement(keys), { maxLength: 2, size: "max" }).map((requirements) => ({ requirements }));
}

const EVERYTHING: LabelSelector = { requirements: [] };

export const podSelector = selector(POD_KEYS);
export const namespaceSelector = selector(NAMESPACE_KEYS);

// --------------------------------------------------------------------------------------------------------------- namespaces

/** One of several outcomes, a given number of times in ten. */
export function times<T>(inTen: number, often: T, otherwise: T): Arbitrary<T> {
  return fc.oneof(
    { weight: inTen, arbitrary: fc.constant(often) },
    { weight: 10 - inTen, arbitrary: fc.constant(otherwise) },
  );
}

const NO_ANNOTATIONS: ReadonlyMap<string, string> = new Map();

const namespaces: Arbitrary<Namespace[]> = fc
  .tuple(...NAMESPACES.map(() => fc.record({ labels, declared: times(7, true, false) })))
  .map((drawn) =>
    drawn.map(({ labels, declared }, index) => {
      const name = NAMESPACES[index] ?? "";
      const own: [string, string] = ["kubernetes.io/metadata.name", name];
      if (!declared) return { name, labels: { values: new Map([own]), incomplete: true }, annotations: NO_ANNOTATIONS };
      return { name, labels: { values: new Map([...labels, own]) }, annotations: NO_ANNOTATIONS, span: NOWHERE };
    }),
  );

// --------------------------------------------------------------------------------------------------------------------- pods

export const protocol = fc.constantFrom<Protocol>("TCP", "TCP", "UDP", "SCTP");

const containerPorts: Arbitrary<ContainerPort[]> = fc.uniqueArray(
  fc
    .record({
      name: fc.constantFrom(undefined, "http", "http", "http", ...NAMES),
      port: fc.constantFrom(...PORTS),
      protocol,
      container: fc.constantFrom<ContainerPort["container"]>("main", "sidecar", "sidecar", "init"),
    })
    .map(({ name, ...port }): ContainerPort => (name === undefined ? port : { ...port, name })),
  // One container declares a name, and a port of a protocol, once.
  {
    minLength: 1,
    maxLength: 5,
    size: "max",
    comparator: (a, b) =>
      a.container === b.container &&
      ((a.name !== undefined && a.name === b.name) || (a.port === b.port && a.protocol === b.protocol)),
  },
);

interface PodDraft {
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly ports: readonly ContainerPort[];
  readonly network: "pod" | "host";
  readonly node: 0 | 1 | undefined;
  readonly families: "none" | "IPv4" | "IPv6" | "both";
  /** `Pod` is a live pod; the others are templates, of which addresses are never known. */
  readonly kind: "Pod" | "Deployment" | "StatefulSet" | "Job";
  readonly owned: boolean;
  readonly replicas: number;
  readonly start: number;
}

const podDraft: Arbitrary<PodDraft> = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  labels,
  ports: containerPorts,
  network: times<"pod" | "host">(8, "pod", "host"),
  node: fc.constantFrom(undefined, 0, 1),
  families: fc.constantFrom("none", "IPv4", "IPv4", "IPv6", "both", "both"),
  kind: fc.constantFrom(
    "Pod",
    "Pod",
    "Pod",
    "Deployment",
    "Deployment",
    "StatefulSet",
    "StatefulSet",
    "StatefulSet",
    "Job",
  ),
  owned: times(3, true, false),
  replicas: fc.integer({ min: 1, max: 3 }),
  start: fc.constantFrom(0, 0, 1),
});

const POD_NAME = "statefulset.kubernetes.io/pod-name";

function podOf(draft: PodDraft, index: number): Pod {
  const { namespace, kind, network } = draft;
  const name = `p${index}`;
  const node = draft.node === undefined ? undefined : NODES[draft.node];
  const pod = {
    namespace,
    name,
    ports: draft.ports,
    network,
    ...(node && { node: node.name }),
    annotations: NO_ANNOTATIONS,
    spec: PLAIN_SPEC,
    span: NOWHERE,
  };
  if (kind === "Pod") {
    const workload = draft.owned ? `${namespace}/ReplicationController/w` : `${namespace}/Pod/${name}`;
    const addresses =
      network === "pod" ? ofFamilies(draft.families, [`10.0.${index % 2}.${index + 1}`, `fd00::${index + 1}`]) : [];
    const isRunning = network === "host" || addresses.length > 0;
    const nodeAddresses = isRunning && node ? ofFamilies(draft.families, node.addresses) : [];
    return {
      ...pod,
      id: `${namespace}/${name}`,
      workload,
      labels: { values: draft.labels },
      addresses,
      nodeAddresses,
      replicas: 1,
    };
  }
  const id = `${namespace}/${kind}/${name}`;
  const template = { ...pod, id, workload: id, addresses: [], nodeAddresses: [], replicas: draft.replicas };
  if (kind !== "StatefulSet") return { ...template, labels: controllerLabels(draft, name) };

  const numbered = [
    { key: POD_NAME, prefix: `${name}-` },
    { key: INDEX, prefix: "" },
  ];
  const ordinals: Ordinals = { start: draft.start, labels: numbered };
  return { ...template, labels: controllerLabels(draft, name), ordinals };
}

/** WL-4 of the specification: what controllers add, as far as a template shows it. */
function controllerLabels({ kind, labels }: PodDraft, name: string): Labels {
  switch (kind) {
    case "Deployment":
      return { values: labels, valueUnknown: new Set(["pod-template-hash"]) };
    case "StatefulSet":
      return { values: labels, valueUnknown: new Set(["controller-revision-hash"]) };
    default:
      return {
        values: new Map([...labels, ["batch.kubernetes.io/job-name", name], ["job-name", name]]),
        valueUnknown: new Set(["batch.kubernetes.io/controller-uid", "controller-uid"]),
      };
  }
}

function ofFamilies(families: PodDraft["families"], [v4, v6]: readonly string[]): string[] {
  const chosen: readonly (string | undefined)[] = { none: [], IPv4: [v4], IPv6: [v6], both: [v4, v6] }[families];
  return chosen.filter((address) => address !== undefined);
}

function byId<T extends { readonly id: string }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function workloadsOf(pods: readonly Pod[]): Workload[] {
  const ids = [...new Set(pods.map(({ workload }) => workload))];
  const workloads = ids.map((id) => {
    const [namespace = "", kind = "", name = ""] = id.split("/");
    return { id, namespace, kind, name, labels: NO_ANNOTATIONS, annotations: NO_ANNOTATIONS, span: NOWHERE };
  });
  return byId(workloads);
}

const nodes: Arbitrary<Node[]> = times(7, true, false).map((listed) =>
  listed
    ? NODES.map(({ name, addresses }) => ({
        name,
        labels: { values: new Map([["kubernetes.io/hostname", name]]) },
        annotations: NO_ANNOTATIONS,
        taints: [],
        addresses: [...addresses],
        span: NOWHERE,
      }))
    : [],
);

// ----------------------------------------------------------------------------------------------------------------- policies

const portMatch: Arbitrary<PortMatch> = fc.oneof(
  { weight: 1, arbitrary: protocol.map((of) => ({ kind: "every-port" as const, protocol: of, span: NOWHERE })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(protocol, fc.constantFrom(...PORTS))
      .map(([of, port]) => ({ kind: "range" as const, protocol: of, first: port, last: port, span: NOWHERE })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(protocol, fc.constantFrom(1, 79, 79, 80, 442), fc.constantFrom(1, 2, 400, 65000))
      .map(([of, first, more]) => ({
        kind: "range" as const,
        protocol: of,
        first,
        last: Math.min(first + more, 65535),
        span: NOWHERE,
      })),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom<Protocol>("TCP", "TCP", "TCP", "TCP", "UDP"), fc.constantFrom("http", "http", ...NAMES))
      .map(([of, name]) => ({ kind: "named" as const, protocol: of, name, span: NOWHERE })),
  },
);

const ipBlock: Arbitrary<PolicyPeer> = fc
  .constantFrom<"IPv4" | "IPv6">("IPv4", "IPv4", "IPv6")
  .chain((family) => fc.constantFrom(...BLOCKS[family]).map((cidr) => ({ cidr, all: BLOCKS[family] })))
  .chain(({ cidr, all }) => {
    const holes = [...new Set(all)].filter((hole) => liesStrictlyIn(hole, cidr));
    return fc.subarray(holes, { maxLength: Math.min(holes.length, 2) }).map((except) => blockPeer(cidr, except));
  });

/** An ipBlock peer as the parser would make it. */
export function blockPeer(cidr: string, except: readonly string[]): PolicyPeer {
  let addresses = setOf(cidr);
  for (const hole of except) addresses = addresses.subtract(setOf(hole));
  return { kind: "ipBlock", cidr, except, addresses, span: NOWHERE };
}

export function setOf(cidr: string): IpSet {
  const parsed = parseCidr(cidr);
  if (!parsed) throw new Error(`not a CIDR: ${cidr}`);
  return parsed.set;
}

function liesStrictlyIn(hole: string, cidr: string): boolean {
  return setOf(cidr).includes(setOf(hole)) && !setOf(cidr).equals(setOf(hole));
}

const peer: Arbitrary<PolicyPeer> = fc.oneof(
  { weight: 3, arbitrary: podSelector.map((pods) => ({ kind: "pods" as const, podSelector: pods, span: NOWHERE })) },
  {
    weight: 3,
    arbitrary: fc
      .oneof(
        { weight: 1, arbitrary: fc.constant([EVERYTHING, EVERYTHING] as const) },
        { weight: 4, arbitrary: fc.tuple(namespaceSelector, fc.oneof(fc.constant(EVERYTHING), podSelector)) },
      )
      .map(([of, pods]) => ({ kind: "namespaces" as const, namespaceSelector: of, podSelector: pods, span: NOWHERE })),
  },
  { weight: 4, arbitrary: ipBlock },
);

function anyOr<T>(entry: Arbitrary<T>, anyInTen: number): Arbitrary<"any" | T[]> {
  return fc.oneof(
    { weight: anyInTen, arbitrary: fc.constant<"any">("any") },
    { weight: 10 - anyInTen, arbitrary: fc.array(entry, { minLength: 1, maxLength: 2 }) },
  );
}

export const policyRule: Arbitrary<PolicyRule> = fc.record({
  peers: anyOr(peer, 3),
  ports: anyOr(portMatch, 3),
  span: fc.constant(NOWHERE),
});

const rules = fc.array(policyRule, { maxLength: 2, size: "max" });
const types = fc.constantFrom<readonly Direction[] | undefined>(
  undefined,
  ["ingress"],
  ["egress"],
  ["ingress", "egress"],
  ["ingress", "egress"],
);

/** A policy before it has a name. */
export const policyDraft: Arbitrary<Omit<NetworkPolicy, "name">> = fc
  .record({
    namespace: fc.constantFrom(...NAMESPACES),
    podSelector: fc.oneof(fc.constant({ requirements: [] }), podSelector),
    types,
    ingress: rules,
    egress: rules,
  })
  .map(({ types: written, ...policy }) => {
    // NP-10: what the API server fills in when no types are written.
    const byDefault: readonly Direction[] = policy.egress.length > 0 ? ["ingress", "egress"] : ["ingress"];
    return { ...policy, policyTypes: written ?? byDefault, policyTypesWritten: written !== undefined, span: NOWHERE };
  });

// ----------------------------------------------------------------------------------------------------- clusters and scenarios

export const cluster: Arbitrary<Cluster> = fc
  .record({
    namespaces,
    nodes,
    pods: fc.array(podDraft, { minLength: 3, maxLength: 7, size: "max" }),
    policies: fc.array(policyDraft, { minLength: 1, maxLength: 6, size: "max" }),
  })
  .map(({ namespaces, nodes, pods: drafts, policies }) => {
    const pods = byId(drafts.map(podOf));
    const networkPolicies = policies.map((policy, index) => ({ ...policy, name: `np${index}` }));
    networkPolicies.sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
    return {
      namespaces,
      nodes,
      pods,
      workloads: workloadsOf(pods),
      services: [],
      serviceEndpoints: [],
      networkPolicies,
      adminPolicies: [],
      unusedPolicies: [],
      ...NO_RESOURCES,
    };
  });

export const options: Arbitrary<Options> = fc
  .record({
    ipBlockMatchesPods: times(8, true, false),
    podCIDRs: fc.constantFrom<readonly string[]>(
      [],
      [],
      ["10.0.0.0/16"],
      ["10.0.0.0/24"],
      ["10.0.0.0/24", "fd00::/64"],
      ["10.0.0.0/30", "10.0.1.0/24", "fd00::/126"],
    ),
    hostNetworkPods: times<"node" | "pod">(8, "node", "pod"),
    egressToOwnNode: times<"allow" | "evaluate">(7, "allow", "evaluate"),
    namedPortContainers: fc.constantFrom<Options["namedPortContainers"]>(
      "main+sidecars",
      "main+sidecars",
      "main",
      "all",
    ),
    endPortSupported: times(8, true, false),
    icmp: fc.constantFrom<Options["icmp"]>("rules-without-ports", "rules-without-ports", "allow", "deny"),
    emptyNamespaceSelectorAdmitsHostNetwork: times(5, false, true),
  })
  .map((drawn) => ({ ...UPSTREAM, ...drawn }));

const flowDraft = fc.record({
  source: fc.nat({ max: 999 }),
  destination: fc.nat({ max: 999 }),
  outside: fc.constantFrom("none", "none", "none", "none", "source", "destination"),
  /** Most flows go to a port that somebody declares. */
  aimed: times(8, true, false),
  which: fc.nat({ max: 9 }),
  address: fc.constantFrom(...OUTSIDE),
  protocol: fc.constantFrom<Protocol | "other">("TCP", "TCP", "TCP", "UDP", "UDP", "SCTP", "SCTP", "other"),
  port: fc.constantFrom(80, 80, 81, 81, 82, 443, 443, 5353, 1, 65535),
});

/** A cluster, options, and some flows to ask about. */
export function scenarioWith(flows: number, of: Arbitrary<Cluster> = cluster): Arbitrary<Scenario> {
  return fc
    .record({ cluster: of, options, drafts: fc.array(flowDraft, { minLength: flows, maxLength: flows }) })
    .map(({ drafts, ...drawn }) => ({ ...drawn, flows: drafts.map((draft) => flowOf(drawn.cluster, draft)) }));
}

export const scenario = scenarioWith(12);

type FlowDraft = typeof flowDraft extends Arbitrary<infer Draft> ? Draft : never;

function flowOf(cluster: Cluster, draft: FlowDraft): OracleFlow {
  const pods = everyPod(cluster);
  const endAt = (number: number, outside: boolean): OracleEnd => {
    const pod = pods[number % pods.length];
    return outside || !pod ? { address: draft.address } : { pod: pod.of.id, replica: pod.replica };
  };
  const target = pods[draft.destination % pods.length];
  const declared = draft.aimed ? target?.of.ports[draft.which % (target.of.ports.length || 1)] : undefined;
  return {
    source: endAt(draft.source, draft.outside === "source"),
    destination: endAt(draft.destination, draft.outside === "destination"),
    protocol: declared?.protocol ?? draft.protocol,
    ...(declared ? { port: declared.port } : draft.protocol !== "other" && { port: draft.port }),
  };
}
