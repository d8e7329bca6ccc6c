import { compile } from "../../src/compile/compile.ts";
import type { Grouping } from "../../src/engine/endpoints.ts";
import { reach } from "../../src/engine/reach.ts";
import type { Program } from "../../src/model/program.ts";
import { parse } from "../../src/parse/parse.ts";
import { type Listing, listConnections, type Scope } from "../../src/report/listing.ts";

/** A deployment of one pod with the label `app`. */
export function deployment(namespace: string, name: string, replicas = 1): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${JSON.stringify(name)}, namespace: ${JSON.stringify(namespace)} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${JSON.stringify(name)} } }
  template:
    metadata: { labels: { app: ${JSON.stringify(name)} } }
    spec: { containers: [{ name: main, image: main }] }
`;
}

/** A NetworkPolicy; `spec` in flow style, on one line. */
export function policy(namespace: string, name: string, spec: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
}

export function programOf(...documents: readonly string[]): Program {
  const { cluster } = parse([{ path: "shop.yaml", text: documents.join("---\n") }]);
  return compile(cluster).program;
}

export function listed(documents: readonly string[], by: Grouping = "workload", scope: Scope = {}): Listing {
  return listConnections(reach(programOf(...documents), { by }), scope);
}

/** Three namespaces: a shop with a database only `web` may reach, a job elsewhere, and a pod nothing restricts. */
export const shop: readonly string[] = [
  deployment("shop", "web", 2),
  deployment("shop", "db"),
  deployment("jobs", "report"),
  deployment("open", "echo"),
  policy(
    "shop",
    "db",
    "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5432 }] }] }",
  ),
  policy(
    "jobs",
    "quiet",
    "{ podSelector: {}, policyTypes: [Ingress, Egress], egress: [{ to: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }] }",
  ),
];
