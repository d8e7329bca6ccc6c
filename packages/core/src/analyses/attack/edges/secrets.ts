import type { Pod } from "../../../model/cluster.ts";
import type { Mount } from "../../../model/security.ts";
import type { Span } from "../../../model/source.ts";
import type { Secret } from "../../../model/storage.ts";
import { accountName } from "../accounts.ts";
import type { Doors } from "../doors.ts";
import type { AttackRule } from "../fact.ts";
import type { Foothold } from "../foothold.ts";
import { groupBy } from "../group-by.ts";
import { type ObjectKind, secretName } from "../knowledge.ts";
import type { ServiceMention } from "../needs.ts";
import type { Site } from "../site.ts";

/** A Secret or a ConfigMap that a pod is given, and by which field. */
export interface Given {
  readonly kind: ObjectKind;
  readonly name: string;
  /** Absent: all of them. */
  readonly keys?: readonly string[];
  readonly how: "variable" | "volume";
  readonly because: string;
  readonly span: Span;
}

/** Every Secret in the environment or the volumes of a pod. */
export function secretsGiven(pod: Pod): readonly Given[] {
  return objectsGiven(pod).filter(({ kind }) => kind === "secret");
}

/** Every Secret and every ConfigMap in the environment or the volumes of a pod. */
export function objectsGiven({ spec }: Pod): readonly Given[] {
  const variables = spec.containers.flatMap(({ name, env, envFrom }): Given[] => [
    ...env.flatMap((one): Given[] => {
      const how = { how: "variable", because: `variable ${one.name} of container ${name}`, span: one.span } as const;
      if (one.kind === "secret") return [{ ...how, kind: "secret", name: one.secret, keys: [one.key] }];
      return one.kind === "configMap" ? [{ ...how, kind: "configmap", name: one.configMap, keys: [one.key] }] : [];
    }),
    ...envFrom.map((one): Given => {
      const kind = one.kind === "secret" ? "secret" : "configmap";
      return { kind, name: one.name, how: "variable", because: `variables of container ${name}`, span: one.span };
    }),
  ]);
  const mounts = groupBy(
    spec.containers.flatMap((container) => container.mounts),
    ({ volume }) => volume,
  );
  const volumes = spec.volumes.flatMap((volume): Given[] => {
    const mounted = mounts.get(volume.name);
    if (!mounted) return [];
    const how = { how: "volume", because: `volume ${volume.name}`, span: volume.span } as const;
    const sources = volume.kind === "projected" ? volume.sources : [volume];
    return sources.flatMap((source): Given[] => {
      if (source.kind !== "secret" && source.kind !== "configMap") return [];
      const keys = source.keys ?? filesIn(mounted);
      const given = source.kind === "secret" ? source.secret : source.configMap;
      const kind = source.kind === "secret" ? "secret" : "configmap";
      return [{ ...how, kind, name: given, ...(keys && { keys }) }];
    });
  });
  return [...variables, ...volumes].filter(({ name }) => name !== "");
}

/** The files that are mounted one by one; nothing where some mount has them all. */
function filesIn(mounts: readonly Mount[]): readonly string[] | undefined {
  const files = mounts.flatMap(({ subPath }) => subPath || []);
  return files.length === mounts.length ? files : undefined;
}

/** MOUNT: a pod knows the Secrets and ConfigMaps it is given. Values in a secret store's class count as one. */
export function mountEdges({ builder, footholds, knowledge }: Site): void {
  for (const { id, own, namespace, pods } of footholds) {
    for (const pod of pods) {
      const classes = pod.spec.volumes.flatMap((volume): Given[] =>
        volume.kind === "csi" && volume.secretProviderClass
          ? [
              {
                kind: "secret",
                name: `class/${volume.secretProviderClass}`,
                how: "volume",
                because: `volume ${volume.name}`,
                span: volume.span,
              },
            ]
          : [],
      );
      for (const { kind, name, keys, because, span } of [...objectsGiven(pod), ...classes])
        for (const gives of knowledge.learnt(kind, namespace, name, keys))
          builder.add({
            edge: "MOUNT",
            needs: [own],
            gives,
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

/** K-DB: who knows a Secret that a store is given, or a client of it for logging in, gets in with a login instead of a flaw. */
export function loginEdges(site: Site, doors: Doors, isStore: (foothold: Foothold) => boolean): void {
  const stores = site.footholds.filter(isStore);
  for (const store of stores)
    for (const given of store.pods.flatMap(secretsGiven))
      loginEdge(site, doors, store, secretName(store.namespace, given.name), {
        because: `${store.id} is given it as ${given.because}`,
        evidence: [given.span],
      });
  const objects = new Map(site.cluster.storage.secrets.map((one) => [secretName(one.namespace, one.name), one]));
  for (const [client, mentions] of groupBy(site.mentions(), ({ foothold }) => foothold)) {
    const secrets = client.pods
      .flatMap(secretsGiven)
      .filter((given) => isLogin(given, objects.get(secretName(client.namespace, given.name))));
    const used = secrets.length === 0 ? [] : storesOf(site, mentions, isStore);
    for (const given of secrets)
      for (const { store, mention } of used.length === 1 ? used : used.filter((one) => isFor(given, one)))
        loginEdge(site, doors, store, secretName(client.namespace, given.name), {
          because: `${client.id} is given it as ${given.because}, and ${mention.where} names Service ${mention.service.name}, which leads to ${store.id}`,
          evidence: [given.span, mention.span],
        });
  }
}

function loginEdge(
  { builder }: Site,
  doors: Doors,
  store: Foothold,
  secret: string,
  why: Pick<AttackRule, "because" | "evidence">,
): void {
  for (const door of doors.of(store))
    builder.add({
      ...why,
      edge: "K-DB",
      needs: [door.inside, builder.fact("know", secret)],
      gives: store.own,
      cost: 1,
      certainty: "assumed",
      assumption: `${secret} holds a login of ${store.id}`,
    });
}

interface UsedStore {
  readonly store: Foothold;
  readonly mention: ServiceMention;
}

/** The stores a client is configured to call, each once. */
function storesOf(
  { backends }: Site,
  mentions: readonly ServiceMention[],
  isStore: (foothold: Foothold) => boolean,
): readonly UsedStore[] {
  const used = mentions.flatMap((mention) =>
    backends.of(mention.service).flatMap(({ foothold }) => (isStore(foothold) ? [{ store: foothold, mention }] : [])),
  );
  return [...new Map(used.map((one) => [one.store, one])).values()];
}

const LOGIN_WORD = /pass(?:word|wd|phrase)?|pwd|dsn|credential|connection/i;

/** Whether what a Secret, its keys or its variable are called says that there is a password in it. */
function isLogin({ name, keys, because }: Given, object: Secret | undefined): boolean {
  const words = [name, ...(keys ?? object?.keys ?? []), because.replace(/ of container .*$/, "")];
  return words.some((word) => LOGIN_WORD.test(word)) && (object === undefined || isValuable(object));
}

/** Of a client of several stores: whether the login is called after one of them. */
function isFor({ name, keys = [], because }: Given, { store, mention }: UsedStore): boolean {
  const words = [name, ...keys, because].join(" ").toLowerCase();
  return [mention.service.name, store.endpoint.name ?? ""].some((word) => word !== "" && words.includes(word));
}

/** Types of Secrets that give no access to anything inside. */
const HARMLESS =
  /^(?:kubernetes\.io\/docker(?:config|configjson|cfg)|helm\.sh\/release\.v1|bootstrap\.kubernetes\.io\/token)$/;

export function isValuable({ type }: Pick<Secret, "type">): boolean {
  return !HARMLESS.test(type);
}
