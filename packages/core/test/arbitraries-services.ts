import fc, { type Arbitrary } from "fast-check";
import type { Cluster, NetworkPolicy, Pod } from "../src/model/cluster.ts";
import type { Direction } from "../src/model/flow.ts";
import type { EndpointGroup, Service, ServiceEndpoints, ServicePort } from "../src/model/service.ts";
import { cluster, OUTSIDE, options, type Scenario } from "./arbitraries.ts";
import { NAMES, NAMESPACES, NOWHERE, PORTS, protocol, times, value } from "./arbitraries-labels.ts";
import { blockPeer } from "./arbitraries-policies.ts";
import type { OracleEnd } from "./oracle/context.ts";
import { everyPod } from "./oracle/pods.ts";

/** Random clusters with Services in front of their pods, and flows to them. */
const port: Arbitrary<ServicePort> = fc
  .record({
    name: fc.constantFrom(undefined, ...NAMES),
    protocol,
    port: fc.constantFrom(...PORTS),
    targetPort: fc.oneof(
      { weight: 1, arbitrary: fc.constant("as the port" as const) },
      { weight: 2, arbitrary: fc.constantFrom(...PORTS) },
      { weight: 2, arbitrary: fc.constantFrom(...NAMES) },
    ),
  })
  .map(({ name, targetPort, ...drawn }) => ({
    ...drawn,
    ...(name !== undefined && { name }),
    targetPort: targetPort === "as the port" ? drawn.port : targetPort,
  }));

const ports = fc.uniqueArray(port, {
  minLength: 1,
  maxLength: 2,
  selector: ({ protocol, port }) => `${protocol}/${port}`,
});

const selector: Arbitrary<Map<string, string>> = fc
  .record({ app: value, tier: value }, { requiredKeys: [] })
  .map((drawn) => new Map(Object.entries(drawn)));

const serviceDraft = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  type: fc.constantFrom<Service["type"]>("ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"),
  selector,
  ports,
  addresses: fc.constantFrom("none", "IPv4", "both"),
  addressing: times<Service["addressing"]>(8, "virtual", "headless"),
  families: fc.constantFrom<Service["families"]>([], [], ["IPv4"], ["IPv6"], ["IPv4", "IPv6"]),
  externalTrafficPolicy: fc.constantFrom<Service["externalTrafficPolicy"]>("Cluster", "Local"),
  internalTrafficPolicy: times<Service["internalTrafficPolicy"]>(7, "Cluster", "Local"),
  publishNotReadyAddresses: times(3, true, false),
  /** Which pods and addresses somebody wrote down as its endpoints. */
  written: fc.array(
    fc.record({
      which: fc.nat({ max: 99 }),
      address: fc.constantFrom(...OUTSIDE),
      isPod: fc.boolean(),
      readiness: times<"ready" | "not-ready">(8, "ready", "not-ready"),
      port: fc.constantFrom(undefined, ...PORTS),
    }),
    { maxLength: 2, size: "max" },
  ),
});

type ServiceDraft = typeof serviceDraft extends Arbitrary<infer Draft> ? Draft : never;

function serviceOf({ written: _, addresses, ...draft }: ServiceDraft, index: number): Service {
  const isVirtual = draft.addressing === "virtual";
  const own = { none: [], IPv4: [`10.96.0.${index + 1}`], both: [`10.96.0.${index + 1}`, `fd96::${index + 1}`] };
  return {
    ...draft,
    name: `s${index}`,
    // Only what has an address of its own can be reached from outside.
    type: isVirtual ? draft.type : "ClusterIP",
    clusterIPs: isVirtual ? own[addresses] : [],
    labels: new Map(),
    annotations: new Map(),
    externalIPs: [],
    loadBalancerIPs: [],
    sourceRanges: [],
    nodePorts: "allocated",
    span: NOWHERE,
  };
}

function writtenFor(draft: ServiceDraft, service: Service, pods: readonly Pod[]): ServiceEndpoints[] {
  const known = pods.flatMap(({ network, addresses }) => (network === "pod" ? addresses : []));
  const groups = draft.written.map(({ which, address, isPod, readiness, port }): EndpointGroup => {
    const own = isPod ? (known[which % known.length] ?? address) : address;
    return {
      ports: service.ports.map(({ name, protocol }) => ({
        protocol,
        ...(name !== undefined && { name }),
        ...(port !== undefined && { port }),
      })),
      endpoints: [{ addresses: [own], readiness }],
    };
  });
  const { namespace, name } = service;
  const about = { namespace, name: `${name}-0`, service: name, origin: "written", span: NOWHERE } as const;
  return groups.length > 0 ? [{ ...about, kind: "EndpointSlice", groups }] : [];
}

/** A policy that looks at addresses alone: those of clients outside, of nodes, of Services, or of all but some. */
const guard: Arbitrary<NetworkPolicy> = fc
  .record({
    namespace: fc.constantFrom(...NAMESPACES),
    cidr: fc.constantFrom("203.0.113.0/24", "192.168.0.0/24", "192.168.0.1/32", "10.96.0.0/24", "10.0.0.0/8"),
    direction: fc.constantFrom<Direction>("ingress", "ingress", "egress"),
  })
  .map(({ namespace, cidr, direction }) => {
    const rule = { peers: [blockPeer(cidr, [])], ports: "any", span: NOWHERE } as const;
    return {
      namespace,
      name: `guard-${direction}`,
      podSelector: { requirements: [] },
      ingress: direction === "ingress" ? [rule] : [],
      egress: direction === "egress" ? [rule] : [],
      policyTypes: [direction],
      policyTypesWritten: true,
      span: NOWHERE,
    };
  });

const guards = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.array(guard, { minLength: 1, maxLength: 3 }) },
);

const clusterWithServices: Arbitrary<Cluster> = fc
  .record({
    cluster,
    guards,
    drafts: fc.array(serviceDraft, { minLength: 2, maxLength: 4 }),
    readiness: fc.array(fc.constantFrom<Pod["readiness"]>(undefined, "ready", "not-ready"), {
      minLength: 7,
      maxLength: 7,
    }),
  })
  .map(({ cluster, guards, drafts, readiness }) => {
    const pods = cluster.pods.map(({ readiness: _, ...pod }, index): Pod => {
      const drawn = readiness[index];
      return drawn === undefined || pod.id === pod.workload ? pod : { ...pod, readiness: drawn };
    });
    // A Service in IPv6 would say that pods have IPv6 addresses, where nothing else does.
    const isGuess = pods.every(({ addresses }) => addresses.length === 0);
    const services = drafts.map(serviceOf).map((one) => (isGuess ? { ...one, families: [] } : one));
    const serviceEndpoints = services.flatMap((service, index) =>
      writtenFor(drafts[index] as ServiceDraft, service, pods),
    );
    const networkPolicies = guards ?? cluster.networkPolicies;
    return { ...cluster, networkPolicies, pods, services, serviceEndpoints };
  });

const flowDraft = fc.record({
  source: fc.nat({ max: 999 }),
  outside: times(4, true, false),
  address: fc.constantFrom(...OUTSIDE),
  service: fc.nat({ max: 999 }),
  port: fc.nat({ max: 9 }),
});

/** Flows to Services, on ports that these have. */
export function serviceScenarioWith(flows: number): Arbitrary<Scenario> {
  return fc
    .record({
      cluster: clusterWithServices,
      options,
      drafts: fc.array(flowDraft, { minLength: flows, maxLength: flows }),
    })
    .map(({ drafts, ...drawn }) => {
      const pods = everyPod(drawn.cluster);
      const { services } = drawn.cluster;
      return {
        ...drawn,
        flows: drafts.flatMap(({ outside, address, ...draft }) => {
          const pod = pods[draft.source % pods.length];
          const isOutside = ({ type }: Service) => !outside || type !== "ClusterIP";
          const known = services.some(isOutside) ? services.filter(isOutside) : services;
          const service = known[draft.service % known.length];
          const asked = service?.ports[draft.port % service.ports.length];
          if (!service || !asked || !pod) return [];
          const source: OracleEnd = outside ? { address } : { pod: pod.of.id, replica: pod.replica };
          const { protocol, port } = asked;
          return [{ source, destination: { service: `${service.namespace}/${service.name}` }, protocol, port }];
        }),
      };
    });
}
