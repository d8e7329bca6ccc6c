/** What may be written in a place of a policy. */
export type Shape =
  | { readonly is: "record"; readonly fields: Readonly<Record<string, Shape>> }
  | { readonly is: "list"; readonly of: Shape }
  | { readonly is: "words"; readonly words: readonly string[] }
  /** A mapping of labels, one of their keys, or values of one. */
  | { readonly is: "labels" | "label-key" | "label-value"; readonly whose: Whose }
  | { readonly is: "namespace" | "port-name" | "port-number" | "port" | "text" };

/** Whose labels a selector is about. */
export type Whose = "pods" | "namespaces" | "nodes";

const TEXT: Shape = { is: "text" };
const words = (...list: readonly string[]): Shape => ({ is: "words", words: list });
const list = (of: Shape): Shape => ({ is: "list", of });
const record = (fields: Readonly<Record<string, Shape>>): Shape => ({ is: "record", fields });

const selector = (whose: Whose): Shape =>
  record({
    matchLabels: { is: "labels", whose },
    matchExpressions: list(
      record({
        key: { is: "label-key", whose },
        operator: words("In", "NotIn", "Exists", "DoesNotExist"),
        values: list({ is: "label-value", whose }),
      }),
    ),
  });

const PROTOCOL = words("TCP", "UDP", "SCTP");
const NUMBER: Shape = { is: "port-number" };
const METADATA = record({ name: TEXT, namespace: { is: "namespace" }, labels: TEXT, annotations: TEXT });
const HEAD = (apiVersion: string) => ({ apiVersion: words(apiVersion), metadata: METADATA });

const PEER = record({
  podSelector: selector("pods"),
  namespaceSelector: selector("namespaces"),
  ipBlock: record({ cidr: TEXT, except: list(TEXT) }),
});
const PORTS = list(record({ protocol: PROTOCOL, port: { is: "port" }, endPort: NUMBER }));

const PODS = record({ namespaceSelector: selector("namespaces"), podSelector: selector("pods") });
const ADMIN_PEER = record({
  namespaces: selector("namespaces"),
  pods: PODS,
  nodes: selector("nodes"),
  networks: list(TEXT),
  domainNames: list(TEXT),
});
const SUBJECT = record({ namespaces: selector("namespaces"), pods: PODS });

function adminRules(side: "from" | "to", actions: Shape, ports: Readonly<Record<string, Shape>>): Shape {
  return list(record({ name: TEXT, action: actions, [side]: list(ADMIN_PEER), ...ports }));
}

function adminSpec(
  actions: Shape,
  ports: Readonly<Record<string, Shape>>,
  more: Readonly<Record<string, Shape>>,
): Shape {
  return record({
    ...more,
    subject: SUBJECT,
    ingress: adminRules("from", actions, ports),
    egress: adminRules("to", actions, ports),
  });
}

const RANGE = record({ start: NUMBER, end: NUMBER });
const ANP_PORTS = {
  ports: list(
    record({
      portNumber: record({ protocol: PROTOCOL, port: NUMBER }),
      portRange: record({ protocol: PROTOCOL, start: NUMBER, end: NUMBER }),
      namedPort: { is: "port-name" },
    }),
  ),
};
const DESTINATION = record({ destinationPort: record({ number: NUMBER, range: RANGE }) });
const CNP_PORTS = {
  protocols: list(
    record({ tcp: DESTINATION, udp: DESTINATION, sctp: DESTINATION, destinationNamedPort: { is: "port-name" } }),
  ),
};

const KINDS: Readonly<Record<string, Shape>> = {
  NetworkPolicy: record({
    ...HEAD("networking.k8s.io/v1"),
    spec: record({
      podSelector: selector("pods"),
      policyTypes: list(words("Ingress", "Egress")),
      ingress: list(record({ from: list(PEER), ports: PORTS })),
      egress: list(record({ to: list(PEER), ports: PORTS })),
    }),
  }),
  ClusterNetworkPolicy: record({
    ...HEAD("policy.networking.k8s.io/v1alpha2"),
    spec: adminSpec(words("Accept", "Deny", "Pass"), CNP_PORTS, { tier: words("Admin", "Baseline"), priority: TEXT }),
  }),
  AdminNetworkPolicy: record({
    ...HEAD("policy.networking.k8s.io/v1alpha1"),
    spec: adminSpec(words("Allow", "Deny", "Pass"), ANP_PORTS, { priority: TEXT }),
  }),
  BaselineAdminNetworkPolicy: record({
    ...HEAD("policy.networking.k8s.io/v1alpha1"),
    spec: adminSpec(words("Allow", "Deny"), ANP_PORTS, {}),
  }),
};

const START = record({
  apiVersion: words("networking.k8s.io/v1", "policy.networking.k8s.io/v1alpha2", "policy.networking.k8s.io/v1alpha1"),
  kind: words(...Object.keys(KINDS)),
  metadata: METADATA,
  spec: TEXT,
});

/** What may be written at a path of a document of a kind; nothing where that is not known. */
export function shapeAt(kind: string | undefined, path: readonly string[]): Shape | undefined {
  const known = kind === undefined ? undefined : KINDS[kind];
  if (kind !== undefined && !known) return undefined;
  const root = known?.is === "record" ? record({ ...known.fields, kind: words(...Object.keys(KINDS)) }) : START;
  return path.reduce<Shape | undefined>(inside, root);
}

function inside(shape: Shape | undefined, key: string): Shape | undefined {
  switch (shape?.is) {
    case "record":
      return Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    case "list":
      return key === "[]" ? shape.of : undefined;
    case "labels":
      return { is: "label-value", whose: shape.whose };
    default:
      return undefined;
  }
}
