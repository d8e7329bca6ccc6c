import { type Detail, podOf } from "./pod.ts";

/**
 * A made-up cluster that looks like real ones: many small namespaces and a few large, most with default deny, policies by label,
 * by namespace and by address block, named ports and ranges. The same seed gives the same bytes.
 *
 * The other scenarios are shapes that hurt: every pod with a label of its own that policies name (`unique`), selectors that only say
 * what is left out (`negative`), address blocks of every size (`blocks`), port names that mean something else on each workload
 * (`names`), cluster-wide tiers above and below (`tiers`).
 */
export interface Shape {
  readonly scenario?: Scenario;
  /** How much of each pod is shown; `slim` unless told. */
  readonly detail?: Detail;
  readonly pods: number;
  readonly namespaces: number;
  readonly policies: number;
  readonly seed: number;
}

export const SCENARIOS = ["typical", "unique", "negative", "blocks", "names", "tiers"] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** The objects of the cluster, as `kubectl get -A -o json` would list them. */
export function generate(shape: Shape): readonly object[] {
  return [...objectsOf(shape)];
}

/** The same one by one: of many pods in full they would not fit into memory. */
export function* objectsOf(shape: Shape): Generator<object> {
  const { pods, namespaces, policies, seed, scenario = "typical", detail = "slim" } = shape;
  const random = mulberry32(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const names = Array.from({ length: namespaces }, (_, i) => `team-${i}`);
  const workloads = new Map<string, string[]>(names.map((name) => [name, []]));
  for (let i = 0; i < namespaces; i++)
    yield namespace(names[i] as string, { env: pick(ENVIRONMENTS), team: `t${i % 20}` });

  for (let made = 0; made < pods; ) {
    // Squaring favours low numbers, so a few namespaces hold most of the pods.
    const home = names[Math.floor(random() ** 2 * names.length)] as string;
    const siblings = workloads.get(home) as string[];
    const app = `app-${siblings.length}`;
    siblings.push(app);
    const labels = { app, tier: pick(TIERS) };
    const replicas = Math.min(1 + Math.floor(random() ** 3 * 12), pods - made);
    const ports = [
      { name: "http", containerPort: scenario === "names" ? 2000 + (made % 20_000) : pick([8080, 8000, 80]) },
      { name: "metrics", containerPort: 9090 },
    ];
    for (let replica = 0; replica < replicas; replica++, made++) {
      const own = scenario === "unique" ? { ...labels, pod: `pod-${made}` } : labels;
      yield podOf[detail]({ namespace: home, app, replica, serial: made, labels: own, ports });
    }
  }

  for (let i = 0; i < policies; i++) {
    const home = names[Math.floor(random() ** 2 * names.length)] as string;
    const apps = workloads.get(home) as string[];
    const spec =
      i < namespaces
        ? DENY_ALL
        : pick(SPECS_OF[scenario])({
            app: pick(apps) ?? "none",
            other: pick(apps) ?? "none",
            namespace: pick(names),
            pod: `pod-${Math.floor(random() * pods)}`,
            number: Math.floor(random() * 65_536),
            pick,
          });
    yield {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: `p-${i}`, namespace: i < namespaces ? names[i] : home },
      spec,
    };
  }
  if (scenario === "tiers") yield* adminPolicies(pick);
}

const ENVIRONMENTS = ["dev", "staging", "prod"];
const TIERS = ["web", "api", "data"];
const DENY_ALL = { podSelector: {}, policyTypes: ["Ingress"] };

interface Context {
  readonly app: string;
  readonly other: string;
  readonly namespace: string;
  readonly pod: string;
  /** Below 65,536. */
  readonly number: number;
  readonly pick: <T>(list: readonly T[]) => T;
}

const TYPICAL: readonly ((context: Context) => object)[] = [
  ({ app, other }) => ({
    podSelector: { matchLabels: { app } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: other } } }], ports: [{ port: "http" }] }],
  }),
  ({ app, namespace }) => ({
    podSelector: { matchLabels: { app } },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }],
        ports: [{ port: 8080 }],
      },
    ],
  }),
  ({ pick }) => ({
    podSelector: { matchLabels: { tier: pick(TIERS) } },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { env: pick(ENVIRONMENTS) } },
            podSelector: { matchLabels: { tier: pick(TIERS) } },
          },
        ],
        ports: [{ port: 9090 }],
      },
    ],
  }),
  ({ app, other, pick }) => ({
    podSelector: { matchLabels: { app } },
    policyTypes: ["Egress"],
    egress: [
      { to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: "UDP" }] },
      { to: [{ podSelector: { matchLabels: { app: other } } }], ports: [{ port: 8000, endPort: 8100 }] },
      { to: [{ ipBlock: blockOf(pick([1, 2, 3, 4]), pick([0, 8, undefined])) }] },
    ],
  }),
];

const UNIQUE: typeof TYPICAL = [
  ({ pod, app }) => ({
    podSelector: { matchLabels: { pod } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app } } }] }],
  }),
  ({ pod, app }) => ({
    podSelector: { matchLabels: { app } },
    ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { pod } } }], ports: [{ port: 8080 }] }],
  }),
];

const NEGATIVE: typeof TYPICAL = [
  ({ app, other, namespace }) => ({
    podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: [app] }] },
    ingress: [
      {
        from: [
          {
            namespaceSelector: {
              matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: [namespace] }],
            },
            podSelector: {
              matchExpressions: [
                { key: "app", operator: "NotIn", values: [other] },
                { key: "legacy", operator: "DoesNotExist" },
              ],
            },
          },
        ],
      },
    ],
  }),
];

const BLOCKS: typeof TYPICAL = [
  ({ app, number }) => ({
    podSelector: { matchLabels: { app } },
    policyTypes: ["Egress"],
    egress: Array.from({ length: 4 }, (_, i) => ({
      to: [
        {
          ipBlock: {
            cidr: `${100 + i}.${number >> 8}.${number & 240}.0/20`,
            except: [`${100 + i}.${number >> 8}.${number & 240}.0/26`],
          },
        },
      ],
    })),
  }),
];

const SPECS_OF: { readonly [S in Scenario]: typeof TYPICAL } = {
  typical: TYPICAL,
  unique: UNIQUE,
  negative: NEGATIVE,
  blocks: [...TYPICAL, ...BLOCKS],
  names: TYPICAL,
  tiers: TYPICAL,
};

/** Two tiers over the whole cluster: monitoring comes in everywhere, production keeps out the rest, DNS and the web are open below. */
function adminPolicies(pick: Context["pick"]): readonly object[] {
  const environments = { matchLabels: { env: "prod" } };
  const policy = (name: string, tier: string, priority: number, ingress: readonly object[]) => ({
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: { tier, priority, subject: { namespaces: environments }, ingress },
  });
  return Array.from({ length: 20 }, (_, i) => {
    const team = { matchLabels: { team: `t${i}` } };
    return policy(`guard-${i}`, i % 2 === 0 ? "Admin" : "Baseline", i, [
      {
        name: "metrics",
        action: "Accept",
        from: [{ namespaces: team }],
        protocols: [{ tcp: { destinationPort: { number: 9090 } } }],
      },
      { name: "others", action: pick(["Deny", "Pass"]), from: [{ namespaces: team }] },
    ]);
  });
}

/** A /16, and sometimes one /24 in it that is left out. */
function blockOf(second: number, excepted: number | undefined) {
  const except = excepted === undefined ? {} : { except: [`10.${second}.${excepted}.0/24`] };
  return { cidr: `10.${second}.0.0/16`, ...except };
}

function namespace(name: string, labels: object) {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** A small seeded generator of numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
