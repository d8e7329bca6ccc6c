/**
 * An application of twelve workloads in the shape of a well-known demo: who calls whom, the port of each, and policies that look strict
 * and leave the frontend open to everybody and every pod's egress open.
 */
const PORTS: Readonly<Record<string, number>> = {
  frontend: 8080,
  ad: 9555,
  cart: 7070,
  checkout: 5050,
  currency: 7000,
  email: 8080,
  payment: 50051,
  catalog: 3550,
  recommendation: 8080,
  shipping: 50051,
  redis: 6379,
};

const CALLS: Readonly<Record<string, readonly string[]>> = {
  load: ["frontend"],
  frontend: ["ad", "cart", "checkout", "currency", "catalog", "recommendation", "shipping"],
  checkout: ["cart", "currency", "email", "payment", "catalog", "shipping"],
  recommendation: ["catalog"],
  cart: ["redis"],
};

export const APPS: readonly string[] = [...Object.keys(PORTS), "load"];

function workload(app: string): string {
  const port = PORTS[app];
  const env = (CALLS[app] ?? []).map((to) => `{ name: ${to.toUpperCase()}_ADDR, value: "${to}:${PORTS[to]}" }`);
  const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${app} }
spec:
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app} } }
    spec:
      containers:
        - { name: server, image: example.org/${app}, env: [${env.join(", ")}]${port ? `, ports: [{ containerPort: ${port} }]` : ""} }`;
  const service = `apiVersion: v1
kind: Service
metadata: { name: ${app} }
spec: { selector: { app: ${app} }, ports: [{ port: ${port} }] }`;
  return port === undefined ? deployment : `${deployment}\n---\n${service}`;
}

export const BOUTIQUE: string = [
  ...APPS.map(workload),
  `apiVersion: v1
kind: Service
metadata: { name: front }
spec: { type: LoadBalancer, selector: { app: frontend }, ports: [{ port: 80, targetPort: 8080 }] }`,
].join("\n---\n");

function policy(name: string, spec: string): string {
  return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name} }\nspec: ${spec}`;
}

/** One policy for each workload and a default deny; `frontend` is what the frontend's policy lets in. */
export function boutiquePolicies(frontend: string): string {
  return [
    policy("deny-all", "{ podSelector: {}, policyTypes: [Ingress, Egress] }"),
    ...APPS.map((app) => {
      const callers = APPS.filter((from) => CALLS[from]?.includes(app));
      const from = callers.map((caller) => `{ podSelector: { matchLabels: { app: ${caller} } } }`).join(", ");
      const rule = `[{ from: [${from}], ports: [{ port: ${PORTS[app]} }] }]`;
      const ingress = app === "frontend" ? frontend : callers.length > 0 ? rule : "[]";
      return policy(
        app,
        `{ podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Ingress, Egress], ingress: ${ingress}, egress: [{}] }`,
      );
    }),
  ].join("\n---\n");
}
