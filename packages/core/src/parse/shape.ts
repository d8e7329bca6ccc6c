import type { Diagnostic } from "../model/diagnostic.ts";
import { type Document, isList, isMap, stringAt, type Value, type ValueMap, valueAt } from "./tree.ts";

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
  const empty = HOMES.filter(([home]) => valueAt(root, home) === null);
  if (empty.length === 0) return undefined;
  const strays = empty.flatMap(([home, fields]) => {
    const keys = Object.keys(root).filter((key) => fields.has(key));
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

/** A kind of file that is told by its keys. `severity` is `info` unless it changes what the manifests beside it mean. */
interface Neighbour {
  readonly keys: readonly string[];
  /** Whether a list stands under one of the keys. */
  readonly holdsList?: true;
  readonly is: string;
  readonly fix: string;
  readonly severity?: Diagnostic["severity"];
}

const KUSTOMIZE = "kustomize.config.k8s.io/";

const KUSTOMIZATION: Neighbour = {
  severity: "warning",
  keys: ["resources", "bases", "components", "patches", "patchesStrategicMerge", "configMapGenerator"],
  holdsList: true,
  is: "a kustomization, whose changes are not seen here",
  fix: "build it first: kustomize build FOLDER | watertight list -",
};

/** Files that often lie beside manifests, by the keys that give them away. */
const NEIGHBOURS: readonly Neighbour[] = [
  KUSTOMIZATION,
  { keys: ["expect"], is: "an expectations file", fix: "give it with `watertight test --expect`" },
  {
    keys: ["replicaCount", "image", "ingress", "global", "nameOverride"],
    is: "a file of Helm values",
    fix: "render the chart: helm template . | watertight list -",
  },
  { keys: ["services"], is: "a Compose file", fix: "convert it to Kubernetes manifests first" },
  {
    keys: ["appVersion", "apiVersion"],
    is: "a Helm chart's description",
    fix: "render the chart: helm template . | watertight list -",
  },
];

/** What to say of a document that is no Kubernetes object: neither `apiVersion` nor `kind` says what it is. */
export function notAManifest({ root, places: { text, root: written } }: Document): Diagnostic {
  const span = text.span(written.start, Math.min(written.end, firstLineEnd(text.text, written.start)));
  const { message, severity, fix } = whatItIs(root);
  return { code: "not-a-manifest", severity, message, span, ...(fix !== undefined && { fix }) };
}

function whatItIs(root: Value): Pick<Diagnostic, "message" | "severity" | "fix"> {
  const neighbour = isMap(root) ? neighbourOf(root) : undefined;
  if (neighbour) {
    const { is, fix, severity = "info" } = neighbour;
    return { severity, message: `this looks like ${is}; it is left out`, fix };
  }
  if (isList(root) && root.some((item) => stringAt(item, "kind") !== undefined)) {
    const fix = "make it the `items` of an object with `apiVersion: v1` and `kind: List`";
    return { severity: "warning", message: "this is a bare list of objects, not one", fix };
  }
  const shape = isMap(root) ? "a mapping without `apiVersion` and `kind`" : isList(root) ? "a list" : "a single value";
  return { severity: meansAnObject(root) ? "warning" : "info", message: `this is ${shape}, not a Kubernetes object` };
}

/** Whether it seems to be meant as an object. Anything else may be any file of a repository. */
function meansAnObject(root: Value): boolean {
  if (!isMap(root)) return !isList(root);
  return ["metadata", "spec", "items"].some((key) => Object.hasOwn(root, key));
}

/** Whether an object only looks like one of a cluster: it has an `apiVersion`, but of a tool's own. */
export function belongsToTool(root: ValueMap): boolean {
  if (stringAt(root, "apiVersion")?.startsWith(KUSTOMIZE)) return true;
  const isChart = Object.hasOwn(root, "version") && Object.hasOwn(root, "name") && !Object.hasOwn(root, "kind");
  return isChart && !Object.hasOwn(root, "spec") && !Object.hasOwn(root, "metadata");
}

function neighbourOf(root: ValueMap): Neighbour | undefined {
  if (stringAt(root, "apiVersion")?.startsWith(KUSTOMIZE)) return KUSTOMIZATION;
  if (Object.hasOwn(root, "spec")) return undefined;
  return NEIGHBOURS.find(({ keys, holdsList }) =>
    keys.some((key) => Object.hasOwn(root, key) && (!holdsList || isList(valueAt(root, key) ?? null))),
  );
}

function firstLineEnd(text: string, start: number): number {
  const at = text.indexOf("\n", start);
  return at === -1 ? text.length : at;
}
