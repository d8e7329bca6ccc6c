import type { Pod } from "../../../model/cluster.ts";
import type { Span } from "../../../model/source.ts";
import type { Secret } from "../../../model/storage.ts";
import { accountName } from "../accounts.ts";
import type { Doors } from "../doors.ts";
import { groupBy, type Site } from "../site.ts";

/** A Secret a pod is given, and by which field. */
export interface Given {
  readonly secret: string;
  readonly how: "variable" | "volume";
  readonly because: string;
  readonly span: Span;
}

/** `secret:shop/db`. */
export function secretName(namespace: string, name: string): string {
  return `secret:${namespace}/${name}`;
}

/** Every Secret in the environment or the volumes of a pod. */
export function secretsGiven({ spec }: Pod): readonly Given[] {
  const variables = spec.containers.flatMap(({ name, env, envFrom }): Given[] => [
    ...env.flatMap((one): Given[] =>
      one.kind === "secret"
        ? [
            {
              secret: one.secret,
              how: "variable",
              because: `variable ${one.name} of container ${name}`,
              span: one.span,
            },
          ]
        : [],
    ),
    ...envFrom.flatMap((one): Given[] =>
      one.kind === "secret"
        ? [{ secret: one.name, how: "variable", because: `variables of container ${name}`, span: one.span }]
        : [],
    ),
  ]);
  const mounted = new Set(spec.containers.flatMap(({ mounts }) => mounts.map(({ volume }) => volume)));
  const volumes = spec.volumes
    .filter(({ name }) => mounted.has(name))
    .flatMap((volume): Given[] => {
      const sources = volume.kind === "projected" ? volume.sources : [volume];
      return sources.flatMap((source): Given[] =>
        source.kind === "secret"
          ? [{ secret: source.secret, how: "volume", because: `volume ${volume.name}`, span: volume.span }]
          : [],
      );
    });
  return [...variables, ...volumes].filter(({ secret }) => secret !== "");
}

/** MOUNT: a pod knows the Secrets it is given. Values in a secret store's class count as one. */
export function mountEdges({ builder, footholds }: Site): void {
  for (const { id, own, namespace, pods } of footholds) {
    for (const pod of pods) {
      const classes = pod.spec.volumes.flatMap((volume) =>
        volume.kind === "csi" && volume.secretProviderClass
          ? [{ secret: `class/${volume.secretProviderClass}`, because: `volume ${volume.name}`, span: volume.span }]
          : [],
      );
      for (const { secret, because, span } of [...secretsGiven(pod), ...classes])
        builder.add({
          edge: "MOUNT",
          needs: [own],
          gives: builder.fact("know", secretName(namespace, secret)),
          cost: 0,
          certainty: "proved",
          because: `${id} is given it as ${because}`,
          evidence: [span],
        });
    }
  }
}

const TOKEN_TYPE = "kubernetes.io/service-account-token";
const ACCOUNT = "kubernetes.io/service-account.name";

/** K-SA: a Secret that holds an account's token is that token. */
export function tokenSecretEdges({ builder, cluster }: Site): void {
  for (const { namespace, name, type, annotations, span } of cluster.storage.secrets) {
    const account = annotations.get(ACCOUNT);
    if (type !== TOKEN_TYPE || account === undefined) continue;
    builder.add({
      edge: "K-SA",
      needs: [builder.fact("know", secretName(namespace, name))],
      gives: builder.fact("hold", `token:${accountName({ namespace, name: account })}`),
      cost: 0,
      certainty: "proved",
      because: `secret ${namespace}/${name} holds the token of ${account}`,
      evidence: [span],
    });
  }
}

/** K-DB: who knows a Secret that a workload is given, and reaches it, gets in with a login instead of a flaw. */
export function loginEdges(site: Site, doors: Doors, isStore: (id: string) => boolean): void {
  const { builder, footholds } = site;
  const stores = footholds.filter(({ id }) => isStore(id));
  const bySecret = groupBy(
    stores.flatMap((store) =>
      store.pods.flatMap((pod) =>
        secretsGiven(pod).map((given) => ({ store, given, name: secretName(store.namespace, given.secret) })),
      ),
    ),
    ({ name }) => name,
  );
  for (const [name, uses] of bySecret) {
    for (const { store, given } of uses) {
      for (const door of doors.of(store))
        builder.add({
          edge: "K-DB",
          needs: [door.fact, builder.fact("know", name)],
          gives: store.own,
          cost: 1,
          certainty: "assumed",
          because: `${store.id} is given ${name} as ${given.because}`,
          assumption: `${name} holds a login of ${store.id}`,
          evidence: [given.span],
        });
    }
  }
}

/** Types of Secrets that give no access to anything inside. */
const HARMLESS =
  /^(?:kubernetes\.io\/docker(?:config|configjson|cfg)|helm\.sh\/release\.v1|bootstrap\.kubernetes\.io\/token)$/;

export function isValuable({ type }: Pick<Secret, "type">): boolean {
  return !HARMLESS.test(type);
}
