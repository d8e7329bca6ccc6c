import type { AdminPolicy, Cluster, NetworkPolicy } from "../../src/model/cluster.ts";
import type { Diagnostic, DiagnosticCode } from "../../src/model/diagnostic.ts";
import { type Options, UPSTREAM } from "../../src/model/options.ts";
import { parse } from "../../src/parse/parse.ts";

/** One text read under the path `a.yaml`, with the diagnostics that tests look at. */
export function read(text: string, options: Partial<Options> = {}) {
  const { cluster, diagnostics } = parse([{ path: "a.yaml", text }], { ...UPSTREAM, ...options });
  return { cluster, diagnostics, codes: diagnostics.map(({ code }) => code) };
}

/** The codes of warnings and errors: what is left when everything is in order but namespaces are not declared. */
export function faults({ diagnostics }: { diagnostics: readonly Diagnostic[] }): DiagnosticCode[] {
  return diagnostics.filter(({ severity }) => severity !== "info").map(({ code }) => code);
}

/** A NetworkPolicy `shop/p` with the given YAML under `spec:`, written without indentation. */
export function policyText(spec: string): string {
  const indented = spec.trim().replace(/^/gm, "  ");
  return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p, namespace: shop }\nspec:\n${indented}\n`;
}

export function readPolicy(spec: string, options: Partial<Options> = {}) {
  const result = read(policyText(spec), options);
  return { ...result, policy: result.cluster.networkPolicies[0] };
}

/** The policy of a text that must hold exactly one and nothing wrong. */
export function soundPolicy(spec: string): NetworkPolicy {
  const { policy, diagnostics, ...rest } = readPolicy(spec);
  if (!policy || faults({ ...rest, diagnostics }).length > 0) throw new Error(JSON.stringify(diagnostics));
  return policy;
}

/** A cluster-scoped policy `p`, or `default` for the kind that is called so, with the given YAML under `spec:`. */
export function adminText(kind: AdminPolicy["kind"], spec: string): string {
  const version = kind === "ClusterNetworkPolicy" ? "v1alpha2" : "v1alpha1";
  const name = kind === "BaselineAdminNetworkPolicy" ? "default" : "p";
  const indented = spec.trim().replace(/^/gm, "  ");
  return `apiVersion: policy.networking.k8s.io/${version}\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n${indented}\n`;
}

export function readAdmin(kind: AdminPolicy["kind"], spec: string, options: Partial<Options> = {}) {
  const result = read(adminText(kind, spec), options);
  return { ...result, policy: result.cluster.adminPolicies[0] };
}

/** The admin policy of a text that must hold exactly one and nothing wrong. */
export function soundAdmin(kind: AdminPolicy["kind"], spec: string): AdminPolicy {
  const { policy, diagnostics } = readAdmin(kind, spec);
  if (!policy || faults({ diagnostics }).length > 0) throw new Error(JSON.stringify(diagnostics));
  return policy;
}

/** Line and column where something starts. */
export function startOf(span: { line: number; column: number } | undefined): [number, number] | undefined {
  return span && [span.line, span.column];
}

export function find(diagnostics: readonly Diagnostic[], code: DiagnosticCode): Diagnostic | undefined {
  return diagnostics.find((diagnostic) => diagnostic.code === code);
}

export function podIds(cluster: Cluster): string[] {
  return cluster.pods.map(({ id }) => id);
}
