import type { Endpoint } from "../engine/endpoints.ts";
import type { Cluster, Pod } from "../model/cluster.ts";
import { MESH_ROOT, type PeerAuthentication } from "../model/control.ts";

/** Whoever has the cluster at hand. */
interface Seeing {
  readonly cluster: Cluster;
}

/** Whether the input shows a service mesh, and which. */
export function meshIn({ cluster }: Seeing): "istio" | "linkerd" | undefined {
  const { peerAuthentications, authorizationPolicies, otherKinds } = cluster.controls;
  const kinds = otherKinds.map(({ group }) => group);
  if (
    peerAuthentications.length + authorizationPolicies.length > 0 ||
    kinds.some((group) => group.endsWith("istio.io")) ||
    cluster.workloads.some(({ name, namespace }) => namespace === MESH_ROOT && name.startsWith("istiod")) ||
    cluster.namespaces.some(({ labels: { values } }) => isInjected(values) || isAmbient(values))
  )
    return "istio";
  if (kinds.some((group) => group.endsWith("linkerd.io"))) return "linkerd";
  if (cluster.unusedPolicies.some(({ kind }) => kind === "Server" || kind === "ServerAuthorization")) return "linkerd";
  return cluster.namespaces.some(({ annotations }) => annotations.get("linkerd.io/inject") === "enabled")
    ? "linkerd"
    : undefined;
}

function isInjected(labels: ReadonlyMap<string, string>): boolean {
  const asked = labels.get("istio-injection");
  return asked === undefined ? labels.has("istio.io/rev") : asked === "enabled";
}

function isAmbient(labels: ReadonlyMap<string, string>): boolean {
  return labels.get("istio.io/dataplane-mode") === "ambient";
}

/** How the mesh takes care of a pod; `unknown` where its namespace's labels decide and are not shown. */
export type Enrolment = "sidecar" | "ambient" | "not" | "unknown";

export function isEnrolled(enrolment: Enrolment): boolean {
  return enrolment === "sidecar" || enrolment === "ambient";
}

/**
 * A proxy in its spec, or a label or annotation of its own or its namespace's that asks for one. What keeps the sidecar away does
 * not keep a pod out of ambient mode, nor the other way round. Source: istio.io, Installing the Sidecar; Add workloads to ambient.
 */
export function enrolment({ cluster }: Seeing, { namespace, labels, annotations, spec, network }: Pod): Enrolment {
  if (network === "host") return "not";
  if (spec.containers.some(({ name }) => name === "istio-proxy" || name === "linkerd-proxy")) return "sidecar";
  const injected = labels.values.get("sidecar.istio.io/inject") ?? annotations.get("sidecar.istio.io/inject");
  const mode = labels.values.get("istio.io/dataplane-mode");
  const linkerd = annotations.get("linkerd.io/inject");
  if (injected === "true" || (linkerd !== undefined && linkerd !== "disabled")) return "sidecar";
  if (mode === "ambient") return "ambient";
  if (linkerd === "disabled" || (injected !== undefined && mode === "none")) return "not";
  const home = cluster.namespaces.find(({ name }) => name === namespace);
  if (!home || home.labels.incomplete) return "unknown";
  if (home.annotations.get("linkerd.io/inject") === "enabled") return "sidecar";
  if (injected === undefined && isInjected(home.labels.values)) return "sidecar";
  return mode === undefined && isAmbient(home.labels.values) ? "ambient" : "not";
}

export type Mode = "STRICT" | "PERMISSIVE" | "DISABLE";

/**
 * What Istio asks of connections to a pod's port: of the workload's own policy, else its namespace's, else the mesh's, else
 * PERMISSIVE. Of several for one scope the oldest counts, which manifests do not show; the laxest is taken.
 * Source: istio.io PeerAuthentication; a policy with a selector in the root namespace is for that namespace only.
 */
export function mtlsMode({ cluster }: Seeing, pod: Pod, port?: number): Mode {
  const all = cluster.controls.peerAuthentications;
  const own = all.filter(
    ({ namespace, selector }) => namespace === pod.namespace && selector && isSelected(selector, pod),
  );
  const portMode = port === undefined ? undefined : laxest(own.map(({ portModes }) => portModes.get(String(port))));
  const scopes = [own, scopeWide(all, pod.namespace), scopeWide(all, MESH_ROOT)];
  const modes = [portMode, ...scopes.map((scope) => laxest(scope.map(({ mode }) => mode)))];
  return modes.find((mode) => mode !== undefined) ?? "PERMISSIVE";
}

function scopeWide(all: readonly PeerAuthentication[], scope: string): readonly PeerAuthentication[] {
  return all.filter(
    ({ namespace, selector }) => namespace === scope && (selector === undefined || selector.size === 0),
  );
}

/** Whether a pod has all of these labels. */
function isSelected(selector: ReadonlyMap<string, string>, { labels }: Pod): boolean {
  return selector.size > 0 && [...selector].every(([key, value]) => labels.values.get(key) === value);
}

/** `UNSET` inherits, as does no mode at all. */
function laxest(modes: readonly (string | undefined)[]): Mode | undefined {
  return (["DISABLE", "PERMISSIVE", "STRICT"] as const).find((mode) => modes.includes(mode));
}

/** Whether every connection to a workload has to be mutual TLS. */
export function isStrict(context: Seeing, { members }: Endpoint): boolean {
  const pods = members.flatMap(({ pods }) => pods);
  return (
    pods.length > 0 &&
    pods.every(
      (pod) =>
        isEnrolled(enrolment(context, pod)) &&
        [undefined, ...pod.ports.map(({ port }) => port)].every((port) => mtlsMode(context, pod, port) === "STRICT"),
    )
  );
}
