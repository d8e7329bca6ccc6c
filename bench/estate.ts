import { objectsOf, type Shape } from "./cluster.ts";

/** A made-up cluster with what findings, posture and attack paths look at besides policies. */
export interface EstateShape extends Shape {
  /** A default deny both ways in each namespace, and for each workload what its configuration names, in place of the shape's policies. */
  readonly segmented?: boolean;
}

/**
 * The objects of {@link objectsOf} with Services, Ingresses, Secrets, service accounts and roles, and with addresses and Secrets in the
 * variables of containers. The same seed gives the same bytes.
 */
export function* estateOf({ segmented = false, ...shape }: EstateShape): Generator<object> {
  const workloads = new Map<string, Workload>();
  const objects = [...objectsOf({ ...shape, policies: segmented ? 0 : shape.policies })];
  for (const object of objects) if (isPod(object)) meet(workloads, object);
  const all = [...workloads.values()];
  for (const object of objects) yield isPod(object) ? configured(object, meet(workloads, object), all) : object;
  for (const workload of all) yield* belongings(workload);
  if (segmented) yield* segmentation(all);
}

interface PodObject {
  readonly kind: "Pod";
  readonly metadata: { readonly namespace: string; readonly labels: { readonly app: string } };
  readonly spec: { readonly containers: readonly [object] };
}

/** Everything about a workload is told by its number. */
interface Workload {
  readonly namespace: string;
  readonly app: string;
  readonly number: number;
}

function isPod(object: object): object is PodObject {
  return "kind" in object && object.kind === "Pod";
}

function meet(workloads: Map<string, Workload>, { metadata }: PodObject): Workload {
  const { namespace, labels } = metadata;
  const key = `${namespace}/${labels.app}`;
  const workload = workloads.get(key) ?? { namespace, app: labels.app, number: workloads.size };
  workloads.set(key, workload);
  return workload;
}

/** Whom a workload calls: one or two from further down, and now and then one that the whole cluster shares. */
function calledBy({ number }: Workload, all: readonly Workload[]): readonly Workload[] {
  const numbers = [number * 2 + 1, ...(number % 3 === 0 ? [number * 2 + 2] : []), ...(number % 5 === 0 ? [7] : [])];
  return numbers.flatMap((one) => (one === number ? [] : (all[one] ?? [])));
}

const PORT = 8080;

function configured(pod: PodObject, workload: Workload, all: readonly Workload[]): object {
  const { app, number } = workload;
  const calls = calledBy(workload, all).map((called, i) => ({
    name: `BACKEND_${i}_URL`,
    value: `http://${called.app}.${called.namespace}.svc.cluster.local:${PORT}/v1`,
  }));
  const secret = { name: "TOKEN", valueFrom: { secretKeyRef: { name: `${app}-token`, key: "token" } } };
  const securityContext =
    number % 4 === 0 ? {} : { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  const [container] = pod.spec.containers;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      serviceAccountName: app,
      automountServiceAccountToken: number % 2 === 0,
      ...(number % 200 === 0 && { hostNetwork: true }),
      containers: [{ ...container, env: number % 2 === 0 ? [...calls, secret] : calls, securityContext }],
    },
  };
}

/** A Service for each; a Secret for half of them, a role for a tenth, a way in from outside for a fiftieth. */
function* belongings({ namespace, app, number }: Workload): Generator<object> {
  const metadata = { name: app, namespace };
  yield { apiVersion: "v1", kind: "ServiceAccount", metadata };
  const entry = number % 100 === 0 ? { type: "LoadBalancer" } : {};
  const ports = [{ name: "http", port: PORT, targetPort: "http" }];
  yield { apiVersion: "v1", kind: "Service", metadata, spec: { ...entry, selector: { app }, ports } };
  if (number % 2 === 0)
    yield {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: `${app}-token`, namespace },
      type: "Opaque",
      data: { token: btoa(`secret of ${namespace}/${app}`) },
    };
  if (number % 100 === 50) {
    const backend = { service: { name: app, port: { number: PORT } } };
    const paths = [{ path: "/", pathType: "Prefix", backend }];
    const rules = [{ host: `${app}.${namespace}.example.com`, http: { paths } }];
    yield { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec: { rules } };
  }
  if (number % 10 === 0) yield* role(namespace, app, number);
}

/** Most read something of their own namespace; some read Secrets, a few start pods. */
function* role(namespace: string, app: string, number: number): Generator<object> {
  const [resources, verbs] =
    number % 50 === 0
      ? [["secrets"], ["get", "list"]]
      : number % 70 === 0
        ? [["pods"], ["create"]]
        : [["configmaps"], ["get"]];
  const api = "rbac.authorization.k8s.io";
  const metadata = { name: app, namespace };
  yield { apiVersion: `${api}/v1`, kind: "Role", metadata, rules: [{ apiGroups: [""], resources, verbs }] };
  const roleRef = { apiGroup: api, kind: "Role", name: app };
  yield {
    apiVersion: `${api}/v1`,
    kind: "RoleBinding",
    metadata,
    roleRef,
    subjects: [{ kind: "ServiceAccount", name: app, namespace }],
  };
}

const DNS = { to: [{ namespaceSelector: {} }], ports: [{ protocol: "UDP", port: 53 }] };

function* segmentation(all: readonly Workload[]): Generator<object> {
  for (const namespace of new Set(all.map((one) => one.namespace)))
    yield policy(namespace, "default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: [DNS] });
  const callers = new Map<Workload, Workload[]>();
  for (const caller of all)
    for (const called of calledBy(caller, all)) callers.set(called, [...(callers.get(called) ?? []), caller]);
  const ports = [{ port: PORT }, { port: "http" }];
  for (const workload of all) {
    const { namespace, app } = workload;
    const [from, to] = [(callers.get(workload) ?? []).map(peer), calledBy(workload, all).map(peer)];
    yield policy(namespace, app, {
      podSelector: { matchLabels: { app } },
      policyTypes: ["Ingress", "Egress"],
      ingress: from.length === 0 ? [] : [{ from, ports }],
      egress: to.length === 0 ? [] : [{ to, ports }],
    });
  }
}

function policy(namespace: string, name: string, spec: object): object {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
}

function peer({ namespace, app }: Workload): object {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: { app } },
  };
}
