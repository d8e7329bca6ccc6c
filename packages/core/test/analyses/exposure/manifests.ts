import { answerOf, compile, type Entry, findExposure, type Options, parse, UPSTREAM } from "../../../src/index.ts";

/** One object; `meta` and `body` in flow style. */
export function object(apiVersion: string, kind: string, id: string, body: string, meta = ""): string {
  const [namespace, name] = id.includes("/") ? id.split("/") : [undefined, id];
  const where = namespace === undefined ? "" : `, namespace: ${namespace}`;
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}${where}${meta && `, ${meta}`} }\n${body}\n`;
}

/** A pod labelled `app: <its name>` with one port, and its address. */
export function pod(
  id: string,
  address: string,
  { labels = "", spec = "", port = "{ name: http, containerPort: 8080 }" } = {},
) {
  const name = id.split("/")[1];
  const body = `spec: { containers: [{ name: main, image: main, ports: [${port}] }]${spec && `, ${spec}`} }\nstatus: { podIP: ${address} }`;
  return object("v1", "Pod", id, body, `labels: { app: ${name}${labels && `, ${labels}`} }`);
}

export function service(id: string, spec: string, annotations = ""): string {
  return object("v1", "Service", id, `spec: ${spec}`, annotations && `annotations: { ${annotations} }`);
}

/** A Service of port 80 for the pods labelled `app: <its name>`. */
export function serviceOf(id: string, more = "type: ClusterIP"): string {
  return service(id, `{ selector: { app: ${id.split("/")[1]} }, ports: [{ port: 80, targetPort: 8080 }], ${more} }`);
}

export function node(name: string, address: string): string {
  return object("v1", "Node", name, `status: { addresses: [{ address: ${address} }] }`);
}

export function namespace(name: string, labels = ""): string {
  return object(
    "v1",
    "Namespace",
    name,
    "spec: {}",
    `labels: { kubernetes.io/metadata.name: ${name}${labels && `, ${labels}`} }`,
  );
}

/** An ingress policy for the pods of an app; `from` lists peers, or is absent for nobody. */
export function admit(id: string, from?: string, ports = ""): string {
  const [, app = ""] = id.split("/");
  const rule = from === undefined ? "" : `{ from: [${from}]${ports && `, ports: [${ports}]`} }`;
  const spec = `{ podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Ingress], ingress: [${rule}] }`;
  return object("networking.k8s.io/v1", "NetworkPolicy", id, `spec: ${spec}`);
}

export function programOf(documents: readonly string[], options: Partial<Options> = {}) {
  const all = { ...UPSTREAM, ...options };
  const { cluster, diagnostics } = parse([{ path: "a.yaml", text: documents.join("---\n") }], all);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("; "));
  return compile(cluster, all).program;
}

export function exposureOf(documents: readonly string[], options: Partial<Options> = {}) {
  return findExposure(programOf(documents, options));
}

/** `kind`, where it ends, and the three answers. */
export function told({ kind, endpoint, published, permitted, exposed }: Entry): string {
  return `${kind} ${endpoint.id} ${[published, permitted, exposed].map(answerOf).join(" ")}`;
}

export function entriesTold(documents: readonly string[], options: Partial<Options> = {}): readonly string[] {
  return exposureOf(documents, options).exposures.flatMap(({ entries }) => entries.map(told));
}

export function deadEndsOf(documents: readonly string[]): readonly string[] {
  return exposureOf(documents).deadEnds.map(({ reason }) => reason);
}

/** What one workload comes to: published, permitted, exposed. */
export function answers(documents: readonly string[], id: string, options: Partial<Options> = {}): readonly string[] {
  const found = exposureOf(documents, options).exposures.find(({ endpoint }) => endpoint.id === id);
  if (!found) throw new Error(`no ${id}`);
  return [found.published, found.permitted, found.exposed].map(answerOf);
}
