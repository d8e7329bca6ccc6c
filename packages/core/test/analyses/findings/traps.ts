import { describe, expect, test } from "vitest";
import { policy } from "../../report/listed.ts";
import { found } from "./found.ts";

/** What looks like a finding and is none, or a lesser one, or the other way round: title, documents, what is told. */
export type Trap = readonly [title: string, documents: readonly string[], told: readonly string[]];

/** Tries each trap of each rule. */
export function tryTraps(traps: { readonly [rule: string]: readonly Trap[] }): void {
  describe.each(Object.entries(traps))("%s", (rule, its) => {
    test.each(its)("%s", (_, documents, expected) => {
      expect([...told(rule, ...documents)].sort()).toEqual(expected);
    });
  });
}

/** What one rule says of some documents, in short: `low assumed NPG304 shop/deny`. */
function told(id: string, ...documents: readonly string[]): readonly string[] {
  return found(documents.join("---\n"), id).map(({ severity, certainty, key }) => `${severity} ${certainty} ${key}`);
}

/** A pod that listens on a port, labelled with its name as `app` and with what is added, in flow style. */
export function pod(
  namespace: string,
  name: string,
  ports: readonly (number | string)[] = [8080],
  labels = "",
): string {
  const declared = ports.map((port) => (typeof port === "number" ? `{ containerPort: ${port} }` : port)).join(", ");
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { ${labels || `app: ${name}`} } }
spec: { containers: [{ name: main, image: main, ports: [${declared}] }] }
`;
}

/** A Service of the pods labelled with its name as `app`. */
export function service(namespace: string, name: string, spec: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ${spec} }
`;
}

export function namespace(name: string, labels = ""): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: { ${labels} } }\n`;
}

/** Policy x of shop for all of its pods and one direction, with these rules. */
export const ingress = (rules: string) =>
  policy("shop", "x", `{ podSelector: {}, policyTypes: [Ingress], ingress: ${rules} }`);
export const egress = (rules: string) =>
  policy("shop", "x", `{ podSelector: {}, policyTypes: [Egress], egress: ${rules} }`);

/** Peers that are address blocks. */
export const blocks = (...cidrs: readonly string[]) =>
  cidrs.map((cidr) => `{ ipBlock: { cidr: "${cidr}" } }`).join(", ");

/** The labels of one namespace. */
export const named = (name: string) => `matchLabels: { kubernetes.io/metadata.name: ${name} }`;
