import type { Ordinals, Pod } from "../model/cluster.ts";
import { type LabelSelector, matches } from "../model/selector.ts";
import type { Span } from "../model/source.ts";
import { type Field, named, readInteger, readList, readMap, readString } from "./field.ts";
import { readSelector } from "./label-selector.ts";
import type { Metadata, OwnerReference } from "./metadata.ts";
import { type Depth, notePolicyFields, type PodTemplate, readPodSpec, readPodTemplate } from "./pod-spec.ts";
import { withVolumes } from "./resources/pod.ts";
import { readEach } from "./resources/values.ts";
import { readClaimTemplate } from "./resources/volume.ts";

/** A Pod object: one of a cluster, with its status, or a manifest of a bare one. */
export interface LivePod extends PodTemplate {
  readonly namespace: string;
  readonly name: string;
  readonly owner: OwnerReference | undefined;
  /** Whether its phase is Succeeded or Failed. */
  readonly finished: boolean;
  readonly addresses: readonly string[];
  readonly hostAddresses: readonly string[];
  readonly readiness: Pod["readiness"] | undefined;
  readonly span: Span;
}

/** A workload object with the template of its pods. */
export interface Controller {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string | undefined;
  readonly owner: OwnerReference | undefined;
  /** Its own, not those of its pods. */
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly template: PodTemplate;
  /** As many pods as it asks for, or one for each node. */
  readonly replicas: number | "one-per-node";
  readonly ordinals?: Ordinals;
  /** Labels its controller adds with a value that only the cluster knows. */
  readonly valueUnknown: readonly string[];
  /** A Job that has run to its end. */
  readonly finished: boolean;
  readonly span: Span;
}

/** Source: docs/semantics.md WL-8, EP-9, EP-10. */
export function readPod(object: Field, metadata: Metadata, depth: Depth): LivePod {
  const { name, namespace, owner } = metadata;
  const { labels, annotations, ports, network, node, spec } = readPodSpec(object, metadata, depth);
  const status = readMap(object.child("status"));
  const phase = readString(status?.child("phase"));
  // Spelled out, here and where dumps have as many: an object that is spread takes as long as all the rest.
  return {
    labels,
    annotations,
    ports,
    network,
    node,
    spec,
    namespace,
    name,
    owner,
    finished: phase === "Succeeded" || phase === "Failed",
    addresses: readAddresses(status, "podIPs", "podIP"),
    hostAddresses: readAddresses(status, "hostIPs", "hostIP"),
    readiness: readReadiness(object, status),
    span: object.span,
  };
}

/** What the Ready condition says; one that is going away no longer is, one that has yet to start is not yet. */
function readReadiness(object: Field, status: Field | undefined): Pod["readiness"] {
  if (object.child("metadata")?.child("deletionTimestamp")) return "not-ready";
  const conditions = readList(status?.child("conditions"), "mappings").filter((item) => readMap(item));
  const ready = conditions.find((condition) => readString(condition.child("type")) === "Ready");
  if (ready) return readString(ready.child("status")) === "True" ? "ready" : "not-ready";
  return readString(status?.child("phase")) === "Pending" ? "not-ready" : undefined;
}

/** The list of addresses a status gives, or the single one older clusters gave. */
function readAddresses(status: Field | undefined, list: string, single: string): string[] {
  const listed = readList(status?.child(list), "mappings").flatMap((item) => {
    const address = readMap(item) && readString(item.child("ip"));
    return address ? [address] : [];
  });
  const address = readString(status?.child(single));
  return listed.length > 0 || !address ? listed : [address];
}

/** A workload of any kind that has a template. Source: docs/semantics.md WL-1, WL-2, WL-4, WL-5. */
export function readController(object: Field, kind: string, metadata: Metadata, depth: Depth): Controller | undefined {
  const spec = readMap(object.child("spec"));
  const jobSpec = kind === "CronJob" ? readMap(readMap(spec?.child("jobTemplate"))?.child("spec")) : spec;
  const templateField = readMap(jobSpec?.child("template"));
  if (!templateField || !spec || !jobSpec) {
    if (spec?.child("workloadRef")) noteReference(object, kind);
    else if (!object.problems.rejected) reportTemplateless(object, kind);
    return undefined;
  }
  notePolicyFields(spec);
  const template = readPodTemplate(templateField, depth);
  if (kind !== "CronJob") checkSelector(spec, kind, template.labels);
  const { name, namespace, labels, annotations, uid, owner } = metadata;
  const claims = depth === "specs" ? readEach(spec.child("volumeClaimTemplates")?.lenient, readClaimTemplate) : [];
  const ordinals = ordinalsOf(kind, name, spec);
  return {
    namespace,
    kind,
    name,
    uid,
    owner,
    labels,
    annotations,
    template: {
      ...template,
      labels: labelsOf(kind, metadata, template.labels),
      spec: withVolumes(template.spec, claims),
    },
    replicas: replicasOf(kind, spec),
    ...(ordinals && { ordinals }),
    valueUnknown: unknownLabels(kind, uid),
    finished: kind === "Job" && hasFinished(readMap(object.child("status"))),
    span: object.span,
  };
}

/** A Rollout may leave its template to a workload it names, which then speaks for both. */
function noteReference(object: Field, kind: string): void {
  const place = named(object.keyPlace("kind"), "spec.workloadRef");
  object.problems.note(
    "info",
    "object-skipped",
    place,
    `the ${kind} has no template of its own; the workload it refers to is read`,
  );
}

function reportTemplateless(object: Field, kind: string): void {
  const path = kind === "CronJob" ? "spec.jobTemplate.spec.template" : "spec.template";
  const place = named(object.keyPlace(object.child("spec") ? "spec" : "kind"), path);
  const fix = "give all of it; a patch has to be applied first, as kustomize build does";
  object.problems.reject("field-required", place, `the ${kind} has no \`${path}\`, so its pods are unknown`, fix);
}

function replicasOf(kind: string, spec: Field): Controller["replicas"] {
  if (kind === "DaemonSet") return "one-per-node";
  if (kind === "CronJob") return 1;
  if (kind !== "Job") return Math.max(readInteger(spec.child("replicas")) ?? 1, 0);
  const parallelism = Math.max(readInteger(spec.child("parallelism")) ?? 1, 0);
  return Math.min(parallelism, readInteger(spec.child("completions")) ?? parallelism);
}

function ordinalsOf(kind: string, name: string, spec: Field): Ordinals | undefined {
  if (kind === "StatefulSet") {
    const start = readInteger(readMap(spec.child("ordinals"))?.child("start")) ?? 0;
    const labels = [
      { key: "statefulset.kubernetes.io/pod-name", prefix: `${name}-` },
      { key: "apps.kubernetes.io/pod-index", prefix: "" },
    ];
    return { start, labels };
  }
  if (kind !== "Job" || readString(spec.child("completionMode")) !== "Indexed") return undefined;
  return { start: 0, labels: [{ key: "batch.kubernetes.io/job-completion-index", prefix: "" }] };
}

const JOB_NAME = ["batch.kubernetes.io/job-name", "job-name"];
const JOB_UID = ["batch.kubernetes.io/controller-uid", "controller-uid"];

/** The labels of a template and those its controller is known to add. */
function labelsOf(
  kind: string,
  { name, uid }: Metadata,
  labels: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const added = new Map(labels);
  if (kind === "Job") for (const key of JOB_NAME) added.set(key, name);
  if (kind === "Job" && uid !== undefined) for (const key of JOB_UID) added.set(key, uid);
  if (kind === "DeploymentConfig") added.set("deploymentconfig", name);
  return added;
}

function unknownLabels(kind: string, uid: string | undefined): readonly string[] {
  switch (kind) {
    case "Deployment":
      return ["pod-template-hash"];
    case "Rollout":
      return ["rollouts-pod-template-hash"];
    case "DeploymentConfig":
      return ["deployment"];
    case "StatefulSet":
      return ["controller-revision-hash"];
    case "DaemonSet":
      return ["controller-revision-hash", "pod-template-generation"];
    case "Job":
      return uid === undefined ? JOB_UID : [];
    case "CronJob":
      return [...JOB_NAME, ...JOB_UID];
    default:
      return [];
  }
}

function hasFinished(status: Field | undefined): boolean {
  return readList(status?.child("conditions"), "mappings").some((condition) => {
    if (!readMap(condition)) return false;
    const type = readString(condition.child("type"));
    return (type === "Complete" || type === "Failed") && readString(condition.child("status")) === "True";
  });
}

/** A template its own selector does not match is refused by the API server, but what its author wants is plain. */
function checkSelector(spec: Field, kind: string, labels: ReadonlyMap<string, string>): void {
  const field = spec.child("selector");
  if (!field) return;
  const hasPlainMap = kind === "ReplicationController" || kind === "DeploymentConfig";
  const selector = hasPlainMap ? undefined : readSelector(field);
  if (!selector || isAddedByJob(kind, selector) || matches(selector, { values: labels }).holds) return;
  spec.problems.note(
    "warning",
    "selector-mismatch",
    field,
    `the ${kind}'s selector does not match the labels of its own template`,
    "make them agree",
  );
}

/** The selector a cluster fills in for a Job, together with the labels it asks for. */
function isAddedByJob(kind: string, { requirements }: LabelSelector): boolean {
  return kind === "Job" && requirements.every(({ key }) => JOB_UID.includes(key));
}
