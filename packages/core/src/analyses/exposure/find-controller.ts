import { type Endpoint, isPartOf } from "../../engine/endpoints.ts";
import { type Likelihood, YES } from "../../engine/profile.ts";
import type { Container } from "../../model/security.ts";
import type { ControllerMapping } from "./controller-mapping.ts";
import { CONVENTIONS, type Convention, conventionFor } from "./conventions.ts";
import type { Controller } from "./entry.ts";
import { LIKELY } from "./likelihood.ts";
import type { Scene } from "./scene.ts";

/** Pods that are taken to be there, where the input does not show them. */
export interface Presumption {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly network: "pod" | "host";
}

/** A controller, with what has to be known to judge what it hands on. */
export interface Server {
  readonly controller: Controller;
  /** What it publishes, where no way into its pods can say so. */
  readonly opens: Likelihood;
  /** For an assumed one; absent where nothing is known of it. */
  readonly presumed?: Presumption;
}

/** What is known of a class before anybody looks for the pods that serve it. */
export interface Wanted {
  /** The controller's name in its class, where there is one. */
  readonly controller: string;
  readonly className: string;
  /** What its class is an object of, where a person may say what serves it. */
  readonly kind?: ControllerMapping["kind"];
  /** Labels its pods carry in this namespace for certain, if they are in the cluster. */
  readonly labelled?: { readonly namespace?: string; readonly labels: ReadonlyMap<string, string> };
}

/**
 * What serves a class: what a person says; else by labels that the API gives its pods, by arguments that name its controller, by what such controllers are
 * usually called; else an assumed one.
 *
 * Several workloads that fit each serve it. Without a class any controller may. Cost: workloads. Source: docs/semantics.md EXP-12,
 * EXP-13, EXP-19.
 */
export function serversOf(scene: Scene, wanted: Wanted): readonly Server[] {
  const { controller, className, labelled } = wanted;
  const declared = declaredServers(scene, wanted);
  if (declared.length > 0) return declared;
  const isAny = controller === "" && className === "";
  const convention = conventionFor(controller, className);
  const title = convention?.title ?? (controller || className);
  const name = controller || className;
  if (labelled) {
    const pods = scene.workloads.filter((one) => carries(one, labelled.labels, labelled.namespace));
    if (pods.length > 0) return found(pods, name, "its pods carry the labels of what they serve");
  }
  if (controller !== "") {
    const named = scene.workloads.filter((one) => isRunning(one) && mentions(one, controller));
    if (named.length > 0) return found(named, name, `its arguments name ${controller}`);
  }
  if (convention && !convention.pods)
    return [{ controller: { standing: "outside", name, because: `${title} has no pods` }, opens: LIKELY }];
  const alike = scene.workloads.filter((one) =>
    isAny ? CONVENTIONS.some((each) => isOf(one, each)) : convention !== undefined && isOf(one, convention),
  );
  if (alike.length > 0)
    return found(alike, name, isAny ? "it is a controller, and no class names another" : `it looks like ${title}`);
  const because = convention
    ? `its pods are not in the input, and taken to be as ${title} has them`
    : "its pods are not in the input, and nothing is known of them";
  const presumed = convention && presumptionOf(convention, labelled);
  return [{ controller: { standing: "assumed", name, because }, opens: LIKELY, ...(presumed && { presumed }) }];
}

/** Every workload that is declared to serve the class serves it, so several leave nothing open. */
function declaredServers({ controllers, workloads }: Scene, wanted: Wanted): readonly Server[] {
  const { kind, className, controller } = wanted;
  const name = controller || className;
  return controllers
    .filter((one) => one.kind === kind && one.className === className)
    .flatMap(({ workloads: ids, because }) =>
      workloads
        .filter((endpoint) => ids.some((id) => isPartOf(id, endpoint)))
        .map((endpoint): Server => ({ controller: { standing: "found", name, endpoint, because }, opens: YES })),
    );
}

function found(endpoints: readonly Endpoint[], name: string, because: string): readonly Server[] {
  const opens = endpoints.length === 1 ? YES : LIKELY;
  return endpoints.map((endpoint) => ({ controller: { standing: "found", name, endpoint, because }, opens }));
}

function presumptionOf({ pods }: Convention, labelled: Wanted["labelled"]): Presumption | undefined {
  if (!pods) return undefined;
  const namespace = labelled?.namespace ?? pods.namespace;
  const labels = { ...pods.labels, ...Object.fromEntries(labelled?.labels ?? []) };
  return { namespace, labels, namespaceLabels: { "kubernetes.io/metadata.name": namespace }, network: "pod" };
}

function isOf(endpoint: Endpoint, { pods }: Convention): boolean {
  if (!pods || !isRunning(endpoint)) return false;
  const [key = "", value = ""] = Object.entries(pods.labels)[0] ?? [];
  const labels = endpoint.members[0]?.pods[0]?.labels.values;
  const component = labels?.get("app.kubernetes.io/component") ?? "controller";
  const isOther =
    pods.labels["app.kubernetes.io/component"] !== undefined &&
    component !== pods.labels["app.kubernetes.io/component"];
  const { image } = pods;
  if (image && containersOf(endpoint).some((one) => image.test(imageOf(one)))) return true;
  return labels?.get(key) === value && !isOther;
}

/** Jobs of a controller's installation carry its labels too, and serve nothing. */
function isRunning({ kind }: Endpoint): boolean {
  return kind !== "Job" && kind !== "CronJob";
}

function carries(
  { namespace, members }: Endpoint,
  labels: ReadonlyMap<string, string>,
  wanted: string | undefined,
): boolean {
  if (wanted !== undefined && namespace !== wanted) return false;
  const own = members[0]?.pods[0]?.labels.values;
  return labels.size > 0 && [...labels].every(([key, value]) => own?.get(key) === value);
}

function mentions(endpoint: Endpoint, controller: string): boolean {
  const isIt = (text: string) => text === controller || text.endsWith(`=${controller}`);
  return containersOf(endpoint).some(({ command, args }) => [...command, ...args].some(isIt));
}

function containersOf({ members }: Endpoint): readonly Container[] {
  return members[0]?.pods[0]?.spec.containers ?? [];
}

/** The image without tag and digest. */
function imageOf({ image }: Container): string {
  return (image.split("@")[0] ?? "").replace(/:[^/:]*$/, "");
}
