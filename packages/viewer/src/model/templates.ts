import { scalar } from "./scalar.ts";

/** What a template is about: the namespace, and where two workloads are meant, by which labels they are told. */
export interface Occasion {
  readonly namespace: string;
  readonly to?: Labelled;
  readonly from?: Labelled;
  /** Ports the rule allows, as entries of its list; every port where there are none. */
  readonly ports?: readonly { readonly protocol: string; readonly port: number; readonly endPort?: number }[];
}

export interface Labelled {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Template {
  readonly title: string;
  readonly name: string;
  readonly text: string;
}

/** Policies one may want to begin with; those about workloads where the occasion names some. */
export function templatesFor(occasion: Occasion): readonly Template[] {
  const { namespace, to, from } = occasion;
  return [
    ...(to ? [allowTo(occasion, to, from)] : []),
    {
      title: `Default deny ingress in ${namespace}`,
      name: "default-deny-ingress",
      text: manifest("default-deny-ingress", namespace, [
        "podSelector: {} # every pod of the namespace",
        "policyTypes: [Ingress]",
      ]),
    },
    {
      title: `Default deny in ${namespace}, but for DNS`,
      name: "default-deny",
      text: manifest("default-deny", namespace, [
        "podSelector: {} # every pod of the namespace",
        "policyTypes: [Ingress, Egress]",
        "egress:",
        "  - to:",
        "      - namespaceSelector:",
        "          matchLabels:",
        "            kubernetes.io/metadata.name: kube-system",
        "        podSelector:",
        "          matchLabels:",
        "            k8s-app: kube-dns",
        "    ports:",
        "      - { protocol: UDP, port: 53 }",
        "      - { protocol: TCP, port: 53 }",
      ]),
    },
  ];
}

function allowTo({ ports = [] }: Occasion, to: Labelled, from: Labelled | undefined): Template {
  const name = from ? `allow-${to.name}-from-${from.name}` : `allow-${to.name}`;
  const peer = from
    ? [
        ...(from.namespace === to.namespace
          ? []
          : ["namespaceSelector:", "  matchLabels:", `    kubernetes.io/metadata.name: ${from.namespace}`]),
        "podSelector:",
        ...labelLines(from.labels).map((line) => `  ${line}`),
      ]
    : ["podSelector: {} # every pod of the namespace"];
  const list = ports.map(
    ({ protocol, port, endPort }) =>
      `      - { protocol: ${protocol}, port: ${port}${endPort === undefined || endPort === port ? "" : `, endPort: ${endPort}`} }`,
  );
  return {
    title: from ? `Allow ${from.name} to reach ${to.name}` : `Allow ${to.name} from its namespace`,
    name,
    text: manifest(name, to.namespace, [
      "podSelector:",
      ...labelLines(to.labels).map((line) => `  ${line}`),
      "policyTypes: [Ingress]",
      "ingress:",
      "  - from:",
      ...peer.map((line, at) => `      ${at === 0 ? "- " : "  "}${line}`),
      ...(list.length > 0 ? ["    ports:", ...list] : []),
    ]),
  };
}

function manifest(name: string, namespace: string, spec: readonly string[]): string {
  return [
    "apiVersion: networking.k8s.io/v1",
    "kind: NetworkPolicy",
    "metadata:",
    `  name: ${name}`,
    `  namespace: ${namespace}`,
    "spec:",
    ...spec.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

function labelLines(labels: Readonly<Record<string, string>>): readonly string[] {
  const each = Object.entries(labels).map(([key, value]) => `  ${key}: ${scalar(value)}`);
  return each.length === 0 ? ["matchLabels: {}"] : ["matchLabels:", ...each];
}
