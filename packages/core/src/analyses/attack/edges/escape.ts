import type { Node, Pod } from "../../../model/cluster.ts";
import type { Container, Mount, Volume } from "../../../model/security.ts";
import type { Span } from "../../../model/source.ts";
import type { EdgeName, FactIndex, StepCertainty } from "../fact.ts";
import { nodeName } from "../nodes.ts";
import type { PodSetting } from "../pod-settings.ts";
import type { Site } from "../site.ts";

/** What a pod is given that leads to its node. */
interface Escape {
  readonly edge: EdgeName;
  /** `node`: control of it. `tokens`: those of the pods on it. `variables`: Secrets in the environment of the pods on it. */
  readonly gives: "node" | "tokens" | "variables";
  readonly cost: number;
  readonly certainty: StepCertainty;
  readonly because: string;
  readonly assumption?: string;
  readonly span: Span;
  readonly fix: string;
  readonly setting: PodSetting;
}

/** ESC-*: from a pod to the node it runs on. */
export function escapeEdges(site: Site): void {
  const { builder, footholds, nodes } = site;
  for (const foothold of footholds) {
    const escapes = foothold.pods.flatMap((pod) =>
      escapesOf(pod, site).map((found) => ({ ...found, workload: pod.workload })),
    );
    for (const { gives, span, setting, workload, ...found } of escapes) {
      for (const node of nodes.of(foothold)) {
        builder.add({
          ...found,
          needs: [foothold.own],
          gives: targetOf(site, gives, node),
          because: `${foothold.id}: ${found.because}`,
          evidence: [span],
          fix: `${found.fix} in ${foothold.id}`,
          change: { workload, ...setting },
        });
      }
    }
  }
}

function targetOf({ builder, nodes }: Site, gives: Escape["gives"], node: string): FactIndex {
  if (gives === "node") return nodes.root(node);
  return builder.fact("hub", `${gives} on ${nodeName(node)}`);
}

function escapesOf(pod: Pod, { cluster }: Site): readonly Escape[] {
  const { spec } = pod;
  const privileged = spec.containers.flatMap((container) => privilegedEscape(container));
  return [
    ...privileged,
    ...spec.containers.flatMap((container) => capabilityEscapes(container, pod, cluster.nodes)),
    ...(spec.hostPID ? [environmentEscape(pod)] : []),
    ...spec.volumes.flatMap((volume) => (volume.kind === "hostPath" ? hostPathEscapes(volume, pod) : [])),
  ];
}

function privilegedEscape({ name, security, span }: Container): readonly Escape[] {
  if (!security.privileged) return [];
  return [
    {
      edge: "ESC-PRIV",
      gives: "node",
      cost: 1,
      certainty: "proved",
      because: `container ${name} is privileged`,
      span: security.places.privileged ?? span,
      fix: `drop privileged from container ${name}`,
      setting: { kind: "unprivileged", container: name },
    },
  ];
}

function capabilityEscapes(container: Container, pod: Pod, nodes: readonly Node[]): readonly Escape[] {
  const { name, security, span } = container;
  const has = (capability: string) =>
    security.addedCapabilities.includes(capability) || security.addedCapabilities.includes("ALL");
  const at = security.places.capabilities ?? span;
  const without = (...dropped: readonly string[]): PodSetting => ({
    kind: "capabilities",
    container: name,
    keep: security.addedCapabilities.filter((one) => one !== "ALL" && !dropped.includes(one)),
  });
  const both = pod.spec.hostPID && has("SYS_PTRACE") && has("SYS_ADMIN");
  const doubt = tracingDoubt(container, pod, nodes);
  const tracing: Escape = {
    edge: "ESC-PID",
    gives: "node",
    cost: 2,
    ...(doubt === "confined" || doubt === undefined ? { certainty: "proved" as const } : doubt),
    because: `container ${name} sees the node's processes and may trace them`,
    span: at,
    fix: `drop SYS_PTRACE, SYS_ADMIN or hostPID from container ${name}`,
    setting: without("SYS_PTRACE"),
  };
  const loading: Escape = {
    edge: "ESC-MOD",
    gives: "node",
    cost: has("SYS_MODULE") ? 1 : 3,
    certainty: has("SYS_MODULE") ? "proved" : "conditional",
    because: `container ${name} has the capability ${has("SYS_MODULE") ? "SYS_MODULE" : "SYS_ADMIN"}`,
    ...(!has("SYS_MODULE") && { assumption: "its seccomp and AppArmor profiles do not confine it" }),
    span: at,
    fix: `drop the capability from container ${name}`,
    setting: without("SYS_MODULE", "SYS_ADMIN"),
  };
  return [
    ...(both && doubt !== "confined" ? [tracing] : []),
    ...(has("SYS_MODULE") || has("SYS_ADMIN") ? [loading] : []),
  ];
}

/**
 * Whether AppArmor keeps a container from tracing the node's processes. The runtime's own profile does; it is what Kubernetes
 * gives a container of which nothing is said since 1.31, on nodes that have AppArmor. The field counts before the annotation.
 */
function tracingDoubt(
  { name, security }: Container,
  pod: Pod,
  nodes: readonly Node[],
): "confined" | Pick<Escape, "certainty" | "assumption"> | undefined {
  const annotated = pod.annotations.get(`container.apparmor.security.beta.kubernetes.io/${name}`) ?? "";
  const profile = security.appArmor?.toLowerCase() ?? annotated;
  if (profile === "unconfined") return undefined;
  if (profile === "runtimedefault" || profile === "runtime/default") return "confined";
  if (profile.startsWith("localhost"))
    return { certainty: "conditional", assumption: "its AppArmor profile lets it trace" };
  const possible = nodes.filter((node) => pod.node === undefined || node.name === pod.node);
  if (possible.length > 0 && possible.every(isBeforeProfiles))
    return {
      certainty: "assumed",
      assumption: "the runtime gives it no AppArmor profile, which Kubernetes asks for since 1.31",
    };
  return { certainty: "conditional", assumption: "AppArmor does not confine it, as before Kubernetes 1.31" };
}

function isBeforeProfiles({ kubeletVersion = "" }: Node): boolean {
  const minor = /^v?1\.(\d+)/.exec(kubeletVersion)?.[1];
  return minor !== undefined && Number(minor) < 31;
}

function environmentEscape({ spec, span }: Pod): Escape {
  return {
    edge: "ESC-PIDREAD",
    gives: "variables",
    cost: 2,
    certainty: "conditional",
    because: "it shares the node's process namespace",
    assumption: "it runs as the user of the processes it looks at, or as root",
    span: spec.places.hostPID ?? span,
    fix: "drop hostPID",
    setting: { kind: "own-namespace", field: "hostPID" },
  };
}

type HostPath = Volume & { readonly kind: "hostPath" };

/** Sockets of container runtimes. */
const SOCKETS = /(?:^|\/)(?:docker|containerd|crio|cri-dockerd|dockershim)\.sock$/;

/** Directories whose files make whoever writes them root, at once. */
const DEADLY = [
  "/",
  "/etc",
  "/root",
  "/var/lib/kubelet",
  "/var/lib",
  "/var",
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/proc",
  "/dev",
  "/boot",
  "/home",
  "/opt",
  "/run",
  "/var/run",
];

/** Directories nothing on the node trusts. */
const BENIGN =
  /^\/(?:tmp|mnt|media|srv|data|usr\/share\/zoneinfo|usr\/lib\/os-release|etc\/localtime|etc\/machine-id|etc\/ssl|etc\/pki|lib\/modules|run\/xtables\.lock|sys\/class|sys\/fs\/bpf)(?:\/|$)/;

function hostPathEscapes(volume: HostPath, pod: Pod): readonly Escape[] {
  const mounts = pod.spec.containers.flatMap((container) =>
    container.mounts.filter((mount) => mount.volume === volume.name).map((mount) => ({ container, mount })),
  );
  if (mounts.length === 0) return [];
  const path = normal(volume.path);
  const writable = mounts.filter(({ mount }) => !mount.readOnly);
  const found: (Escape | undefined)[] = [
    SOCKETS.test(path) ||
    SOCKETS_ABOVE.some((socket) => isAtOrAbove(path, socket) && path !== "/" && writable.length > 0)
      ? pathEscape("ESC-SOCK", "node", 1, "proved", `the runtime's socket is mounted from ${path}`, volume)
      : undefined,
    ...writable.slice(0, 1).map(({ mount }) => writeEscape(path, mount, volume)),
    isAtOrAbove(path, "/var/lib/kubelet/pods")
      ? pathEscape(
          "ESC-HP-R",
          "tokens",
          1,
          "proved",
          `${path} of the node is mounted, which holds the tokens of its pods`,
          volume,
        )
      : undefined,
    isAtOrAbove(path, "/var/log") && mounts.some(({ container }) => mayBeRoot(container))
      ? {
          ...pathEscape("ESC-LOG", "tokens", 2, "conditional", `${path} of the node is mounted`, volume),
          assumption: "it runs as root, and the kubelet follows links in the log directory",
        }
      : undefined,
    isAtOrAbove(path, "/proc/sys/kernel") && writable.length > 0
      ? pathEscape("ESC-CORE", "node", 2, "proved", `${path} of the node is mounted for writing`, volume)
      : undefined,
  ];
  const all = found.flatMap((one) => one ?? []);
  const isReading = all.some(({ edge }) => !BY_WRITING.has(edge));
  return isReading ? all : all.map((one) => ({ ...one, ...mountedReadOnly(volume) }));
}

/** Steps that are gone once nothing can be written there. */
const BY_WRITING: ReadonlySet<EdgeName> = new Set<EdgeName>(["ESC-HP-W", "ESC-CORE"]);

function mountedReadOnly({ name }: HostPath): Pick<Escape, "fix" | "setting"> {
  return { fix: `mount hostPath volume ${name} read-only`, setting: { kind: "read-only", volume: name } };
}

const SOCKETS_ABOVE = [
  "/run/containerd/containerd.sock",
  "/var/run/docker.sock",
  "/run/crio/crio.sock",
  "/var/run/crio/crio.sock",
];

function writeEscape(path: string, { subPath }: Mount, volume: HostPath): Escape | undefined {
  const whole = subPath === undefined ? path : normal(`${path}/${subPath}`);
  if (BENIGN.test(whole) || SOCKETS.test(whole)) return undefined;
  const isDeadly = DEADLY.includes(whole);
  const written = pathEscape(
    "ESC-HP-W",
    "node",
    isDeadly ? 1 : 3,
    isDeadly ? "proved" : "conditional",
    `${whole} of the node is mounted for writing`,
    volume,
  );
  return isDeadly ? written : { ...written, assumption: "something on the node trusts what is written there" };
}

function pathEscape(
  edge: EdgeName,
  gives: Escape["gives"],
  cost: number,
  certainty: StepCertainty,
  because: string,
  { name, span }: HostPath,
): Escape {
  const fix = `remove or narrow the hostPath volume ${name}`;
  return { edge, gives, cost, certainty, because, span, fix, setting: { kind: "no-volume", volume: name } };
}

/** The user of an image is not known; what forbids root is. */
function mayBeRoot({ security }: Container): boolean {
  return security.runAsNonRoot !== true && (security.runAsUser ?? 0) === 0;
}

/** Whether a directory is another or holds it. */
function isAtOrAbove(path: string, inner: string): boolean {
  return path === "/" || inner === path || inner.startsWith(`${path}/`);
}

function normal(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const stack: string[] = [];
  for (const part of parts)
    if (part === "..") stack.pop();
    else stack.push(part);
  return `/${stack.join("/")}`;
}
