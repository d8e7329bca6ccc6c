import type { Cluster, Pod } from "../../model/cluster.ts";
import type { Container } from "../../model/security.ts";
import type { Service } from "../../model/service.ts";

/** A Service that the configuration of a pod speaks of. */
export interface Mention {
  readonly service: Service;
  /** The port of the Service, where one is named. */
  readonly port?: number;
  /** Where it is spoken of: `env CART_ADDR`. */
  readonly where: string;
}

interface Text {
  readonly text: string;
  readonly where: string;
  /** Whether the text as a whole may be a host name: the value of a variable that is called so. */
  readonly isHost: boolean;
}

const HOST_VARIABLE = /host|addr|address|url|uri|server|service|endpoint|backend|broker|dsn|upstream/i;

/** Host names, with what stands before and behind them. */
const HOSTS =
  /(?<scheme>[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?|@)?(?<host>[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)(?::(?<port>\d{1,5}))?/g;

/**
 * The Services that a pod's variables, arguments and ConfigMaps speak of by name, each once.
 *
 * A bare name counts where it stands as a host does: with a scheme or a port, or as the whole value of a variable for hosts. What
 * comes from Secrets is not known. Cost: the length of the texts.
 */
export function mentionsOf(cluster: Cluster, pod: Pod, services: ServiceNames): readonly Mention[] {
  const found = new Map<string, Mention>();
  for (const { text, where, isHost } of textsOf(cluster, pod)) {
    for (const { groups, 0: whole } of text.toLowerCase().matchAll(HOSTS)) {
      const { scheme, host = "", port } = groups ?? {};
      const stands = scheme !== undefined || port !== undefined || (isHost && whole === text.toLowerCase());
      const service = services.find(host, pod.namespace);
      if (!service || (!stands && !host.includes("."))) continue;
      const number = port === undefined ? undefined : Number(port);
      const key = `${service.namespace}/${service.name}:${number ?? ""}`;
      if (!found.has(key)) found.set(key, { service, where, ...(number !== undefined && { port: number }) });
    }
  }
  return [...found.values()];
}

/** Services by the names pods call them by. */
export class ServiceNames {
  private readonly byId: ReadonlyMap<string, Service>;

  constructor({ services }: Cluster) {
    this.byId = new Map(services.map((service) => [`${service.namespace}/${service.name}`, service]));
  }

  /** The Service that `name`, `name.namespace`, `name.namespace.svc` or the full name means to a pod of a namespace. */
  find(host: string, from: string): Service | undefined {
    const [name = "", namespace, svc, ...rest] = host.split(".");
    if (svc !== undefined && svc !== "svc") return undefined;
    if (rest.length > 0 && svc === undefined) return undefined;
    return this.byId.get(`${namespace ?? from}/${name}`);
  }
}

function textsOf(cluster: Cluster, pod: Pod): readonly Text[] {
  const configMap = (name: string) =>
    cluster.storage.configMaps.find((one) => one.name === name && one.namespace === pod.namespace);
  const mounted = pod.spec.volumes.flatMap((volume): readonly Text[] => {
    const names =
      volume.kind === "configMap"
        ? [volume.configMap]
        : volume.kind === "projected"
          ? volume.sources.flatMap((source) => (source.kind === "configMap" ? source.configMap : []))
          : [];
    return names.flatMap((name) =>
      (configMap(name)?.entries ?? []).map(({ key, value }) => ({
        text: value,
        where: `ConfigMap ${name} ${key}`,
        isHost: false,
      })),
    );
  });
  const isRunning = ({ kind }: Container) => kind !== "init";
  const own = pod.spec.containers.filter(isRunning).flatMap((container): readonly Text[] => [
    ...container.env.flatMap((variable): readonly Text[] => {
      const where = `env ${variable.name}`;
      const isHost = HOST_VARIABLE.test(variable.name);
      if (variable.kind === "value") return [{ text: variable.value, where, isHost }];
      if (variable.kind !== "configMap") return [];
      const entry = configMap(variable.configMap)?.entries.find(({ key }) => key === variable.key);
      return entry ? [{ text: entry.value, where, isHost }] : [];
    }),
    ...container.envFrom.flatMap((source): readonly Text[] =>
      source.kind === "configMap"
        ? (configMap(source.name)?.entries ?? []).map(({ key, value }) => ({
            text: value,
            where: `env ${source.prefix}${key}`,
            isHost: HOST_VARIABLE.test(key),
          }))
        : [],
    ),
    ...[...container.command, ...container.args].map((text) => ({ text, where: "arguments", isHost: false })),
  ]);
  return [...own, ...mounted];
}
