import type { Cluster, Pod } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Container } from "../../model/security.ts";
import type { Service } from "../../model/service.ts";
import type { Span } from "../../model/source.ts";
import type { ConfigMap } from "../../model/storage.ts";
import { Backends } from "./backends.ts";
import { type EntryPoint, INTERNET } from "./entry-points.ts";
import type { Foothold } from "./foothold.ts";

/** A flow the application needs, and who says so. */
export interface Need {
  /** An endpoint, or {@link INTERNET}. */
  readonly from: string;
  readonly to: string;
  readonly ports: ConnectionSet;
  readonly provenance: "declared" | "inferred";
  readonly because: string;
  readonly span?: Span;
}

/**
 * The flows that manifests show to be needed: addresses of Services in variables, arguments and ConfigMaps of a pod, and entry points.
 *
 * A name alone counts where its variable is called after an address; with a port, a scheme or a namespace it counts anywhere.
 * Cost: linear in the text of the pods' configuration. Source: docs/attack-paths.md "Needed flows".
 */
export function inferNeeds(
  cluster: Cluster,
  footholds: readonly Foothold[],
  entries: readonly EntryPoint[],
): readonly Need[] {
  const backends = new Backends(cluster, footholds);
  const needs = new Map<string, Need>();
  const add = (need: Need) => {
    const key = `${need.from}>${need.to}`;
    const known = needs.get(key);
    needs.set(key, known ? { ...known, ports: known.ports.union(need.ports) } : need);
  };
  for (const { foothold, service, port: asked, where, span, ...mention } of serviceMentions(cluster, footholds)) {
    for (const { foothold: target, port, protocol, servicePort } of backends.of(service)) {
      if (target.id === foothold.id || !isMeant({ ...mention, port: asked }, servicePort.port, service)) continue;
      // The name of a headless Service is its pods' own addresses: what is dialled is what they see (SVC-4).
      const seen = service.addressing === "headless" ? servicePort.port : port;
      add({
        from: foothold.id,
        to: target.id,
        ports: ConnectionSet.ports(protocol, seen, seen),
        provenance: "inferred",
        because: `${where} names Service ${service.namespace}/${service.name}`,
        span,
      });
    }
  }
  for (const { workload, controller, ports, object, span, provenance } of entries) {
    // That something can be entered does not say that anybody needs to.
    if (provenance === "declared") continue;
    const published = { to: workload, ports, provenance: "inferred", span } as const;
    if (controller !== undefined && controller !== workload)
      add({ ...published, from: controller, because: `${controller} hands on what ${object} leads there` });
    else add({ ...published, from: INTERNET, because: `${object} publishes it` });
  }
  return [...needs.values()];
}

/** An address of a Service in the configuration of a workload. */
export interface ServiceMention extends Mention {
  readonly foothold: Foothold;
  readonly service: Service;
}

/** Every Service that the configuration of some workloads names. Cost: linear in its text. */
export function serviceMentions(cluster: Cluster, footholds: readonly Foothold[]): readonly ServiceMention[] {
  const services = new Map(cluster.services.map((service) => [`${service.namespace}/${service.name}`, service]));
  const configMaps = new Map(cluster.storage.configMaps.map((one) => [`${one.namespace}/${one.name}`, one]));
  return footholds.flatMap((foothold) =>
    foothold.pods
      .flatMap((pod) => mentionsOf(pod, configMaps))
      .flatMap((mention) => {
        const service = serviceMeant(mention, foothold.namespace, services);
        return service ? [{ ...mention, foothold, service }] : [];
      }),
  );
}

/** An address in somebody's configuration. */
interface Mention {
  readonly host: string;
  readonly port?: number | undefined;
  readonly scheme?: string | undefined;
  readonly where: string;
  readonly span: Span;
}

interface Text {
  readonly text: string;
  /** Whether what it is called says that it holds an address. */
  readonly names: boolean;
  readonly where: string;
  readonly span: Span;
}

const ADDRESS_NAME = /host|addr|url|uri|endpoint|server|service|backend|upstream|target|dsn|broker|peer/i;

function mentionsOf(pod: Pod, configMaps: ReadonlyMap<string, ConfigMap>): readonly Mention[] {
  const entriesOf = (name: string) => configMaps.get(`${pod.namespace}/${name}`)?.entries ?? [];
  const texts = pod.spec.containers.flatMap((container) => textsOf(container, pod, entriesOf));
  const volumes = pod.spec.volumes.flatMap((volume) =>
    volume.kind === "configMap" ? entriesOf(volume.configMap) : [],
  );
  const files = volumes.map(
    ({ key, value, span }): Text => ({ text: value, names: false, where: `file ${key}`, span }),
  );
  return [...texts, ...files].flatMap(addressesIn);
}

function textsOf(
  { name, env, envFrom, args, command, span }: Container,
  _: Pod,
  entriesOf: (configMap: string) => ConfigMap["entries"],
): readonly Text[] {
  const variables = env.flatMap((one): readonly Text[] => {
    const base = { names: ADDRESS_NAME.test(one.name), where: `variable ${one.name}` };
    if (one.kind === "value") return [{ ...base, text: one.value, span: one.span }];
    if (one.kind !== "configMap") return [];
    return entriesOf(one.configMap)
      .filter(({ key }) => key === one.key)
      .map((entry) => ({ ...base, text: entry.value, span: entry.span }));
  });
  const all = envFrom.flatMap((one) => (one.kind === "configMap" ? entriesOf(one.name) : []));
  const words = [...command, ...args].map(
    (text): Text => ({ text, names: false, where: `an argument of container ${name}`, span }),
  );
  const fromMaps = all.map(
    ({ key, value, span: at }): Text => ({
      text: value,
      names: ADDRESS_NAME.test(key),
      where: `variable ${key}`,
      span: at,
    }),
  );
  return [...variables, ...fromMaps, ...words];
}

const ADDRESS =
  /(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^\s@/,;"']*@)?([a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*)(?::(\d{1,5}))?(?![-a-z0-9.])/gi;

function addressesIn({ text, names, where, span }: Text): readonly Mention[] {
  return [...text.slice(0, MAX_TEXT).matchAll(ADDRESS)].flatMap(([whole, scheme, host = "", port]) => {
    const isAlone = whole === text.trim();
    const isAddress = scheme !== undefined || port !== undefined || host.includes(".svc");
    if (!isAddress && !(names && isAlone) && !host.includes(".")) return [];
    return [
      {
        host: host.toLowerCase(),
        where,
        span,
        ...(port !== undefined && { port: Number(port) }),
        ...(scheme !== undefined && { scheme: scheme.toLowerCase() }),
      },
    ];
  });
}

/** How much of one text is searched. */
const MAX_TEXT = 4096;

/** `name`, `name.namespace`, `name.namespace.svc` or the whole name; of a pod of a StatefulSet, its Service. */
export function serviceMeant(
  { host }: Pick<Mention, "host">,
  namespace: string,
  services: ReadonlyMap<string, Service>,
): Service | undefined {
  const [name = "", second, ...rest] = host.split(".");
  const isInside = rest.length === 0 || rest[0] === "svc";
  const direct = isInside ? services.get(`${second ?? namespace}/${name}`) : undefined;
  if (direct) return direct;
  const [third, ...more] = rest;
  const isPod = second !== undefined && (third === undefined || more.length === 0 || more[0] === "svc");
  return isPod ? services.get(`${third ?? namespace}/${second}`) : undefined;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  redis: 6379,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mongodb: 27017,
  amqp: 5672,
};

function isMeant({ port, scheme }: Pick<Mention, "port" | "scheme">, servicePort: number, service: Service): boolean {
  if (port !== undefined) return servicePort === port;
  const usual = scheme === undefined ? undefined : DEFAULT_PORTS[scheme];
  return usual === undefined || !service.ports.some((one) => one.port === usual) || servicePort === usual;
}
