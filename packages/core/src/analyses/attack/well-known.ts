import type { Pod } from "../../model/cluster.ts";

/** Images of well-known stores of data and keys, as they end before their tag. */
const STORE_IMAGE =
  /(?:^|[/.-])(?:postgres(?:ql)?|mysql|mariadb|mssql(?:\/server)?|azure-sql-edge|oracle-?(?:db|xe|free)|oracle(?:\.com)?\/database(?:\/\w+)?|mongo(?:db)?|redis|valkey|cassandra|elasticsearch|opensearch|etcd|kafka|rabbitmq|minio|vault|openldap|couchdb|neo4j|influxdb|clickhouse)(?:-server|-alpine)?(?::|@|$)/i;

/** Ports they listen on, but for those that others use as well, such as MinIO's. */
const STORE_PORTS: ReadonlySet<number> = new Set([
  5432, 3306, 1433, 1521, 27017, 6379, 9042, 9200, 2379, 9092, 5672, 8200, 389, 636,
]);

/** Why a pod is taken for a store of data or keys; `undefined` where it is not. */
export function storeReason({ spec, ports }: Pod, kind: string): string | undefined {
  const image = mainImages({ spec }).find((one) => STORE_IMAGE.test(one));
  if (image !== undefined) return `image ${image} is a store`;
  const port = ports.find((one) => one.protocol === "TCP" && one.container === "main" && STORE_PORTS.has(one.port));
  if (port) return `port ${port.port} is that of a store`;
  const keeps = spec.volumes.some((one) => one.kind === "claimTemplate" || one.kind === "persistentVolumeClaim");
  return kind === "StatefulSet" && keeps ? "a StatefulSet that keeps data" : undefined;
}

/**
 * Images of consoles from which other things are commanded or looked into, and, of an image that is also used otherwise, the program
 * that is one. Source: the interfaces Kubescape counts as sensitive, and consoles of stores and clusters.
 */
const CONSOLES: readonly { readonly image: string; readonly runs?: string }[] = [
  { image: "argoproj/argocd", runs: "argocd-server" },
  { image: "argoproj/argocli", runs: "server" },
  ...[
    "kubernetesui/dashboard",
    "kubernetesui/dashboard-api",
    "headlamp",
    "rancher/rancher",
    "portainer",
    "portainer-ce",
    "weaveworks/scope",
    "centraldashboard",
    "jenkins",
    "nifi",
    "prom/prometheus",
    "prometheus/prometheus",
    "grafana/grafana",
    "kibana",
    "ollama",
    "vllm-openai",
    "tritonserver",
    "rayproject/ray",
    "mlflow",
    "jupyterhub",
    "k8s-hub",
    "phpmyadmin",
    "pgadmin4",
    "adminer",
    "mongo-express",
  ].map((image) => ({ image })),
];

/** Why a pod is taken for an admin console; `undefined` where it is not. */
export function consoleReason({ spec }: Pick<Pod, "spec">): string | undefined {
  for (const { kind, image, command, args } of spec.containers) {
    if (kind !== "main") continue;
    const name = `/${image.replace(/@.*$/, "").replace(/:[^/]*$/, "")}`;
    const isMeant = ({ image: known, runs }: (typeof CONSOLES)[number]) =>
      name.endsWith(`/${known}`) &&
      (runs === undefined || [...command, ...args].some((word) => word === runs || word.endsWith(`/${runs}`)));
    if (CONSOLES.some(isMeant)) return `image ${image} is a console`;
  }
  return undefined;
}

function mainImages({ spec }: Pick<Pod, "spec">): readonly string[] {
  return spec.containers.filter(({ kind }) => kind === "main").map(({ image }) => image);
}
