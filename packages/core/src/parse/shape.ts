import type { Diagnostic } from "../model/diagnostic.ts";
import { type Document, isList, isMap, stringAt, type ValueMap, valueAt } from "./tree.ts";

/** Which fields belong under which top-level key, for telling where one that strayed came from. */
const HOMES: readonly (readonly [home: string, fields: ReadonlySet<string>])[] = [
  ["metadata", new Set(["name", "namespace", "labels", "annotations", "generateName"])],
  [
    "spec",
    new Set([
      "podSelector",
      "policyTypes",
      "ingress",
      "egress",
      "from",
      "to",
      "matchLabels",
      "matchExpressions",
      "namespaceSelector",
      "ipBlock",
      "template",
      "selector",
      "replicas",
      "containers",
      "initContainers",
      "ports",
      "serviceName",
      "strategy",
      "jobTemplate",
      "schedule",
    ]),
  ],
];

/**
 * The one thing wrong with an object whose indentation was lost in copying: `metadata:` or `spec:` stands empty, and what
 * belongs under it stands beside it. Every other complaint about such an object would be a consequence.
 */
export function lostIndentation({ root, places }: Document): Diagnostic | undefined {
  if (!isMap(root) || (!Object.hasOwn(root, "kind") && !Object.hasOwn(root, "apiVersion"))) return undefined;
  const strays = HOMES.flatMap(([home, fields]) => {
    const keys = valueAt(root, home) === null ? Object.keys(root).filter((key) => fields.has(key)) : [];
    return keys.map((key) => ({ key, home, start: places.root.part(key)?.keyStart ?? 0 }));
  });
  const [first] = strays.sort((a, b) => a.start - b.start);
  if (!first) return undefined;
  return {
    code: "indentation-lost",
    severity: "error",
    message: `\`${first.key}\` stands beside \`${first.home}\`, which is empty; the indentation seems to be lost`,
    span: places.keySpan([], first.key),
    field: first.key,
    fix: `indent \`${first.key}\` and what follows so that it stands under \`${first.home}\``,
  };
}

const KUSTOMIZE = "kustomize.config.k8s.io/";

/** Files that often lie beside manifests, by the keys that give them away. */
const NEIGHBOURS: readonly { readonly keys: readonly string[]; readonly is: string; readonly fix: string }[] = [
  { keys: ["expect"], is: "an expectations file", fix: "give it with `watertight test --expect`" },
  {
    keys: [
      "resources",
      "bases",
      "kustomize",
      "patches",
      "patchesStrategicMerge",
      "namePrefix",
      "configMapGenerator",
      "commonLabels",
    ],
    is: "a kustomization",
    fix: "run kustomize build and give its output",
  },
  {
    keys: ["replicaCount", "image", "ingress", "global", "nameOverride"],
    is: "a file of Helm values",
    fix: "render the chart: helm template . | watertight list -",
  },
  { keys: ["services"], is: "a Compose file", fix: "convert it to Kubernetes manifests first" },
  {
    keys: ["appVersion", "dependencies", "version"],
    is: "a Helm chart's description",
    fix: "render the chart: helm template . | watertight list -",
  },
];

/** What to say of a document that is no Kubernetes object: neither `apiVersion` nor `kind` says what it is. */
export function notAManifest({ root, places: { text, root: written } }: Document): Diagnostic {
  const span = text.span(written.start, Math.min(written.end, firstLineEnd(text.text, written.start)));
  const neighbour = isMap(root) ? neighbourOf(root) : undefined;
  if (neighbour) {
    return {
      code: "not-a-manifest",
      severity: "info",
      message: `this looks like ${neighbour.is}; it is left out`,
      span,
      fix: neighbour.fix,
    };
  }
  const what = isMap(root) ? "a mapping without `apiVersion` and `kind`" : isList(root) ? "a list" : "a single value";
  return { code: "not-a-manifest", severity: "warning", message: `this is ${what}, not a Kubernetes object`, span };
}

/** Whether an object only looks like one of a cluster: it has an `apiVersion`, but of a tool's own. */
export function belongsToTool(root: ValueMap): boolean {
  if (stringAt(root, "apiVersion")?.startsWith(KUSTOMIZE)) return true;
  const isChart = Object.hasOwn(root, "version") && Object.hasOwn(root, "name") && !Object.hasOwn(root, "kind");
  return isChart && !Object.hasOwn(root, "spec") && !Object.hasOwn(root, "metadata");
}

function neighbourOf(root: ValueMap) {
  const isKustomization = stringAt(root, "apiVersion")?.startsWith(KUSTOMIZE);
  if (Object.hasOwn(root, "spec")) return undefined;
  return NEIGHBOURS.find(({ keys }) =>
    keys.some((key) => (isKustomization ? key === "resources" : Object.hasOwn(root, key))),
  );
}

function firstLineEnd(text: string, start: number): number {
  const at = text.indexOf("\n", start);
  return at === -1 ? text.length : at;
}
