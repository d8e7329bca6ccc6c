import type { Endpoint } from "../../engine/endpoints.ts";

/** Labels that say which application a pod belongs to, the best first. */
const IDENTITY_LABELS = ["app.kubernetes.io/name", "app", "k8s-app", "name"];

/** `app=web`: what pods of one application have in common; with the component where one is named, since tiers differ on purpose. */
export function identityKey({ members }: Endpoint): string | undefined {
  const labels = members[0]?.pods[0]?.labels.values;
  const key = IDENTITY_LABELS.find((one) => labels?.has(one));
  if (!labels || key === undefined) return undefined;
  const parts = ["app.kubernetes.io/component", "component", "tier", "role"].filter(
    (one) => one !== key && labels.has(one),
  );
  return [key, ...parts].map((one) => `${one}=${labels.get(one)}`).join(",");
}
