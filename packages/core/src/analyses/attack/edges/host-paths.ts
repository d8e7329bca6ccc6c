import type { Pod } from "../../../model/cluster.ts";
import type { Container, Mount, Volume } from "../../../model/security.ts";
import type { Escape } from "../escape.ts";
import type { EdgeName, StepCertainty } from "../fact.ts";

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

/** ESC-SOCK, ESC-HP-*, ESC-LOG and ESC-CORE: what a directory of the node that a pod mounts leads to. */
export function hostPathEscapes(volume: HostPath, pod: Pod): readonly Escape[] {
  const all = pod.spec.containers.flatMap((container) =>
    container.mounts
      .filter((mount) => mount.volume === volume.name)
      .flatMap((mount) => mountEscapes(normal(`${volume.path}/${mount.subPath ?? ""}`), mount, volume, container)),
  );
  const isReading = all.some(({ edge }) => !BY_WRITING.has(edge));
  return isReading ? all : all.map((one) => ({ ...one, ...mountedReadOnly(volume) }));
}

/** Steps that are gone once nothing can be written there. */
const BY_WRITING: ReadonlySet<EdgeName> = new Set<EdgeName>(["ESC-HP-W", "ESC-CORE"]);

function mountedReadOnly({ name }: HostPath): Pick<Escape, "fix" | "setting"> {
  return { fix: `mount hostPath volume ${name} read-only`, setting: { kind: "read-only", volume: name } };
}

/** What a directory of the node leads to, for whoever runs in a container that has it. */
function mountEscapes(path: string, { readOnly }: Mount, volume: HostPath, container: Container): readonly Escape[] {
  const found: (Escape | undefined)[] = [
    socketEscape(path, readOnly, volume),
    readOnly ? undefined : writeEscape(path, volume),
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
    isAtOrAbove(path, "/proc/sys/kernel") && !readOnly
      ? pathEscape("ESC-CORE", "node", 2, "proved", `${path} of the node is mounted for writing`, volume)
      : undefined,
  ];
  const logs: Escape[] =
    isAtOrAbove(path, "/var/log") && mayBeRoot(container)
      ? [
          {
            ...pathEscape("ESC-LOG", "tokens", 2, "conditional", `${path} of the node is mounted`, volume),
            assumption: "it runs as root, and the kubelet follows links in the log directory",
          },
        ]
      : [];
  return [...found.flatMap((one) => (one ? [asUser(one, container)] : [])), ...logs];
}

/** Files of the node that matter are its root's: whoever is somebody else in the container gets at them only where they are left open. */
function asUser(found: Escape, container: Container): Escape {
  if (mayBeRoot(container)) return found;
  const open = "files there are open to the user it runs as";
  const assumption = found.assumption === undefined ? open : `${found.assumption}; ${open}`;
  return { ...found, certainty: "conditional", assumption };
}

/** A socket takes commands where it is mounted for reading too. */
function socketEscape(path: string, readOnly: boolean, volume: HostPath): Escape | undefined {
  if (SOCKETS.test(path))
    return pathEscape("ESC-SOCK", "node", 1, "proved", `the runtime's socket is mounted from ${path}`, volume);
  // Whoever writes to all of the node does not need it.
  if (!SOCKETS_BELOW.some((socket) => isAtOrAbove(path, socket)) || (path === "/" && !readOnly)) return undefined;
  const above = pathEscape("ESC-SOCK", "node", 1, "assumed", `${path} of the node is mounted`, volume);
  return { ...above, assumption: "the runtime of the node has its socket there" };
}

const SOCKETS_BELOW = [
  "/run/containerd/containerd.sock",
  "/run/docker.sock",
  "/var/run/docker.sock",
  "/run/crio/crio.sock",
  "/var/run/crio/crio.sock",
];

function writeEscape(path: string, volume: HostPath): Escape | undefined {
  if (BENIGN.test(path) || SOCKETS.test(path)) return undefined;
  const isDeadly = DEADLY.includes(path);
  const written = pathEscape(
    "ESC-HP-W",
    "node",
    isDeadly ? 1 : 3,
    isDeadly ? "proved" : "conditional",
    `${path} of the node is mounted for writing`,
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
