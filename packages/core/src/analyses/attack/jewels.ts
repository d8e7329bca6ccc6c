import { isPartOf } from "../../engine/endpoints.ts";
import type { Pod, Workload } from "../../model/cluster.ts";
import type { Span } from "../../model/source.ts";
import type { Declared } from "./declared.ts";
import { EXFILTRATION } from "./edges/network.ts";
import { ADMIN } from "./edges/powers.ts";
import { isValuable } from "./edges/secrets.ts";
import type { FactIndex } from "./fact.ts";
import type { Foothold } from "./foothold.ts";
import { type KnownContent, secretName } from "./knowledge.ts";
import type { Site } from "./site.ts";

/** Something worth protecting, and who says so. */
export interface Jewel {
  readonly fact: FactIndex;
  readonly reason: "declared" | "admin" | "node" | "store" | "secret" | "exfiltration";
  /** `declared`: by a person. `inferred`: from what things usually are. */
  readonly provenance: "declared" | "inferred";
  readonly because: string;
  readonly span?: Span;
}

/** The annotation, or label, by which a workload, its pods or a Secret are declared a jewel. */
export const JEWEL_ANNOTATION = "watertight.dev/jewel";

/** Images of well-known stores of data and keys, as they end before their tag. */
const STORE_IMAGE =
  /(?:^|[/-])(?:postgres(?:ql)?|mysql|mariadb|mssql|oracle-?db|mongo(?:db)?|redis|valkey|cassandra|elasticsearch|opensearch|etcd|kafka|rabbitmq|minio|vault|openldap|couchdb|neo4j|influxdb|clickhouse)(?:-server|-alpine)?(?::|@|$)/i;

/** Ports they listen on. */
const STORE_PORTS: ReadonlySet<number> = new Set([
  5432, 3306, 1433, 1521, 27017, 6379, 9042, 9200, 2379, 9092, 5672, 8200, 389, 636,
]);

/** What is declared a jewel, then what is inferred to be one. Source: docs/attack-paths.md "Jewels". */
export function jewelsOf(
  site: Site,
  options: {
    readonly edges: "network" | "all";
    readonly jewels: readonly string[];
    readonly declared: Pick<Declared, "jewels">;
  },
): readonly Jewel[] {
  const declared = [
    ...declaredJewels(site),
    ...namedJewels(site, options.jewels),
    ...filedJewels(site, options.declared),
  ];
  const inferred = [...storeJewels(site), ...(options.edges === "all" ? worldlyJewels(site) : [])];
  return [...new Map([...inferred, ...declared].map((jewel) => [jewel.fact, jewel])).values()].sort(
    (a, b) => RANK.indexOf(a.reason) - RANK.indexOf(b.reason) || a.fact - b.fact,
  );
}

/** From the most precious on. */
const RANK: readonly Jewel["reason"][] = ["declared", "admin", "node", "store", "secret", "exfiltration"];

/** What owning, or in mode `reach` reaching, a workload is called. */
function heldFact({ builder, mode }: Site, { own, id }: Foothold): FactIndex {
  return mode === "reach" ? builder.fact("reach", `reach:${id}`) : own;
}

function declaredJewels(site: Site): readonly Jewel[] {
  const { builder, cluster, footholds } = site;
  const workloads = new Map(cluster.workloads.map((workload) => [workload.id, workload]));
  const declared = { reason: "declared", provenance: "declared", because: `annotated ${JEWEL_ANNOTATION}` } as const;
  const own = footholds.flatMap((foothold) => {
    const [pod] = foothold.pods;
    const workload = pod && workloads.get(pod.workload);
    return isAnnotatedJewel(workload, pod)
      ? [{ ...declared, fact: heldFact(site, foothold), ...(workload && { span: workload.span }) }]
      : [];
  });
  const secrets = cluster.storage.secrets
    .filter(({ annotations }) => isDeclared(annotations.get(JEWEL_ANNOTATION)))
    .map(({ namespace, name, span }) => ({
      ...declared,
      fact: builder.fact("know", secretName(namespace, name)),
      span,
    }));
  return [...own, ...secrets];
}

/** Whether an annotation or label of a workload, or of a pod of it, declares it a jewel. */
export function isAnnotatedJewel(workload: Workload | undefined, pod: Pod | undefined): boolean {
  const said = [workload?.annotations, workload?.labels, pod?.annotations, pod?.labels.values];
  return said.some((map) => isDeclared(map?.get(JEWEL_ANNOTATION)));
}

function isDeclared(value: string | undefined): boolean {
  return value !== undefined && value !== "false";
}

function namedJewels(site: Site, names: readonly string[]): readonly Jewel[] {
  const { builder, footholds } = site;
  return names.flatMap((name): readonly Jewel[] => {
    const foothold = footholds.find(({ id }) => id === name);
    const fact = foothold
      ? heldFact(site, foothold)
      : /^(?:secret|configmap):/.test(name)
        ? builder.fact("know", name)
        : name.startsWith("node:")
          ? builder.fact("root", name)
          : undefined;
    return fact === undefined ? [] : [{ fact, reason: "declared", provenance: "declared", because: "declared" }];
  });
}

function filedJewels(site: Site, { jewels }: Pick<Declared, "jewels">): readonly Jewel[] {
  return jewels.flatMap(({ fact: { kind, name }, because, span }) => {
    const facts =
      kind === "own"
        ? site.footholds.filter(({ endpoint }) => isPartOf(name, endpoint)).map((one) => heldFact(site, one))
        : [site.builder.fact(kind, name)];
    return facts.map((fact): Jewel => ({ fact, reason: "declared", provenance: "declared", because, span }));
  });
}

function storeJewels(site: Site): readonly Jewel[] {
  return site.footholds.flatMap((foothold): readonly Jewel[] => {
    const because = foothold.pods.map((pod) => storeReason(pod, foothold)).find((reason) => reason !== undefined);
    const span = foothold.pods[0]?.span;
    return because === undefined
      ? []
      : [{ fact: heldFact(site, foothold), reason: "store", provenance: "inferred", because, ...(span && { span }) }];
  });
}

function storeReason({ spec, ports }: Pod, { kind }: Foothold): string | undefined {
  const main = spec.containers.filter((container) => container.kind === "main");
  const image = main.find((container) => STORE_IMAGE.test(container.image))?.image;
  if (image !== undefined) return `image ${image} is a store`;
  const port = ports.find((one) => one.protocol === "TCP" && one.container === "main" && STORE_PORTS.has(one.port));
  if (port) return `port ${port.port} is that of a store`;
  const keeps = spec.volumes.some((one) => one.kind === "claimTemplate" || one.kind === "persistentVolumeClaim");
  return kind === "StatefulSet" && keeps ? "a StatefulSet that keeps data" : undefined;
}

const HOLDS: { readonly [K in KnownContent["content"]["kind"]]: string } = {
  token: "a ServiceAccount's token in a ConfigMap",
  kubeconfig: "a kubeconfig with a login in a ConfigMap",
  "private-key": "a private key in a ConfigMap",
  login: "an address with a password in a ConfigMap",
};

/** What is precious in any cluster. */
function worldlyJewels({ builder, cluster, nodes, knowledge }: Site): readonly Jewel[] {
  const inferred = { provenance: "inferred" } as const;
  const secrets = cluster.storage.secrets
    .filter((secret) => isValuable(secret))
    .map(({ namespace, name, type, span }): Jewel => {
      const fact = builder.fact("know", secretName(namespace, name));
      return { ...inferred, fact, reason: "secret", because: `a Secret of type ${type}`, span };
    });
  const configured = knowledge
    .inConfigMaps("*")
    .map(
      ({ fact, content, span }): Jewel => ({ ...inferred, fact, reason: "secret", because: HOLDS[content.kind], span }),
    );
  return [
    { ...inferred, fact: builder.fact("admin", ADMIN), reason: "admin", because: "whoever has it has everything" },
    ...nodes.all.map(
      (node): Jewel => ({ ...inferred, fact: nodes.root(node), reason: "node", because: "a node holds its pods" }),
    ),
    ...secrets,
    ...configured,
    {
      ...inferred,
      fact: builder.fact("exfiltrate", EXFILTRATION),
      reason: "exfiltration",
      because: "data leaves the cluster",
    },
  ];
}
