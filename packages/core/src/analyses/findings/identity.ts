import type { Endpoint } from "../../engine/endpoints.ts";

/** Labels that say which application a pod belongs to, the best first. */
const IDENTITY_LABELS = ["app.kubernetes.io/name", "app", "k8s-app", "name"];

/** Labels that say which part of it. */
const PART_LABELS = ["app.kubernetes.io/component", "component", "tier", "role"];

/**
 * `app=web`: what pods of one application have in common; with the component where one is named, since tiers differ on purpose.
 * Without such a label it is the workload they are of: `Deployment/web`.
 */
export function identityKey(endpoint: Endpoint): string | undefined {
  const labels = labelsOf(endpoint);
  const key = IDENTITY_LABELS.find((one) => labels?.has(one));
  if (key !== undefined) return words(labels, [key, ...PART_LABELS.filter((one) => one !== key)]);
  return endpoint.name === undefined ? undefined : `${endpoint.kind}/${endpoint.name}`;
}

/** `app=web`: the application, whatever part of it. */
export function applicationOf(endpoint: Endpoint): string | undefined {
  const labels = labelsOf(endpoint);
  const key = IDENTITY_LABELS.find((one) => labels?.has(one));
  return key && `${key}=${labels?.get(key)}`;
}

/** `component=api`: the part of an application it says it is; empty where it says nothing. */
export function partOf(endpoint: Endpoint): string {
  return words(labelsOf(endpoint), PART_LABELS);
}

function labelsOf({ members }: Endpoint): ReadonlyMap<string, string> | undefined {
  return members[0]?.pods[0]?.labels.values;
}

function words(labels: ReadonlyMap<string, string> | undefined, keys: readonly string[]): string {
  return keys.flatMap((key) => (labels?.has(key) ? [`${key}=${labels.get(key)}`] : [])).join(",");
}
