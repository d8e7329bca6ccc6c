import { type AttackOptions, attackGraph } from "../../../src/analyses/attack/attack-graph.ts";
import { compile } from "../../../src/compile/compile.ts";
import { reach } from "../../../src/engine/reach.ts";
import { parse } from "../../../src/parse/parse.ts";

/** The attack graph of one text. */
export function attackOn(text: string, options: Partial<AttackOptions> = {}) {
  const { cluster } = parse([{ path: "a.yaml", text }]);
  return attackGraph(reach(compile(cluster).program), options);
}

/** Every listed rule of a text with one of these names, as `EDGE a + b → c (cost certainty)`. */
export function edgesOf(
  text: string,
  edges: readonly string[],
  options: Partial<AttackOptions> = {},
): readonly string[] {
  const { graph } = attackOn(text, { certainty: "conditional", ...options });
  const name = (fact: number) => graph.facts[fact]?.name.replace(/[a-z]+\/[A-Z][A-Za-z]+\//g, "");
  return graph.rules
    .filter(({ edge }) => edges.includes(edge))
    .map(
      ({ edge, needs, gives, cost, certainty }) =>
        `${edge} ${needs.map(name).join(" + ")} → ${name(gives)} (${cost} ${certainty})`,
    )
    .sort();
}

/** A pod of namespace `shop` with a container `c`; `spec` and `container` are YAML in braces, without the braces. */
export function pod(name: string, { spec = "", container = "", meta = "" } = {}): string {
  const more = spec === "" ? "" : `, ${spec}`;
  const own = container === "" ? "" : `, ${container}`;
  const labels = `labels: { app: ${name} }${meta === "" ? "" : `, ${meta}`}`;
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, ${labels} }
spec: { containers: [{ name: c, image: "${name}:1"${own} }]${more} }
`;
}

export function object(apiVersion: string, kind: string, name: string, rest: string, meta = "namespace: shop"): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: "${name}"${meta === "" ? "" : `, ${meta}`} }\n${rest}\n`;
}

/** A Role `r` with rules, bound to the default account of `shop`. */
export function granted(rules: string, scope: "Role" | "ClusterRole" = "Role"): string {
  const rbac = "rbac.authorization.k8s.io/v1";
  const meta = scope === "Role" ? "namespace: shop" : "";
  const binding = scope === "Role" ? "RoleBinding" : "ClusterRoleBinding";
  return documents(
    object(rbac, scope, "r", `rules: [${rules}]`, meta),
    object(
      rbac,
      binding,
      "b",
      `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${scope}, name: r }\nsubjects: [{ kind: ServiceAccount, name: default, namespace: shop }]`,
      meta,
    ),
  );
}

export function documents(...texts: readonly string[]): string {
  return texts.join("---\n");
}

/** A namespace that holds pods to a level of Pod Security. */
export function namespace(name: string, labels: string): string {
  return object("v1", "Namespace", name, "", `labels: { ${labels} }`);
}
